// Measures how one process's code is executed while its picture is open, and reads the code that is looked at.

import { useEffect, useState } from "react";
import type { CodeListing, HotCode, ProcessInfo } from "../../../engine/host/browser/facade";
import { theMachine } from "../../machine/store";
import { useMachine } from "../../machine/use-machine";

const EVERY_MS = 1000;

/** What is asked again and again while `active`. A machine that is off, or just stopping, answers nothing. */
function usePolled<T>(active: boolean, ask: () => Promise<T>, keys: readonly unknown[]): T | undefined {
	const [answer, setAnswer] = useState<T>();
	const ready = useMachine(({ status }) => status.phase === "ready");
	// biome-ignore lint/correctness/useExhaustiveDependencies: `keys` stand for what `ask` depends on
	useEffect(() => {
		setAnswer(undefined);
		if (!active || !ready) return;
		let on = true;
		let timer: ReturnType<typeof setTimeout>;
		const look = (): void => {
			ask()
				.then(
					(found) => on && setAnswer(found),
					() => {},
				)
				.finally(() => {
					if (on) timer = setTimeout(look, EVERY_MS);
				});
		};
		look();
		return () => {
			on = false;
			clearTimeout(timer);
		};
	}, [active, ready, ...keys]);
	return answer;
}

export const useProcesses = (): ProcessInfo[] | undefined =>
	usePolled(true, () => theMachine()?.processes() ?? Promise.resolve([]), []);

/** Who closes the picture does not pay for it any longer. */
export function useHotCode(pid: number | undefined): HotCode | undefined {
	const hot = usePolled(pid !== undefined, async () => {
		const machine = theMachine();
		const found = await machine?.hotCode();
		if (found && found.pid === pid) return found;
		await machine?.watchCode(pid ?? null);
		return machine?.hotCode();
	}, [pid]);
	useEffect(
		() => () =>
			void theMachine()
				?.watchCode(null)
				.catch(() => {}),
		[],
	);
	return hot;
}

/** Read once for each place; code that is written at run time shows as it was then. */
export function useListing(pid: number | undefined, address: number | undefined): CodeListing | undefined {
	const [listing, setListing] = useState<{ pid: number; listing: CodeListing }>();
	useEffect(() => {
		if (pid === undefined || address === undefined) return;
		let on = true;
		theMachine()
			?.listCode(address)
			.then(
				(found) => on && found && setListing({ pid, listing: found }),
				() => {},
			);
		return () => {
			on = false;
		};
	}, [pid, address]);
	return listing && listing.pid === pid ? listing.listing : undefined;
}
