"use client";
export function RunPicture() {
	return <p>run</p>;
}
