// Which line of a Dockerfile a build's step came from, and which layer of the image it made. Pure.

import type { WorldImage, WorldLayer } from "../machine/world";
import type { BuildStep } from "../stage/build/model";

interface Written {
	/** The first line, from 1. */
	line: number;
	text: string;
}

const plain = (text: string): string => text.replace(/\s+/g, " ").trim();

/** "[build 2/3] RUN make" → "RUN make". */
export const instructionOf = (step: string): string => plain(step.replace(/^\[[^\]]*\]\s*/, ""));

/** A Dockerfile's instructions; lines that continue are joined. Here-documents are left out of the text, as progress leaves them. */
export function instructionsOf(dockerfile: string): Written[] {
	const written: Written[] = [];
	const lines = dockerfile.split("\n");
	for (let at = 0; at < lines.length; at++) {
		let text = lines[at] ?? "";
		if (/^\s*(#|$)/.test(text)) continue;
		const first = at;
		while (/\\\s*$/.test(text) && at + 1 < lines.length) {
			at++;
			if (!/^\s*#/.test(lines[at] ?? "")) text = text.replace(/\\\s*$/, "") + lines[at];
		}
		written.push({ line: first + 1, text: plain(text) });
		for (const [, end] of text.matchAll(/<<-?["']?(\w+)["']?/g)) {
			while (at + 1 < lines.length && lines[at + 1]?.trim() !== end) at++;
			at++;
		}
	}
	return written;
}

/** seq of a step → its line. A step whose words differ (a variable's value stands in it) is known by its place. */
export function linesOfSteps(dockerfile: string, steps: readonly BuildStep[]): Map<number, number> {
	const written = instructionsOf(dockerfile);
	const found = new Map<number, number>();
	const taken = new Set<number>();
	const take = (seq: number, match: (instruction: Written) => boolean): boolean => {
		const instruction = written.find((one) => !taken.has(one.line) && match(one));
		if (!instruction) return false;
		taken.add(instruction.line);
		found.set(seq, instruction.line);
		return true;
	};
	const unknown = steps.filter(({ seq, name }) => {
		const text = instructionOf(name);
		return !take(seq, (one) => one.text === text || (text.startsWith(one.text) && one.text.includes("<<")));
	});
	for (const { seq, name } of unknown) {
		const keyword = instructionOf(name).split(" ")[0]?.toUpperCase();
		take(seq, (one) => one.text.split(" ")[0]?.toUpperCase() === keyword);
	}
	return found;
}

/** The layer that a step made, with its number from the base; undefined where the image has none of it. */
export function layerOfStep(image: WorldImage | undefined, step: BuildStep): { layer: WorldLayer; at: number } | undefined {
	const text = instructionOf(step.name);
	const at = image?.layers.findLastIndex(({ instruction }) => plain(instruction) === text) ?? -1;
	const layer = image?.layers[at];
	return layer && { layer, at };
}
