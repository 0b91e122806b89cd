import { execFileSync } from "node:child_process";
import {
	existsSync,
	lstatSync,
	mkdirSync,
	mkdtempSync,
	readdirSync,
	readFileSync,
	readlinkSync,
	rmSync,
	writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { collect, equal, utf8 } from "../../../engine/lib/bytes";
import { digestOf } from "../../../engine/lib/digest";
import { makeDirectories } from "../../../engine/lib/files";
import { header, type TarHeader } from "../../../engine/lib/tar/header";
import { readTar } from "../../../engine/lib/tar/read";
import { writeTar } from "../../../engine/lib/tar/write";
import { applyLayer } from "../../../engine/oci/layer/apply";
import { createLayer } from "../../../engine/oci/layer/create";
import type { Sys } from "../../../engine/sys";
import { memorySys, type Tree, treeOf } from "./sys";

const scratch = mkdtempSync(join(tmpdir(), "layer-"));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

type Given = Partial<TarHeader> & { name: string; content?: string };
const tarOf = (entries: Given[]): Promise<Uint8Array> =>
	collect(
		writeTar(
			entries.map(({ content = "", ...given }) => ({
				header: header({ type: "file", ...given, size: given.type && given.type !== "file" ? 0 : content.length }),
				body: given.type && given.type !== "file" ? [] : [utf8(content)],
			})),
		),
	);
async function* once(bytes: Uint8Array) {
	yield bytes;
}
async function plain(...layers: Given[][]): Promise<{ sys: Sys; tree: Tree }> {
	const sys = memorySys();
	await sys.mkdir("/outside", 0o755);
	await sys.mkdir("/root", 0o755);
	for (const layer of layers) await applyLayer(sys, "/root", once(await tarOf(layer)), { whiteouts: "plain" });
	return { sys, tree: await treeOf(sys, "/root") };
}
const names = (tree: Tree) => Object.keys(tree).sort();

describe("applyLayer", () => {
	it("makes every kind of file, with owners, modes, times and xattrs", async () => {
		const seconds = (n: number) => BigInt(n) * 1_000_000_000n;
		const { tree } = await plain([
			{ name: "./", type: "directory" },
			{ name: "d/", type: "directory", mode: 0o1750, uid: 3, gid: 4, mtime: seconds(100) },
			{ name: "d/f", content: "hi", mode: 0o4755, uid: 1000, gid: 1000, mtime: seconds(200), xattrs: { "user.a": utf8("b") } },
			{ name: "d/hard", type: "link", linkname: "d/f", mode: 0o4755, uid: 1000, gid: 1000, mtime: seconds(200) },
			{ name: "d/s", type: "symlink", linkname: "/etc/x", mtime: seconds(5), uid: 7 },
			{ name: "dev/null", type: "character", major: 1, minor: 3, mode: 0o666 },
			{ name: "dev/big", type: "block", major: 8, minor: 300, mode: 0o660 },
			{ name: "pipe", type: "fifo", mode: 0o600 },
		]);
		expect(tree.d).toEqual({ type: "dir", mode: 0o1750, uid: 3, gid: 4, mtime: 100 });
		expect(tree["d/f"]).toEqual({
			type: "file",
			mode: 0o4755,
			uid: 1000,
			gid: 1000,
			mtime: 200,
			content: "hi",
			xattrs: { "user.a": "b" },
		});
		expect(tree["d/hard"]).toMatchObject({ link: "d/f", content: "hi" });
		expect(tree["d/s"]).toMatchObject({ type: "symlink", target: "/etc/x", mtime: 5, uid: 7 });
		expect(tree["dev/null"]).toMatchObject({ type: "char", rdev: 0x103, mode: 0o666 });
		expect(tree["dev/big"]).toMatchObject({ type: "block", rdev: ((300 & ~0xff) << 12) | (8 << 8) | (300 & 0xff) });
		expect(tree.pipe).toMatchObject({ type: "fifo", mode: 0o600 });
	});

	const inside: Array<[name: string, layers: Given[][], expected: string[]]> = [
		["..", [[{ name: "../outside/a", content: "x" }]], ["outside", "outside/a"]],
		["an absolute name", [[{ name: "/outside/a", content: "x" }]], ["outside", "outside/a"]],
		[
			"a symlink to an absolute directory",
			[
				[
					{ name: "l", type: "symlink", linkname: "/outside" },
					{ name: "l/a", content: "x" },
				],
			],
			["l", "outside", "outside/a"],
		],
		[
			"a symlink upwards",
			[[{ name: "l", type: "symlink", linkname: "../../outside" }], [{ name: "l/a", content: "x" }]],
			["l", "outside", "outside/a"],
		],
		["a whiteout through a symlink", [[{ name: "l", type: "symlink", linkname: "/" }], [{ name: "l/.wh.outside" }]], ["l"]],
		["a file over a symlink", [[{ name: "l", type: "symlink", linkname: "/outside/a" }], [{ name: "l", content: "x" }]], ["l"]],
		[
			"a hard link outwards",
			[
				[
					{ name: "a", content: "x" },
					{ name: "b", type: "link", linkname: "../../a" },
				],
			],
			["a", "b"],
		],
	];
	it.each(inside)("keeps %s inside", async (_name, layers, expected) => {
		const { sys, tree } = await plain(...layers);
		expect(names(tree)).toEqual(expected);
		expect(await treeOf(sys, "/outside")).toEqual({});
	});

	it("refuses hard links to what is not there, loops, and whiteouts of . and ..", async () => {
		await expect(plain([{ name: "b", type: "link", linkname: "/outside" }])).rejects.toThrow("ENOENT");
		await expect(
			plain([{ name: "a", type: "symlink", linkname: "b" }, { name: "b", type: "symlink", linkname: "a" }, { name: "a/x" }]),
		).rejects.toThrow("ELOOP");
		await expect(plain([{ name: ".wh..." }])).rejects.toThrow("invalid whiteout name");
		await expect(plain([{ name: "f" }, { name: "f/x" }])).rejects.toThrow("ENOTDIR");
	});

	it("removes by whiteouts and opaque directories, but not what the layer itself has put there", async () => {
		const { tree } = await plain(
			[{ name: "a/1" }, { name: "a/2" }, { name: "b/1" }, { name: "b/sub/x" }, { name: "c/x" }],
			[{ name: "a/.wh.1" }, { name: "b/new" }, { name: "b/sub/y" }, { name: "b/.wh..wh..opq" }, { name: ".wh.c" }],
		);
		expect(names(tree)).toEqual(["a", "a/2", "b", "b/new", "b/sub", "b/sub/y"]);
	});

	it("replaces files by directories and the other way round, and merges directories", async () => {
		const { tree } = await plain(
			[{ name: "a", content: "file" }, { name: "b/x" }, { name: "c/keep", content: "kept" }],
			[
				{ name: "a/", type: "directory", mode: 0o700 },
				{ name: "b", content: "file" },
				{ name: "c/", type: "directory", mode: 0o711 },
			],
		);
		expect(names(tree)).toEqual(["a", "b", "c", "c/keep"]);
		expect([tree.a!.type, tree.b!.type, tree.c!.mode]).toEqual(["dir", "file", 0o711]);
	});

	it("sets no attribute of an administrator's that a layer's archive has", async () => {
		const sys = memorySys();
		await sys.mkdir("/upper", 0o755);
		const xattrs = { "trusted.overlay.opaque": utf8("y"), "trusted.t": utf8("1"), "user.a": utf8("b") };
		await applyLayer(sys, "/upper", once(await tarOf([{ name: "d/", type: "directory", xattrs }])), { whiteouts: "overlay" });
		expect((await treeOf(sys, "/upper")).d!.xattrs).toEqual({ "user.a": "b" });
	});
	it("writes overlayfs's own marks into an upper directory, and takes parents' attributes from below", async () => {
		const sys = memorySys();
		for (const path of ["/upper", "/lower/etc/deep"]) await makeDirectories(sys, path);
		await sys.chmod("/lower/etc", 0o750);
		await sys.chown("/lower/etc/deep", 5, 6);
		const tar = await tarOf([{ name: "etc/deep/x" }, { name: "etc/.wh.gone", uid: 9 }, { name: "etc/deep/.wh..wh..opq" }]);
		await applyLayer(sys, "/upper", once(tar), { whiteouts: "overlay", parents: ["/lower"] });
		const tree = await treeOf(sys, "/upper");
		expect(tree.etc).toMatchObject({ mode: 0o750 });
		expect(tree["etc/deep"]).toMatchObject({ uid: 5, gid: 6, xattrs: { "trusted.overlay.opaque": "y" } });
		expect(tree["etc/gone"]).toMatchObject({ type: "char", rdev: 0, uid: 9 });
	});
});

/** struct vfs_cap_data, revision 2, with the effective bit: CAP_NET_RAW. */
const CAPABILITY = Uint8Array.of(1, 0, 0, 2, 0, 32, ...new Uint8Array(14));

// ---- random layers: paths from a small pool, so that they meet
const name = fc.constantFrom("a", "b", "c", "long-".repeat(30));
const path = fc.array(name, { minLength: 1, maxLength: 3 }).map((parts) => parts.join("/"));
const entry: fc.Arbitrary<Given> = fc
	.record({
		name: path,
		type: fc.constantFrom<TarHeader["type"]>("file", "file", "directory", "directory", "symlink", "fifo"),
		mode: fc.integer({ min: 0, max: 0o777 }),
		uid: fc.integer({ min: 0, max: 3 }),
		gid: fc.integer({ min: 0, max: 3 }),
		seconds: fc.integer({ min: 1, max: 1_700_000_000 }),
		content: fc.string({ maxLength: 20, unit: fc.constantFrom("x", "y") }),
	})
	.map(({ seconds, ...given }) => ({
		...given,
		linkname: given.type === "symlink" ? "nowhere/at all" : "",
		mtime: BigInt(seconds) * 1_000_000_000n,
		content: given.type === "file" ? given.content : "",
	}));
const whiteout: fc.Arbitrary<Given> = path.map((full) => ({ name: full.replace(/([^/]+)$/, ".wh.$1") }));
const layer = (first: boolean) =>
	fc
		.array(first ? entry : fc.oneof({ weight: 4, arbitrary: entry }, { weight: 1, arbitrary: whiteout }), {
			minLength: 1,
			maxLength: 8,
		})
		.map(consistent);
/** An archive whose directories precede what is in them, each path once. */
function consistent(entries: Given[]): Given[] {
	const out = new Map<string, Given>();
	for (const one of entries) {
		const plainName = one.name.replace(".wh.", "");
		const ancestors = plainName
			.split("/")
			.slice(0, -1)
			.map((_, at, parts) => parts.slice(0, at + 1).join("/"));
		if (out.has(plainName) || ancestors.some((above) => out.get(above) && out.get(above)!.type !== "directory")) continue;
		if ([...out.keys()].some((other) => other.startsWith(`${plainName}/`)) && one.type !== "directory") continue;
		for (const above of ancestors)
			if (!out.has(above)) out.set(above, { name: above, type: "directory", mode: 0o755, mtime: 10n ** 9n });
		out.set(plainName, one);
	}
	return [...out.values()].sort((a, b) => a.name.split("/").length - b.name.split("/").length);
}

describe("layers there and back", () => {
	it("gives an upper directory again from the tar of it, and the same tar from that", async () => {
		await fc.assert(
			fc.asyncProperty(layer(false), async (entries) => {
				const sys = memorySys();
				await sys.mkdir("/one", 0o755);
				await sys.mkdir("/two", 0o755);
				await applyLayer(sys, "/one", once(await tarOf(entries)), { whiteouts: "overlay" });
				const tar = await collect(createLayer(sys, "/one"));
				await applyLayer(sys, "/two", once(tar), { whiteouts: "overlay" });
				const noTimes = (tree: Tree) =>
					Object.fromEntries(
						Object.entries(tree).map(([path, node]) => [path, node.type === "char" ? { ...node, mtime: 0 } : node]),
					);
				expect(noTimes(await treeOf(sys, "/two"))).toEqual(noTimes(await treeOf(sys, "/one")));
				const epoch = { sourceDateEpoch: 1_000_000_000 };
				expect(equal(await collect(createLayer(sys, "/two", epoch)), await collect(createLayer(sys, "/one", epoch)))).toBe(true);
			}),
			{ seed: 5, numRuns: 150 },
		);
	});

	it("keeps hard links, xattrs, opaque directories and devices", async () => {
		const sys = memorySys();
		await sys.mkdir("/one", 0o755);
		await sys.mkdir("/two", 0o755);
		const tar = await tarOf([
			{ name: "d/", type: "directory" },
			{ name: "d/.wh..wh..opq" },
			{ name: "d/a", content: "x", xattrs: { "user.k": utf8("v"), "security.capability": CAPABILITY } },
			{ name: "b", type: "link", linkname: "d/a" },
			{ name: "n", type: "character", major: 1, minor: 3 },
		]);
		await applyLayer(sys, "/one", once(tar), { whiteouts: "overlay" });
		await applyLayer(sys, "/two", createLayer(sys, "/one"), { whiteouts: "overlay" });
		const [one, two] = [await treeOf(sys, "/one"), await treeOf(sys, "/two")];
		for (const node of Object.values(one)) node.mtime = 0;
		for (const node of Object.values(two)) node.mtime = 0;
		expect(two).toEqual(one);
		expect(one["d/a"]!.link ?? one.b!.link).toBeDefined();
		const entries = [];
		for await (const { header } of readTar(createLayer(sys, "/one")))
			entries.push(`${header.type} ${header.name} ${header.linkname}`);
		expect(entries).toEqual(["file b ", "directory d/ ", "file d/.wh..wh..opq ", "link d/a b", "character n "]);
	});
});

/** Also what plain layers lack: special bits, attributes, devices, further names of files, names that a header has no room for. */
const richLayer = fc
	.array(
		fc.record({
			name: fc.array(fc.constantFrom("a", "b", "도커", "ü", "n".repeat(120), "e".repeat(200)), { minLength: 1, maxLength: 3 }),
			type: fc.constantFrom<TarHeader["type"]>("file", "file", "directory", "symlink", "character", "block", "link"),
			mode: fc.integer({ min: 0, max: 0o7777 }),
			uid: fc.constantFrom(0, 1000, 0o10000000, 2 ** 31),
			xattrs: fc.dictionary(fc.constantFrom("user.a", "user.b", "security.capability"), fc.uint8Array({ maxLength: 8 }), {
				maxKeys: 2,
			}),
			minor: fc.integer({ min: 1, max: 200 }),
			content: fc.string({ maxLength: 9 }),
		}),
		{ minLength: 1, maxLength: 8 },
	)
	.map((all) => {
		let first: Given | undefined;
		const entries = consistent(
			all.map(({ name, type, xattrs, content, minor, ...given }): Given => {
				const common = { ...given, name: name.join("/"), type, mtime: 1_234_567_890n * 10n ** 9n };
				if (type === "character" || type === "block") return { ...common, major: 1, minor };
				if (type === "symlink") return { ...common, linkname: "도커/nowhere" };
				if (type === "link") return common;
				const { "security.capability": capability, ...users } = xattrs;
				const some = capability && type === "file" ? { ...users, "security.capability": CAPABILITY } : users;
				return { ...common, ...(type === "file" ? { content } : {}), xattrs: some };
			}),
		);
		// a further name is one of a file that the layer has before, and says the same of it
		return entries.flatMap((one) => {
			if (one.type === "file") first ??= one;
			if (one.type !== "link") return [one];
			return first ? [{ ...first, name: one.name, type: "link" as const, linkname: first.name, content: "" }] : [];
		});
	});

const has = (program: string) => existsSync(`/usr/bin/${program}`);
describe.runIf(process.getuid?.() === 0)("beside the real thing", () => {
	it.runIf(has("umoci"))("unpacks stacks of layers as umoci does", async () => {
		let round = 0;
		await fc.assert(
			fc.asyncProperty(fc.tuple(layer(true), layer(false), layer(false)), async (layers) => {
				const sys = memorySys();
				await sys.mkdir("/root", 0o755);
				const tars = await Promise.all(layers.map(tarOf));
				for (const tar of tars) await applyLayer(sys, "/root", once(tar), { whiteouts: "plain" });
				const bundle = umoci(tars, `r${++round}`);
				expect(await treeOf(sys, "/root")).toEqual(realTree(bundle));
			}),
			{ seed: 3, numRuns: 12 },
		);
	});

	it.runIf(has("umoci") && has("python3"))(
		"unpacks special bits, attributes, devices, hard links and any names as umoci does",
		async () => {
			let round = 0;
			await fc.assert(
				fc.asyncProperty(fc.tuple(richLayer, richLayer), async (layers) => {
					const sys = memorySys();
					await sys.mkdir("/root", 0o755);
					const tars = await Promise.all(layers.map(tarOf));
					for (const tar of tars) await applyLayer(sys, "/root", once(tar), { whiteouts: "plain" });
					expect(await treeOf(sys, "/root")).toEqual(wholeTree(umoci(tars, `rich${++round}`)));
				}),
				{ seed: 11, numRuns: process.env.DRYDOCK_LONG ? 200 : 8, endOnFailure: true },
			);
		},
	);

	it("makes a tar that GNU tar unpacks to the same tree", async () => {
		await fc.assert(
			fc.asyncProperty(layer(true), fc.nat(), async (entries, n) => {
				const sys = memorySys();
				await sys.mkdir("/root", 0o755);
				await applyLayer(sys, "/root", once(await tarOf(entries)), { whiteouts: "plain" });
				const directory = join(scratch, `gnu-${n}-${entries.length}`);
				mkdirSync(directory, { recursive: true });
				execFileSync("tar", ["--numeric-owner", "-xpf", "-", "-C", directory], {
					input: await collect(createLayer(sys, "/root")),
				});
				expect(realTree(directory)).toEqual(await treeOf(sys, "/root"));
				rmSync(directory, { recursive: true });
			}),
			{ seed: 9, numRuns: 12 },
		);
	});
});

/** An OCI layout of these layers, unpacked by umoci. */
function umoci(tars: Uint8Array[], name: string): string {
	const layout = join(scratch, name);
	mkdirSync(join(layout, "blobs/sha256"), { recursive: true });
	const put = (bytes: Uint8Array) => {
		const digest = digestOf(bytes);
		writeFileSync(join(layout, "blobs", digest.replace(":", "/")), bytes);
		return { digest, size: bytes.length };
	};
	const json = (value: unknown) => put(utf8(JSON.stringify(value)));
	const config = json({
		architecture: "amd64",
		os: "linux",
		config: {},
		rootfs: { type: "layers", diff_ids: tars.map(digestOf) },
	});
	const manifest = json({
		schemaVersion: 2,
		config: { mediaType: "application/vnd.oci.image.config.v1+json", ...config },
		layers: tars.map((tar) => ({ mediaType: "application/vnd.oci.image.layer.v1.tar+gzip", ...put(gzipSync(tar)) })),
	});
	writeFileSync(
		join(layout, "index.json"),
		JSON.stringify({
			schemaVersion: 2,
			manifests: [
				{
					mediaType: "application/vnd.oci.image.manifest.v1+json",
					...manifest,
					annotations: { "org.opencontainers.image.ref.name": "t" },
				},
			],
		}),
	);
	writeFileSync(join(layout, "oci-layout"), '{"imageLayoutVersion":"1.0.0"}');
	execFileSync("umoci", ["unpack", "--image", `${layout}:t`, `${layout}-bundle`], { stdio: "pipe" });
	return `${layout}-bundle/rootfs`;
}

function realTree(root: string): Tree {
	const tree: Tree = {};
	const walk = (directory: string, prefix: string) => {
		for (const name of readdirSync(directory).sort()) {
			const path = join(directory, name);
			const stat = lstatSync(path);
			const type = stat.isDirectory() ? "dir" : stat.isSymbolicLink() ? "symlink" : stat.isFIFO() ? "fifo" : "file";
			tree[prefix + name] = {
				type,
				mode: stat.mode & 0o7777,
				uid: stat.uid,
				gid: stat.gid,
				mtime: Math.floor(stat.mtimeMs / 1000),
				...(type === "file" ? { content: readFileSync(path, "latin1") } : {}),
				...(type === "symlink" ? { target: readlinkSync(path) } : {}),
			};
			if (type === "dir") walk(path, `${prefix}${name}/`);
		}
	};
	walk(root, "");
	return tree;
}

/** As treeOf, of this machine's files: with attributes, devices and further names, which Node does not tell all of. */
const LOOK = `
import json, os, stat, sys
kinds = {stat.S_IFREG: "file", stat.S_IFDIR: "dir", stat.S_IFLNK: "symlink", stat.S_IFCHR: "char", stat.S_IFBLK: "block", stat.S_IFIFO: "fifo"}
tree, seen = {}, {}
def walk(directory, prefix):
    for name in sorted(os.listdir(directory)):
        path = os.path.join(directory, name)
        s = os.lstat(path)
        node = dict(type=kinds[stat.S_IFMT(s.st_mode)], mode=stat.S_IMODE(s.st_mode), uid=s.st_uid, gid=s.st_gid, mtime=int(s.st_mtime))
        if node["type"] == "symlink": node["target"] = os.readlink(path)
        if node["type"] in ("char", "block"): node["rdev"] = s.st_rdev
        if node["type"] == "file": node["content"] = open(path, "rb").read().decode("latin1")
        names = sorted(os.listxattr(path, follow_symlinks=False))
        if names: node["xattrs"] = {one: os.getxattr(path, one, follow_symlinks=False).decode("latin1") for one in names}
        if node["type"] != "dir" and s.st_nlink > 1:
            if s.st_ino in seen: node["link"] = seen[s.st_ino]
            else: seen[s.st_ino] = prefix + name
        tree[prefix + name] = node
        if node["type"] == "dir": walk(path, prefix + name + "/")
walk(sys.argv[1], "")
print(json.dumps(tree))
`;
const wholeTree = (root: string): Tree =>
	JSON.parse(execFileSync("python3", ["-c", LOOK, root], { encoding: "utf8", maxBuffer: 1 << 26 })) as Tree;
