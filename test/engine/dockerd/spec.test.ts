// A container's configuration as config.json; compared with what a real dockerd wrote for `docker run -m 64m busybox sleep 1000`.

import { describe, expect, test } from "vitest";
import type { HostConfig } from "../../../engine/api/container";
import { mergeConfig } from "../../../engine/dockerd/container/config";
import { completeHostConfig } from "../../../engine/dockerd/container/hostconfig";
import { verifyHostConfig } from "../../../engine/dockerd/container/verify";
import { buildSpec } from "../../../engine/dockerd/spec/build";
import { capabilities } from "../../../engine/dockerd/spec/defaults";

const ID = "f".repeat(64);
const spec = (host: Partial<HostConfig> = {}, uid = 0) =>
	buildSpec({
		id: ID,
		config: mergeConfig({ Cmd: ["sleep", "1000"] }, {}, ID),
		hostConfig: completeHostConfig(host),
		rootfs: "/rootfs",
		user: { uid, gid: 0, additionalGids: [0] },
		mounts: [],
		files: { hostname: "/c/hostname", hosts: "/c/hosts", resolvConf: "/c/resolv.conf" },
		devices: { nodes: [], rules: [] },
		sharedPid: () => 42,
	});

test("the plain container", () => {
	const made = spec({ Memory: 64 << 20 });
	expect(made.process).toMatchObject({
		args: ["sleep", "1000"],
		cwd: "/",
		env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", `HOSTNAME=${ID.slice(0, 12)}`],
	});
	expect(made.hostname).toBe(ID.slice(0, 12));
	expect(made.mounts.map(({ destination }) => destination)).toEqual([
		"/proc",
		"/dev",
		"/dev/pts",
		"/sys",
		"/sys/fs/cgroup",
		"/dev/mqueue",
		"/dev/shm",
		"/etc/resolv.conf",
		"/etc/hostname",
		"/etc/hosts",
	]);
	expect(made.linux.namespaces.map(({ type }) => type)).toEqual(["mount", "network", "uts", "pid", "ipc", "cgroup"]);
	expect(made.linux.cgroupsPath).toBe(`/docker/${ID}`);
	expect(made.linux.resources?.memory).toEqual({ limit: 64 << 20, reservation: undefined, swap: 128 << 20 });
	expect(made.linux.readonlyPaths).toContain("/proc/sys");
});

test("namespaces that are shared", () => {
	const types = (host: Partial<HostConfig>) =>
		spec(host).linux.namespaces.map(({ type, path }) => (path ? `${type}=${path}` : type));
	expect(types({ PidMode: "host" })).not.toContain("pid");
	expect(types({ NetworkMode: "host" })).toEqual(["mount", "uts", "pid", "ipc", "cgroup"]);
	expect(types({ UTSMode: "host" })).not.toContain("uts");
	expect(types({ NetworkMode: "container:web" })).toContain("network=/proc/42/ns/net");
	expect(() => spec({ IpcMode: "bogus" })).toThrow("invalid IPC mode: bogus");
});

describe("capabilities", () => {
	test("fourteen unless said otherwise; none in effect for another user", () => {
		const sets = spec().process.capabilities;
		expect(sets?.bounding).toHaveLength(14);
		expect(sets?.effective).toEqual(sets?.bounding);
		expect(spec({}, 1000).process.capabilities).toEqual({ bounding: sets?.bounding });
	});
	test("added and dropped, with and without CAP_", () => {
		expect(capabilities(["net_admin"], ["ALL"], false)).toEqual(["CAP_NET_ADMIN"]);
		expect(capabilities(null, ["CAP_CHOWN"], false)).not.toContain("CAP_CHOWN");
		expect(capabilities(["ALL"], ["SYS_ADMIN"], false)).toHaveLength(40);
		expect(capabilities(null, null, true)).toHaveLength(41);
		expect(() => capabilities(["BOGUS"], null, false)).toThrow('invalid capability: "BOGUS"');
	});
	test("--privileged hides nothing", () => {
		expect(spec({ Privileged: true }).linux).toMatchObject({ maskedPaths: [], readonlyPaths: [] });
	});
});

test.for([
	[{ LogConfig: { Type: "nosuch", Config: {} } }, 'error looking up logging plugin nosuch: plugin "nosuch" not found'],
	[{ Runtime: "nosuch" }, "Unknown runtime specified nosuch"],
	[{ IpcMode: "bogus" }, "invalid IPC mode: bogus"],
	[{ PidMode: "bogus" }, "invalid PID mode: bogus"],
	[{ Memory: 1 << 20 }, "Minimum memory limit allowed is 6MB"],
	[
		{ AutoRemove: true, RestartPolicy: { Name: "always", MaximumRetryCount: 0 } },
		"can't create 'AutoRemove' container with restart policy",
	],
	[{ MemorySwap: 1 << 30 }, "You should always set the Memory limit when using Memoryswap limit, see usage"],
] as const)("%j is refused", ([host, message]) => {
	expect(() => verifyHostConfig(completeHostConfig(host))).toThrow(message);
});
