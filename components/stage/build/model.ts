// Builds out of the trace: the steps that make layers, which of them were in the cache, and why (not). Pure.

import type { BuildCause, TraceEvent } from "../../../engine/trace/event";
import { commandLine, commandsOf } from "../run/model";

export interface BuildStep {
	seq: number;
	/** As the build's progress shows it: "[2/3] RUN make". */
	name: string;
	/** What the step depends on, as one digest. */
	key: string;
	hit: boolean;
	because: readonly BuildCause[];
	/** Milliseconds until the next step, or the build's end, was told of; undefined while it runs. */
	took?: number;
}
export interface Build {
	/** seq of its command, or of its first step where no command of this machine asked for it. */
	seq: number;
	/** The command's line; empty for a build that came over the API alone. */
	line: string;
	steps: BuildStep[];
	/** undefined while it runs. */
	exit?: number;
}

const BUILDS = /^docker (image |builder |buildx )?(build|b)\b/;

export function buildsOf(trace: readonly TraceEvent[]): Build[] {
	const commands = commandsOf(trace).filter((command) => BUILDS.test(commandLine(command)));
	const builds: Build[] = commands.map(({ seq, exit, program, argv }) => ({
		seq,
		line: commandLine({ program, argv }),
		steps: [],
		...(exit === undefined ? {} : { exit }),
	}));
	const ends = new Map<number, number>();
	let at: Build | undefined;
	let before: { step: BuildStep; time: number } | undefined;
	const close = (time: number): void => {
		if (before) before.step.took = time - before.time;
		before = undefined;
	};
	for (const event of trace) {
		if (event.type === "cli.command") {
			const begun = builds.find(({ seq }) => seq === event.seq);
			if (begun) {
				at = begun;
				ends.set(event.pid, event.seq);
			}
		} else if (event.type === "cli.exit" && ends.has(event.pid)) {
			close(event.time);
			ends.delete(event.pid);
			at = undefined;
		} else if (event.type === "build.cache") {
			close(event.time);
			if (!at) {
				at = { seq: event.seq, line: "", steps: [] };
				builds.push(at);
			}
			const { seq, step, key, hit, because, time } = event;
			const made: BuildStep = { seq, name: step, key, hit, because };
			at.steps.push(made);
			before = { step: made, time };
		}
	}
	return builds.filter(({ steps, exit }) => steps.length > 0 || exit === undefined).sort((a, b) => a.seq - b.seq);
}
