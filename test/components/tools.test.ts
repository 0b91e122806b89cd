// Pure parts of the tools: what layers waste, which line a build's step came from, the search, hexadecimal.

import { spawnSync } from "node:child_process";
import { gunzipSync } from "node:zlib";
import { describe, expect, test } from "vitest";
import { searchEntries } from "../../app/[locale]/search.json/entries";
import { hexDump } from "../../components/editor/hex";
import { languageOf } from "../../components/editor/languages";
import { instructionOf, instructionsOf, layerOfStep, linesOfSteps } from "../../components/editor/step-lines";
import { explore } from "../../components/explorer/explore";
import { hasImages, quoted } from "../../components/playground/transfer";
import { makeSearch } from "../../components/search/engine";
import { checkDockerfile } from "../../engine/host/browser/dockerfile-checks";
import { isImageArchive, type LayerFile, layerFile, layerFiles } from "../../engine/host/browser/layer";
import { concat, utf8 } from "../../engine/lib/bytes";
import { gzip } from "../../engine/lib/gzip";
import { header } from "../../engine/lib/tar/header";
import { writeTar } from "../../engine/lib/tar/write";

const file = (path: string, size = 0, more: Partial<LayerFile> = {}): LayerFile => ({
	path,
	type: "file",
	size,
	mode: 0o644,
	uid: 0,
	gid: 0,
	linkname: "",
	...more,
});
const directory = (path: string): LayerFile => file(path, 0, { type: "directory", mode: 0o755 });

describe("what layers add, change, delete and waste", () => {
	const [base, second, third] = explore([
		[directory("/etc"), file("/etc/a", 100), file("/etc/b", 50), directory("/d"), file("/d/x", 7), file("/d/y", 8)],
		[directory("/etc"), file("/etc/a", 120), file("/new", 5)],
		[directory("/etc"), file("/etc/a", 0, { hides: "path" }), file("/d", 0, { hides: "path" })],
	]);
	test("the base adds", () => {
		expect(base?.count).toEqual({ added: 6, changed: 0, deleted: 0 });
		expect(base).toMatchObject({ bytes: 165, wasted: 0 });
	});
	test("what is changed stays below, wasted; a directory that only holds others is no change", () => {
		expect(second?.files.map(({ path, kind }) => `${kind} ${path}`)).toEqual(["changed /etc/a", "added /new"]);
		expect(second).toMatchObject({ bytes: 125, wasted: 100 });
	});
	test("what is deleted is wasted with all that is in it, as it was last", () => {
		expect(third?.count).toEqual({ added: 0, changed: 0, deleted: 2 });
		expect(third?.wasted).toBe(120 + 7 + 8);
	});
	test("an opaque directory hides what was in it, and not what it brings itself", () => {
		const [, opaque] = explore([
			[directory("/d"), file("/d/old", 9)],
			[directory("/d"), file("/d", 0, { hides: "directory" }), file("/d/now", 3)],
		]);
		expect(opaque?.files.map(({ path, kind, hides }) => [path, kind, hides])).toEqual([
			["/d/*", "deleted", 9],
			["/d/now", "added", 0],
		]);
	});
});

describe("layers as they are stored", () => {
	const archive = async (names: string[]): Promise<Uint8Array> => {
		const parts: Uint8Array[] = [];
		const entries = names.map((name) => {
			const body = utf8(`in ${name}`);
			return name.endsWith("/")
				? { header: header({ name, type: "directory" }) }
				: { header: header({ name, type: "file", size: body.length }), body: [body] };
		});
		for await (const part of gzip(writeTar(entries))) parts.push(part);
		return concat(parts);
	};
	test("paths, whiteouts and contents", async () => {
		const blob = await archive(["etc/", "etc/hosts", "etc/.wh.group", "var/.wh..wh..opq"]);
		expect((await layerFiles(blob)).map(({ path, hides }) => [path, hides])).toEqual([
			["/etc", undefined],
			["/etc/hosts", undefined],
			["/etc/group", "path"],
			["/var", "directory"],
		]);
		expect(new TextDecoder().decode(await layerFile(blob, "/etc/hosts", 4))).toBe("in e");
		expect(await layerFile(blob, "/etc/group", 4)).toBeUndefined();
	});
	test("an archive of images is known by what is in it", async () => {
		const blob = async (names: string[]): Promise<Blob> => new Blob([(await archive(names)) as Uint8Array<ArrayBuffer>]);
		expect(await isImageArchive(await blob(["blobs/x", "manifest.json"]))).toBe(true);
		expect(await isImageArchive(await blob(["etc/", "etc/hosts"]))).toBe(false);
		expect(await isImageArchive(new Blob(["no archive"]))).toBe(false);
		const saved = gunzipSync(await archive(["manifest.json"]));
		for (const program of ["gzip", "bzip2", "zstd"]) {
			const { stdout, error } = spawnSync(program, ["-c"], { input: saved });
			if (!error) expect(await isImageArchive(new Blob([stdout])), program).toBe(true);
		}
	});
	test("the host's own program looks into an archive of xz's", async () => {
		const file = new Blob([new Uint8Array([0xfd, 0x37, 0x7a, 0x58, 0x5a, 0, 0])]);
		const host = (stdout: string) => ({ run: async () => ({ code: 0, stdout, stderr: "" }) });
		expect(await hasImages(host("blobs/\nmanifest.json\n"), file, "/root/a.tar.xz")).toBe(true);
		expect(await hasImages(host("etc/\netc/hosts\n"), file, "/root/a.tar.xz")).toBe(false);
	});
});

describe("a build's steps and the Dockerfile's lines", () => {
	const DOCKERFILE = `# syntax\nFROM busybox AS a\nWORKDIR /src\nRUN echo one && \\\n    # why\n    echo two\nRUN <<EOF\necho three\nEOF\nCOPY \${WHAT} /\n\nFROM busybox\nCOPY --from=a /x /\n`;
	const step = (seq: number, name: string) => ({ seq, name, key: "", hit: false, reason: "", because: undefined }) as never;
	test("instructions, with lines that continue and here-documents", () => {
		expect(instructionsOf(DOCKERFILE).map(({ line, text }) => [line, text])).toEqual([
			[2, "FROM busybox AS a"],
			[3, "WORKDIR /src"],
			[4, "RUN echo one && echo two"],
			[7, "RUN <<EOF"],
			[10, "COPY ${WHAT} /"],
			[12, "FROM busybox"],
			[13, "COPY --from=a /x /"],
		]);
	});
	test("steps find their lines, by their words or by their place", () => {
		const steps = [
			step(1, "[a 2/5] WORKDIR /src"),
			step(2, "[a 3/5] RUN echo one &&     echo two"),
			step(3, "[a 4/5] RUN <<EOF (echo three...)"),
			step(4, "[a 5/5] COPY app /"),
			step(5, "[stage-1 2/2] COPY --from=a /x /"),
		];
		expect([...linesOfSteps(DOCKERFILE, steps)].sort()).toEqual([
			[1, 3],
			[2, 4],
			[3, 7],
			[4, 10],
			[5, 13],
		]);
	});
	test("a step's layer is the last of the image with its words", () => {
		expect(instructionOf("[2/3] RUN  make")).toBe("RUN make");
		const layer = (instruction: string) => ({ instruction, diffId: "", digest: "", blobSize: 0, size: 0 });
		const image = { id: "", tags: [], layers: [layer("COPY / /"), layer("RUN make"), layer("RUN make")] };
		expect(layerOfStep(image, step(1, "[2/3] RUN make"))?.at).toBe(2);
		expect(layerOfStep(image, step(1, "[2/3] RUN false"))).toBeUndefined();
	});
});

test("checks of a Dockerfile as one types: BuildKit's rules, and what cannot be read", () => {
	expect(checkDockerfile("FROM busybox\nRUN true\n")).toEqual([]);
	expect(checkDockerfile("FROM busybox as Build\nMAINTAINER me\n").map(({ rule, line }) => [rule, line])).toEqual([
		["StageNameCasing", 1],
		["FromAsCasing", 1],
		["MaintainerDeprecated", 2],
	]);
	expect(checkDockerfile("FROM busybox\nRUM true\n")).toMatchObject([
		{ kind: "error", line: 2, message: /unknown instruction: RUM/ },
	]);
});

test.each([
	["/root/app/Dockerfile", "dockerfile"],
	["Dockerfile.dev", "dockerfile"],
	["hello.sh", "shell"],
	["app.py", "python"],
	["notes", "plaintext"],
])("%s is %s", (name, language) => expect(languageOf(name)).toBe(language));

test("hexadecimal as hexdump -C has it", () => {
	expect(hexDump(utf8("Hello, world!\n\0\x7fA"))).toBe(
		"00000000  48 65 6c 6c 6f 2c 20 77  6f 72 6c 64 21 0a 00 7f  |Hello, world!...|\n00000010  41                                                |A|",
	);
});

test.each([
	["/root/app", "/root/app"],
	["a b", "'a b'"],
	["it's", "'it'\\''s'"],
	["$(rm)", "'$(rm)'"],
])("quoted(%j) for a shell", (text, safe) => expect(quoted(text)).toBe(safe));

describe("search", async () => {
	const ko = makeSearch(await searchEntries("ko"));
	const en = makeSearch(await searchEntries("en"));
	test.each([
		["a word", "볼륨", /lessons\/volumes$/],
		["its beginning", "네트", /lessons\/networks$/],
		["its middle", "임스페이", /lessons\/namespaces$/],
		["initial consonants", "ㄴㅇㅅㅍㅇㅅ", /lessons\/namespaces$/],
		["their beginning", "ㅂㄹ", /lessons\/volumes$/],
		["an English command in Korean", "docker run", /reference\/container\/run$/],
		["an option", "--publish", /reference\/container\/(run|create)$/],
		["an exit code", "137", /errors#exit-137$/],
		["an error's own words", "manifest unknown", /errors#manifest-unknown$/],
		["two words", "이름 컨테이너", /errors#name-conflict$/],
	])("Korean, %s: %s", (_, query, href) => {
		expect(ko.find(query, 8).map((entry) => entry.href)).toContainEqual(expect.stringMatching(href));
	});
	test.each([
		["a word", "volumes", /lessons\/volumes$/],
		["its beginning", "name", /lessons\/namespaces$/],
		["misspelt", "namespcaes", /lessons\/namespaces$/],
		["a short name", "rmi", /reference\/image\/rm$/],
		["an error", "port in use", /errors#port-in-use$/],
	])("English, %s: %s", (_, query, href) => {
		expect(en.find(query, 8).map((entry) => entry.href)).toContainEqual(expect.stringMatching(href));
	});
	// What learners type, and what stands first then.
	test.each([
		["ㄷㅋ", "lessons/"],
		["ㄹㅇㅇ", "lessons/layers"],
		["ㅋㅌㅇㄴ", "glossary#container"],
		["ㅇㅁㅈ", "glossary#image"],
		["ㄴㅌㅇㅋ", "lessons/networks"],
		["레잉", "lessons/layers"],
		["레이어를", "lessons/layers"],
		["컨테이너", "glossary#container"],
		["이미지", "glossary#image"],
		["이미지 삭제", "reference/image/rm"],
		["컨테이너 삭제", "reference/container/rm"],
		["볼륨 삭제", "reference/volume/rm"],
		["포트 열기", "glossary#published-port"],
		["포트 충돌", "errors#port-in-use"],
		["멀티 스테이지", "glossary#stage"],
		["메모리 제한", "errors#memory"],
		["종료 코드 137", "errors#exit-137"],
		["로그 보기", "reference/container/logs"],
		["빌드 캐시", "lessons/building"],
		["사설 레지스트리", "glossary#private-registry"],
		["디스크 정리", "errors#no-space"],
		["백업", "reference/image/save"],
		["셸 들어가기", "lessons/standing-in"],
		["스웜", "glossary#swarm"],
		["run", "reference/container/run"],
		["docker exec", "reference/container/exec"],
		["rmi", "reference/image/rm"],
		["-p", "reference/container/run"],
		["--rm", "reference/container/run"],
		["-it", "lessons/docker-run"],
		["port is already allocated", "errors#port-in-use"],
		["exec format error", "errors#exec-format"],
	])("Korean, first: %s", (query, href) => expect(ko.find(query)[0]?.href).toContain(href));
	test.each([
		["layers", "lessons/layers"],
		["container", "glossary#container"],
		["delete image", "reference/image/rm"],
		["remove container", "reference/container/rm"],
		["publish port", "glossary#published-port"],
		["port in use", "errors#port-in-use"],
		["exit code 137", "errors#exit-137"],
		["multi-stage", "stage"],
		["build cache", "glossary#build-cache"],
		["backup", "reference/image/save"],
		["docker run", "reference/container/run"],
		["exec", "reference/container/exec"],
		["permission denied", "errors#"],
		["no space left", "errors#no-space"],
		["save load", "lessons/keeping"],
		["kill", "reference/container/kill"],
		["volume prune", "reference/volume/prune"],
		["docker", "lessons/"],
		["--publish", "reference/container/run"],
		["why did my container stop", "reference/container/stop"],
	])("English, first: %s", (query, href) => expect(en.find(query)[0]?.href).toContain(href));
	test("nothing for nothing, and nothing for nonsense", () => {
		expect(ko.find("  ")).toEqual([]);
		expect(ko.find("ㅋㅋㅋㅋㅋㅋ")).toEqual([]);
		expect(en.find("qwxzqwxz")).toEqual([]);
	});
});
