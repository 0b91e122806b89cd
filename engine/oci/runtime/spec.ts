// config.json of an OCI bundle, as types: the part of the OCI Runtime Specification 1.2 that runc here acts on.
// https://github.com/opencontainers/runtime-spec/blob/v1.2.0/config.md

export const OCI_VERSION = "1.2.0";

export interface Spec {
	ociVersion: string;
	process: Process;
	root: { path: string; readonly?: boolean };
	hostname?: string;
	domainname?: string;
	mounts: SpecMount[];
	linux: Linux;
	annotations?: Record<string, string>;
}

export interface Process {
	terminal?: boolean;
	consoleSize?: { height: number; width: number };
	user: User;
	args: string[];
	env: string[];
	/** Absolute. */
	cwd: string;
	capabilities?: Capabilities;
	rlimits?: Array<{ type: string; soft: number; hard: number }>;
	noNewPrivileges?: boolean;
	oomScoreAdj?: number;
}
export interface User {
	uid: number;
	gid: number;
	umask?: number;
	additionalGids?: number[];
}
/** Names with CAP_. */
export interface Capabilities {
	bounding?: string[];
	effective?: string[];
	permitted?: string[];
	inheritable?: string[];
	ambient?: string[];
}
export interface SpecMount {
	destination: string;
	type?: string;
	source?: string;
	options?: string[];
}

export type NamespaceType = "pid" | "network" | "mount" | "ipc" | "uts" | "user" | "cgroup";
export interface Linux {
	/** A namespace with a path is joined, one without is made. */
	namespaces: Array<{ type: NamespaceType; path?: string }>;
	devices?: Device[];
	cgroupsPath?: string;
	resources?: Resources;
	sysctl?: Record<string, string>;
	maskedPaths?: string[];
	readonlyPaths?: string[];
	rootfsPropagation?: string;
	seccomp?: Seccomp;
}
/** https://github.com/opencontainers/runtime-spec/blob/v1.2.0/config-linux.md#seccomp */
export interface Seccomp {
	defaultAction: string;
	defaultErrnoRet?: number;
	architectures?: string[];
	flags?: string[];
	syscalls?: SeccompRule[];
}
export interface SeccompRule {
	names: string[];
	action: string;
	errnoRet?: number;
	/** All of them must hold; but of several about one argument, any. */
	args?: SeccompArgument[];
}
export interface SeccompArgument {
	index: number;
	value: number;
	/** With SCMP_CMP_MASKED_EQ `value` is the mask, and this what is to be left. */
	valueTwo?: number;
	op: string;
}
export interface Device {
	path: string;
	type: "c" | "b" | "p";
	major: number;
	minor: number;
	fileMode?: number;
	uid?: number;
	gid?: number;
}
export interface Resources {
	devices?: Array<{ allow: boolean; type?: string; major?: number; minor?: number; access?: string }>;
	memory?: { limit?: number; reservation?: number; swap?: number };
	cpu?: { shares?: number; quota?: number; period?: number; cpus?: string; mems?: string };
	pids?: { limit: number };
}

/** state.json and the answer of `runc state`. */
export interface RuntimeState {
	ociVersion: string;
	id: string;
	status: "creating" | "created" | "running" | "stopped" | "paused";
	pid: number;
	bundle: string;
	rootfs: string;
	/** RFC 3339. */
	created: string;
	owner: string;
}
