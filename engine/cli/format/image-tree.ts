// Images as Engine 29 lists them: a name a line, disk usage, content size, and whether a container uses them.

import { humanSize } from "../../lib/units";
import type { ImageSummary } from "./image-row";
import { platformText, truncateId } from "./text";
import { cellWidth } from "./width";

export interface TreeOptions {
	/** The images of each platform below their index. */
	expanded: boolean;
	/** Columns of the terminal; 0 when there is none: then there is no legend and nothing is cut. */
	width: number;
	colors: boolean;
}

interface Details {
	id: string;
	diskUsage: string;
	contentSize: string;
	inUse: boolean;
}
interface Line extends Details {
	names: string[];
	children: Array<Details & { platform: string; available: boolean }>;
}
interface Column {
	title: string;
	width: number;
	right?: boolean;
	/** May be longer than the column. */
	whole?: boolean;
	value?: (details: Details) => string;
}

const UNTAGGED = "<untagged>";
const GAP = " ".repeat(3);
const NARROWEST_NAME = 12;
const STYLE = { title: "\x1b[39;1m", name: "\x1b[34;1m", plain: "\x1b[39m", faint: "\x1b[39;2m", end: "\x1b[0m" };
const CHIP_IN_USE = "\x1b[38;5;0m\x1b[48;5;14m U \x1b[0m";

export function imageTree(images: readonly ImageSummary[], options: TreeOptions): string {
	const lines = linesOf(images, options.expanded);
	const columns = columnsFor(lines, options);
	const spaced = lines.some((line) => line.children.length > 0);
	const paint = (style: string, text: string): string => (options.colors ? style + text + STYLE.end : text);
	let out = options.width > 0 ? `${legend(options)}\n` : "";
	out += `${columns.map((column) => cell(column, column.title.toUpperCase(), (text) => paint(STYLE.title, text))).join(GAP)}\n`;
	for (const line of lines) {
		out += nameCells(line, columns[0]!, paint) + detailCells(line, columns, (text) => paint(STYLE.plain, text));
		if (spaced) out += "\n";
		line.children.forEach((child, i) => {
			const branch = i === line.children.length - 1 ? "└─ " : "├─ ";
			const style = (text: string) => paint(child.available ? STYLE.plain : STYLE.faint, text);
			out += `${cell(columns[0]!, branch + child.platform, style)}${detailCells(child, columns, style)}\n`;
		});
		out += "\n";
	}
	return out;
}

function linesOf(images: readonly ImageSummary[], expanded: boolean): Line[] {
	const lines = images.flatMap((image): Line[] => {
		const manifests = image.Manifests ?? [];
		const kinds = manifests.filter((manifest) => manifest.Kind === "image");
		const details: Details = {
			id: image.Id,
			diskUsage: humanSize(image.Size, 3),
			contentSize: humanSize(
				manifests.reduce((sum, manifest) => sum + manifest.Size.Content, 0),
				3,
			),
			inUse: image.Containers > 0 || kinds.some((manifest) => (manifest.ImageData?.Containers ?? []).length > 0),
		};
		const children = expanded
			? kinds.map((manifest) => ({
					id: manifest.ID,
					diskUsage: humanSize(manifest.Size.Total, 3),
					contentSize: humanSize(manifest.Size.Content, 3),
					inUse: (manifest.ImageData?.Containers ?? []).length > 0,
					platform: platformText(manifest.ImageData?.Platform),
					available: manifest.Available ?? false,
				}))
			: [];
		const tags = [...(image.RepoTags ?? [])].sort();
		const names = expanded || tags.length === 0 ? [tags] : tags.map((tag) => [tag]);
		return names.map((one) => ({ ...details, names: one, children }));
	});
	const key = (line: Line): string => line.names[0] ?? "\uffff";
	return lines.sort((a, b) => (key(a) < key(b) ? -1 : key(a) > key(b) ? 1 : 0));
}

function columnsFor(lines: readonly Line[], options: TreeOptions): Column[] {
	const chip = options.colors ? 3 : 1;
	const anyInUse = lines.some((line) => line.inUse || line.children.some((child) => child.inUse));
	const inUse = (details: Details): string => {
		if (!anyInUse) return "";
		if (!details.inUse) return " ".repeat(chip);
		return options.colors ? CHIP_IN_USE : "U";
	};
	const columns: Column[] = [
		{ title: "Image", width: 0, whole: true },
		{ title: "ID", width: 12, value: (details) => truncateId(details.id) },
		{ title: "Disk usage", width: 10, right: true, value: (details) => details.diskUsage },
		{ title: "Content size", width: 12, right: true, value: (details) => details.contentSize },
		{ title: "Extra", width: 5, value: inUse },
	];
	return fitColumns(columns, lines, options.width);
}

/** The first column gets what the names need, and what is left; columns that leave it too little go. */
function fitColumns(columns: Column[], lines: readonly Line[], width: number): Column[] {
	let room = width;
	let kept = columns;
	for (const [i, column] of columns.entries()) {
		if (i === 0 || width === 0) continue;
		const taken = column.width + GAP.length;
		if (room - taken < NARROWEST_NAME) {
			kept = columns.slice(0, i);
			break;
		}
		room -= taken;
	}
	const widest = Math.max(
		"Image".length,
		...lines.flatMap((line) => [
			...(line.names.length > 0 ? line.names : [UNTAGGED]).map((name) => name.length),
			// docker counts the bytes of "└─ "
			...line.children.map((child) => child.platform.length + 7),
		]),
	);
	kept[0]!.width = width === 0 || room > widest ? widest : room;
	return kept;
}

/** Columns that a text takes, colours aside. */
const visible = (text: string): number => {
	const [first = "", ...colored] = text.split("\x1b[");
	return cellWidth(first + colored.map((part) => part.slice(part.indexOf("m") + 1)).join(""));
};

function cell(column: Column, text: string, paint: (text: string) => string): string {
	const fill = column.width - visible(text);
	if (fill < 0 && !column.whole) return paint(`${[...text].slice(0, column.width - 1).join("")}…`);
	const space = " ".repeat(Math.max(0, fill));
	return column.right ? space + paint(text) : paint(text) + space;
}

const detailCells = (details: Details, columns: Column[], paint: (text: string) => string): string =>
	columns
		.filter((column) => column.value)
		.map((column) => GAP + cell(column, column.value!(details), column.title === "Extra" ? (text) => text : paint))
		.join("");

/** Each name on a line of its own but the last, unless that is too long for the column. */
function nameCells(line: Line, column: Column, paint: (style: string, text: string) => string): string {
	if (line.names.length === 0) return cell(column, UNTAGGED, (text) => paint(STYLE.faint, text));
	return line.names
		.map((name, i) => {
			const last = i === line.names.length - 1;
			const long = cellWidth(name) > column.width;
			const shown = cell(column, name, (text) => paint(STYLE.name, text));
			return shown + (!last || long ? "\n" : "") + (long && last ? " ".repeat(column.width) : "");
		})
		.join("");
}

function legend(options: TreeOptions): string {
	const text = options.colors
		? `\x1b[1m\x1b[106m\x1b[30mi\x1b[0m\x1b[0m \x1b[96mInfo → \x1b[0m\x1b[0m ${CHIP_IN_USE} In Use`
		: " Info ->  U In Use";
	return " ".repeat(Math.max(0, options.width - visible(text))) + text;
}
