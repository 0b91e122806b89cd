// What those who look on are told: instructions as binutils write them, WebAssembly that its own tools read back, and
// measurements that change nothing.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createCpu, interpreterModule } from "../../../engine/cpu";
import { instructionText } from "../../../engine/cpu/decode/text";
import { REGION } from "../../../engine/cpu/interpret/calls";
import { Region } from "../../../engine/cpu/translate/blocks";
import { regionFunction } from "../../../engine/cpu/translate/function";
import { IMPORTS } from "../../../engine/cpu/translate/imports";
import { decode } from "../../../engine/cpu/translate/instruction";
import { listRegion, NAMES } from "../../../engine/cpu/translate/listing";
import { F32, F64, I32, I64, V128 } from "../../../engine/cpu/wasm/opcodes";
import { bodyText } from "../../../engine/cpu/wasm/text";
import { Process } from "./harness";
import { missing } from "./oracle/native";

const module = new WebAssembly.Module(interpreterModule());
const SOURCES = join(import.meta.dirname, "programs");
let directory: string;
let sieve: Uint8Array;
let floats: Uint8Array;

beforeAll(() => {
	const reason = missing();
	if (reason) throw new Error(reason);
	directory = mkdtempSync(join(tmpdir(), "cpu-watch-"));
	sieve = build("sieve");
	floats = build("floats");
});
afterAll(() => rmSync(directory, { recursive: true, force: true }));

function build(name: string): Uint8Array {
	const out = join(directory, name);
	execFileSync("gcc", ["-O2", "-static", "-o", out, join(SOURCES, `${name}.c`), "-lm"], {
		stdio: ["ignore", "inherit", "inherit"],
	});
	return readFileSync(out);
}

// ---- instructions

/** Of a library, in the short run. */
const MOST = process.env.DRYDOCK_LONG ? Number.POSITIVE_INFINITY : 20_000;

/** One way to write what may be written in several: constant addresses, displacements of zero, signs, prefixes that do nothing. */
function plain(text: string): string {
	return text
		.replace(/\s*[#<].*$/, "")
		.replace(/^((data16|[cde]s|notrack|addr32|lock|repz|rex\S*) )+(?!cmps|scas)/, "")
		.replace(/\s+/g, " ")
		.replace(/, /g, ",")
		.replace(/\[rip[+-]0x[0-9a-f]+\]/, "[address]")
		.replace(/(PTR|,|ea \w+) ?(?:\[-?0x[0-9a-f]+\]|ds:0x[0-9a-f]+)/, "$1[address]")
		.replace("PTR [address]", "PTR[address]")
		.replace(/(fs|gs):(0x[0-9a-f]+)/, "$1:[$2]")
		.replace("+0x0]", "]")
		.replace(/ [cd]s:\[/, " [")
		.replace(/^movabs/, "mov")
		.replace(/^(j\w+|call|loop\w*) (?:0x)?[0-9a-f]+$/, "$1 address")
		.replace(/^(rep\w*) (movs|stos|cmps|scas|lods) (\w)WORD.*$/, (_, rep, name, width) => `${rep} ${name}${width.toLowerCase()}`)
		.replace(/,-?0x[0-9a-f]+$/, (number) => `,${BigInt.asUintN(16, signed(number.slice(1)))}`)
		.trim();
}
const signed = (number: string): bigint => (number.startsWith("-") ? -BigInt(number.slice(1)) : BigInt(number));

/** What is decoded as what it does, and binutils name otherwise. */
const SAME: readonly (readonly [theirs: RegExp, ours: RegExp])[] = [
	[/^xchg ax,ax$/, /^nop$/],
	// processors without them execute these as what we have
	[/^tzcnt /, /^bsf /],
	[/^lzcnt /, /^bsr /],
	[/^(endbr64|rdssp. |prefetch)/, /^(nop|prefetch)/],
	[/^cmp(eq|lt|le|unord|neq|nlt|nle|ord)[sp][sd] /, /^cmp[sp][sd] /],
	[/^movs (BYTE|WORD|DWORD|QWORD)/, /^movs[bwdq]$/],
	[/^(stos|lods|scas|cmps) /, /^(stos|lods|scas|cmps)[bwdq]$/],
	// fwait and what comes behind it
	[/^f(st|init|clex|save)/, /^fwait$/],
];

describe("an instruction's text is that of binutils", () => {
	const libraries = ["libm.so.6", "libcrypt.so.1"].map((name) => `/usr/lib/x86_64-linux-gnu/${name}`);
	test.each(libraries)("%s", { timeout: 120_000 }, (library) => {
		const disassembled = spawnSync("objdump", ["-d", "-M", "intel", "-j", ".text", "-w", library], { maxBuffer: 1 << 28 });
		const bytes = new Uint8Array(48);
		const different = new Map<string, string>();
		let compared = 0;
		for (const line of disassembled.stdout.toString().split("\n")) {
			const [, code, theirs] = /^\s*[0-9a-f]+:\t([0-9a-f ]+?)\s*\t(.*)$/.exec(line) ?? [];
			if (!code || !theirs) continue;
			bytes.fill(0x90);
			bytes.set(code.split(" ").map((byte) => Number.parseInt(byte, 16)));
			const instruction = decode(new DataView(bytes.buffer), 0);
			// what came after SSE2
			if (!instruction) continue;
			if (++compared > MOST) break;
			const ours = instructionText(instruction);
			if (plain(ours) === plain(theirs)) continue;
			if (SAME.some(([a, b]) => a.test(plain(theirs)) && b.test(plain(ours)))) continue;
			different.set(plain(theirs).split(" ")[0]!, `${theirs} is not ${ours}`);
		}
		expect([...different.values()]).toEqual([]);
		expect(compared).toBeGreaterThan(3000);
	});
});

// ---- WebAssembly

const TYPES: Readonly<Record<number, string>> = { [I32]: "i32", [I64]: "i64", [F32]: "f32", [F64]: "f64", [V128]: "v128" };
const types = (word: string, all: readonly number[]): string =>
	all.length > 0 ? ` (${word} ${all.map((type) => TYPES[type]).join(" ")})` : "";

/** Bodies of a module's functions, by reading its sections. */
function bodies(module: Uint8Array): Uint8Array[] {
	let at = 8;
	const number = (): number => {
		let value = 0;
		for (let shift = 0; ; shift += 7) {
			const byte = module[at++]!;
			value += (byte & 0x7f) * 2 ** shift;
			if (byte < 0x80) return value;
		}
	};
	while (at < module.length) {
		const id = module[at++];
		const end = number() + at;
		if (id !== 10) {
			at = end;
			continue;
		}
		return Array.from({ length: number() }, () => {
			const last = number() + at;
			for (let groups = number(); groups > 0; groups--) {
				number();
				at++;
			}
			const body = module.slice(at, last - 1);
			at = last;
			return body;
		});
	}
	return [];
}

describe("the WebAssembly of a region as text", () => {
	test("is what wabt reads it as", { timeout: 120_000 }, () => {
		const process = new Process(createCpu({ module }).createSpace()!, floats, {
			args: ["floats"],
		});
		const { space } = process;
		const start = process.thread.rip;
		const guest = new DataView(space.read(0, 0x800000).buffer, space.read(0, 0x800000).byteOffset);
		const source = { guest, executable: (address: number) => space.allows(address, 1, 4) };
		const imports = IMPORTS.map(
			([name, { params, results }], i) =>
				`(import "env" "${name}" (func ${NAMES.func(i).name}${types("param", params)}${types("result", results)}))`,
		);
		const functions: string[] = [];
		const written: string[][] = [];
		for (let address = start; functions.length < 30 && address < start + 0x40000; address += 0x310) {
			if (!space.allows(address, 1, 4)) continue;
			const region = new Region(address, source, { own: 120, called: 40, all: 200 });
			if (region.dispatched.length === 0 || region.size < 4) continue;
			const { body } = regionFunction(region);
			const lines = bodyText(body.code.toArray(), NAMES);
			const locals = body.locals.map((type, i) => `(local ${NAMES.local(REGION.params.length + i)} ${TYPES[type]})`).join(" ");
			functions.push(
				`(func (param $entry i32) (param $fuel i32)${types("result", REGION.results)} ${locals}\n${lines.map(({ text, depth }) => "  ".repeat(depth) + text).join("\n")})`,
			);
			written.push(lines.map(({ text }) => text));
			// what is shown of it is the same, each line with the block that it came from
			const listing = listRegion(region, guest, 100_000);
			expect(listing.wasm.map(({ text }) => text)).toEqual(lines.map(({ text }) => text));
			expect(listing.blocks.flatMap(({ instructions }) => instructions).length).toBeGreaterThanOrEqual(region.size);
			const shown = new Set(listing.wasm.flatMap(({ block }) => block ?? []));
			expect(shown.size).toBeGreaterThan(0);
		}
		expect(functions.length).toBe(30);
		const from = join(directory, "regions.wat");
		const to = join(directory, "regions.wasm");
		writeFileSync(
			from,
			`(module (type $region (func${types("param", REGION.params)}${types("result", REGION.results)}))\n${imports.join("\n")}\n(memory 1)\n(table $regions 0 funcref)\n${functions.join("\n")})`,
		);
		execFileSync("wat2wasm", ["--enable-all", "-o", to, from], { stdio: ["ignore", "inherit", "inherit"] });
		const read = bodies(readFileSync(to)).map((body) => bodyText(body, NAMES).map(({ text }) => text));
		expect(read).toEqual(written);
	});
});

// ---- measuring

describe("a program that is watched", () => {
	const run = (tier: "both" | "interpreter", watched: boolean) => {
		const cpu = createCpu({ module, tier });
		const process = new Process(cpu.createSpace()!, sieve, { args: ["sieve"], slice: 1_000_003 });
		let time = 0;
		if (watched) process.space.watch(() => (time += 0.01));
		const result = process.run();
		return { result, profile: process.space.profile(), space: process.space };
	};

	test("does the same in as many instructions, whoever executes it", { timeout: 120_000 }, () => {
		const before = run("interpreter", false).result;
		for (const tier of ["both", "interpreter"] as const) {
			const { result, profile } = run(tier, true);
			expect(result).toEqual(before);
			expect(profile?.executed).toBe(result.executed);
			const samples = profile!.hot.reduce((sum, place) => sum + place.samples, 0);
			expect(samples).toBeGreaterThan(profile!.executed / 65536 / 1.2);
		}
	});

	test("what is translated is told apart, and what is hot is listed", { timeout: 120_000 }, () => {
		// also where nothing is translated until somebody looks
		const { profile, space } = run("interpreter", true);
		expect(profile!.translated).toBeGreaterThan(profile!.executed / 2);
		expect(profile!.translatedTime).toBeGreaterThan(0);
		expect(profile!.translatedTime).toBeLessThanOrEqual(profile!.time);
		const [hottest] = profile!.hot;
		expect(hottest!.translated).toBe(true);
		const listing = space.listing(hottest!.address, 5000)!;
		expect(listing.start).toBe(hottest!.address);
		expect(listing.blocks.some(({ loop }) => loop)).toBe(true);
		expect(listing.blocks.flatMap(({ instructions }) => instructions)[0]!.text).toMatch(/^[a-z]/);
		expect(listing.wasm.some(({ text }) => text.includes("local.set"))).toBe(true);
	});

	test("where there is no code there is no listing", () => {
		const { space } = run("interpreter", false);
		expect(space.listing(0, 10)).toBeUndefined();
		expect(space.profile()).toBeUndefined();
	});
});
