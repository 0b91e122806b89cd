// docker-init (tini): the first process of a container made with --init. It runs the program as its child, hands signals on
// to it, reaps what is left behind, and ends as the program ends.
//
//     docker-init -- PROGRAM [ARGUMENT…]

import { utf8 } from "../lib/bytes";
import { strerror } from "../lib/errno";
import { isErrno, writeAll } from "../lib/files";
import { SIGNALS } from "../lib/linux";
import { type NativeMain, type Sys, SysError, shellCode } from "../sys";

/** Signals that say something about this process itself, or cannot be caught. */
const OWN = new Set<number>([
	SIGNALS.SIGKILL,
	SIGNALS.SIGSTOP,
	SIGNALS.SIGCHLD,
	SIGNALS.SIGFPE,
	SIGNALS.SIGILL,
	SIGNALS.SIGSEGV,
	SIGNALS.SIGBUS,
	SIGNALS.SIGABRT,
	SIGNALS.SIGTRAP,
	SIGNALS.SIGSYS,
	SIGNALS.SIGTTIN,
	SIGNALS.SIGTTOU,
]);

export const dockerInit: NativeMain = async (sys, argv, env) => {
	const at = argv.indexOf("--");
	const command = argv.slice(at < 0 ? 1 : at + 1);
	if (at < 0 && command[0] === "--version") {
		await writeAll(sys, 1, utf8("tini version 0.19.0\n"));
		return 0;
	}
	if (command.length === 0) {
		await writeAll(sys, 2, utf8("docker-init: no program given\n"));
		return 1;
	}
	const child = await sys.clone({ flags: 0, argv: command, main: (inner) => become(inner, command, env) });
	for (const signal of Object.values(SIGNALS)) {
		if (!OWN.has(signal)) await sys.sigaction(signal, () => void sys.kill(child, signal).catch(() => {}));
	}
	for (;;) {
		const { pid, status } = await sys.wait4(-1);
		if (pid === child) return shellCode(status);
	}
};

/** In the child: a group of its own, in front where there is a terminal, then the program. */
async function become(sys: Sys, command: string[], env: string[]): Promise<number> {
	await sys.setpgid(0, 0);
	if (await sys.isatty(0)) {
		await sys.sigaction(SIGNALS.SIGTTOU, "ignore");
		await sys.tcsetpgrp(0, sys.getpid()).catch(() => {});
		await sys.sigaction(SIGNALS.SIGTTOU, "default");
	}
	let failure: SysError | undefined;
	for (const path of candidates(command[0]!, env)) {
		try {
			return await sys.execve(path, command, env);
		} catch (error) {
			if (!(error instanceof SysError)) throw error;
			failure = error;
			if (!isErrno(error, "ENOENT", "ENOTDIR")) break;
		}
	}
	const words = strerror(failure?.errno ?? "ENOENT");
	await writeAll(sys, 2, utf8(`[FATAL tini (${sys.getpid()})] exec ${command[0]} failed: ${words}\n`));
	return failure?.errno === "EACCES" ? 126 : 127;
}

/** As execvp(3) looks. */
function candidates(name: string, env: string[]): string[] {
	if (name.includes("/")) return [name];
	const path = env.findLast((entry) => entry.startsWith("PATH="))?.slice("PATH=".length) ?? "/bin:/usr/bin";
	return path.split(":").map((directory) => `${directory || "."}/${name}`);
}
