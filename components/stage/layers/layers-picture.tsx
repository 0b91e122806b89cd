"use client";
export function LayersPicture() {
	return <p>layers</p>;
}
