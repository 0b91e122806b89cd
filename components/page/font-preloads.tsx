"use client";
// The pieces of both faces that have Latin, digits and blanks come with the page and not after its styles: they are on every page, and
// lines break by them.

import { preload } from "react-dom";

const TEXT = new URL("pretendard/dist/web/variable/woff2-dynamic-subset/PretendardVariable.subset.91.woff2", import.meta.url);
const CELLS = new URL("@fontsource/nanum-gothic-coding/files/nanum-gothic-coding-latin-400-normal.woff2", import.meta.url);

export function FontPreloads() {
	for (const { pathname } of [TEXT, CELLS]) preload(pathname, { as: "font", type: "font/woff2", crossOrigin: "anonymous" });
	return null;
}
