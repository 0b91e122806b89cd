// Plain progress, a line at a time: "#5 [2/3] RUN make", then what it says, then "#5 DONE 1.2s". Steps that run at the same time take
// turns; one that is not finished when another has its turn ends in "#5 ...".

import { isCompleted, keep, progressOf, type Step, secondsOf, type Trace, wasCanceled } from "./trace";

const ANTI_FLICKER = 5;
const MOST_WAITING = 10;
const LEAST_SECONDS = 5;
const LEAST_PART = 0.05;

export class PlainDisplay {
	private current = "";
	private last = new Map<string, { current: number; time: bigint }>();
	private first = true;
	private next = 0;

	constructor(
		private readonly trace: Trace,
		private readonly title: string,
	) {}

	/** What there is to print now. @param now milliseconds */
	print(now: number): string {
		let out = "";
		const { trace } = this;
		const updated = [...trace.updates].flatMap((digest) => trace.steps.get(digest) ?? []);
		const before = this.current;
		const completed = updated
			.filter(isCompleted)
			.sort((a, b) => (a.vertex.completed! < b.vertex.completed! ? -1 : a.vertex.completed! > b.vertex.completed! ? 1 : 0));
		const wasCurrent = completed.find(({ vertex }) => vertex.digest === before);
		if (wasCurrent) out += this.step(wasCurrent, now);
		for (const step of completed) if (step !== wasCurrent) out += this.step(step, now);
		const rest = updated.filter((step) => !isCompleted(step));
		if (rest.length === 0) {
			const open = trace.steps.get(before);
			if (open && !isCompleted(open) && this.current === before) return out;
			const running = [...trace.steps.values()].find((step) => !isCompleted(step));
			return running ? out + this.step(running, now) : out;
		}
		const active = rest.find(({ vertex }) => vertex.digest === this.current);
		if (active) return out + this.step(active, now) + this.turn(rest, active, now);
		return out + this.step(this.busiest(rest, now), now);
	}

	/** Another step's turn, when the current one has been shown for long, or the other has waited for long. */
	private turn(rest: readonly Step[], current: Step, now: number): string {
		const others = rest.filter((step) => step !== current);
		const waiting = others.find((step) => now - step.since > MOST_WAITING * 1000);
		if (waiting) return this.step(waiting, now);
		if (others.length === 0) return "";
		const speed = (step: Step): number => step.count / Math.max(0.001, (now - step.since) / 1000);
		const share = speed(current) / rest.reduce((sum, step) => sum + speed(step), 0);
		const shown = (now - current.since) / 1000;
		return share < 1 && ANTI_FLICKER / (1 - share) < shown ? this.step(this.busiest(others, now), now) : "";
	}
	private busiest(steps: readonly Step[], now: number): Step {
		const speed = (step: Step): number => step.count / Math.max(0.001, (now - step.since) / 1000);
		return steps.reduce((most, step) => (speed(step) > speed(most) ? step : most));
	}

	private step(step: Step, now: number): string {
		const { vertex } = step;
		if (step.index === 0) step.index = ++this.next;
		const head = `#${step.index} `;
		let out = this.heading(step);
		let open = false;
		for (const task of step.tasks.values()) {
			if (!step.changed.has(task.id)) continue;
			const before = this.last.get(task.id);
			if (before && task.completed === undefined) {
				const part = task.total > 0 ? (task.current - before.current) / task.total : 0;
				if (part < LEAST_PART && secondsOf(before.time, task.timestamp) < LEAST_SECONDS) continue;
			}
			this.last.set(task.id, { current: task.current, time: task.timestamp });
			const size = progressOf(task);
			const took = secondsOf(task.started, task.completed ?? task.timestamp);
			const time = task.started !== undefined && took > 0.01 ? ` ${took.toFixed(1)}s` : "";
			if (task.completed === undefined) open = true;
			out += `${head}${task.id}${size ? ` ${size}` : ""}${time}${task.completed === undefined ? "" : " done"}\n`;
		}
		step.changed.clear();
		for (const { short } of step.warnings.slice(step.warned)) out += `${head}WARN: ${short}\n`;
		step.warned = step.warnings.length;
		out += this.lines(step, head);
		this.current = vertex.digest;
		step.count = 0;
		step.since = now;
		if (isCompleted(step) && !open) {
			this.current = "";
			if (step.partial) out += "\n";
			step.partial = false;
			out += head + ending(step);
		}
		this.trace.updates.delete(vertex.digest);
		return out;
	}

	private heading({ vertex, index }: Step): string {
		if (vertex.digest === this.current) return "";
		let out = "";
		const old = this.trace.steps.get(this.current);
		if (old) {
			if (old.partial) out += "\n";
			old.printed = 0;
			out += `#${old.index} ...\n`;
		}
		if (!this.first) out += "\n";
		else if (this.title !== "") out += `#0 ${this.title}\n\n`;
		this.first = false;
		return `${out}#${index} ${vertex.name}\n`;
	}

	private lines(step: Step, head: string): string {
		let out = "";
		for (const [at, line] of step.lines.entries()) {
			const whole = at < step.lines.length - 1 || !step.partial;
			out += at === 0 && step.printed > 0 ? line.slice(step.printed) : head + line;
			if (whole) out += "\n";
		}
		const whole = step.partial ? step.lines.slice(0, -1) : step.lines;
		keep(step, whole);
		step.lines = step.partial ? step.lines.slice(-1) : [];
		step.printed = step.partial ? (step.lines[0]?.length ?? 0) : 0;
		return out;
	}
}

function ending(step: Step): string {
	const { vertex } = step;
	if (vertex.error !== "") return wasCanceled(step) ? "CANCELED\n" : `ERROR: ${vertex.error}\n`;
	if (vertex.cached) return "CACHED\n";
	return `DONE ${secondsOf(vertex.started, vertex.completed).toFixed(1)}s\n`;
}
