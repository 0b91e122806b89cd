// One command line on this machine, in a container's surroundings: native.sh says which.

import { spawn } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../root";
import { environment, inside, type Side } from "./side";

export interface NativeSide {
	run: Side;
	close(): void;
}

export function nativeSide(root: string): NativeSide {
	const mountpoint = mkdtempSync(join(repository, ".drydock/commandlines/at-"));
	const run: Side = (script, hear) => {
		const child = spawn("bash", [join(import.meta.dirname, "native.sh"), root, mountpoint, inside(script), ...environment], {
			stdio: ["pipe", "pipe", "pipe", "pipe"],
		});
		const { stdin } = child;
		child.stdout.on("data", (bytes: Buffer) => hear("stdout", bytes.toString("latin1")));
		child.stderr.on("data", (bytes: Buffer) => hear("stderr", bytes.toString("latin1")));
		stdin.on("error", () => {});
		let code = "";
		child.stdio[3]!.on("data", (bytes: Buffer) => {
			code += bytes.toString();
			stdin.end();
		});
		return {
			type: (text) => stdin.write(text, "latin1"),
			end: () => stdin.end(),
			ended: new Promise((resolve) => child.on("close", () => resolve(code === "" ? -1 : Number(code)))),
		};
	};
	return { run, close: () => rmSync(mountpoint, { recursive: true, force: true }) };
}
