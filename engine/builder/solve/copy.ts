// COPY and ADD: from a context into a root file system that is mounted, as BuildKit's copy does it.
//
// A directory's contents are copied, into a directory; a file into a directory that is there, or to the name.

import { applyLayer } from "../../oci/layer/apply";
import { rootPath } from "../../oci/layer/root-path";
import type { Sys } from "../../sys";
import type { Selected } from "../context/select";
import type { BuildContext } from "../context/types";
import type { Filter } from "../context/walk";
import { archiveOf } from "./archive";
import type { Mode } from "./mode";
import type { Owner } from "./owner";
import { copyTree, kindAt, makeDirectories } from "./tree";

export interface CopyAction {
	/** Absolute; a slash at its end says that it is a directory. */
	dest: string;
	owner?: Owner;
	/** `octal` is what directories on the way are made with, too. */
	mode?: { change: Mode; octal?: number };
	/** Archives are unpacked. */
	unpack: boolean;
	filter: Filter;
}

/** @param root where the root file system is mounted. @throws EngineError invalidParameter for a file where a directory is */
export async function copyItem(sys: Sys, root: string, context: BuildContext, item: Selected, action: CopyAction): Promise<void> {
	const { dest, owner, mode, filter } = action;
	const made = (path: string): Promise<void> => makeDirectories(sys, root, path, owner, mode?.octal);
	const named = /\/\.?$/.test(dest) ? dest : dest.slice(0, dest.lastIndexOf("/") + 1);
	await made(await rootPath(sys, root, named));
	let target = await rootPath(sys, root, dest);
	if (action.unpack && item.entry.type === "file") {
		const archive = await archiveOf(sys, context.read(item.path));
		if (archive) {
			await made(target);
			await applyLayer(sys, target, archive, { whiteouts: "none", owner });
			return;
		}
	}
	const directory = item.entry.type === "directory";
	const there = await kindAt(sys, target);
	if (!directory && there === "directory") target = `${target}/${item.name}`;
	await made(directory && !there ? target : target.slice(0, target.lastIndexOf("/")));
	await copyTree(sys, context, item, target, {
		filter,
		owner,
		modeOf: ({ mode: own, type }) => (mode ? mode.change(own, type === "directory") : own),
		timeOf: ({ mtime }) => mtime,
		keepsAttribute: () => true,
		replaces: false,
		timesTop: true,
		chownLast: false,
	});
}
