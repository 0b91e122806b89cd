"use client";
// The processes and their cgroups' use, read while somebody looks: again whenever the machine has changed, and now and then.

import { startTransition, useEffect, useState } from "react";
import type { Machine, ProcessInfo } from "../../../engine/host/browser/facade";
import { theMachine } from "../../machine/store";
import { useMachine } from "../../machine/use-machine";
import { keepSame } from "../keep-same";
import { limitGroup, USAGE_FILES, type Usage, usageOf } from "./model";

const EVERY_MS = 1500;
/** Looking takes the machine at most one part in so many of its time, however many containers there are. */
const SHARE = 10;

export interface Isolation {
	processes: ProcessInfo[];
	/** By cgroup. */
	usage: ReadonlyMap<string, Usage>;
}

/** @param counted whether the cgroups' use is to be read as well */
export function useIsolation(counted: boolean): Isolation {
	const revision = useMachine((state) => state.revision);
	const phase = useMachine((state) => state.status.phase);
	const [seen, setSeen] = useState<Isolation>({ processes: [], usage: new Map() });
	// biome-ignore lint/correctness/useExhaustiveDependencies: whatever has changed on the machine may have changed its processes
	useEffect(() => {
		const machine = theMachine();
		if (!machine || phase !== "ready") return setSeen({ processes: [], usage: new Map() });
		let left = false;
		let timer: ReturnType<typeof setTimeout>;
		const look = async (): Promise<void> => {
			const began = performance.now();
			try {
				if (document.visibilityState === "visible") {
					const now = await readIsolation(machine, counted);
					if (!left) startTransition(() => setSeen((before) => keepSame(before, now)));
				}
			} catch {
				// The machine is going off: what was seen stays until it is on again.
			}
			if (!left) timer = setTimeout(look, Math.max(EVERY_MS, (performance.now() - began) * SHARE));
		};
		void look();
		return () => {
			left = true;
			clearTimeout(timer);
		};
	}, [revision, phase, counted]);
	return seen;
}

type Reader = Pick<Machine, "processes" | "readFiles">;
async function readIsolation(machine: Reader, counted: boolean): Promise<Isolation> {
	const processes = await machine.processes();
	const usage = counted ? await usageOfGroups(machine, [...new Set(processes.map(limitGroup))]) : new Map<string, Usage>();
	return { processes, usage };
}

const decoder = new TextDecoder();
/** All groups' files at one asking: there may be a hundred groups, with six files each. */
async function usageOfGroups(machine: Reader, groups: readonly string[]): Promise<Map<string, Usage>> {
	const paths = groups.flatMap((group) => USAGE_FILES.map((name) => `/sys/fs/cgroup${group === "/" ? "" : group}/${name}`));
	const files = await machine.readFiles(paths);
	const usage = new Map<string, Usage>();
	groups.forEach((group, index) => {
		const texts = USAGE_FILES.map((name, at) => {
			const bytes = files[index * USAGE_FILES.length + at];
			return [name, bytes ? decoder.decode(bytes) : ""] as const;
		});
		const used = usageOf(Object.fromEntries(texts));
		if (used) usage.set(group, used);
	});
	return usage;
}
