// pipe, file-read, file-write, copy-up: how fast bytes move, in the machine and natively by the same program.

import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Bench, type Figure, figure, medianOf } from "./figure";
import { type BareMachine, bareMachine } from "./machine";
import { compiled, timeNative } from "./native";

const ROUNDS = 5;
const MB = 1e6;
/** What one run moves. */
const MOVED = { pipe: 128, "file-read": 256, "file-write": 64 } as const;
const FILE_MB = 16;
/** Files that are copied up in a round. */
const COPIED = 4;

export function ioBench(folder: string): Bench {
	return {
		names: [...Object.keys(MOVED), "copy-up"],
		measure: async (wanted) => {
			const io = compiled("io", folder);
			const work = mkdtempSync(join(tmpdir(), "drydock-io-"));
			const data = join(work, "data");
			writeFileSync(
				data,
				new Uint8Array(FILE_MB * MB).map((_, i) => i * 31 + (i >> 8)),
			);
			const machine = bareMachine(folder, { "/io": io, "/data": data });
			const figures: Figure[] = [];
			try {
				const rate = async (name: keyof typeof MOVED, args: (root: string) => string[]): Promise<void> => {
					if (!wanted.has(name)) return;
					await machine.run(["/io", ...args("")]);
					const ours = await medianOf(ROUNDS, async () => (await machine.run(["/io", ...args("")])).ms);
					const real = await medianOf(ROUNDS, () => timeNative(io, args(work)) ?? Number.NaN);
					figures.push(perSecond(name, MOVED[name], ours, real));
				};
				await rate("pipe", () => ["pipe", String(MOVED.pipe)]);
				await rate("file-read", (root) => ["read", `${root}/data`, String(MOVED["file-read"])]);
				await rate("file-write", (root) => ["write", `${root}/new`, String(MOVED["file-write"])]);
				if (wanted.has("copy-up")) figures.push(await copyUp(machine, io, work, data));
			} finally {
				await machine.end();
				rmSync(work, { recursive: true, force: true });
			}
			return figures;
		},
	};
}

function perSecond(name: string, megabytes: number, ours: number, real: number): Figure {
	const rate = (ms: number): number => (megabytes / ms) * 1000;
	return figure(name, "MB/s", rate(ours), Number.isNaN(real) ? null : rate(real), "higher is better");
}

/** A byte is appended to files of a lower layer, in a fresh overlay each round. */
async function copyUp(machine: BareMachine, io: string, work: string, data: string): Promise<Figure> {
	const names = Array.from({ length: COPIED }, (_, i) => `file${i}`);
	await machine.runNative(async (sys) => {
		await sys.mkdir("/lower", 0o755);
		const content = await sys.open("/data", 0);
		const bytes = await sys.pread(content, FILE_MB * MB, 0);
		for (const name of names) {
			const fd = await sys.open(`/lower/${name}`, 0o101, 0o644);
			await sys.write(fd, bytes);
			await sys.close(fd);
		}
		return 0;
	});
	let round = 0;
	const ours = await medianOf(ROUNDS, async () => {
		const at = `/round${round++}`;
		await machine.runNative(async (sys) => {
			for (const path of [at, `${at}/upper`, `${at}/work`, `${at}/merged`]) await sys.mkdir(path, 0o755);
			await sys.mount("overlay", `${at}/merged`, "overlay", 0, `lowerdir=/lower,upperdir=${at}/upper,workdir=${at}/work`);
			return 0;
		});
		return (await machine.run(["/io", "append", ...names.map((name) => `${at}/merged/${name}`)])).ms;
	});
	const lower = join(work, "lower");
	mkdirSync(lower);
	for (const name of names) spawnSync("cp", [data, join(lower, name)]);
	const real = await medianOf(ROUNDS, () => {
		const at = mkdtempSync(join(work, "overlay-"));
		for (const name of ["upper", "work", "merged"]) mkdirSync(join(at, name));
		const merged = join(at, "merged");
		const options = `lowerdir=${lower},upperdir=${join(at, "upper")},workdir=${join(at, "work")}`;
		if (spawnSync("mount", ["-t", "overlay", "overlay", "-o", options, merged]).status !== 0) return Number.NaN;
		const ms = timeNative(io, ["append", ...readdirSync(merged).map((name) => join(merged, name))]);
		spawnSync("umount", [merged]);
		return ms ?? Number.NaN;
	});
	return perSecond("copy-up", COPIED * FILE_MB, ours, real);
}
