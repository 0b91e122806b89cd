// Types at a terminal on each side: natively through script(1), which gives a program a pty of this machine; in the engine at a
// console of its kernel.

import { spawn } from "node:child_process";
import { createPty } from "../../../engine/kernel/file/tty/console";
import { type EngineRunner, environment } from "./run";
import type { TerminalSession } from "./terminal-cases";

export interface TerminalOutcome {
	code: number;
	shown: string;
}
const PATIENCE = 15_000;

/** Follows what is shown, and types each step once its text is there and nothing more has come for a moment. */
export class Typist {
	shown = "";
	private from = 0;
	private next = 0;
	private quiet: ReturnType<typeof setTimeout> | undefined;
	constructor(
		private readonly session: TerminalSession,
		private readonly type: (text: string) => void,
	) {
		this.look();
	}
	show(text: string): void {
		this.shown += text;
		this.look();
	}
	private look(): void {
		clearTimeout(this.quiet);
		const step = this.session[2][this.next];
		if (!step || !this.shown.slice(this.from).includes(step[0])) return;
		this.quiet = setTimeout(() => {
			this.next++;
			this.from = this.shown.length;
			this.type(step[1]);
			this.look();
		}, QUIET);
	}
	end(): void {
		clearTimeout(this.quiet);
	}
}
const QUIET = 150;
/** Sessions run side by side, each in a directory of its own. */
const inside = ([name, command]: TerminalSession): string => {
	const directory = `/tmp/${name.replaceAll(/\W+/g, "-")}`;
	return `rm -rf ${directory}; mkdir ${directory}; cd ${directory}; ${command}`;
};

export function typeNatively(root: string, session: TerminalSession): Promise<TerminalOutcome> {
	return new Promise((resolve) => {
		const quoted = (word: string): string => `'${word.replaceAll("'", "'\\''")}'`;
		const command = `stty rows 24 cols 80; exec chroot ${[root, "/bin/sh", "-c", inside(session)].map(quoted).join(" ")}`;
		const child = spawn("script", ["-qec", command, "/dev/null"], {
			env: { ...process.env, ...environment, PATH: process.env.PATH, SHELL: "/bin/sh" },
			stdio: ["pipe", "pipe", "inherit"],
		});
		const typist = new Typist(session, (text) => child.stdin.write(text, "latin1"));
		const timer = setTimeout(() => child.kill("SIGKILL"), PATIENCE);
		child.stdout.on("data", (bytes: Buffer) => typist.show(bytes.toString("latin1")));
		child.on("close", (code) => {
			clearTimeout(timer);
			typist.end();
			resolve({ code: code ?? -1, shown: typist.shown });
		});
	});
}

export function typeInEngine({ machine: { kernel } }: EngineRunner, session: TerminalSession): Promise<TerminalOutcome> {
	return new Promise((resolve, reject) => {
		const terminal = createPty(kernel.machine, { rows: 24, cols: 80 });
		const typist = new Typist(session, (text) => {
			void terminal.input(Uint8Array.from(text, (character) => character.charCodeAt(0)));
		});
		terminal.onOutput = (bytes) => typist.show(String.fromCharCode(...bytes));
		const description = terminal.open();
		const process = kernel.spawn({
			path: "/bin/sh",
			argv: ["/bin/sh", "-c", inside(session)],
			env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
			fds: [description, description, description],
			terminal: true,
			onExit(status) {
				clearTimeout(timer);
				// What was written last is on its way to the far end.
				setTimeout(() => {
					typist.end();
					resolve({ code: status & 0x7f ? 128 + (status & 0x7f) : status >> 8, shown: typist.shown });
				}, 20);
			},
		});
		if (typeof process === "number") return reject(new Error(`spawn: ${process}`));
		const timer = setTimeout(() => {
			terminal.hangup();
			kernel.kill(process, 9);
		}, PATIENCE);
	});
}
