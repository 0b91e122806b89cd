// Lines of a Dockerfile around those that an error or a warning is about.

/** As BuildKit prints them; "" for a place that is not in the text. */
export function sourceExcerpt(filename: string, content: string, from: number, to: number): string {
	const lines = content.split("\n");
	let start = from;
	let end = Math.min(Math.max(from, to), lines.length);
	if (start > lines.length || start < 1) return "";
	const padding = end === start ? 4 : 2;
	const last = end;
	for (let padded = 0; padded < padding; padded++) {
		if (start > 1) {
			start--;
			padded++;
		}
		if (end !== lines.length) {
			end++;
			padded++;
		}
	}
	const shown = lines.slice(start - 1, end).map((line, at) => {
		const number = start + at;
		const mark = number >= from && number <= last ? ">>>" : "   ";
		return ` ${String(number).padStart(3)} | ${mark} ${line}\n`;
	});
	return `${filename}:${from}\n--------------------\n${shown.join("")}--------------------\n`;
}
