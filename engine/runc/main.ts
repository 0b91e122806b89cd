// runc: a program that makes a container out of a bundle and ends; what goes on running is the container's own process.

import { utf8 } from "../lib/bytes";
import { messageOf } from "../lib/errors";
import { writeAll } from "../lib/files";
import { O } from "../lib/linux";
import type { NativeMain, Sys } from "../sys";
import type { Tracer } from "../trace/event";
import { type Options, type OptionTable, parseOptions, type RuncContext } from "./command";
import { create } from "./create";
import { RuncError } from "./errors";
import { exec } from "./exec";
import { run } from "./run";
import { spec } from "./spec";
import * as verbs from "./verbs";

export const RUNC_VERSION = "1.3.3";
export const RUNC_COMMIT = "v1.3.3-0-gd842d771";
const DEFAULT_ROOT = "/run/runc";

const value = (short?: string) => ({ value: true, short });
const flag = (short?: string) => ({ value: false, short });

const GLOBAL: OptionTable = {
	root: value(),
	log: value(),
	"log-format": value(),
	"systemd-cgroup": flag(),
	debug: flag(),
	version: flag("v"),
	help: flag("h"),
};

/** A row a verb: what it does, its options, its handler. */
const VERBS: Record<string, { usage: string; options: OptionTable; run: (context: RuncContext) => Promise<number> }> = {
	create: {
		usage: "create a container",
		options: { bundle: value("b"), "console-socket": value(), "pid-file": value() },
		run: create,
	},
	delete: { usage: "delete any resources held by the container", options: { force: flag("f") }, run: verbs.remove },
	exec: {
		usage: "execute new process inside the container",
		options: {
			"console-socket": value(),
			cwd: value(),
			detach: flag("d"),
			env: value("e"),
			"pid-file": value(),
			process: value("p"),
			tty: flag("t"),
		},
		run: exec,
	},
	kill: { usage: "send the specified signal to the container's init process", options: { all: flag("a") }, run: verbs.kill },
	list: {
		usage: "list containers started by runc with the given root",
		options: { format: value("f"), quiet: flag("q") },
		run: verbs.list,
	},
	pause: { usage: "suspend all processes inside the container", options: {}, run: verbs.pause },
	ps: { usage: "display the processes running inside a container", options: { format: value("f") }, run: verbs.ps },
	resume: { usage: "resume all processes that have been previously paused", options: {}, run: verbs.resume },
	run: {
		usage: "create and run a container",
		options: {
			bundle: value("b"),
			"console-socket": value(),
			detach: flag("d"),
			keep: flag(),
			"no-new-keyring": flag(),
			"no-pivot": flag(),
			"pid-file": value(),
		},
		run,
	},
	spec: { usage: "create a new specification file", options: { bundle: value("b") }, run: spec },
	start: { usage: "execute the user defined process in a created container", options: {}, run: verbs.start },
	state: { usage: "output the state of a container", options: {}, run: verbs.state },
	update: { usage: "update container resource constraints", options: { resources: value("r") }, run: verbs.update },
};

export interface RuncDeps {
	trace: Tracer;
}

export const runc =
	({ trace }: RuncDeps): NativeMain =>
	async (sys, argv) => {
		let globals: Options | undefined;
		try {
			const parsed = parseOptions(argv.slice(1), GLOBAL);
			globals = parsed.options;
			const [name, ...rest] = parsed.rest;
			if (globals.has("version")) {
				await writeAll(sys, 1, utf8(`runc version ${RUNC_VERSION}\ncommit: ${RUNC_COMMIT}\nspec: 1.2.0\n`));
				return 0;
			}
			if (name === undefined || name === "help" || globals.has("help")) {
				await writeAll(sys, 1, utf8(help()));
				return 0;
			}
			const verb = VERBS[name];
			if (!verb) throw new RuncError(`No help topic for '${name}'`);
			const { options, rest: args } = parseOptions(rest, verb.options);
			return await verb.run({ sys, root: globals.get("root") ?? DEFAULT_ROOT, trace, options, args });
		} catch (error) {
			await report(sys, globals, messageOf(error));
			return 1;
		}
	};

const help = (): string =>
	`NAME:\n   runc - Open Container Initiative runtime\n\nUSAGE:\n   runc [global options] command [command options] [arguments...]\n\nCOMMANDS:\n${Object.entries(
		VERBS,
	)
		.map(([name, { usage }]) => `   ${name.padEnd(8)} ${usage}\n`)
		.join("")}`;

/** To --log as a line of JSON, which a shim reads, and to stderr for people. */
async function report(sys: Sys, globals: Options | undefined, message: string): Promise<void> {
	const time = new Date(Number(sys.now() / 1_000_000n)).toISOString().replace(/\.\d+/, "");
	const log = globals?.get("log");
	const line =
		globals?.get("log-format") === "json"
			? JSON.stringify({ level: "error", msg: message, time })
			: `time="${time}" level=error msg=${JSON.stringify(message)}`;
	if (log) {
		const fd = await sys.open(log, O.WRONLY | O.CREAT | O.APPEND | O.CLOEXEC, 0o644);
		await writeAll(sys, fd, utf8(`${line}\n`));
		await sys.close(fd);
	} else {
		const shown = (await sys.isatty(2).catch(() => false)) ? `ERRO[0000] ${message}` : line;
		await writeAll(sys, 2, utf8(`${shown}\n`)).catch(() => {});
	}
}
