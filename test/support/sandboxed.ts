// Sandboxes on a throw-away daemon of this machine: the image made of Debian's packages, and the route as Next would serve it.

import { spawnSync } from "node:child_process";
import { OuterDaemon } from "../../app/api/sandbox/outer/client";
import { LocalProvider } from "../../app/api/sandbox/provider/local";
import { SandboxRoute } from "../../app/api/sandbox/serve";
import { operatorSettings, type Settings, settingsFrom } from "../../app/api/sandbox/session/settings";
import { MemoryStore } from "../../app/api/sandbox/session/store";
import { importImage } from "../../deploy/sandbox/main";
import { busyboxLayer } from "./busybox";
import { type RealDocker, startRealDocker, whyNoDocker } from "./real-docker";
import { type SandboxServer, serveSandbox } from "./sandbox-server";

export const IMAGE = "drydock-sandbox:test";
const OWNER = "test";

const has = (program: string): boolean => spawnSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" }).status === 0;

/** A daemon on which sandboxes can run, or why there can be none here: the machine's reasons, not ours. */
export async function placeForSandboxes(): Promise<RealDocker | string> {
	const missing =
		whyNoDocker() ??
		(has("docker") ? undefined : "there is no docker client") ??
		(has("apt-get") && has("dpkg-deb") ? undefined : "the sandbox image is made of Debian's packages");
	if (missing) return missing;
	let outer: RealDocker;
	try {
		outer = await startRealDocker();
	} catch (error) {
		return `dockerd does not start here: ${(error as Error).message.split("\n").slice(-2).join(" ")}`;
	}
	const why = await whyNoContainers(outer).catch((error: Error) => error.message);
	if (why === undefined) return outer;
	await outer.stop();
	return why;
}

/** Starts one that does what a sandbox begins with: a user namespace of its own, by an ordinary user. */
async function whyNoContainers({ client }: RealDocker): Promise<string | undefined> {
	await client.upload("POST", "/images/create?fromSrc=-&repo=probe&tag=latest", busyboxLayer(process.cwd()));
	const created = await client.request("POST", "/containers/create", {
		Image: "probe",
		Cmd: ["/bin/busybox", "unshare", "-U", "-r", "/bin/busybox", "true"],
		User: "1000:1000",
		HostConfig: { NetworkMode: "none", SecurityOpt: ["seccomp=unconfined", "apparmor=unconfined"] },
	});
	const { Id: id } = JSON.parse(created.body) as { Id: string };
	const started = await client.request("POST", `/containers/${id}/start`);
	if (started.status !== 204) return `dockerd starts no containers here: ${JSON.parse(started.body).message}`;
	const waited = await client.request("POST", `/containers/${id}/wait`);
	const { StatusCode: code } = JSON.parse(waited.body) as { StatusCode: number };
	await client.request("DELETE", `/containers/${id}?force=1`);
	return code === 0 ? undefined : "containers cannot make user namespaces here";
}

export interface Sandboxed {
	outer: RealDocker;
	daemon: OuterDaemon;
	provider: LocalProvider;
	route: SandboxRoute;
	server: SandboxServer;
	/** The sandboxes and the route; the daemon too. */
	stop(): Promise<void>;
}

/** @param more in place of the usual settings */
export async function startSandboxed(outer: RealDocker, more: Partial<Settings> = {}): Promise<Sandboxed> {
	const { sandboxImage } = await import("../../bin/setup/sandbox.mjs");
	const tar: string = await sandboxImage();
	const daemon = new OuterDaemon({ socketPath: outer.host.replace("unix://", "") });
	await importImage(daemon, IMAGE, tar, "test");
	const env = {
		NODE_ENV: "test" as const,
		SANDBOX: "1",
		SANDBOX_IMAGE: IMAGE,
		SANDBOX_OWNER: OWNER,
		SANDBOX_WARM: "0",
		DOCKER_HOST: outer.host,
	};
	const settings = { ...settingsFrom(env), ...more };
	const provider = new LocalProvider({ ...operatorSettings(settings), lifetime: 1800 }, env);
	const route = new SandboxRoute(settings, provider, new MemoryStore());
	route.sandboxes.start();
	const server = await serveSandbox(route);
	const stop = async (): Promise<void> => {
		await server.close();
		await route.stop();
		await outer.stop();
	};
	return { outer, daemon, provider, route, server, stop };
}
