// containerd-shim-runc-v2: stands between containerd and one container, so that containerd may end and the container go on.
//
//     containerd-shim-runc-v2 -namespace moby -id ID start     in the bundle's directory: starts the server, prints its address
//     containerd-shim-runc-v2 -namespace moby -id ID           the server
//     containerd-shim-runc-v2 -namespace moby -id ID delete    cleans up after a server that died

import { utf8 } from "../../lib/bytes";
import { digestOf, encodedOf } from "../../lib/digest";
import { messageOf } from "../../lib/errors";
import { makeDirectories, writeAll } from "../../lib/files";
import { O, PR, SIGNALS } from "../../lib/linux";
import { serveRpc } from "../../lib/rpc/serve";
import { acceptAll, listenUnix } from "../../lib/socket";
import type { NativeMain, Sys } from "../../sys";
import type { Tracer } from "../../trace/event";
import { VERSION } from "../version";
import { RUNC_ROOT, SHIM_PATH, SHIM_SOCKETS } from "./api";
import { Reaper } from "./reaper";
import { runRunc } from "./runc";
import { ShimService } from "./service";

export interface ShimDeps {
	trace: Tracer;
}

interface Arguments {
	namespace: string;
	id: string;
	verb: "start" | "delete" | "serve" | "version";
}

function parse(argv: string[]): Arguments {
	const parsed: Arguments = { namespace: "", id: "", verb: "serve" };
	for (let at = 1; at < argv.length; at++) {
		const word = argv[at]!;
		if (word === "-namespace") parsed.namespace = argv[++at] ?? "";
		else if (word === "-id") parsed.id = argv[++at] ?? "";
		else if (word === "-v" || word === "--v") parsed.verb = "version";
		else if (word === "start" || word === "delete") parsed.verb = word;
		else throw new Error(`flag provided but not defined: ${word.replace(/^--/, "-")}`);
	}
	if (!parsed.id && parsed.verb !== "version") throw new Error("shim id must be set");
	return parsed;
}

/** In life the digest of containerd's address, the namespace and the id, too. */
const socketOf = ({ namespace, id }: Arguments): string => `${SHIM_SOCKETS}/${encodedOf(digestOf(`${namespace}/${id}`))}`;

export const shim =
	({ trace }: ShimDeps): NativeMain =>
	async (sys, argv, env) => {
		try {
			const args = parse(argv);
			if (args.verb === "version") {
				const { version, revision } = VERSION;
				await writeAll(sys, 1, utf8(`containerd-shim-runc-v2:\n  Version:  ${version}\n  Revision: ${revision}\n\n`));
				return 0;
			}
			if (args.verb === "start") return await start(sys, args, env);
			if (args.verb === "delete") return await cleanUp(sys, args);
			return await serve(sys, args, trace);
		} catch (error) {
			await writeAll(sys, 2, utf8(`containerd-shim-runc-v2: ${messageOf(error)}\n`));
			return 1;
		}
	};

async function start(sys: Sys, args: Arguments, env: string[]): Promise<number> {
	const nothing = await sys.open("/dev/null", O.RDWR | O.CLOEXEC);
	const [ready, listening] = await sys.pipe2(O.CLOEXEC);
	const argv = [SHIM_PATH, "-namespace", args.namespace, "-id", args.id];
	await sys.spawn(SHIM_PATH, argv, env, { fds: [nothing, nothing, nothing, listening], setsid: true });
	await sys.close(listening);
	// The server closes its end when it listens.
	await sys.read(ready, 1);
	await writeAll(sys, 1, utf8(`unix://${socketOf(args)}`));
	return 0;
}

/** Descriptor that `start` waits on. */
const LISTENING = 3;

async function serve(sys: Sys, args: Arguments, trace: Tracer): Promise<number> {
	// runc ends as soon as the container's process is made: that process becomes ours.
	await sys.prctl(PR.SET_CHILD_SUBREAPER, 1);
	// A containerd that is gone is an error of a write, not our end. (A handler, since containers would inherit ignoring.)
	await sys.sigaction(SIGNALS.SIGPIPE, () => {});
	const bundle = await sys.getcwd();
	await makeDirectories(sys, SHIM_SOCKETS, 0o711);
	let stop = (): void => {};
	const stopped = new Promise<void>((resolve) => {
		stop = resolve;
	});
	const reaper = await Reaper.start(sys);
	const service = new ShimService(sys, reaper, args.id, bundle, args.namespace, socketOf(args), stop);
	const listening = await listenUnix(sys, socketOf(args));
	void acceptAll(sys, listening, (stream) => serveRpc(stream, service.handlers));
	await sys.close(LISTENING).catch(() => {});
	trace.emit("shim", { type: "shim.start", container: args.id, pid: sys.getpid(), bundle });
	await stopped;
	return 0;
}

async function cleanUp(sys: Sys, { namespace, id }: Arguments): Promise<number> {
	const bundle = await sys.getcwd();
	const run = { root: `${RUNC_ROOT}/${namespace}`, bundle, failure: "shim cleanup" };
	await runRunc(sys, run, ["delete", "--force", id]);
	return 0;
}
