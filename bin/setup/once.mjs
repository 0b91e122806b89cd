// Work that is done once: a step runs when its inputs changed since it last succeeded, and only then.

import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

export const root = resolve(dirname(fileURLToPath(import.meta.url)), "../..");
/** Everything that set-up makes lies here; deleting the folder starts over. */
export const state = join(root, ".drydock");

/** Files below the given paths (relative to the root), sorted; missing ones are left out. */
export function filesBelow(paths) {
	const found = [];
	const visit = (path) => {
		if (!existsSync(path)) return;
		if (!statSync(path).isDirectory()) return void found.push(path);
		for (const name of readdirSync(path).sort())
			if (name !== "node_modules" && !name.startsWith(".next")) visit(join(path, name));
	};
	for (const path of paths) visit(join(root, path));
	return found;
}

/** A digest over the contents of the files below `paths` and over `also`. */
export function fingerprint(paths, also = "") {
	const hash = createHash("sha256").update(also);
	for (const file of filesBelow(paths)) hash.update(`\0${file.slice(root.length)}\0`).update(readFileSync(file));
	return hash.digest("hex");
}

/**
 * Runs `work` unless it succeeded before with the same fingerprint and its outputs are still there.
 * @param {{ name: string, inputs: string[], also?: string, outputs?: string[] }} step paths are relative to the root
 * @param {() => void | Promise<void>} work throws when it fails
 * @returns {Promise<boolean>} whether it ran
 */
export async function once({ name, inputs, also = "", outputs = [] }, work) {
	const stamp = join(state, "stamps", name);
	const now = fingerprint(inputs, also);
	const stamped = () => existsSync(stamp) && readFileSync(stamp, "utf8") === now;
	const done = () => stamped() && outputs.every((path) => existsSync(join(root, path)));
	if (done()) return false;
	const unlock = await lock(name);
	try {
		if (done()) return false;
		rmSync(stamp, { force: true });
		await work();
		mkdirSync(dirname(stamp), { recursive: true });
		writeFileSync(stamp, now);
		return true;
	} finally {
		unlock();
	}
}

/** Two set-ups at once must not make the same thing: the second waits for the first, unless that one is dead. */
async function lock(name) {
	const file = join(state, "locks", name);
	mkdirSync(dirname(file), { recursive: true });
	for (;;) {
		try {
			writeFileSync(file, String(process.pid), { flag: "wx" });
			return () => rmSync(file, { force: true });
		} catch (error) {
			if (error.code !== "EEXIST") throw error;
		}
		const owner = Number(readFileSync(file, { encoding: "utf8", flag: "a+" }));
		if (!alive(owner)) rmSync(file, { force: true });
		else await new Promise((resolve) => setTimeout(resolve, 200));
	}
}

function alive(pid) {
	try {
		return pid > 0 && process.kill(pid, 0);
	} catch {
		return false;
	}
}
