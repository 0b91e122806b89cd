// One record of comma-separated values, as Go's encoding/csv reads it.

/** @throws Error "EOF" for an empty text, and for quotes out of place */
export function readCsv(text: string): string[] {
	const line = text.split("\n").find((candidate) => candidate.trim() !== "") ?? "";
	if (line === "") throw new Error("EOF");
	const fields: string[] = [];
	let at = 0;
	for (;;) {
		if (line[at] === '"') {
			let value = "";
			for (at++; ; at++) {
				if (at >= line.length)
					throw new Error(`parse error on line 1, column ${at + 1}: extraneous or missing " in quoted-field`);
				if (line[at] !== '"') value += line[at];
				else if (line[at + 1] === '"') value += line[at++];
				else break;
			}
			at++;
			if (at < line.length && line[at] !== ",")
				throw new Error(`parse error on line 1, column ${at + 1}: extraneous or missing " in quoted-field`);
			fields.push(value);
		} else {
			const comma = line.indexOf(",", at);
			const value = line.slice(at, comma < 0 ? line.length : comma);
			const quote = value.indexOf('"');
			if (quote >= 0) throw new Error(`parse error on line 1, column ${at + quote + 1}: bare " in non-quoted-field`);
			fields.push(value);
			at += value.length;
		}
		if (at >= line.length) return fields;
		at++;
	}
}
