// Go's words for broken JSON. The expected ones are those that encoding/json documents by its scanner's states.

import { expect, it } from "vitest";
import { jsonProblem, parseJson } from "../../../engine/lib/json-problem";

it.each([
	["", "unexpected EOF"],
	["{", "unexpected EOF"],
	['{"a', "unexpected EOF"],
	["hello", "invalid character 'h' looking for beginning of value"],
	["{a", "invalid character 'a' looking for beginning of object key string"],
	['{"a" 1}', "invalid character '1' after object key"],
	['{"a":1 2}', "invalid character '2' after object key:value pair"],
	['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
	["[1 2]", "invalid character '2' after array element"],
	['"\n"', "invalid character '\\n' in string literal"],
	['"\\x"', "invalid character 'x' in string escape code"],
	['"\\u12x4"', "invalid character 'x' in \\u hexadecimal character escape"],
	["-x", "invalid character 'x' in numeric literal"],
	["1.x", "invalid character 'x' after decimal point in numeric literal"],
	["1ex", "invalid character 'x' in exponent of numeric literal"],
	["trux", "invalid character 'x' in literal true (expecting 'e')"],
	["{} x", "invalid character 'x' after top-level value"],
	["{'", "invalid character '\\'' looking for beginning of object key string"],
])("%j", (text, words) => expect(jsonProblem(text)).toBe(words));

it("reads what is right", () => expect(parseJson('{"a":[1,"b",null]}')).toEqual({ a: [1, "b", null] }));
