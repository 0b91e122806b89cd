"use client";
// The overlay of a container, read again whenever the machine has changed; what was last seen of a stopped one is kept.

import { useEffect, useState } from "react";
import { theMachine } from "../../machine/store";
import { useMachine } from "../../machine/use-machine";
import type { WorldContainer } from "../../machine/world";
import { type OverlayDirs, type OverlayRow, overlayRows, rootOverlay } from "./overlay";

/** Directories by container, from while it ran: a stopped container's are still on the disk. */
const seen = new Map<string, OverlayDirs>();

export interface OverlayView {
	dirs: OverlayDirs;
	path: string;
	rows: OverlayRow[];
}

export function useOverlay(container: WorldContainer | undefined, path: string): OverlayView | undefined {
	const revision = useMachine((state) => state.revision);
	const [view, setView] = useState<OverlayView>();
	// biome-ignore lint/correctness/useExhaustiveDependencies: every new reading of the machine reads the directories again
	useEffect(() => {
		const machine = theMachine();
		if (!machine || !container) return setView(undefined);
		let left = false;
		const read = async (): Promise<void> => {
			if (container.pid > 0) {
				const dirs = await rootOverlay(machine, container.pid);
				if (dirs) seen.set(container.id, dirs);
			}
			const known = seen.get(container.id);
			if (!known) return setView(undefined);
			const dirs = container.pid > 0 ? known : { ...known, merged: undefined };
			const rows = await overlayRows(machine, dirs, path);
			if (!left) setView({ dirs, path, rows });
		};
		read().catch(() => !left && setView(undefined));
		return () => {
			left = true;
		};
	}, [container?.id, container?.pid, path, revision]);
	return view;
}
