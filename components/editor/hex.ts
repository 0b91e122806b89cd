// Bytes as hexdump -C writes them.

export function hexDump(bytes: Uint8Array): string {
	const lines: string[] = [];
	for (let at = 0; at < bytes.length; at += 16) {
		const row = [...bytes.subarray(at, at + 16)];
		const digits = row.map((byte) => byte.toString(16).padStart(2, "0"));
		const left = digits.slice(0, 8).join(" ").padEnd(23);
		const right = digits.slice(8).join(" ").padEnd(23);
		const seen = row.map((byte) => (byte >= 32 && byte < 127 ? String.fromCharCode(byte) : ".")).join("");
		lines.push(`${at.toString(16).padStart(8, "0")}  ${left}  ${right}  |${seen}|`);
	}
	return lines.join("\n");
}
