// THE specification of the outer container, the only thing that the outer daemon is ever asked to make. Nothing of a
// learner's goes into it: it depends on the operator's settings (the image's name, how long it may live) and on nothing else.
// Why each line is as it is: deploy/threat-model.md.

import { seccompProfile } from "./seccomp";

const MEBIBYTE = 1024 * 1024;

/** What a sandbox has, as its learner is told. */
export const SIZES = {
	memoryBytes: 512 * MEBIBYTE,
	/** The tmpfs of the home folder is the disk, and counts as memory. */
	diskBytes: 256 * MEBIBYTE,
	cpus: 1,
	processes: 512,
} as const;

export const LABEL = "drydock.sandbox";
/** Which site's it is: several servers may share a daemon. */
export const OWNER_LABEL = "drydock.sandbox.owner";
/** Seconds since 1970: after it, nobody's. */
export const UNTIL_LABEL = "drydock.sandbox.until";

export interface OperatorSettings {
	image: string;
	owner: string;
	/** Seconds; the container ends itself after them, whatever happens to the server. */
	lifetime: number;
}

/** uid 1000's own, and nobody else's; no devices, no setuid programs. */
const tmpfs = (mebibytes: number, inodes: number, mode: string): string =>
	`rw,nosuid,nodev,exec,size=${mebibytes}m,nr_inodes=${inodes},mode=${mode},uid=1000,gid=1000`;

/** The body of POST /containers/create. @param now milliseconds since 1970 */
export const outerSpecification = ({ image, owner, lifetime }: OperatorSettings, now: number) => ({
	Image: image,
	Hostname: "sandbox",
	User: "1000:1000",
	Entrypoint: ["/usr/lib/drydock/entry"],
	Cmd: [],
	Env: [`TTL=${lifetime}`],
	Labels: { [LABEL]: "1", [OWNER_LABEL]: owner, [UNTIL_LABEL]: String(Math.ceil(now / 1000) + lifetime) },
	NetworkDisabled: true,
	HostConfig: {
		Init: true,
		AutoRemove: true,
		NetworkMode: "none",
		IpcMode: "private",
		ReadonlyRootfs: true,
		Privileged: false,
		CapDrop: ["ALL"],
		// for newuidmap and newgidmap, which have them as file capabilities; so there can be no no-new-privileges
		CapAdd: ["SETUID", "SETGID"],
		SecurityOpt: [`seccomp=${JSON.stringify(seccompProfile)}`, "apparmor=unconfined"],
		// a /proc of the inner containers' own cannot be mounted where parts of the outer one are masked
		MaskedPaths: [],
		ReadonlyPaths: [],
		Memory: SIZES.memoryBytes,
		MemorySwap: SIZES.memoryBytes,
		NanoCpus: SIZES.cpus * 1e9,
		PidsLimit: SIZES.processes,
		OomScoreAdj: 500,
		ShmSize: 16 * MEBIBYTE,
		Ulimits: [
			{ Name: "nofile", Soft: 4096, Hard: 4096 },
			{ Name: "core", Soft: 0, Hard: 0 },
		],
		Tmpfs: {
			"/home/sandbox": tmpfs(SIZES.diskBytes / MEBIBYTE, 65_536, "0700"),
			"/run/user/1000": tmpfs(16, 4096, "0700"),
			"/tmp": tmpfs(16, 4096, "1777"),
		},
		LogConfig: { Type: "json-file", Config: { "max-size": "1m", "max-file": "1" } },
		RestartPolicy: { Name: "no" },
	},
});
