// The host's native programs by name, with what each is given besides its system calls.

import { buildImages } from "../builder/program";
import { containerd } from "../containerd/main";
import { shim } from "../containerd/shim/main";
import { dockerd } from "../dockerd/main";
import { utf8 } from "../lib/bytes";
import { messageOf } from "../lib/errors";
import type { Port } from "../port";
import { runc } from "../runc/main";
import type { NativeMain } from "../sys";
import { dockerInit } from "../tools/docker-init";
import { dockerProxy } from "../tools/docker-proxy";
import type { Tracer } from "../trace/event";
import { init } from "./init";
import type { later } from "./later";

export interface NativeContext {
	port: Port;
	trace: Tracer;
	registries: Record<string, string>;
	/** init has brought the daemons up. */
	ready: () => void;
}

export interface Natives {
	mains: Record<string, NativeMain>;
	/** Reads the programs that no boot calls for; each does so itself when it is called before. */
	readLater(): Promise<unknown>;
}

/** As a shell says of what it found and could not run. */
const NOT_EXECUTABLE = 126;

type Later = ReturnType<typeof later>;
const LATER: ReadonlyArray<keyof Later> = ["docker", "registry", "htpasswd", "curl", "strace"];

export function natives(context: NativeContext): Natives {
	const { port, trace, registries, ready } = context;
	let read: Promise<Later> | undefined;
	let there: Later | undefined;
	const readLater = (): Promise<Later> => {
		read ??= import("./later").then(({ later }) => (there = later(context)));
		// what could not be fetched is asked for again by the next call
		read.catch(() => (read = undefined));
		return read;
	};
	const called =
		(name: keyof Later): NativeMain =>
		async (sys, argv, env) => {
			if (!there) {
				try {
					await readLater();
				} catch (error) {
					await sys.write(2, utf8(`${argv[0]}: ${messageOf(error)}\n`));
					return NOT_EXECUTABLE;
				}
			}
			return there![name](sys, argv, env);
		};
	const mains = {
		init: init(ready),
		dockerd: dockerd({ trace, fetch: port.fetch }),
		containerd: containerd({ trace, port, registries }),
		"containerd-shim-runc-v2": shim({ trace }),
		runc: runc({ trace }),
		"build-images": buildImages(),
		"docker-init": dockerInit,
		"docker-proxy": dockerProxy,
		...Object.fromEntries(LATER.map((name) => [name, called(name)])),
	};
	return { mains, readLater };
}
