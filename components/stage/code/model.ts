// What the picture of a program's code says: which process is watched, and what the numbers mean.

import type { CodeListing, HotCode, HotFunction, ProcessInfo } from "../../../engine/host/browser/facade";
import { choices } from "../calls/model";

/** Of all that was executed: the part of translated code, by instructions and by time, 0 to 1. */
export interface Shares {
	instructions: number;
	time: number;
}
export const sharesOf = ({ executed, translated, time, translatedTime }: HotCode): Shares => ({
	instructions: executed > 0 ? translated / executed : 0,
	time: time > 0 ? translatedTime / time : 0,
});

/** Millions of instructions a second in each tier; undefined where there were none. */
export function speeds({ executed, translated, time, translatedTime }: HotCode): { interpreted?: number; translated?: number } {
	const perSecond = (instructions: number, ms: number): number | undefined =>
		instructions > 0 && ms > 0 ? instructions / ms / 1000 : undefined;
	return {
		interpreted: perSecond(executed - translated, time - translatedTime),
		translated: perSecond(translated, translatedTime),
	};
}

/** Processes whose code the processor executes: those that are native have none. Containers' newest come first. */
export const watchable = (processes: readonly ProcessInfo[]): ReturnType<typeof choices> =>
	choices(processes.filter(({ native }) => !native).toReversed());

/** Who is watched while nobody is chosen: a container's process that is running, or else the newest. */
export function likely(containers: readonly ProcessInfo[]): number | undefined {
	return (containers.find(({ state }) => state === "R") ?? containers[0])?.pid;
}

export const hexadecimal = (address: number): string => address.toString(16);

/** The name that the file has left, or where in the file it is. */
export function functionName({ name, file, address }: HotFunction): string {
	const program = file?.split("/").at(-1) ?? "";
	if (name) return program ? `${program} ${name}` : name;
	return `${program} ${hexadecimal(address)}`.trim();
}

export const percent = (share: number): string => `${(share * 100).toFixed(share < 0.0995 ? 1 : 0)}%`;

/** The way of the code, step by step. */
export const STEPS = ["bytes", "decoded", "table", "blocks", "wasm"] as const;
export type Step = (typeof STEPS)[number];
export const reaches = (step: Step, wanted: Step): boolean => STEPS.indexOf(step) >= STEPS.indexOf(wanted);

/** Of a listing, how many instructions there are. */
export const lengthOf = ({ blocks }: CodeListing): number =>
	blocks.reduce((sum, { instructions }) => sum + instructions.length, 0);
