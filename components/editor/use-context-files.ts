"use client";
// The files of a build's context, on the machine's disk: read, written a moment after each change, and watched.

import { useCallback, useEffect, useRef, useState } from "react";
import { readable } from "../../engine/host/browser/layer";
import { theMachine } from "../machine/store";
import { useMachine } from "../machine/use-machine";
import { joined, quoted, writeFile } from "../playground/transfer";

const WRITE_AFTER_MS = 400;
const LARGEST = 256 * 1024;
const MOST = 40;
const DEPTH = 2;

export interface ContextFiles {
	/** Paths from the directory, the Dockerfile first; undefined before they are known. */
	names: string[] | undefined;
	/** The text of the file that is open; undefined while it is read, null where it is no text or too large. */
	text: string | null | undefined;
	state: "saved" | "saving" | "failed";
	edit(text: string): void;
	/** Writes what is not written yet. @throws Error with what the host said */
	flush(): Promise<void>;
	write(files: Record<string, string>): Promise<void>;
	remove(name: string): Promise<void>;
}

export function useContextFiles(directory: string, open: string): ContextFiles {
	const ready = useMachine((state) => state.status.phase === "ready");
	const revision = useMachine((state) => state.revision);
	const [names, setNames] = useState<string[]>();
	const [shown, setShown] = useState<{ path: string; text: string | null }>();
	const [state, setState] = useState<ContextFiles["state"]>("saved");
	const [asked, setAsked] = useState(0);
	/** What is typed and not on the disk yet. */
	const dirty = useRef<{ path: string; text: string } | null>(null);
	const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
	/** How often something was typed: what was read from the disk before that is old. */
	const typed = useRef(0);
	const path = joined(directory, open);

	const flush = useCallback(async (): Promise<void> => {
		clearTimeout(timer.current);
		const machine = theMachine();
		const unwritten = dirty.current;
		if (!machine || !unwritten) return;
		try {
			await writeFile(machine, unwritten.path, new TextEncoder().encode(unwritten.text));
			if (dirty.current === unwritten) dirty.current = null;
			setState(dirty.current ? "saving" : "saved");
		} catch (error) {
			setState("failed");
			throw error;
		}
	}, []);
	const edit = useCallback(
		(changed: string): void => {
			typed.current++;
			if (dirty.current && dirty.current.path !== path) void flush().catch(() => {});
			dirty.current = { path, text: changed };
			setShown({ path, text: changed });
			setState("saving");
			clearTimeout(timer.current);
			timer.current = setTimeout(() => void flush().catch(() => {}), WRITE_AFTER_MS);
		},
		[path, flush],
	);
	// What was typed last is not lost with the editor.
	useEffect(() => () => void flush().catch(() => {}), [flush]);

	// biome-ignore lint/correctness/useExhaustiveDependencies: what a program has written is seen, too
	useEffect(() => {
		const machine = theMachine();
		if (!ready || !machine) return;
		let left = false;
		const read = async (): Promise<void> => {
			const found = await filesBelow(directory);
			if (!left) setNames(found);
			if (dirty.current?.path === path || !found.includes(open)) return;
			const before = typed.current;
			const bytes = await machine.readFile(path, LARGEST + 1);
			if (left || typed.current !== before) return;
			setShown({ path, text: bytes.length > LARGEST ? null : (readable(bytes, true) ?? null) });
		};
		read().catch(() => !left && setShown({ path, text: null }));
		return () => {
			left = true;
		};
	}, [directory, open, path, ready, revision, asked]);

	const again = (): void => setAsked((n) => n + 1);
	return {
		names,
		text: shown?.path === path && names?.includes(open) ? shown.text : undefined,
		state,
		edit,
		flush,
		write: async (files) => {
			const machine = theMachine();
			if (!machine) return;
			for (const [name, content] of Object.entries(files)) {
				const target = joined(directory, name);
				await machine.run(`mkdir -p ${quoted(target.replace(/\/[^/]*$/, ""))}`);
				await writeFile(machine, target, new TextEncoder().encode(content));
			}
			again();
		},
		remove: async (name) => {
			await theMachine()?.run(`rm -f ${quoted(joined(directory, name))}`);
			again();
		},
	};
}

async function filesBelow(directory: string): Promise<string[]> {
	const machine = theMachine();
	const found: string[] = [];
	const walk = async (at: string, depth: number): Promise<void> => {
		const entries = (await machine?.list(joined(directory, at).replace(/\/$/, "")).catch(() => [])) ?? [];
		for (const { name, type } of entries) {
			const path = at === "" ? name : `${at}/${name}`;
			if (type === "file") found.push(path);
			else if (type === "directory" && depth < DEPTH && name !== ".git") await walk(path, depth + 1);
			if (found.length >= MOST) return;
		}
	};
	await walk("", 0);
	return found.sort((a, b) => Number(b === "Dockerfile") - Number(a === "Dockerfile") || (a < b ? -1 : 1));
}
