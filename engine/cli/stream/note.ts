// Notes beside a command's work: " Info -> …", with colour on a terminal, further lines below the first.

import type { Output } from "../cli";

const HEADS = {
	info: { plain: " Info -> ", fancy: "\x1b[1m\x1b[106m\x1b[30mi\x1b[0m\x1b[0m \x1b[96mInfo → \x1b[0m\x1b[0m", width: 9 },
	warn: { plain: " Warn -> ", fancy: "\x1b[1m\x1b[103m\x1b[30mw\x1b[0m\x1b[0m \x1b[93mWarn → \x1b[0m\x1b[0m", width: 9 },
} as const;

export async function note(output: Output, kind: keyof typeof HEADS, text: string): Promise<void> {
	const { plain, fancy, width } = HEADS[kind];
	const slanted = (line: string): string => (output.terminal ? `\x1b[3m${line}\x1b[0m` : line);
	const lines = text.split("\n").map((line, at) => (at === 0 ? "" : " ".repeat(width)) + slanted(line));
	await output.write(`\n${output.terminal ? fancy : plain}${lines.map((line) => `${line}\n`).join("")}`);
}
