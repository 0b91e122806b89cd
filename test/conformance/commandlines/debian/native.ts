// One command line on this machine, in a container's surroundings: native.sh says which.

import { spawn } from "node:child_process";
import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { repository } from "../root";
import { environment, inside, type Side } from "./side";

export function nativeSide(root: string): Side {
	const mountpoint = join(repository, `.drydock/commandlines/mountpoint-${process.pid}`);
	mkdirSync(mountpoint, { recursive: true });
	return (script, stdin) =>
		new Promise((resolve) => {
			const child = spawn("bash", [join(import.meta.dirname, "native.sh"), root, mountpoint, inside(script), ...environment], {
				stdio: ["pipe", "pipe", "pipe", "pipe"],
			});
			const read = ["", "", "", ""];
			for (const [index, stream] of child.stdio.entries()) {
				stream?.on("data", (bytes: Buffer) => {
					read[index] += bytes.toString("latin1");
				});
			}
			child.stdin.on("error", () => {});
			child.stdin.end(stdin);
			child.on("close", () => {
				resolve({ code: read[3] === "" ? -1 : Number(read[3]), stdout: read[1]!, stderr: read[2]! });
			});
		});
}
