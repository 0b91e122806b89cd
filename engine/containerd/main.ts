// containerd as a program: its services on /run/containerd/containerd.sock.

import { makeDirectories } from "../lib/files";
import { SIGNALS } from "../lib/linux";
import { serveRpc } from "../lib/rpc/serve";
import { acceptAll, listenUnix } from "../lib/socket";
import type { Port } from "../port";
import type { NativeMain } from "../sys";
import { CONTAINERD_SOCKET, CONTAINERD_STATE } from "./api";
import { machineFetch } from "./remotes/local";
import { type ContainerdDeps, openService } from "./service";

export const containerd =
	(deps: ContainerdDeps & { port: Pick<Port, "listen"> }): NativeMain =>
	async (sys) => {
		// layers bring their own modes
		await sys.umask(0);
		await makeDirectories(sys, CONTAINERD_STATE, 0o711);
		const { port } = deps;
		// a registry on this machine is reached over its own network
		const fetch = machineFetch(sys, port.fetch, deps.port.listen !== undefined, deps.registries);
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
