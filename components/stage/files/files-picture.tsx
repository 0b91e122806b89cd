"use client";
export function FilesPicture() {
	return <p>files</p>;
}
