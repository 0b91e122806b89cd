// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a Dockerfile
// BuildKit's checks: for each rule a Dockerfile that breaks it, with the words of the warning, and one that does not.
// https://docs.docker.com/reference/build-checks/ (moby/buildkit, frontend/dockerfile/linter)

import { describe, expect, it } from "vitest";
import { build } from "../../../engine/builder/build";
import { MemoryContext } from "../../../engine/builder/context/memory";
import { RULES, type RuleName } from "../../../engine/builder/lint/rules";
import type { BuildBackend, BuildEvent, BuildOptions } from "../../../engine/builder/types";
import { utf8 } from "../../../engine/lib/bytes";
import { digestOf } from "../../../engine/lib/digest";

interface Row {
	/** The warning's words, and its lines. */
	words: string;
	lines: [start: number, end: number];
	bad: string;
	good: string;
	ignore?: string;
	options?: Partial<BuildOptions>;
}
const ROWS: Record<RuleName, Row> = {
	StageNameCasing: {
		words: "Stage name 'BuilderBase' should be lowercase",
		lines: [1, 1],
		bad: "FROM scratch AS BuilderBase\n",
		good: "FROM scratch AS builder-base\n",
	},
	FromAsCasing: {
		words: "'as' and 'FROM' keywords' casing do not match",
		lines: [1, 1],
		bad: "FROM scratch as base\n",
		good: "from scratch as base\n",
	},
	NoEmptyContinuation: {
		words: "Empty continuation line",
		lines: [4, 4],
		bad: "FROM scratch\nENV A=1 \\\n\n  B=2\n",
		good: "FROM scratch\nENV A=1 \\\n# a comment\n  B=2\n",
	},
	ConsistentInstructionCasing: {
		words: "Command 'env' should match the case of the command majority (uppercase)",
		lines: [2, 2],
		bad: "FROM scratch\nenv A=1\nENV B=2\n",
		good: "from scratch\nenv A=1\nenv B=2\n",
	},
	DuplicateStageName: {
		words: 'Duplicate stage name "base", stage names should be unique',
		lines: [2, 2],
		bad: "FROM scratch AS base\nFROM scratch AS base\n",
		good: "FROM scratch AS base\nFROM scratch AS base2\n",
	},
	ReservedStageName: {
		words: 'Stage name should not use the same name as reserved stage "context"',
		lines: [1, 1],
		bad: "FROM scratch AS context\n",
		good: "FROM scratch AS contexts\n",
	},
	JSONArgsRecommended: {
		words: "JSON arguments recommended for CMD to prevent unintended behavior related to OS signals",
		lines: [2, 2],
		bad: "FROM scratch\nCMD run it\n",
		good: 'FROM scratch\nCMD ["run", "it"]\nSHELL ["sh", "-c"]\nENTRYPOINT with a shell of its own\n',
	},
	MaintainerDeprecated: {
		words: "Maintainer instruction is deprecated in favor of using label",
		lines: [2, 2],
		bad: "FROM scratch\nMAINTAINER me\n",
		good: "FROM scratch\nLABEL org.opencontainers.image.authors=me\n",
	},
	UndefinedArgInFrom: {
		words: "FROM argument 'VARIANTS' is not declared (did you mean VARIANT?)",
		lines: [2, 2],
		bad: "ARG VARIANT=1\nFROM base${VARIANTS}\n",
		good: "ARG VARIANT=\nFROM base${VARIANT}\n",
	},
	WorkdirRelativePath: {
		words: 'Relative workdir "usr/share" can have unexpected results if the base image changes',
		lines: [2, 2],
		bad: "FROM scratch\nWORKDIR usr/share\n",
		good: "FROM scratch\nWORKDIR /usr\nWORKDIR share\n",
	},
	UndefinedVar: {
		words: "Usage of undefined variable '$foot' (did you mean $foo?)",
		lines: [3, 3],
		bad: "FROM scratch\nARG foo=1\nENV A=$foot\n",
		good: "FROM scratch\nARG foo=1\nENV A=$foo\n",
	},
	MultipleInstructionsDisallowed: {
		words: "Multiple ENTRYPOINT instructions should not be used in the same stage because only the last one will be used",
		lines: [2, 2],
		bad: 'FROM scratch\nENTRYPOINT ["a"]\nENTRYPOINT ["b"]\n',
		good: 'FROM scratch AS first\nENTRYPOINT ["a"]\nFROM scratch\nENTRYPOINT ["b"]\n',
	},
	LegacyKeyValueFormat: {
		words: '"LABEL key=value" should be used instead of legacy "LABEL key value" format',
		lines: [2, 2],
		bad: "FROM scratch\nLABEL A b\n",
		good: "FROM scratch\nLABEL A=b\n",
	},
	InvalidBaseImagePlatform: {
		words: 'Base image other was pulled with platform "linux/arm64", expected "linux/amd64" for current build',
		lines: [1, 1],
		bad: "FROM other\n",
		good: "FROM same\n",
	},
	RedundantTargetPlatform: {
		words: "Setting platform to predefined ${TARGETPLATFORM} in FROM is redundant as this is the default behavior",
		lines: [1, 1],
		bad: "FROM --platform=${TARGETPLATFORM} scratch\n",
		good: "FROM --platform=$BUILDPLATFORM scratch\n",
	},
	SecretsUsedInArgOrEnv: {
		words: 'Do not use ARG or ENV instructions for sensitive data (ENV "AWS_SECRET_ACCESS_KEY")',
		lines: [2, 2],
		bad: "FROM scratch\nENV AWS_SECRET_ACCESS_KEY=x\n",
		good: "FROM scratch\nENV PUBLIC_KEY=x MONKEY=y TOKEN_FILE=/z\n",
	},
	InvalidDefaultArgInFrom: {
		words: "Default value for ARG base:${TAG} results in empty or invalid base image name",
		lines: [2, 2],
		bad: "ARG TAG\nFROM base:${TAG}\n",
		good: "ARG TAG=1\nFROM base:${TAG}\n",
		options: { buildArgs: { TAG: "1" } },
	},
	FromPlatformFlagConstDisallowed: {
		words: 'FROM --platform flag should not use constant value "linux/amd64"',
		lines: [1, 1],
		bad: "FROM --platform=linux/amd64 scratch AS build\n",
		good: "FROM --platform=linux/amd64 scratch AS build_amd64\n",
	},
	CopyIgnoredFile: {
		words: 'Attempting to Copy file "tmp/hello.txt" that is excluded by .dockerignore',
		lines: [2, 2],
		bad: "FROM scratch\nCOPY ./tmp/hello.txt /\n",
		good: "FROM scratch\nCOPY ./kept/hello.txt /\n",
		ignore: "tmp\n",
	},
	InvalidDefinitionDescription: {
		words: "Comment for ARG should follow the format: `# VERSION <description>`",
		lines: [4, 4],
		bad: "# check=experimental=all\nFROM scratch\n# no description\nARG VERSION=1\n",
		good: "# check=experimental=all\n# base is where all begins\nFROM scratch AS base\n# anything\n#\nARG VERSION=1\n# OTHER is another\nARG OTHER\n",
	},
	ExposeProtoCasing: {
		words: "Defined protocol '80/TcP' in EXPOSE instruction should be lowercase",
		lines: [2, 2],
		bad: "FROM scratch\nEXPOSE 80/TcP\n",
		good: "FROM scratch\nEXPOSE 80/tcp\n",
	},
	ExposeInvalidFormat: {
		words: "EXPOSE instruction should not define an IP address or host-port mapping, found '127.0.0.1:80:80'",
		lines: [2, 2],
		bad: "FROM scratch\nEXPOSE 127.0.0.1:80:80\n",
		good: "FROM scratch\nEXPOSE 80\n",
	},
};

/** A store with images of two platforms; a check fetches nothing else. */
function backend(): BuildBackend {
	const content = new Map<string, Uint8Array>();
	const put = (mediaType: string, value: unknown) => {
		const data = utf8(JSON.stringify(value));
		const digest = digestOf(data);
		content.set(digest, data);
		return { mediaType, digest, size: data.length };
	};
	const image = (architecture: string) => {
		const file = { architecture, os: "linux", config: {}, rootfs: { type: "layers", diff_ids: [] } };
		const config = put("application/vnd.oci.image.config.v1+json", file);
		const mediaType = "application/vnd.oci.image.manifest.v1+json";
		return put(mediaType, { schemaVersion: 2, mediaType, config, layers: [] });
	};
	const images: Record<string, ReturnType<typeof image>> = {
		"docker.io/library/same:latest": image("amd64"),
		"docker.io/library/other:latest": image("arm64"),
	};
	const containerd = {
		"images.get": async ({ name }: { name: string }) => ({ name, target: images[name]!, labels: {} }),
		async *"content.read"({ digest }: { digest: string }) {
			yield { data: content.get(digest)! };
		},
	};
	return { sys: { now: () => 0n }, containerd } as unknown as BuildBackend;
}

type Checked = Extract<BuildEvent, { kind: "checked" }>;
async function check(dockerfile: string, { ignore, options }: Pick<Row, "ignore" | "options"> = {}): Promise<Checked> {
	const context = new MemoryContext();
	if (ignore) context.add(".dockerignore", { content: ignore });
	const contexts = { base: new MemoryContext(), base1: new MemoryContext(), "base:1": new MemoryContext() };
	for await (const event of build({ dockerfile, context, contexts, tags: [], check: true, ...options }, backend())) {
		if (event.kind === "checked") return event;
	}
	throw new Error("nothing was checked");
}
const found = async (...given: Parameters<typeof check>): Promise<string[]> =>
	(await check(...given)).warnings.map(({ rule }) => rule);

describe("lint", () => {
	it.each(Object.entries(ROWS))("%s", async (name, row) => {
		const { warnings, error } = await check(row.bad, row);
		expect(error).toBeUndefined();
		const { description, url } = RULES[name as RuleName];
		const [start, end] = row.lines;
		expect(warnings).toEqual([{ rule: name, message: row.words, description, url, start, end }]);
		expect(await found(row.good, row)).toEqual([]);
	});

	it("has BuildKit's pages", () => {
		for (const [name, { url }] of Object.entries(RULES)) {
			const page = name.replace(/^JSON/, "Json").replace(/[A-Z]/g, (letter, at) => `${at > 0 ? "-" : ""}${letter.toLowerCase()}`);
			expect(url).toBe(name === "InvalidBaseImagePlatform" ? "" : `https://docs.docker.com/go/dockerfile/rule/${page}/`);
		}
	});

	describe("# check=", () => {
		const TWO = "FROM scratch AS Base\nCMD a\n";
		it("leaves rules out", async () => {
			expect(await found(TWO)).toEqual(["StageNameCasing", "JSONArgsRecommended"]);
			expect(await found(`# check=skip=JSONArgsRecommended\n${TWO}`)).toEqual(["StageNameCasing"]);
			expect(await found(`# check=skip=StageNameCasing,JSONArgsRecommended\n${TWO}`)).toEqual([]);
			expect(await found(`# check=skip=StageNameCasing, JSONArgsRecommended\n${TWO}`)).toEqual(["JSONArgsRecommended"]);
			expect(await found(`# syntax=docker/dockerfile:1\n# check=skip=all\n${TWO}`)).toEqual([]);
			expect(await found(`# check=skip=all;experimental=all\n# c\n${TWO}`)).toEqual(["InvalidDefinitionDescription"]);
		});
		it("leaves rules out for one instruction", async () => {
			expect(await found("FROM scratch\n# check=skip=JSONArgsRecommended\nCMD a\nENTRYPOINT b\n")).toEqual([
				"JSONArgsRecommended",
			]);
		});
		it("makes warnings an error", async () => {
			const { error, warnings } = await check(`# check=error=true\n${TWO}`);
			expect(error?.message).toBe("lint violation found for rules: StageNameCasing, JSONArgsRecommended");
			expect(warnings).toHaveLength(2);
			const skipped = await check(`# check=skip=StageNameCasing,JSONArgsRecommended;error=true\n${TWO}`);
			expect(skipped.error).toBeUndefined();
		});
		it("is given as an argument, too", async () => {
			const options = { buildArgs: { BUILDKIT_DOCKERFILE_CHECK: "skip=StageNameCasing" } };
			expect(await found(TWO, { options })).toEqual(["JSONArgsRecommended"]);
		});
		it.each([
			["nothing", 'invalid check option "nothing"'],
			["rule=x", 'invalid check option "rule"'],
			["error=maybe", 'failed to parse check option "error=maybe": strconv.ParseBool: parsing "maybe": invalid syntax'],
		])("that is wrong: %s", async (value, words) => {
			const { error } = await check(`# check=${value}\n${TWO}`);
			expect(error?.message).toBe(`failed to parse check options: ${words}`);
		});
	});
});
