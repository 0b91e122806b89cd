// What the classic builder copies, where it puts it, and whose it becomes. It packs and unpacks (so that what is in the way is replaced,
// and times are whole seconds), and changes owners at last (so that setuid bits are lost).

import { EngineError, messageOf, systemError } from "../../lib/errors";
import { isErrno } from "../../lib/files";
import { applyLayer } from "../../oci/layer/apply";
import { wholeSeconds } from "../../oci/layer/entry";
import { rootPath } from "../../oci/layer/root-path";
import type { Sys } from "../../sys";
import type { Selected } from "../context/select";
import type { BuildContext } from "../context/types";
import { EVERYTHING } from "../context/walk";
import { archiveOf } from "../solve/archive";
import type { Owner } from "../solve/owner";
import { copyTree, kindAt, makeDirectories } from "../solve/tree";

export interface Placement {
	/** Absolute; a slash at its end says that it is a directory. */
	dest: string;
	/** None: everything stays whose it was. */
	owner: Owner | undefined;
	unpack: boolean;
}

/** @throws EngineError */
export async function place(sys: Sys, root: string, files: BuildContext, item: Selected, how: Placement): Promise<void> {
	const { dest, owner, unpack } = how;
	const target = await scoped(sys, root, dest);
	if (item.entry.type === "directory") return placeDirectory(sys, root, files, item, target, owner);
	const archive = unpack ? await archiveOf(sys, files.read(item.path)) : undefined;
	if (archive) {
		await makeDirectories(sys, root, target);
		await applyLayer(sys, target, archive, { whiteouts: "none" });
		return;
	}
	const into = dest.endsWith("/") || (await kindAt(sys, target)) === "directory";
	const path = into ? `${target}/${item.name}` : target;
	await makeDirectories(sys, root, path.slice(0, path.lastIndexOf("/")), owner);
	await copy(sys, files, item, path, owner);
}

async function placeDirectory(
	sys: Sys,
	root: string,
	files: BuildContext,
	item: Selected,
	target: string,
	owner: Owner | undefined,
): Promise<void> {
	const there = await kindAt(sys, target);
	try {
		// whoever the copy is for: what is made on the way is root's
		await makeDirectories(sys, root, target);
	} catch (error) {
		if (!(error instanceof EngineError)) throw error;
		throw systemError(`failed to copy directory: ${messageOf(error)}`);
	}
	await copy(sys, files, item, target, owner);
	if (owner && !there) await sys.lchown(target, owner.uid, owner.gid);
}

const copy = (sys: Sys, files: BuildContext, item: Selected, target: string, owner: Owner | undefined): Promise<void> =>
	copyTree(sys, files, item, target, {
		filter: EVERYTHING,
		owner,
		modeOf: ({ mode }) => mode,
		timeOf: ({ mtime }) => wholeSeconds(mtime),
		keepsAttribute: (name) => name === "security.capability" && !owner,
		replaces: true,
		timesTop: false,
		chownLast: owner !== undefined,
	});

/** @throws EngineError where the path leads through something that is no directory */
async function scoped(sys: Sys, root: string, path: string): Promise<string> {
	const target = await rootPath(sys, root, path);
	await sys.lstat(target).catch((error: unknown) => {
		if (isErrno(error, "ENOTDIR")) throw systemError(`lstat ${target.slice(root.length)}: not a directory`);
		if (!isErrno(error, "ENOENT")) throw error;
	});
	return target;
}
