// strace -c: how often each call was made, how long it took, how often it failed.

import type { Report } from "../../sys";

interface Count {
	calls: number;
	errors: number;
	/** Seconds. */
	time: number;
}

export class Summary {
	private readonly counts = new Map<string, Count>();

	add(report: Extract<Report, { kind: "call" }>): void {
		const count = this.counts.get(report.name) ?? { calls: 0, errors: 0, time: 0 };
		count.calls++;
		if (report.result.startsWith("-1 ") || report.result.startsWith("? E")) count.errors++;
		count.time += (report.ended - report.began) / 1000;
		this.counts.set(report.name, count);
	}
	table(): string {
		const rows = [...this.counts].sort(([a, x], [b, y]) => y.time - x.time || y.calls - x.calls || (a < b ? -1 : 1));
		const sum = (pick: (count: Count) => number): number => rows.reduce((total, [, count]) => total + pick(count), 0);
		const all: Count = { calls: sum(({ calls }) => calls), errors: sum(({ errors }) => errors), time: sum(({ time }) => time) };
		const line = ({ calls, errors, time }: Count, share: number, name: string): string =>
			[
				share.toFixed(2).padStart(6),
				time.toFixed(6).padStart(11),
				String(calls ? Math.floor((time * 1e6) / calls) : 0).padStart(11),
				String(calls).padStart(9),
				(errors ? String(errors) : "").padStart(9),
				name,
			].join(" ");
		const rule = "------ ----------- ----------- --------- --------- ----------------";
		return [
			"% time     seconds  usecs/call     calls    errors syscall",
			rule,
			...rows.map(([name, count]) => line(count, all.time > 0 ? (100 * count.time) / all.time : 0, name)),
			rule,
			line(all, 100, "total"),
			"",
		].join("\n");
	}
}
