// docker cp, save and export: what is said, and where nothing can be written. Cases of docker/cli's container/cp_test.go (v29.7.2), and ours beside them.

import { describe, expect, it } from "vitest";
import { encodeBase64 } from "../../../engine/lib/base64";
import { collect, utf8 } from "../../../engine/lib/bytes";
import { header } from "../../../engine/lib/tar/header";
import { readTar } from "../../../engine/lib/tar/read";
import { writeTar } from "../../../engine/lib/tar/write";
import { FakeDaemon, runDocker } from "./double";

const DIRECTORY = 2 ** 31;
const SYMLINK = 2 ** 27;
const CHARACTER_DEVICE = 2 ** 26 + 2 ** 21;
const terminal = { rows: 24, cols: 80 };

/** A container in which every path is what `stat` says; what is put there is kept. */
async function container(stat: { name?: string; size?: number; mode?: number; linkTarget?: string }, content = "hello") {
	const put: string[] = [];
	const headers = {
		"x-docker-container-path-stat": encodeBase64(
			utf8(JSON.stringify({ name: "f", size: 0, mode: 0o644, linkTarget: "", ...stat })),
		),
	};
	const one = header({ name: "file1", type: "file", mode: 0o644, size: content.length });
	const archive = await collect(writeTar([{ header: one, body: [utf8(content)] }]));
	const daemon = new FakeDaemon({
		"HEAD /containers/c/archive": (_, responder) => responder.respond(200, headers, ""),
		"GET /containers/c/archive": (_, responder) => responder.respond(200, headers, archive),
		"PUT /containers/c/archive": async (request, responder) => {
			for await (const { header: head } of readTar(request.body)) put.push(head.name);
			return responder.respond(200, {}, "");
		},
	});
	return { daemon, put, transferred: archive.length };
}

describe("docker cp", () => {
	it.each([
		[["first:/path", "second:/path"], "copying between containers is not supported"],
		[["./source", "./dest"], "must specify at least one container source"],
		[["/abs/path:withcolon", "./relative:path"], "must specify at least one container source"],
		[["c:/f", "/home/missing/foo"], 'invalid output path: directory "/home/missing" does not exist'],
		[["c:/dev/null", "/home/random"], 'invalid output path: "/home/random" must be a directory or a regular file: got a device'],
		[["/does/not/exist", "c:/path"], "lstat /does: no such file or directory"],
		[["none", "c:/path"], "lstat /home/none: no such file or directory"],
		[["file/", "c:/path"], "not a directory"],
	])("%j is refused", async (words, message) => {
		const { daemon } = await container({});
		const modes = { "/home/random": 0o020666, "/home": 0o040755 };
		const { code, err } = await runDocker(["cp", ...words], daemon.handle, { modes, files: { "/home/file": "x" } });
		expect(code).toBe(1);
		expect(err.trimEnd()).toBe(message);
	});
	it("does not replace a container's device", async () => {
		const { daemon, put } = await container({ mode: CHARACTER_DEVICE + 0o666 });
		const { err } = await runDocker(["cp", "file", "c:/dev/null"], daemon.handle, { files: { "/home/file": "x" } });
		expect(err).toBe('destination "c:/dev/null" must be a directory or a regular file: got a device\n');
		expect(put).toEqual([]);
	});
	it("writes the archive to standard output as it comes", async () => {
		const { daemon, transferred } = await container({});
		const { out, err } = await runDocker(["cp", "c:/path", "-"], daemon.handle);
		expect({ length: out.length, err }).toEqual({ length: transferred, err: "" });
	});

	const summary = async (words: string[], stat: Parameters<typeof container>[0], given: Parameters<typeof runDocker>[2]) => {
		const { daemon } = await container(stat);
		return (await runDocker(["cp", ...words], daemon.handle, { terminal, ...given })).err;
	};
	it.each([
		["a file out", ["c:/file1", "/home/dst"], { size: 5 }, "Successfully copied 5B (transferred 2.05kB) to /home/dst\n"],
		["a directory out", ["c:/d", "/home/dst"], { mode: DIRECTORY }, "Successfully copied 2.05kB to /home/dst\n"],
		["a file in", ["file", "c:/tmp"], { mode: DIRECTORY }, "Successfully copied 5B (transferred 2.05kB) to c:/tmp\n"],
		["an empty file in", ["empty", "c:/tmp"], { mode: DIRECTORY }, "Successfully copied 0B (transferred 1.54kB) to c:/tmp\n"],
		["a directory in", ["dir/", "c:/tmp"], { mode: DIRECTORY }, "Successfully copied 6B (transferred 3.58kB) to c:/tmp\n"],
		["standard input", ["-", "c:/tmp"], { mode: DIRECTORY }, "Successfully copied 0B to c:/tmp\n"],
	])("says how much: %s", async (_, words, stat, expected) => {
		const files = { "/home/file": "hello", "/home/empty": "", "/home/dir/a": "aaa", "/home/dir/b": "bbb", "/home/dst/x": "" };
		expect(await summary(words, stat, { files })).toBe(expected);
	});
	it("says nothing where it is told so, or where there is no terminal", async () => {
		const files = { "/home/file": "hello" };
		expect(await summary(["-q", "file", "c:/tmp"], { mode: DIRECTORY }, { files })).toBe("");
		expect(await summary(["file", "c:/tmp"], { mode: DIRECTORY }, { files, terminal: undefined })).toBe("");
	});
	it("goes where the container's link leads", async () => {
		const link = { mode: SYMLINK, linkTarget: "../other" };
		const err = await summary(["file", "c:/a/b/link"], link, { files: { "/home/file": "hello" } });
		expect(err).toBe("Successfully copied 5B (transferred 2.05kB) to c:/a/other\n");
	});
});

describe.each([
	["save", ["save", "a"], "failed to save image: "],
	["export", ["export", "c"], "failed to export container: "],
])("docker %s -o", (_, words, prefix) => {
	it.each([
		["/home/none/f", "invalid output path: stat /home/none: no such file or directory"],
		["/home/file/f", "invalid output path: stat /home/file: not a directory"],
		["/home/dir", "cannot write to a directory"],
		["/home/link", "cannot write to a symbolic link directly"],
		["/home/null", "cannot write to a character device file"],
		["/home/fifo", "cannot write to a named pipe (FIFO)"],
	])("%s", async (path, message) => {
		const modes = { "/home/link": 0o120777, "/home/null": 0o020666, "/home/fifo": 0o010644 };
		const files = { "/home/file": "x", "/home/dir/f": "" };
		const daemon = new FakeDaemon({});
		const { code, err } = await runDocker([...words, "-o", path], daemon.handle, { files, modes });
		expect({ code, err, asked: daemon.requests.length }).toEqual({ code: 1, err: `${prefix}${message}\n`, asked: 0 });
	});
});
