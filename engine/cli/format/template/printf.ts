// fmt.Sprintf on Go's values: verbs, flags, width, precision and argument indexes, and what it writes where they do not fit.

import { goQuote, goQuoteRune } from "../../../lib/quote";
import { exponential, fixed } from "../../../lib/round";
import {
	GoComplex,
	GoFloat,
	GoNil,
	GoNumber,
	GoStruct,
	GoTime,
	isInteger,
	isText,
	show,
	showFloat,
	sortedEntries,
	typeName,
	type Value,
} from "./value";

interface Spec {
	plus: boolean;
	minus: boolean;
	sharp: boolean;
	space: boolean;
	zero: boolean;
	width?: number;
	precision?: number;
}

export function printf(format: string, args: readonly Value[]): string {
	let out = "";
	let next = 0;
	let reordered = false;
	const characters = [...format];
	let at = 0;
	const number = (): number | undefined => {
		let digits = "";
		while (/\d/.test(characters[at] ?? "")) digits += characters[at++];
		return digits === "" ? undefined : Number(digits);
	};
	/** "[2]": the argument that comes next. False when it is none. */
	const index = (): boolean => {
		if (characters[at] !== "[") return true;
		const close = characters.indexOf("]", at);
		const wanted = close < 0 ? Number.NaN : Number(characters.slice(at + 1, close).join(""));
		at = close < 0 ? at + 1 : close + 1;
		reordered = true;
		if (!Number.isInteger(wanted) || wanted < 1 || wanted > args.length) return false;
		next = wanted - 1;
		return true;
	};
	const star = (): number | undefined => {
		at++;
		const value = args[next++];
		return isInteger(value) ? Number(value) : undefined;
	};
	while (at < characters.length) {
		const c = characters[at++]!;
		if (c !== "%") {
			out += c;
			continue;
		}
		const spec: Spec = { plus: false, minus: false, sharp: false, space: false, zero: false };
		reordered = false;
		for (; "+-# 0".includes(characters[at] ?? "x"); at++) {
			const flag = characters[at];
			if (flag === "+") spec.plus = true;
			else if (flag === "-") spec.minus = true;
			else if (flag === "#") spec.sharp = true;
			else if (flag === " ") spec.space = true;
			else spec.zero = true;
		}
		let good = index();
		if (characters[at] === "*") {
			spec.width = star();
			if (spec.width === undefined) out += "%!(BADWIDTH)";
			else if (spec.width < 0) {
				spec.width = -spec.width;
				spec.minus = true;
			}
		} else spec.width = number();
		if (characters[at] === ".") {
			at++;
			good = index() && good;
			if (characters[at] === "*") {
				spec.precision = star();
				if (spec.precision === undefined) out += "%!(BADPREC)";
				else if (spec.precision < 0) spec.precision = undefined;
			} else spec.precision = number() ?? 0;
		}
		good = index() && good;
		const verb = characters[at++];
		if (verb === undefined) {
			out += "%!(NOVERB)";
			break;
		}
		if (verb === "%") out += "%";
		else if (!good) out += `%!${verb}(BADINDEX)`;
		else if (next >= args.length) out += `%!${verb}(MISSING)`;
		else out += formatted(args[next++], verb, spec);
	}
	if (reordered || next >= args.length) return out;
	const extra = args.slice(next).map((value) => (isNil(value) ? "<nil>" : `${typeName(value)}=${show(value)}`));
	return `${out}%!(EXTRA ${extra.join(", ")})`;
}

const isNil = (value: Value): boolean => value === undefined || value === null;

function pad(text: string, { width = 0, minus, zero }: Spec): string {
	const missing = width - [...text].length;
	if (missing <= 0) return text;
	if (minus) return text + " ".repeat(missing);
	return (zero ? "0" : " ").repeat(missing) + text;
}
/** Zeros go between the sign and the digits. */
function padNumber(text: string, spec: Spec): string {
	if (!spec.zero || spec.minus || spec.precision !== undefined) return pad(text, { ...spec, zero: false });
	const sign = /^[-+ ]/.test(text) ? text[0]! : "";
	const digits = text.slice(sign.length);
	return sign + digits.padStart((spec.width ?? 0) - sign.length, "0");
}

const bad = (value: Value, verb: string): string =>
	isNil(value) ? `%!${verb}(<nil>)` : `%!${verb}(${typeName(value)}=${show(value)})`;

function formatted(value: Value, verb: string, spec: Spec): string {
	if (verb === "T") return pad(isNil(value) ? "<nil>" : typeName(value), spec);
	if (isNil(value)) return verb === "v" ? pad("<nil>", spec) : bad(value, verb);
	if (typeof value === "boolean") return verb === "t" || verb === "v" ? pad(String(value), spec) : bad(value, verb);
	if (isInteger(value)) return integer(BigInt(value), value, verb, spec);
	if (typeof value === "number" || value instanceof GoFloat)
		return float(Number(value instanceof GoFloat ? value.value : value), value, verb, spec);
	if (value instanceof GoComplex) return "veEfFgG".includes(verb) ? show(value) : bad(value, verb);
	if (isText(value)) return string(value instanceof GoNumber ? value.text : value, value, verb, spec);
	return compound(value, verb, spec);
}

function compound(value: Value, verb: string, spec: Spec): string {
	const inner = (item: Value): string => (isNil(item) && verb === "v" ? pad("<nil>", spec) : formatted(item, verb, spec));
	if (Array.isArray(value)) {
		if (verb === "v" && spec.sharp) return `[]interface {}{${value.map((item) => goSyntax(item)).join(", ")}}`;
		return `[${value.map(inner).join(" ")}]`;
	}
	if (value instanceof Map) {
		if (verb === "v" && spec.sharp)
			return `map[string]interface {}{${sortedEntries(value)
				.map(([key, item]) => `${goQuote(key)}:${goSyntax(item)}`)
				.join(", ")}}`;
		return `map[${sortedEntries(value)
			.map(([key, item]) => `${formatted(key, verb, spec)}:${inner(item)}`)
			.join(" ")}]`;
	}
	if (value instanceof GoNil) {
		if (value.type === "pointer") return verb === "v" ? pad("<nil>", spec) : `%!${verb}(${value.typeName}=<nil>)`;
		return value.type === "slice" ? "[]" : "map[]";
	}
	if (value instanceof GoTime) return string(value.toString(), value, verb, spec);
	if (value instanceof GoStruct) {
		const printed = value.methods.String;
		if (printed) return formatted(printed(), verb, spec);
		const fields = [...value.fields].map(([name, item]) => (spec.plus && verb === "v" ? `${name}:` : "") + inner(item));
		return `{${fields.join(" ")}}`;
	}
	return pad(show(value), spec);
}
const goSyntax = (value: Value): string =>
	formatted(value, "v", { plus: false, minus: false, sharp: true, space: false, zero: false });

function integer(number: bigint, value: Value, verb: string, spec: Spec): string {
	const BASES: Record<string, [number, string]> = {
		d: [10, ""],
		v: [10, ""],
		b: [2, "0b"],
		o: [8, "0"],
		O: [8, ""],
		x: [16, "0x"],
		X: [16, "0X"],
	};
	const sign = number < 0n ? "-" : spec.plus ? "+" : spec.space ? " " : "";
	const size = number < 0n ? -number : number;
	const base = BASES[verb];
	if (base) {
		let digits = size.toString(base[0]);
		if (verb === "X") digits = digits.toUpperCase();
		if (spec.precision !== undefined) digits = spec.precision === 0 && size === 0n ? "" : digits.padStart(spec.precision, "0");
		const prefix = verb === "O" ? "0o" : spec.sharp ? base[1] : "";
		return padNumber(sign + prefix + digits, spec);
	}
	const point = size > 0x10ffffn ? 0xfffd : Number(size);
	if (verb === "c") return pad(String.fromCodePoint(point), spec);
	if (verb === "q") return pad(goQuoteRune(point), spec);
	if (verb === "U")
		return pad(
			`U+${size.toString(16).toUpperCase().padStart(4, "0")}${spec.sharp ? ` '${String.fromCodePoint(point)}'` : ""}`,
			spec,
		);
	if ("eEfFgG".includes(verb)) return bad(value, verb);
	return bad(value, verb);
}
function float(number: number, value: Value, verb: string, spec: Spec): string {
	const size = Math.abs(number);
	const sign = number < 0 ? "-" : spec.plus ? "+" : spec.space ? " " : "";
	const exponent = (text: string): string => text.replace(/e([+-])(\d)$/, "e$10$2");
	const forms: Record<string, () => string> = {
		v: () => showFloat(size, spec.precision),
		g: () => showFloat(size, spec.precision, true),
		G: () => showFloat(size, spec.precision, true).toUpperCase(),
		f: () => fixed(size, spec.precision ?? 6),
		F: () => fixed(size, spec.precision ?? 6),
		e: () => exponent(exponential(size, spec.precision ?? 6)),
		E: () => exponent(exponential(size, spec.precision ?? 6)).toUpperCase(),
		b: () => binary(size),
	};
	const form = forms[verb];
	return form ? padNumber(sign + form(), { ...spec, precision: undefined }) : bad(value, verb);
}
/** mantissa "p" exponent, both whole. */
function binary(size: number): string {
	const view = new DataView(new ArrayBuffer(8));
	view.setFloat64(0, size);
	const bits = view.getBigUint64(0);
	const exponent = Number((bits >> 52n) & 0x7ffn);
	const fraction = bits & 0xfffffffffffffn;
	const mantissa = exponent === 0 ? fraction : fraction | (1n << 52n);
	const power = (exponent === 0 ? 1 : exponent) - 1075;
	return `${mantissa}p${power < 0 ? "" : "+"}${power}`;
}

function string(text: string, value: Value, verb: string, spec: Spec): string {
	const cut = spec.precision === undefined ? text : [...text].slice(0, spec.precision).join("");
	switch (verb) {
		case "v":
			return pad(spec.sharp ? goQuote(cut) : cut, spec);
		case "s":
			return pad(cut, spec);
		case "q":
			return pad(spec.sharp && !/[`\p{Cc}]/u.test(cut) ? `\`${cut}\`` : quoted(cut, spec.plus), spec);
		case "x":
		case "X": {
			const bytes = [...new TextEncoder().encode(text)].slice(0, spec.precision);
			const digits = bytes.map((byte) => (spec.sharp && spec.space ? "0x" : "") + byte.toString(16).padStart(2, "0"));
			const joined = (spec.sharp && !spec.space && digits.length > 0 ? "0x" : "") + digits.join(spec.space ? " " : "");
			return pad(verb === "X" ? joined.toUpperCase() : joined, spec);
		}
		default:
			return bad(value, verb);
	}
}
const quoted = (text: string, ascii: boolean): string =>
	ascii
		? goQuote(text).replace(/[^\0-\x7f]/gu, (c) => {
				const point = c.codePointAt(0)!;
				return point > 0xffff ? `\\U${point.toString(16).padStart(8, "0")}` : `\\u${point.toString(16).padStart(4, "0")}`;
			})
		: goQuote(text);
