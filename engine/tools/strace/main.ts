// strace: what a program asks of the kernel, call by call. It reads what the kernel writes down of a watched process.
//
//     strace [-fcqrtT] [-e trace=SET] [-s SIZE] [-o FILE] (-p PID … | PROGRAM [ARGUMENT…])

import { text, utf8 } from "../../lib/bytes";
import { strerror } from "../../lib/errno";
import { exists, isErrno, writeAll } from "../../lib/files";
import { O, SIGNALS } from "../../lib/linux";
import { type NativeMain, type Report, type Sys, SysError, shellCode } from "../../sys";
import { type Options, parseOptions, UsageError } from "./options";
import { Summary } from "./summary";
import { Writer } from "./writer";

const CHUNK = 1 << 16;
const HELP = `Usage: strace [-fcqrtT] [-e trace=SET] [-s SIZE] [-o FILE] (-p PID | PROG [ARGS])

  -c             count calls, errors and time, and print a table at the end
  -e trace=SET   only these calls: names, or %file, %process, %network, %desc, %memory, %signal, %ipc; !SET for all others
  -f             follow children
  -o FILE        write to FILE instead of standard error
  -p PID         watch a process that runs already
  -q             say less
  -r, -t, -tt, -ttt, -T   times: since the last line, of the day, with microseconds, since 1970, taken by the call
  -s SIZE        show at most SIZE bytes of a string (32)
`;

export const strace: NativeMain = async (sys, argv, env) => {
	try {
		const options = parseOptions(argv.slice(1));
		if (options === "help" || options === "version") {
			await writeAll(sys, 1, utf8(options === "help" ? HELP : "strace of Drydock: it has the words of strace(1)\n"));
			return 0;
		}
		return await run(sys, options, env);
	} catch (error) {
		const words =
			error instanceof UsageError
				? `${error.message}\nTry 'strace -h' for more information.`
				: error instanceof SysError
					? `${error.detail ? `${error.detail}: ` : ""}${strerror(error.errno)}`
					: undefined;
		if (words === undefined) throw error;
		await writeAll(sys, 2, utf8(`strace: ${words}\n`));
		return 1;
	}
};

async function run(sys: Sys, options: Options, env: string[]): Promise<number> {
	const output =
		options.output === undefined ? 2 : await sys.open(options.output, O.WRONLY | O.CREAT | O.TRUNC | O.CLOEXEC, 0o666);
	const session = new Session(sys, options, output);
	const watching = options.attach.map((pid) => session.attach(pid));
	const child = options.command.length ? await start(sys, options, env) : undefined;
	if (child) watching.push(session.follow(child.pid, child.watch, false));
	else for (const signal of [SIGNALS.SIGINT, SIGNALS.SIGTERM]) await sys.sigaction(signal, () => void session.detach());
	await Promise.race([Promise.all(watching), session.detached]);
	await session.finish();
	if (!child) return 0;
	const { status } = await sys.wait4(child.pid);
	return shellCode(status);
}

/** The program as a child that waits until it is watched. */
async function start(sys: Sys, options: Options, env: string[]): Promise<{ pid: number; watch: number }> {
	const path = await find(sys, options.command[0]!, env);
	const [ready, go] = await sys.pipe2(O.CLOEXEC);
	const pid = await sys.clone({
		flags: 0,
		argv: options.command,
		main: async (inner) => {
			await inner.read(ready, 1);
			try {
				return await inner.execve(path, options.command, env);
			} catch (error) {
				if (!(error instanceof SysError)) throw error;
				await writeAll(inner, 2, utf8(`strace: exec: ${strerror(error.errno)}\n`));
				return 1;
			}
		},
	});
	// Keys are for the program, not for who watches it.
	for (const signal of [SIGNALS.SIGINT, SIGNALS.SIGQUIT, SIGNALS.SIGTERM, SIGNALS.SIGHUP, SIGNALS.SIGTSTP])
		await sys.sigaction(signal, "ignore");
	const watch = await sys.watchCalls(pid, { follow: options.follow, limit: options.limit });
	await sys.write(go, utf8("."));
	await sys.close(go);
	await sys.close(ready);
	return { pid, watch };
}

async function find(sys: Sys, name: string, env: string[]): Promise<string> {
	if (name.includes("/")) return name;
	const path = env.find((entry) => entry.startsWith("PATH="))?.slice(5) ?? "/usr/bin:/bin";
	for (const folder of path.split(":")) {
		const candidate = `${folder || "."}/${name}`;
		if (await exists(sys, candidate)) return candidate;
	}
	throw new UsageError(`Can't stat '${name}': ${strerror("ENOENT")}`);
}

/** One output, one or more watched processes. */
class Session {
	readonly detached: Promise<void>;
	private readonly writer: Writer;
	private readonly summary = new Summary();
	private readonly attached: number[] = [];
	private pending = "";
	private writing: Promise<void> = Promise.resolve();
	private release: () => void = () => {};

	constructor(
		private readonly sys: Sys,
		private readonly options: Options,
		private readonly output: number,
	) {
		this.writer = new Writer(options, (words) => {
			this.pending += words;
		});
		this.detached = new Promise((resolve) => {
			this.release = resolve;
		});
	}

	async attach(pid: number): Promise<void> {
		const { follow, limit } = this.options;
		try {
			const watch = await this.sys.watchCalls(pid, { follow, limit });
			this.attached.push(pid);
			this.writer.message(`Process ${pid} attached`);
			await this.follow(pid, watch, true);
		} catch (error) {
			if (!isErrno(error, "ESRCH", "EPERM")) throw error;
			this.writer.message(`attach: ptrace(PTRACE_SEIZE, ${pid}): ${strerror(error.errno)}`);
		}
	}
	/** Reads to the end. Before a command's own execve there is only the way to it: that is left out. */
	async follow(pid: number, watch: number, begun: boolean): Promise<void> {
		this.writer.known(pid);
		let rest = "";
		for (;;) {
			const bytes = await this.sys.read(watch, CHUNK);
			if (bytes.length === 0) break;
			const lines = (rest + text(bytes)).split("\n");
			rest = lines.pop()!;
			for (const line of lines) {
				const report = JSON.parse(line) as Report;
				begun ||= report.kind === "ended" || (report.kind === "call" && report.name === "execve");
				if (begun) this.report(report);
			}
			await this.flush();
		}
		await this.sys.close(watch);
	}
	detach(): void {
		for (const pid of this.attached) this.writer.message(`Process ${pid} detached`);
		this.release();
	}
	async finish(): Promise<void> {
		if (this.options.summary) this.pending += this.summary.table();
		await this.flush();
		if (this.output !== 2) await this.sys.close(this.output);
	}

	private report(report: Report): void {
		if (!this.options.summary) this.writer.report(report);
		else if (report.kind === "call" && this.options.wanted(report.name)) this.summary.add(report);
	}
	private flush(): Promise<void> {
		const words = this.pending;
		this.pending = "";
		this.writing = this.writing.then(() => writeAll(this.sys, this.output, utf8(words)));
		return this.writing;
	}
}
