// THE specification of the outer container, the only thing that the outer daemon is ever asked to make. Nothing of a
// learner's goes into it: it depends on the operator's settings (the image's name, how long it may live), on which of the image's users is
// free, and on nothing else.
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

/** Which of the image's users it runs as. */
export const USER_LABEL = "drydock.sandbox.user";
/** The image has so many, from this uid on, each with subordinate ids of its own: deploy/sandbox/users.ts. */
export const USERS = 256;
export const FIRST_USER = 1000;

export interface OperatorSettings {
	image: string;
	owner: string;
	/** Seconds; the container ends itself after them, whatever happens to the server. */
	lifetime: number;
}

/** One user's own, and nobody else's; no devices, no setuid programs. */
const tmpfs = (id: number, mebibytes: number, inodes: number, mode: string): string =>
	`rw,nosuid,nodev,exec,size=${mebibytes}m,nr_inodes=${inodes},mode=${mode},uid=${id},gid=${id}`;

/** The body of POST /containers/create. @param user below USERS @param now milliseconds since 1970 */
export const outerSpecification = ({ image, owner, lifetime }: OperatorSettings, user: number, now: number) => ({
	Image: image,
	Hostname: "sandbox",
	User: `${FIRST_USER + user}:${FIRST_USER + user}`,
	Entrypoint: ["/usr/lib/drydock/entry"],
	Cmd: [],
	Env: [`TTL=${lifetime}`],
	Labels: {
		[LABEL]: "1",
		[OWNER_LABEL]: owner,
		[UNTIL_LABEL]: String(Math.ceil(now / 1000) + lifetime),
		[USER_LABEL]: String(user),
	},
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
			"/home/sandbox": tmpfs(FIRST_USER + user, SIZES.diskBytes / MEBIBYTE, 65_536, "0700"),
			"/run/user/1000": tmpfs(FIRST_USER + user, 16, 4096, "0700"),
			"/tmp": tmpfs(FIRST_USER + user, 16, 4096, "1777"),
		},
		LogConfig: { Type: "json-file", Config: { "max-size": "1m", "max-file": "1" } },
		RestartPolicy: { Name: "no" },
	},
});
