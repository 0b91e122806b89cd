// Small pure parts of the pages: languages, marks, cut texts, live words, sizes, progress.

import { describe, expect, test } from "vitest";
import { findLinks } from "../../components/console/find-links";
import { isInteractiveDocker } from "../../components/console/where";
import { parseProgress } from "../../components/lesson/progress";
import { humanSize } from "../../components/machine/bytes";
import { readableInstruction, readWorld } from "../../components/machine/world";
import { fitText, textWidth } from "../../components/stage/grammar/fit-text";
import { markOf, shortId } from "../../components/stage/grammar/mark";
import { inLocale, preferredLocale } from "../../components/words/locale";
import { digest, id, world } from "./sample";

describe("languages", () => {
	test.each([
		[null, "ko"],
		["", "ko"],
		["en-US,en;q=0.9", "en"],
		["ko-KR,ko;q=0.9,en;q=0.8", "ko"],
		["fr,en;q=0.3,ko;q=0.7", "ko"],
		["de-DE", "ko"],
		["ko;q=0, en", "en"],
	])("Accept-Language %j is answered in %s", (header, locale) => {
		expect(preferredLocale(header)).toBe(locale);
	});
	test.each([
		["/ko", "en", "/en"],
		["/ko/lessons/docker-run", "en", "/en/lessons/docker-run"],
		["/en/lessons", "ko", "/ko/lessons"],
		["/korea", "en", "/korea"],
	] as const)("%s in %s is %s", (path, locale, to) => {
		expect(inLocale(path, locale)).toBe(to);
	});
});

describe("marks", () => {
	test("the same digest has the same mark, with its algorithm or without", () => {
		expect(markOf(digest(7))).toEqual(markOf(id(7)));
	});
	test("a mark is never blank and is the same from both sides", () => {
		for (let n = 0; n < 256; n++) {
			const { cells } = markOf(digest(n));
			expect(cells.flat().some(Boolean)).toBe(true);
			for (const row of cells) expect(row).toEqual([...row].reverse());
		}
	});
	test("shortId gives twelve digits", () => {
		expect(shortId(digest(171))).toBe("abababababab");
	});
});

describe("cut texts", () => {
	test("what fits stays", () => expect(fitText("busybox", 200, 14)).toBe("busybox"));
	test("what does not ends with an ellipsis and fits", () => {
		const cut = fitText("컨테이너의 읽기·쓰기 레이어", 80, 14);
		expect(cut.endsWith("…")).toBe(true);
		expect(textWidth(cut, 14)).toBeLessThanOrEqual(80);
	});
	test("Korean is two cells in the monospaced face", () => expect(textWidth("가a", 10, true)).toBe(15));
});

describe("live words of the console", () => {
	test.each([
		["a container's short id", `${id(77).slice(0, 12)}   busybox   "sh"`, [id(77), digest(1)]],
		["a container's name", "cow", [id(77)]],
		["an image by name", "FROM layers", [digest(2)]],
		["a layer's blob", `Digest: ${digest(110)}`, [digest(10)]],
		["a part of a word is not the word", "cowboy busyboxes", []],
		["hexadecimal that nothing has", "0123456789ab", []],
		["a container's address, with a port too", "172.18.0.2:80 172.18.0.20", [id(77)]],
		["a network by its name and id", `shop ${id(90).slice(0, 12)}`, [id(90), id(90)]],
		["the name of a network that every daemon has", "bridge", []],
	])("%s", (_, line, keys) => {
		expect(findLinks(line, world).map(({ key }) => key)).toEqual(keys);
	});
	test("columns are where the word stands", () => {
		expect(findLinks("id: cow!", world)).toEqual([{ start: 4, end: 7, key: id(77) }]);
	});
});

describe("who has the terminal", () => {
	test.each([
		["docker run -it busybox sh", true],
		["docker run -i --rm busybox cat", true],
		["/usr/bin/docker exec -ti cow sh", true],
		["docker container run --interactive busybox", true],
		["docker attach cow", true],
		["docker start -ai cow", true],
		["docker run --rm busybox echo hi", false],
		["docker ps -a", false],
		["sh -i", false],
	])("%s: %s", (line, inside) => {
		expect(isInteractiveDocker(line.split(" "))).toBe(inside);
	});
});

test.each([
	[0, "0 B"],
	[999, "999 B"],
	[2_012_345, "2.01 MB"],
	[Number.POSITIVE_INFINITY, "∞"],
])("humanSize(%d) is %s", (bytes, text) => {
	expect(humanSize(bytes)).toBe(text);
});

test.each([
	['/bin/sh -c #(nop)  CMD ["sh"]', 'CMD ["sh"]'],
	["COPY rootfs/ / # buildkit", "COPY rootfs/ /"],
	["/bin/sh -c rm /bin/vi", "RUN rm /bin/vi"],
	["RUN /bin/sh -c rm /bin/vi # buildkit", "RUN rm /bin/vi"],
])("readableInstruction(%j)", (created, text) => {
	expect(readableInstruction(created)).toBe(text);
});

describe("readWorld", () => {
	const blobs: Record<string, unknown> = {
		[digest(1)]: { manifests: [{ digest: digest(2), platform: { os: "linux", architecture: "amd64" } }] },
		[digest(2)]: { config: { digest: digest(3) }, layers: [{ digest: digest(110), size: 900 }] },
		[digest(3)]: {
			rootfs: { diff_ids: [digest(10)] },
			history: [{ created_by: "COPY rootfs/ / # buildkit" }, { created_by: 'CMD ["sh"]', empty_layer: true }],
		},
	};
	const answers: Record<string, unknown> = {
		"/images/json": [{ Id: digest(1), RepoTags: ["busybox:latest"] }],
		"/containers/json?all=1": [{ Id: id(77), Image: "busybox", ImageID: digest(1) }],
		"/networks": [{ Id: id(90), Name: "bridge" }],
		[`/images/${digest(1)}/history`]: [{ Size: 0 }, { Size: 2000 }],
		[`/containers/${id(77)}/json`]: { Name: "/cow", State: { Status: "exited", ExitCode: 3, Pid: 0 } },
		[`/containers/${id(77)}/changes`]: [{ Path: "/a", Kind: 1 }],
	};
	const machine = {
		docker: async (_: string, path: string) => ({
			status: path in answers ? 200 : 404,
			headers: {},
			body: JSON.stringify(answers[path] ?? {}),
		}),
		readFile: async (path: string) => new TextEncoder().encode(JSON.stringify(blobs[`sha256:${path.split("/").at(-1)}`])),
	};
	test("an image's layers come from its index, manifest and config; sizes from the history", async () => {
		const read = await readWorld(machine, null);
		expect(read.images).toEqual([
			{
				id: digest(1),
				tags: ["busybox:latest"],
				layers: [{ diffId: digest(10), digest: digest(110), blobSize: 900, size: 2000, instruction: "COPY rootfs/ /" }],
			},
		]);
		expect(read.containers).toEqual([
			{
				id: id(77),
				name: "cow",
				imageId: digest(1),
				image: "busybox",
				state: "exited",
				exitCode: 3,
				pid: 0,
				addresses: [],
				changes: [{ path: "/a", kind: "added" }],
			},
		]);
	});
	test("what is known of an image is not read again", async () => {
		const before = await readWorld(machine, null);
		const after = await readWorld({ ...machine, readFile: () => Promise.reject(new Error("read again")) }, before);
		expect(after.images).toEqual(before.images);
	});
});

describe("progress", () => {
	test("what was saved is read", () => {
		const saved = {
			version: 1,
			lessons: { "docker-run": { solved: { hello: "2026-11-22T00:00:00Z" }, chosen: { pid: "one" } } },
		};
		expect(parseProgress(JSON.stringify(saved))).toEqual(saved);
	});
	test.each(["", "{}", '{"version":2,"lessons":{}}', '{"version":1,"lessons":{"a":{}}}'])("%j is no progress file", (text) => {
		expect(() => parseProgress(text)).toThrow();
	});
});
