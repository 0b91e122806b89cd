import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { bytesFromName, collect, concat, nameFromBytes, text, utf8 } from "../../../engine/lib/bytes";
import { type EntryType, header, type TarHeader } from "../../../engine/lib/tar/header";
import { readTar } from "../../../engine/lib/tar/read";
import { type SourceEntry, writeTar } from "../../../engine/lib/tar/write";

let scratch = "";
beforeAll(() => {
	scratch = mkdtempSync(join(tmpdir(), "tar-"));
});
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

function* cut(bytes: Uint8Array, size: number): Generator<Uint8Array> {
	for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size);
}
async function all(archive: Uint8Array, size = 10_000): Promise<Array<TarHeader & { content: string }>> {
	const out = [];
	for await (const { header, body } of readTar(cut(archive, size))) out.push({ ...header, content: text(await collect(body)) });
	return out;
}
const write = (entries: SourceEntry[]) => collect(writeTar(entries));

const name = fc
	.array(fc.oneof(fc.string({ minLength: 1, maxLength: 12, unit: "grapheme" }), fc.string({ minLength: 80, maxLength: 130 })), {
		minLength: 1,
		maxLength: 4,
	})
	.map((parts) => parts.map((part) => part.replace(/[/\0]|[\ud800-\udfff]/g, "_")).join("/"));
const entry: fc.Arbitrary<{ header: TarHeader; content: Uint8Array }> = fc
	.record({
		name,
		type: fc.constantFrom<EntryType>("file", "link", "symlink", "character", "block", "directory", "fifo"),
		mode: fc.integer({ min: 0, max: 0o7777 }),
		uid: fc.oneof(fc.integer({ min: 0, max: 70_000 }), fc.constant(0xfffffffe)),
		gid: fc.oneof(fc.integer({ min: 0, max: 70_000 }), fc.constant(2_097_152)),
		seconds: fc.oneof(fc.integer({ min: 0, max: 2_000_000_000 }), fc.constantFrom(-5, 8_589_934_592)),
		nanoseconds: fc.constantFrom(0n, 0n, 1n, 500_000_000n, 123_456_789n),
		linkname: name,
		content: fc.uint8Array({ maxLength: 1500 }),
		xattrs: fc.dictionary(fc.constantFrom("user.a", "security.capability", "user.mime type"), fc.uint8Array({ maxLength: 30 })),
	})
	.map(({ seconds, nanoseconds, content, linkname, xattrs, ...rest }) => {
		const isFile = rest.type === "file";
		return {
			content: isFile ? content : new Uint8Array(),
			header: header({
				...rest,
				mtime: BigInt(seconds) * 1_000_000_000n + nanoseconds,
				name: rest.type === "directory" ? `${rest.name}/` : rest.name,
				size: isFile ? content.length : 0,
				linkname: rest.type === "link" || rest.type === "symlink" ? linkname : "",
				major: rest.type === "character" || rest.type === "block" ? 8 : 0,
				minor: rest.type === "character" || rest.type === "block" ? 17 : 0,
				xattrs: { ...xattrs },
			}),
		};
	});

/** With a checksum that is right again. */
function sealed(archive: Uint8Array): Uint8Array {
	archive.set(utf8("        "), 148);
	const sum = archive.subarray(0, 512).reduce((total, byte) => total + byte, 0);
	archive.set(utf8(`${sum.toString(8).padStart(6, "0")}\0 `), 148);
	return archive;
}

describe("tar", () => {
	it("reads back what it writes, in pieces of any size", async () => {
		await fc.assert(
			fc.asyncProperty(fc.array(entry, { maxLength: 6 }), fc.integer({ min: 1, max: 3000 }), async (entries, size) => {
				const archive = await write(entries.map(({ header, content }) => ({ header, body: [content] })));
				expect(archive.length % 512).toBe(0);
				const back = [];
				for await (const { header, body } of readTar(cut(archive, size))) back.push({ header, content: await collect(body) });
				expect(back).toEqual(entries);
			}),
			{ seed: 11, numRuns: 200 },
		);
	});

	it("is listed by GNU tar as what it is", async () => {
		const archive = await write([
			{ header: header({ name: "dir", type: "directory", mode: 0o1777, mtime: 1_700_000_000n * 1_000_000_000n }) },
			{ header: header({ name: "dir/file", type: "file", size: 5, uid: 1000, gid: 100, mode: 0o4755 }), body: [utf8("hello")] },
			{ header: header({ name: "dir/hard", type: "link", linkname: "dir/file" }) },
			{ header: header({ name: "s", type: "symlink", linkname: "../a b", mode: 0o777 }) },
			{ header: header({ name: "null", type: "character", major: 1, minor: 3 }) },
			{ header: header({ name: `${"long/".repeat(30)}name`, type: "file", size: 0 }) },
			{ header: header({ name: "하나", type: "file", size: 0 }) },
			{ header: header({ name: "late", type: "file", mtime: 1_700_000_000_250_000_000n }) },
		]);
		const file = join(scratch, "a.tar");
		writeFileSync(file, archive);
		const listing = execFileSync("tar", ["--numeric-owner", "--full-time", "--quoting-style=literal", "-tvf", file], {
			env: { ...process.env, TZ: "UTC" },
		})
			.toString()
			.trimEnd()
			.split("\n")
			.map((line) => line.replace(/\s+/g, " "));
		expect(listing).toEqual([
			"drwxrwxrwt 0/0 0 2023-11-14 22:13:20 dir/",
			"-rwsr-xr-x 1000/100 5 1970-01-01 00:00:00 dir/file",
			"hrw-r--r-- 0/0 0 1970-01-01 00:00:00 dir/hard link to dir/file",
			"lrwxrwxrwx 0/0 0 1970-01-01 00:00:00 s -> ../a b",
			"crw-r--r-- 0/0 1,3 1970-01-01 00:00:00 null",
			`-rw-r--r-- 0/0 0 1970-01-01 00:00:00 ${"long/".repeat(30)}name`,
			"-rw-r--r-- 0/0 0 1970-01-01 00:00:00 하나",
			"-rw-r--r-- 0/0 0 2023-11-14 22:13:20.25 late",
		]);
	});

	for (const format of ["gnu", "oldgnu", "pax", "posix", "ustar", "v7"]) {
		it(`reads GNU tar's ${format}`, async () => {
			const dir = mkdtempSync(join(scratch, "src-"));
			const deep = format === "v7" ? "x".repeat(60) : "x".repeat(90);
			const longLink = format === "gnu" || format === "pax" ? "t".repeat(200) : "t".repeat(90);
			execFileSync("sh", [
				"-ec",
				`cd ${dir}; mkdir -p d/${deep}; printf 12345 > d/${deep}/file; ln d/${deep}/file d/z; ln -s ${longLink} d/sym; touch -d @1600000000 d/${deep}/file d/sym -h; chmod 640 d/z; head -c 3000 /dev/zero > big`,
			]);
			const archive = execFileSync("tar", [
				`--format=${format}`,
				"--sort=name",
				"--numeric-owner",
				"-C",
				dir,
				"-cf",
				"-",
				...readdirSync(dir).sort(),
			]);
			const seen = (await all(archive, 700)).map(
				(one) => `${one.type} ${one.name} ${one.mode.toString(8)} ${one.size} ${one.linkname} ${one.content.length}`,
			);
			expect(seen).toEqual([
				"file big 644 3000  3000",
				"directory d/ 755 0  0",
				`symlink d/sym 777 0 ${longLink} 0`,
				`directory d/${deep}/ 755 0  0`,
				`file d/${deep}/file 640 5  5`,
				`link d/z 640 0 d/${deep}/file 0`,
			]);
		});
	}

	for (const format of ["oldgnu", "gnu", "pax 0.0", "pax 0.1", "pax 1.0"]) {
		it(`reads GNU tar's sparse files, ${format}`, async () => {
			const dir = mkdtempSync(join(scratch, "sparse-"));
			// more extents than a header holds, and than one block behind it
			execFileSync("sh", [
				"-ec",
				`cd ${dir}; for n in $(seq 40); do printf part$n | dd of=many bs=1 seek=$((n * 20000)) conv=notrunc 2> /dev/null; done; truncate -s 1000001 many; truncate -s 70000 none; echo plain > plain`,
			]);
			const [kind, version] = format.split(" ");
			const options = [`--format=${kind}`, ...(version ? [`--sparse-version=${version}`] : [])];
			const archive = execFileSync("tar", [...options, "--sparse", "-C", dir, "-cf", "-", "many", "none", "plain"]);
			expect(archive.length).toBeLessThan(400_000);
			const seen = await all(archive, 700);
			expect(seen.map(({ name, size }) => `${name} ${size}`)).toEqual(["many 1000001", "none 70000", "plain 6"]);
			for (const { name, content } of seen) expect(content === readFileSync(join(dir, name), "utf8"), name).toBe(true);
		});
	}

	it("keeps names that are no UTF-8", async () => {
		const odd = nameFromBytes(Uint8Array.of(0x61, 0xff, 0x62));
		const [entry] = await all(await write([{ header: header({ name: odd, type: "file" }) }]));
		expect([...bytesFromName(entry!.name)]).toEqual([0x61, 0xff, 0x62]);
	});

	it("reads base 256 numbers", async () => {
		const archive = await write([{ header: header({ name: "a", type: "file" }) }]);
		archive.set([0x80, 0, 0, 0, 0, 1, 2, 3], 108);
		expect((await all(sealed(archive)))[0]!.uid).toBe(0x10203);
	});

	const good = () => write([{ header: header({ name: "a", type: "file", size: 700 }), body: [new Uint8Array(700)] }]);
	const bad: Array<[name: string, make: () => Promise<Uint8Array>, message: string]> = [
		["a wrong checksum", async () => (await good()).map((byte, at) => (at === 0 ? byte + 1 : byte)), "wrong checksum"],
		["a cut header", async () => (await good()).subarray(0, 300), "unexpected EOF"],
		["a cut body", async () => (await good()).subarray(0, 900), "unexpected EOF"],
		["one block of zeros amid", async () => concat([new Uint8Array(512), await good()]), "single block of zeros"],
		["a kind of entry that is none", async () => sealed((await good()).fill(0x56, 156, 157)), "unhandled tar header type 86"],
		[
			"a sparse file whose data is not there",
			async () => sealed((await good()).fill(0x53, 156, 157)),
			"a sparse map that does not fit",
		],
		["text", async () => utf8("this is no archive ".repeat(40)), "invalid tar header"],
	];
	it.each(bad)("refuses %s", async (_name, make, message) => {
		await expect(make().then((archive) => all(archive))).rejects.toThrow(message);
	});
	it.each([0, 1, 88])(
		"takes an archive that ends with its last content and %d bytes of padding, as docker's client may",
		async (more) => {
			const [entry] = await all((await good()).subarray(0, 512 + 700 + more));
			expect(entry).toMatchObject({ name: "a", size: 700 });
		},
	);
	it("takes a name with a slash for a directory's where nothing says what it is, and only there", async () => {
		const kinds = [];
		for (const flag of [0, 0x30]) {
			const archive = await write([
				{ header: header({ name: "d/", type: "file", size: flag ? 3 : 0 }), body: flag ? [utf8("abc")] : [] },
			]);
			archive[156] = flag;
			kinds.push(...(await all(sealed(archive))).map(({ type, content }) => [type, content]));
		}
		expect(kinds).toEqual([
			["directory", ""],
			["file", "abc"],
		]);
	});
	it("reads times of 64 bits", async () => {
		const archive = await write([{ header: header({ name: "a", type: "file" }) }]);
		archive.set([0x80, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0], 136);
		expect((await all(sealed(archive)))[0]!.mtime).toBe(2n ** 62n * 1_000_000_000n);
	});
	it("refuses to write a body of another size", async () => {
		const one = header({ name: "a", type: "file", size: 3 });
		await expect(write([{ header: one, body: [utf8("four")] }])).rejects.toThrow("write too long");
		await expect(write([{ header: one, body: [utf8("a")] }])).rejects.toThrow("missed writing 2 bytes");
	});
});
