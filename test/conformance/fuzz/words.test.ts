// What people type and write into files, changed at random: Dockerfiles, .dockerignore, references, filters, templates, platforms. It is
// read, or refused with words that name what is wrong; never with an error of our own making, and never without an end.

import { describe, expect, it } from "vitest";
import { parseDockerfile } from "../../../engine/builder/dockerfile/parse";
import { processWords } from "../../../engine/builder/shell/lex";
import { Template } from "../../../engine/cli/format/template/execute";
import { untyped } from "../../../engine/cli/format/typed";
import { Filters } from "../../../engine/dockerd/filters";
import { IgnoreMatcher, readIgnore } from "../../../engine/lib/ignore";
import { parseAny, parseNormalized } from "../../../engine/lib/reference";
import { decodePlatform, parsePlatform } from "../../../engine/oci/image/platform";
import { Chance, expectWords, mutateText, rounds, show } from "./mutate";

/** So long may one input take on a machine that is busy. */
const PATIENCE_MS = 3000;

const data = untyped({
	Name: "/box",
	Config: { Env: ["A=b"], Labels: { a: "1" } },
	State: { Pid: 3, Running: true },
	Size: 1.5,
	None: null,
});
const paths = ["a", "a/b/c.txt", ".git/config", "node_modules/x/y/z", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaab"];

const readers: Record<string, { read(text: string): unknown; seeds: string[] }> = {
	Dockerfile: {
		read: (text) => parseDockerfile(text),
		seeds: [
			"# syntax=docker/dockerfile:1\n# escape=`\nFROM --platform=linux/amd64 busybox:1 AS base\nRUN echo a \\\n # comment\n && echo b\n",
			'ARG A=1\nFROM x\nENV a=b c="d e" \\\n f=\'g\'\nLABEL "x y"=z\nCOPY --from=base --chown=1:2 --chmod=644 ["a b", "/c/"]\nADD --checksum=sha256:00 http://x/y /z\n',
			"FROM a\nRUN <<EOF cat <<'TWO' > x\necho $A\nEOF\ntwo\nTWO\nCOPY <<-E /f\n\tin\nE\n",
			'FROM a\nHEALTHCHECK --interval=5s --retries=3 CMD ["true"]\nONBUILD RUN x\nSHELL ["/bin/sh", "-c"]\nVOLUME ["/a"]\nUSER 1:2\nWORKDIR a\nSTOPSIGNAL 9\nEXPOSE 80/tcp 90-99\nRUN --mount=type=cache,target=/x,id=y --network=none z\n',
		],
	},
	"words of a shell": {
		read: (text) => processWords(text, (name) => (name.length > 3 ? undefined : "v a l")),
		seeds: ["a ${b:-c${d}} \"e $f\" 'g' \\h", "${x#a*} ${y%%.b} ${z/a/b} ${w:?no} ${v:+yes} $1 $$", "a\\\\ b${}${:}"],
	},
	".dockerignore": {
		read: (text) => {
			const matcher = new IgnoreMatcher(readIgnore(text));
			for (const path of paths) matcher.ignores(path);
		},
		seeds: ["*\n!a\n**/b\n", "a/*/c[0-9].txt\n#c\n!**/*.md\n\\*x\n", "[^a-z]?\n/x/\n./y\n../z\n**/**/**\n"],
	},
	reference: {
		read: (text) => [parseNormalized(text), parseAny(text)],
		seeds: ["busybox", "a.b:5000/c/d-e_f__g:tag.1-x", `x@sha256:${"0".repeat(64)}`, "localhost/x:y@z", "[::1]:5000/x"],
	},
	filters: {
		read: (text) => {
			const filters = Filters.parse(text);
			for (const name of ["label", "name", "status", "x"]) {
				filters.get(name);
				filters.exact(name, "a");
				filters.begins(name, "a");
				filters.match(name, "/aaaaaaaaaaaaaaaaaaaaaaaaaaaab");
			}
		},
		seeds: ['{"label":{"a=b":true},"status":{"exited":true,"x":false}}', '{"name":["^/a","b"],"x":{}}', '{"label":["a","b=c"]}'],
	},
	template: {
		read: (text) => Template.parse(text).execute(data),
		seeds: [
			"{{.Name}}\t{{json .Config}} {{index .Config.Env 0 | upper}}",
			"{{range $i, $e := .Config.Env}}{{$i}}={{$e}}{{else}}-{{end}} {{if and .State.Running (gt .State.Pid 1)}}x{{else if not .None}}y{{end}}",
			'{{with .Config.Labels}}{{.a}}{{end}}{{printf "%5.2f|%-8s|%q|%v|%x" .Size .Name .Name .State 255}}{{/* c */}}{{- "a" -}} {{slice .Name 1 2}}',
			'{{define "t"}}{{.}}{{end}}{{template "t" .Name}}{{block "b" .}}x{{end}}{{join (split .Name "/") ","}} {{len .Config.Env}} {{println 1 2}}',
		],
	},
	platform: { read: (text) => parsePlatform(text), seeds: ["linux/amd64", "linux/arm/v7", "windows", "x86_64"] },
	"platform in JSON": {
		read: (text) => decodePlatform(text),
		seeds: ['{"os":"linux","architecture":"arm","variant":"v7"}', "{}"],
	},
};

describe("what people write", { timeout: 600_000 }, () => {
	it.each(Object.entries(readers))("%s", (_name, { read, seeds }) => {
		for (const seed of seeds) for (let cut = 0; cut <= seed.length; cut += 3) tried(read, seed.slice(0, cut));
		const chance = new Chance(seeds.length);
		for (let round = rounds(600); round > 0; round--) tried(read, mutateText(chance, seeds));
	});
	function tried(read: (text: string) => unknown, text: string): void {
		const began = performance.now();
		try {
			read(text);
		} catch (error) {
			expectWords((error as Error).message, text);
			expect((error as Error).name, show(text)).toMatch(/^(EngineError|Error|TemplateError|DockerfileError|ShellError)$/);
		}
		if (performance.now() - began > PATIENCE_MS) expect.fail(`no end in sight of ${show(text)}`);
	}
});
