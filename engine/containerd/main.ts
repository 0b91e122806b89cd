// containerd as a program: its services on /run/containerd/containerd.sock.

import { utf8 } from "../lib/bytes";
import { makeDirectories, writeAll } from "../lib/files";
import { SIGNALS } from "../lib/linux";
import { serveRpc } from "../lib/rpc/serve";
import { acceptAll, listenUnix } from "../lib/socket";
import type { Port } from "../port";
import type { NativeMain } from "../sys";
import { CONTAINERD_SOCKET, CONTAINERD_STATE } from "./api";
import { machineFetch } from "./remotes/local";
import { type ContainerdDeps, openService } from "./service";
import { VERSION } from "./version";

const TITLE = `containerd github.com/containerd/containerd/v2 ${VERSION.version} ${VERSION.revision}\n`;
const USAGE = `NAME:
   containerd - high performance container runtime

USAGE:
   containerd [global options]

GLOBAL OPTIONS:
   --help, -h     show help
   --version, -v  print the version
`;
/** What the command line asks to be told; else it is served. */
function told(args: readonly string[]): { code: number; words: string } | undefined {
	for (const arg of args) {
		if (/^--?(version|v)$/.test(arg)) return { code: 0, words: TITLE };
		if (/^--?(help|h)$/.test(arg)) return { code: 0, words: USAGE };
		if (arg.startsWith("-")) {
			const words = `flag provided but not defined: -${arg.replace(/^--?/, "")}`;
			return { code: 1, words: `Incorrect Usage: ${words}\n\n${USAGE}containerd: ${words}\n` };
		}
	}
	return undefined;
}

export const containerd =
	(deps: ContainerdDeps & { port: Pick<Port, "listen"> }): NativeMain =>
	async (sys, argv) => {
		const answer = told(argv.slice(1));
		if (answer) {
			await writeAll(sys, answer.code === 0 ? 1 : 2, utf8(answer.words));
			return answer.code;
		}
		// layers bring their own modes
		await sys.umask(0);
		await makeDirectories(sys, CONTAINERD_STATE, 0o711);
		const { port } = deps;
		// a registry on this machine is reached over its own network
		const fetch = machineFetch(sys, port.clock, port.fetch, deps.port.listen !== undefined, deps.registries);
		const handlers = await openService(sys, { ...deps, port: { clock: port.clock, gunzip: port.gunzip, fetch } });
		const listening = await listenUnix(sys, CONTAINERD_SOCKET);
		await sys.chmod(CONTAINERD_SOCKET, 0o660);
		// a client that is gone is an error of a write, not our end; a handler, since shims would inherit ignoring
		await sys.sigaction(SIGNALS.SIGPIPE, () => {});
		for (const signal of [SIGNALS.SIGTERM, SIGNALS.SIGINT]) {
			await sys.sigaction(signal, () => void sys.close(listening).catch(() => {}));
		}
		await acceptAll(sys, listening, (stream) => serveRpc(stream, handlers));
		return 0;
	};
