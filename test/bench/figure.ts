// A figure of the bench: ours beside the real thing's on the same work in the same run. The ratio is always our time over the
// real one's (of KiB: our bytes over the real ones), so lower is better whatever the unit.

export interface Figure {
	name: string;
	unit: "ms" | "s" | "bytes" | "KiB" | "MIPS" | "MB/s" | "score" | "sandboxes";
	ours: number;
	/** null where the real thing is missing. */
	real: number | null;
	/** ours / real, null where real is; real / ours for units that are amounts in a time. */
	ratio: number | null;
	note?: string;
}

/** Work in a time: more is better. */
const RATES = new Set<Figure["unit"]>(["MIPS", "MB/s"]);

export function figure(name: string, unit: Figure["unit"], ours: number, real: number | null, note?: string): Figure {
	const ratio = real === null || real === 0 ? null : RATES.has(unit) ? real / ours : ours / real;
	return {
		name,
		unit,
		ours: rounded(ours),
		real: real === null ? null : rounded(real),
		ratio: ratio === null ? null : rounded(ratio),
		note,
	};
}
const rounded = (n: number): number => Number(n.toPrecision(4));

export function median(values: number[]): number {
	const sorted = [...values].sort((a, b) => a - b);
	const middle = sorted.length >> 1;
	return sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** The median of `times` runs, one after another. */
export async function medianOf(times: number, run: () => Promise<number> | number): Promise<number> {
	const values: number[] = [];
	for (let i = 0; i < times; i++) values.push(await run());
	return median(values);
}

/** A group of figures that share their set-up. */
export interface Bench {
	names: readonly string[];
	/** Only the names asked for need be measured. */
	measure(wanted: ReadonlySet<string>): Promise<Figure[]>;
}
