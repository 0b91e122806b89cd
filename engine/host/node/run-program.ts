// A program of the real host, its input given and its output taken: for docker's credential helpers.

import { spawn } from "node:child_process";
import type { RunProgram } from "../../cli/credentials/helper";

export const runProgram: RunProgram = (name, args, input) =>
	new Promise((done) => {
		const child = spawn(name, args, { stdio: ["pipe", "pipe", "inherit"] });
		let out = "";
		child.stdout.setEncoding("utf8").on("data", (text: string) => {
			out += text;
		});
		child.once("error", () => done({ code: 127, out }));
		child.once("close", (code) => done({ code: code ?? 1, out }));
		// a helper may end without reading
		child.stdin.on("error", () => {});
		child.stdin.end(input);
	});
