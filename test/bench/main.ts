// npm run -s bench [-- --json [NAME…]]: every figure, or those named, beside the real thing.

import { cpuBench } from "./cpu";
import { dockerBench } from "./docker";
import type { Bench, Figure } from "./figure";
import { imagesBench } from "./images";
import { ioBench } from "./io";
import { listBench } from "./list";
import { pageBench } from "./page";
import { sandboxBench } from "./sandbox";
import { sleepingBench } from "./sleeping";
import { startBench } from "./start";

const folder = process.env.DRYDOCK_ROOT ?? process.cwd();
const args = process.argv.slice(2);
const json = args.includes("--json");
const names = args.filter((arg) => arg !== "--json");
const benches: Bench[] = [
	cpuBench(folder),
	startBench(folder),
	ioBench(folder),
	dockerBench(folder),
	imagesBench(folder),
	listBench(folder),
	sleepingBench(folder),
	sandboxBench(),
	pageBench(folder),
];
const usage = (): string => `bench [--json] [NAME…]: there are ${known.join(", ")}\n`;
const known = benches.flatMap((bench) => [...bench.names]);
if (args.includes("--help") || args.includes("-h")) {
	process.stdout.write(usage());
	process.exit(0);
}
const unknown = names.filter((name) => !known.includes(name));
if (unknown.length) {
	process.stderr.write(`bench: no figure named ${unknown.join(", ")}\n${usage()}`);
	process.exit(2);
}
const wanted = new Set(names.length ? names : known);

const figures: Figure[] = [];
for (const bench of benches) {
	if (!bench.names.some((name) => wanted.has(name))) continue;
	const measured = await bench.measure(wanted);
	figures.push(...measured);
	if (!json) for (const one of measured) process.stdout.write(`${line(one)}\n`);
}
if (json) process.stdout.write(`${JSON.stringify(figures, null, "\t")}\n`);
process.exit(0);

function line({ name, unit, ours, real, ratio, note }: Figure): string {
	const shown = (value: number | null): string => (value === null ? "–" : `${value} ${unit}`);
	return `${name.padEnd(28)} ours ${shown(ours).padEnd(16)} real ${shown(real).padEnd(16)} ratio ${ratio ?? "–"}${note ? `   (${note})` : ""}`;
}
