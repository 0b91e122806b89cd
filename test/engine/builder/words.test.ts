// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a Dockerfile
// What BuildKit's own parser, lexer, checks and pattern matcher say in the corners: each row is a fact that was found by asking them.

import { describe, expect, it } from "vitest";
import { CONTEXT_LIMIT, MemoryContext, tarContext } from "../../../engine/builder/context/memory";
import { parseStages } from "../../../engine/builder/dockerfile/instructions";
import { parseDockerfile } from "../../../engine/builder/dockerfile/parse";
import { processWord, processWords } from "../../../engine/builder/shell/lex";
import { IgnoreMatcher, readIgnore } from "../../../engine/lib/ignore";
import { header } from "../../../engine/lib/tar/header";
import { writeTar } from "../../../engine/lib/tar/write";

const VALUES: Record<string, string> = { FILE: "xx/yy-yy.tar.gz", EMPTY: "", A: "1" };
const lookup = (name: string): string | undefined => VALUES[name];

describe("words", () => {
	it.each([
		["${FILE//\\//\\/}", "xx\\/yy-yy.tar.gz"],
		["${FILE#()[]{\\}^$.\\*\\?|\\\\}", "xx/yy-yy.tar.gz"],
		["${FILE%%.*}", "xx/yy-yy"],
		["${EMPTY:-x}${EMPTY-y}${NONE-z}", "xz"],
		["'$A'\"$A\"\\$A", "$A1$A"],
	])("%s is %s", (text, word) => expect(processWord(text, lookup)).toBe(word));
	it.each([
		["${FILE%%\\%x}", "invalid pattern (x\\%) in substitution: invalid escape '\\%'"],
		["${NONE:?}", "NONE: is not allowed to be unset"],
		["${FILE", "unsupported modifier (\ufffd) in substitution"],
	])("%s is refused", (text, words) => expect(() => processWord(text, lookup)).toThrow(words));
	it("keep blanks behind <<", () => expect(processWords("a<<  b c", lookup)).toEqual(["a<<  b", "c"]));
});

function problem(dockerfile: string): { message: string; line?: unknown; endLine?: unknown } {
	try {
		parseStages(parseDockerfile(dockerfile).nodes);
	} catch (error) {
		const { message, detail } = error as Error & { detail?: Record<string, unknown> };
		return { message, line: detail?.line, endLine: detail?.endLine };
	}
	throw new Error("it is taken");
}
describe("what is refused before anything is built", () => {
	const at2 = "dockerfile parse error on line 2: ";
	it.each([
		["RUN --network=foo x", `${at2}invalid network mode "foo"`],
		["RUN --network= x", `${at2}invalid network mode ""`],
		["RUN --security=foo x", `${at2}security "foo" is not valid`],
		["RUN --mount= x", `${at2}failed to parse csv mounts: EOF`],
		["RUN --mount=from=$A,target=/x x", `${at2}'from' doesn't support variable expansion, define alias stage instead`],
		["RUN --device=a,b x", `${at2}invalid field 'b' must be a key=value pair`],
		["RUN --device=name=a,name=b x", `${at2}device name already set to a`],
		["FROM --platform a b", `${at2}FROM requires either one or three arguments`],
		["HEALTHCHECK --interval=-1s CMD x", `${at2}Interval "interval" cannot be less than 1ms`],
		["FROM a AS \u00a0b", `${at2}invalid name for build stage: "\\u00a0b", name can't start with a number or contain symbols`],
	])("%s", (instruction, message) => expect(problem(`FROM a\n${instruction}\n`).message).toBe(message));

	it("is told with its lines", () => {
		expect(problem("ARG a\nRUN x \\\n y\nFROM a\n")).toEqual({
			message: "no build stage in current context",
			line: 2,
			endLine: 3,
		});
		expect(problem("# only a comment\n")).toMatchObject({ message: "file with no instructions", line: 1 });
		expect(problem("FROM a\nRUN <<E\nx\n")).toEqual({ message: "unterminated heredoc", line: 2, endLine: 3 });
	});
	it("reads directives behind #!, but no escape character", () => {
		const parsed = parseDockerfile("#!/bin/x\n# check=skip=all and more\n# escape=`\nFROM a\n");
		expect([parsed.directives.check, parsed.escape]).toEqual(["skip=all", "\\"]);
	});
	it("leaves the # of an indented comment", () => {
		expect(parseDockerfile("FROM a\n  # b\n# c\nRUN x\n").nodes[1]!.comments).toEqual(["# b", "c"]);
	});
});

describe(".dockerignore", () => {
	it.each([
		["**file", "lastfile", true],
		["**/file", "lastfile", false],
		["**/file", "a/file", true],
		["a/**", "a/b/c", true],
		["[\\]a]", "]", true],
		["a|b", "b", false],
		["a*|b", "xb", true],
		["a+b", "a+b", true],
		["*.go", "a/x.go", false],
	])("%s leaves %s out: %s", (pattern, path, left) => {
		expect(new IgnoreMatcher(readIgnore(`${pattern}\n`)).ignores(path)).toBe(left);
	});
	it.each(["[-x]", "[]a]", "[x-]", "[a-b-c]", "[^bc", "a\\"])("%s is malformed", (pattern) => {
		expect(() => new IgnoreMatcher(readIgnore(pattern))).toThrow("syntax error in pattern");
	});
});

describe("a context", () => {
	it("has no more than there is room for, whatever it was packed from", async () => {
		const zeros = new Uint8Array(1 << 20);
		async function* endless() {
			for (;;) yield zeros;
		}
		const tar = (size: number) => writeTar([{ header: { ...header({ name: "big", type: "file" }), size }, body: endless() }]);
		await expect(tarContext(tar(2 ** 42), 10 << 20)).rejects.toThrow("write /big: no space left on device");
		expect(CONTEXT_LIMIT).toBeLessThan(2 ** 31);
		const many = Array.from({ length: 100 }, (_, at) => ({ header: header({ name: `f${at}`, type: "file" }) }));
		await expect(tarContext(writeTar(many), 10_000)).rejects.toThrow("no space left on device");
	});
	it("lists what is in each directory", async () => {
		const context = new MemoryContext();
		for (const path of ["b/c/d", "b/a", "b-x", "b/c/e"]) context.add(path, { content: path });
		const names = async (path: string) => (await context.list(path)).map(({ name }) => name);
		expect([await names(""), await names("b"), await names("b/c"), await names("b/a")]).toEqual([
			["b", "b-x"],
			["a", "c"],
			["d", "e"],
			[],
		]);
	});
});
