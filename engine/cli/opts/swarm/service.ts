// Small options of a service: a credential spec, a preference among nodes, resources of one's own, words of a command.

/** @throws Error as docker's */
export function checkCredentialSpec(text: string): void {
	if (text !== "" && !/^(config|file|registry):\/\//.test(text))
		throw new Error('invalid credential spec: value must be prefixed with "config://", "file://", or "registry://"');
}

/** spread=node.labels.zone @throws Error */
export function checkPlacementPref(text: string): void {
	const at = text.indexOf("=");
	if (at <= 0) throw new Error('placement preference must be of the format "<strategy>=<arg>"');
	const strategy = text.slice(0, at);
	if (strategy !== "spread") throw new Error(`unsupported placement preference ${strategy} (only spread is supported)`);
}

/** One of --generic-resource alone. @throws Error */
export function checkGenericResource(text: string): string {
	if (!text.includes("=")) throw new Error(`invalid generic-resource format \`${text}\` expected \`name=value\``);
	return text;
}
const isWhole = (text: string): boolean => /^[+-]?\d+$/.test(text);
/** All of them together: numbers, each kind once. @throws Error */
export function checkGenericResources(terms: readonly string[]): void {
	const invalid = (why: string): never => {
		throw new Error(`invalid generic resource specification: could not parse GenericResource: ${why}`);
	};
	const kinds = new Map<string, string[]>();
	for (const term of terms) {
		const [kind = "", value = "", ...more] = term.split("=").map((part) => part.trim());
		if (!term.includes("=") || more.length > 0) invalid(`incorrect term ${term}, missing '=' or malformed expression`);
		kinds.set(kind, [...(kinds.get(kind) ?? []), value]);
	}
	let named: string | undefined;
	for (const [kind, values] of kinds) {
		if (values.length === 1 && isWhole(values[0]!)) {
			if (Number(values[0]) < 0) invalid(`cannot ask for negative resource ${kind}`);
		} else if (values.some(isWhole)) invalid(`mixed discrete and named resources in expression '${kind}=[${values.join(" ")}]'`);
		else named ??= `${kind}=${values[0]}`;
	}
	if (named !== undefined)
		throw new Error(
			`invalid generic-resource request \`${named}\`, Named Generic Resources is not supported for service create or update`,
		);
}

/** A text as a shell would part it into words. @throws Error where a quote has no end */
export function checkShellWords(text: string): void {
	let quote = "";
	let inWord = false;
	for (let at = 0; at < text.length; at++) {
		const character = text[at]!;
		if (quote !== "'" && character === "\\") {
			if (++at >= text.length) throw new Error("EOF found after escape character");
			inWord = true;
		} else if (quote !== "") quote = character === quote ? "" : quote;
		else if (character === "'" || character === '"') [quote, inWord] = [character, true];
		else if (character === "#" && !inWord) {
			const end = text.indexOf("\n", at);
			at = end < 0 ? text.length : end;
		} else inWord = !/[ \t\r\n]/.test(character);
	}
	if (quote !== "") throw new Error("EOF found when expecting closing quote");
}

/** A float of 32 bits. @throws Error in Go's words */
export function checkFloat(text: string): void {
	if (/^[+-]?(inf(inity)?|nan)$/i.test(text)) return;
	if (!/^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(text))
		throw new Error(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: invalid syntax`);
	if (!Number.isFinite(Math.fround(Number(text))))
		throw new Error(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: value out of range`);
}

/** What is nothing but blanks and quotes names no stack. @throws Error */
export function checkStackName(name: string): void {
	if (/^[\s"']*$/.test(name)) throw new Error(`invalid stack name: ${JSON.stringify(name)}`);
}
