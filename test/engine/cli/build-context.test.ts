// What a build sends, and what is no context. Cases of docker/cli's image/build/context_test.go and urlutil_test.go (v29.7.2), and ours beside them.

import { describe, expect, it } from "vitest";
import { collect, text } from "../../../engine/lib/bytes";
import { header } from "../../../engine/lib/tar/header";
import { readTar } from "../../../engine/lib/tar/read";
import { writeTar } from "../../../engine/lib/tar/write";
import { FakeDaemon, runDocker } from "./double";

const FROM = "FROM busybox";
interface Sent {
	code: number;
	err: string;
	query: Record<string, string>;
	/** The archive's entries: a file's content, "/" for a directory, "-> target" for a link. */
	entries: Record<string, string>;
}
type Given = NonNullable<Parameters<typeof runDocker>[2]>;

async function build(words: string[], given: Given, buildkit = false): Promise<Sent> {
	const entries: Record<string, string> = {};
	const daemon = new FakeDaemon({
		"POST /build": async (request, responder) => {
			for await (const { header: head, body } of readTar(request.body)) {
				const content = text(await collect(body));
				entries[head.name] = head.type === "symlink" ? `-> ${head.linkname}` : head.type === "directory" ? "/" : content;
			}
			return responder.respond(200, {}, "");
		},
	});
	const env = { DOCKER_BUILDKIT: buildkit ? "1" : "0" };
	const { code, err } = await runDocker(["build", "-q", ...words], daemon.handle, { ...given, env });
	return { code, err: err.replace(/^DEPRECATED[\s\S]*?\n\n/, ""), query: daemon.requests[0]?.query ?? {}, entries };
}

describe("a directory", () => {
	const files = { "/home/c/Dockerfile": FROM, "/home/c/a.txt": "a", "/home/other/Dockerfile.prod": "FROM scratch" };
	it("goes with its Dockerfile, whichever way it is called", async () => {
		const { query, entries } = await build(["c"], { files });
		expect({ file: query.dockerfile, entries }).toEqual({ file: "Dockerfile", entries: { Dockerfile: FROM, "a.txt": "a" } });
		expect((await build(["-f", "c/a.txt", "c"], { files })).query.dockerfile).toBe("a.txt");
		expect((await build(["c"], { files: { "/home/c/dockerfile": FROM } })).query.dockerfile).toBe("dockerfile");
	});
	it("without what .dockerignore leaves out, but with the Dockerfile", async () => {
		const ignored = { ...files, "/home/c/.dockerignore": "Dockerfile\n*.txt\n" };
		expect(Object.keys((await build(["c"], { files: ignored })).entries).sort()).toEqual([".dockerignore", "Dockerfile"]);
	});
	it("has a list of the Dockerfile's own with BuildKit alone", async () => {
		const ignored = { ...files, "/home/c/Dockerfile.dockerignore": "*.txt\n" };
		expect(Object.keys((await build(["c"], { files: ignored })).entries)).toContain("a.txt");
		expect(Object.keys((await build(["c"], { files: ignored }, true)).entries)).not.toContain("a.txt");
	});
	it("may be a link, and have one for its Dockerfile", async () => {
		const inside = await build(["link"], { files, links: { "/home/link": "c" } });
		expect({ file: inside.query.dockerfile, entries: inside.entries }).toEqual({
			file: "Dockerfile",
			entries: { Dockerfile: FROM, "a.txt": "a" },
		});
		const prod = await build(["-f", "c/prod", "c"], {
			files: { ...files, "/home/c/sub/prod": "FROM a" },
			links: { "/home/c/prod": "sub/prod" },
		});
		expect(prod.query.dockerfile).toBe("sub/prod");
	});
	it("takes a Dockerfile from elsewhere along under another name", async () => {
		const ways: Array<{ words: string[]; links: Record<string, string> }> = [
			{ words: ["-f", "other/Dockerfile.prod", "c"], links: {} },
			{ words: ["-f", "c/away", "c"], links: { "/home/c/away": "/home/other/Dockerfile.prod" } },
		];
		for (const given of ways) {
			const { query, entries } = await build(given.words, { files, links: given.links });
			expect(query.dockerfile).toMatch(/^\.dockerfile\.[0-9a-f]{20}$/);
			expect(entries[query.dockerfile!]).toBe("FROM scratch");
		}
	});
	it("comes before what looks like an address", async () => {
		const { entries } = await build(["github.com/a/b"], { files: { "/home/github.com/a/b/Dockerfile": FROM } });
		expect(entries).toEqual({ Dockerfile: FROM });
	});
});

describe("standard input", () => {
	it("is a Dockerfile", async () => {
		const { query, entries } = await build(["-"], { stdin: FROM });
		expect({ file: query.dockerfile, entries }).toEqual({ file: "Dockerfile", entries: { Dockerfile: FROM } });
	});
	it("is an archive", async () => {
		const one = header({ name: "my", type: "file", mode: 0o644, size: FROM.length });
		const stdin = await collect(writeTar([{ header: one, body: [new TextEncoder().encode(FROM)] }]));
		const { query, entries } = await build(["-f", "my", "-"], { stdin });
		expect({ file: query.dockerfile, entries }).toEqual({ file: "my", entries: { my: FROM } });
	});
	it("is the Dockerfile of a directory", async () => {
		const { query, entries } = await build(["-f", "-", "c"], { stdin: FROM, files: { "/home/c/a": "a" } });
		expect(entries[query.dockerfile!]).toBe(FROM);
		expect(entries.a).toBe("a");
	});
});

const PREPARE = "unable to prepare context: ";
const STDIN = "invalid argument: can't use stdin for both build context and dockerfile";
const BOTH = "ambiguous Dockerfile source: both stdin and flag correspond to Dockerfiles";
const LSTAT = `${PREPARE}unable to evaluate symlinks in Dockerfile path: lstat`;
const files = { "/home/c/a.txt": "a", "/home/file": "f" };
it.each<[string[], Given, string]>([
	[["-f", "-", "-"], { stdin: FROM }, STDIN],
	[["-f", "custom.Dockerfile", "-"], { stdin: FROM }, PREPARE + BOTH],
	[["none"], {}, `${PREPARE}path "none" not found`],
	[["file"], { files }, `${PREPARE}context must be a directory: /home/file`],
	[["c"], { files }, `${LSTAT} /home/c/Dockerfile: no such file or directory`],
	[["-f", "c/fake", "c"], { files }, `${LSTAT} /home/c/fake: no such file or directory`],
	[["-f", "c/no/fake", "c"], { files }, `${LSTAT} /home/c/no: no such file or directory`],
	[["c"], { files, links: { "/home/c/Dockerfile": "gone" } }, `${LSTAT} /home/c/gone: no such file or directory`],
])("%j is refused by the classic builder's client", async (words, given, message) => {
	const { code, err, query } = await build(words, given);
	expect({ code, err, query }).toEqual({ code: 1, err: `${message}\n`, query: {} });
});
it.each<[string[], Given, string]>([
	[["-f", "-", "-"], { stdin: FROM }, STDIN],
	[["-f", "custom.Dockerfile", "-"], { stdin: FROM }, BOTH],
	[["none"], {}, `${PREPARE}path "none" not found`],
	[["file"], { files }, `${PREPARE}path "file" not found`],
	[["-f", "c/fake", "c"], { files }, "failed to solve: failed to read dockerfile: open fake: no such file or directory"],
])("%j is refused by buildx", async (words, given, message) => {
	const { code, err, query } = await build(words, given, true);
	expect({ code, err, query }).toEqual({ code: 1, err: `ERROR: failed to build: ${message}\n`, query: {} });
});

it.each([
	["git://github.com/docker/docker"],
	["git@github.com:docker/docker.git"],
	["https://github.com/docker/docker.git#branch:dir"],
	["github.com/docker/docker"],
	["http://example.com/context.tar"],
])("%s is left to the daemon", async (address) => {
	expect((await build([address], {})).query.remote).toBe(address);
});
