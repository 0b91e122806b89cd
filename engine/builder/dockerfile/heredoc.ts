// Heredocs in a Dockerfile: <<NAME, <<-NAME (leading tabs go), <<"NAME" (nothing is expanded).

import { processWords } from "../shell/lex";

export interface Heredoc {
	name: string;
	/** Variables in the content are expanded. */
	expand: boolean;
	/** Leading tabs are dropped. */
	chomp: boolean;
	content: string;
}

const none = () => undefined;

export function heredocsOf(line: string): Heredoc[] {
	// blanks may stand before the name
	return safeWords(line.replace(/<<\s+(?=\S)/g, "<<"), true).flatMap((word) => parseHeredoc(word) ?? []);
}

/** undefined for a word that is none. */
export function parseHeredoc(word: string): Heredoc | undefined {
	const match = /^(\d*)<<(-?)([^<]*)$/s.exec(word);
	if (!match || match[3] === "") return undefined;
	const raw = safeWords(match[3]!, true);
	const plain = safeWords(match[3]!, false);
	if (raw.length !== 1 || plain.length !== 1) return undefined;
	return { name: plain[0]!, expand: !/['"]/.test(unescaped(match[3]!)), chomp: match[2] === "-", content: "" };
}
const unescaped = (text: string): string => text.replace(/\\./gs, "");

/** What is no sequence of words has no heredoc in it. */
function safeWords(text: string, raw: boolean): string[] {
	try {
		return processWords(text, none, { raw, keepUnset: true });
	} catch {
		return [];
	}
}

/** Without the tabs that <<- takes away. */
export const chomped = ({ content, chomp }: Heredoc): string => (chomp ? content.replace(/^\t+/gm, "") : content);
