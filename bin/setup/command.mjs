// Runs other programs for set-up: their output goes to a log, and is shown when they fail.

import { spawn, spawnSync } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root, state } from "./once.mjs";

export const has = (program) => spawnSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" }).status === 0;

/** A line while it works, and how long it took. */
export async function say(text, work) {
	const began = Date.now();
	process.stderr.write(`drydock: ${text} …\n`);
	const result = await work();
	const seconds = (Date.now() - began) / 1000;
	if (seconds > 2) process.stderr.write(`drydock: ${text}: ${seconds.toFixed(1)} s\n`);
	return result;
}

/**
 * Runs quietly. @throws Error with the end of its output
 * @param {string} name of the log under .drydock/log
 */
export function quietly(name, program, args, options = {}) {
	const folder = join(state, "log");
	mkdirSync(folder, { recursive: true });
	const file = join(folder, `${name}.log`);
	const log = openSync(file, "w");
	return new Promise((resolve, reject) => {
		const child = spawn(program, args, { cwd: root, stdio: ["ignore", log, log], ...options });
		child.on("error", (error) => {
			closeSync(log);
			reject(new Error(`${program}: ${error.message}`));
		});
		child.on("exit", (code, signal) => {
			closeSync(log);
			if (code === 0) return resolve();
			const tail = readFileSync(file, "utf8").split("\n").slice(-40).join("\n");
			reject(
				new Error(
					`${program} ${args.join(" ")} ended with ${signal ?? code}:\n${tail}\n(whole output in ${file.slice(root.length + 1)})`,
				),
			);
		});
	});
}

/** Runs with its output on ours; answers the exit code. */
export function openly(program, args, options = {}) {
	return new Promise((resolve) => {
		const child = spawn(program, args, { cwd: root, stdio: "inherit", ...options });
		child.on("error", (error) => {
			process.stderr.write(`drydock: ${program}: ${error.message}\n`);
			resolve(127);
		});
		child.on("exit", (code, signal) => resolve(code ?? (signal ? 1 : 0)));
	});
}
