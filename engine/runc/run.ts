// `runc run`: create and start in one. In the foreground runc stays for as long as the program: it hands on signals and, where
// there is a terminal, what is typed and shown; it ends with the program's exit code, and the container is deleted. With -d it
// leaves at once, and the program lives on.

import { isErrno, writeAll } from "../lib/files";
import { O, SIGNALS } from "../lib/linux";
import { raw } from "../lib/termios";
import type { Sys } from "../sys";
import { shellCode } from "../sys";
import type { RuncContext } from "./command";
import { connectConsole } from "./console";
import { createContainer, loadSpec, NO_CONSOLE, named } from "./create";
import { RuncError } from "./errors";
import { remove, start } from "./verbs";

export const run = (context: RuncContext): Promise<number> => named("run", () => runContainer(context));

async function runContainer(context: RuncContext): Promise<number> {
	const { sys, options, args } = context;
	const spec = await loadSpec(context);
	const detached = options.has("detach");
	const socket = options.get("console-socket");
	if (spec.process.terminal && detached && !socket) throw new RuncError(NO_CONSOLE);
	const terminal = spec.process.terminal && !detached ? await OwnTerminal.open(sys) : undefined;
	const outside = socket && spec.process.terminal ? await connectConsole(sys, socket) : undefined;
	const pid = await createContainer(context, spec, terminal?.inner ?? outside);
	await terminal?.attach();
	await start(context);
	if (detached) return 0;
	await handOnSignals(sys, pid);
	const { status } = await sys.wait4(pid);
	await terminal?.end();
	if (!options.has("keep")) await remove({ ...context, options: options.with("force"), args });
	return shellCode(status);
}

const HANDED_ON = [SIGNALS.SIGHUP, SIGNALS.SIGINT, SIGNALS.SIGQUIT, SIGNALS.SIGTERM, SIGNALS.SIGUSR1, SIGNALS.SIGUSR2];

async function handOnSignals(sys: Sys, pid: number): Promise<void> {
	for (const signal of HANDED_ON) await sys.sigaction(signal, () => void sys.kill(pid, signal).catch(() => {}));
}

const CHUNK = 1 << 16;

/** The container's terminal, carried to and from the one that runc was started at (or its plain input and output). */
class OwnTerminal {
	private master = -1;
	private shown: Promise<void> = Promise.resolve();
	private restore = async (): Promise<void> => {};

	private constructor(
		private readonly sys: Sys,
		private readonly outer: number,
		/** For the container's first process, which sends its terminal's other end through it. */
		readonly inner: number,
	) {}

	static async open(sys: Sys): Promise<OwnTerminal> {
		const [outer, inner] = await sys.socketpair("unix", "stream", O.CLOEXEC);
		return new OwnTerminal(sys, outer, inner);
	}

	async attach(): Promise<void> {
		const { sys, outer } = this;
		const { fds } = await sys.recvmsg(outer, 4096);
		if (fds.length !== 1) throw new RuncError("the container sent no terminal");
		this.master = fds[0]!;
		await sys.close(outer);
		if (await sys.isatty(0)) {
			const before = await sys.tcgetattr(0);
			await sys.tcsetattr(0, raw(before));
			this.restore = () => sys.tcsetattr(0, before);
			const follow = async (): Promise<void> => sys.setwinsize(this.master, await sys.getwinsize(0)).catch(() => {});
			await follow();
			await sys.sigaction(SIGNALS.SIGWINCH, () => void follow());
		}
		void this.copy(0, this.master).catch(() => {});
		this.shown = this.copy(this.master, 1);
	}

	/** A terminal whose last program is gone answers EIO. */
	private async copy(from: number, to: number): Promise<void> {
		for (;;) {
			const bytes = await this.sys.read(from, CHUNK).catch((error: unknown) => {
				if (isErrno(error, "EIO")) return new Uint8Array(0);
				throw error;
			});
			if (bytes.length === 0) return;
			await writeAll(this.sys, to, bytes);
		}
	}

	/** When all has been shown. */
	async end(): Promise<void> {
		await this.shown.catch(() => {});
		await this.restore();
	}
}
