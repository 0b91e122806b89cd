// A picture as it is seen now, to be pasted elsewhere: SVG with its styles in it, or the same as PNG.

const SCALE = 2;
const STYLES = [
	"fill",
	"fill-opacity",
	"stroke",
	"stroke-width",
	"stroke-dasharray",
	"stroke-linecap",
	"stroke-linejoin",
	"stroke-opacity",
	"paint-order",
	"opacity",
	"font-family",
	"font-size",
	"font-weight",
	"text-anchor",
	"dominant-baseline",
	"text-decoration",
	"visibility",
	"display",
];

/** The SVG as a text of its own: what the page's style sheets say is written into it. */
export function svgText(picture: SVGSVGElement): string {
	const copy = picture.cloneNode(true) as SVGSVGElement;
	const from = [picture, ...picture.querySelectorAll<SVGElement>("*")];
	const to = [copy, ...copy.querySelectorAll<SVGElement>("*")];
	for (const [index, element] of from.entries()) {
		const target = to[index];
		if (!target) continue;
		const style = getComputedStyle(element);
		target.setAttribute("style", STYLES.map((name) => `${name}:${style.getPropertyValue(name)}`).join(";"));
		for (const name of ["class", "tabindex", "role"]) target.removeAttribute(name);
	}
	const { width, height } = picture.getBoundingClientRect();
	copy.setAttribute("xmlns", "http://www.w3.org/2000/svg");
	copy.setAttribute("width", String(Math.ceil(width)));
	copy.setAttribute("height", String(Math.ceil(height)));
	if (!copy.hasAttribute("viewBox")) copy.setAttribute("viewBox", `0 0 ${Math.ceil(width)} ${Math.ceil(height)}`);
	const paper = document.createElementNS("http://www.w3.org/2000/svg", "rect");
	paper.setAttribute("width", "100%");
	paper.setAttribute("height", "100%");
	paper.setAttribute(
		"fill",
		getComputedStyle(picture.closest("figure") ?? document.body)
			.getPropertyValue("--sheet")
			.trim(),
	);
	copy.prepend(paper);
	return new XMLSerializer().serializeToString(copy);
}

/** @throws Error where the browser cannot draw it */
export async function pngOf(svg: string): Promise<Blob> {
	const image = new Image();
	// A data address, since the page's policy knows no others for pictures.
	image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svg)}`;
	await image.decode();
	const canvas = document.createElement("canvas");
	canvas.width = image.naturalWidth * SCALE;
	canvas.height = image.naturalHeight * SCALE;
	const context = canvas.getContext("2d");
	if (!context) throw new Error("no canvas");
	context.drawImage(image, 0, 0, canvas.width, canvas.height);
	return new Promise((resolve, reject) =>
		canvas.toBlob((blob) => (blob ? resolve(blob) : reject(new Error("no picture"))), "image/png"),
	);
}

/** To the clipboard; a file where that is not allowed. */
export async function copyPicture(picture: SVGSVGElement, as: "svg" | "png"): Promise<"copied" | "saved"> {
	const svg = svgText(picture);
	try {
		if (as === "svg") await navigator.clipboard.writeText(svg);
		else await navigator.clipboard.write([new ClipboardItem({ "image/png": pngOf(svg) })]);
		return "copied";
	} catch {
		const { saveFile } = await import("../page/save-file");
		saveFile(`drydock.${as}`, as === "svg" ? new Blob([svg], { type: "image/svg+xml" }) : await pngOf(svg));
		return "saved";
	}
}
