// A container's devices: --device, --device-cgroup-rule, and all of the host's for --privileged.

import type { HostConfig } from "../../api/container";
import { invalidParameter } from "../../lib/errors";
import { isErrno } from "../../lib/files";
import { isDirectory, majorOf, minorOf, S_IF } from "../../lib/linux";
import type { Device, Resources } from "../../oci/runtime/spec";
import type { Sys } from "../../sys";

export type DeviceRules = NonNullable<Resources["devices"]>;
export interface ContainerDevices {
	nodes: Device[];
	rules: DeviceRules;
}

const allow = (type: string, major: number, minor: number): DeviceRules[number] => ({
	allow: true,
	type,
	major,
	minor,
	access: "rwm",
});
/** None but these, by their numbers: zero, null, urandom, random, tty, console; runc adds what each container has. Not fuse. */
const DEFAULT_RULES: DeviceRules = [
	{ allow: false, access: "rwm" },
	...[5, 3, 9, 8].map((minor) => allow("c", 1, minor)),
	...[0, 1].map((minor) => allow("c", 5, minor)),
	{ allow: false, type: "c", major: 10, minor: 229, access: "rwm" },
];
/** What is not looked into on the way through /dev. */
const LEFT_OUT = new Set(["pts", "shm", "fd", "mqueue", ".lxc", ".lxd-mounts", ".udev", "console"]);
const RULE = /^([acb]) ([0-9]+|\*):([0-9]+|\*) ([rwm]{1,3})$/;

/** Looks at the host's nodes. @throws EngineError invalidParameter, with moby's words */
export async function gatherDevices(sys: Sys, { Privileged, Devices, DeviceCgroupRules }: HostConfig): Promise<ContainerDevices> {
	if (Privileged) return { nodes: await devicesBelow(sys, "/dev", "/dev"), rules: [{ allow: true, access: "rwm" }] };
	const nodes: Device[] = [];
	const rules: DeviceRules = [...DEFAULT_RULES];
	for (const { PathOnHost, PathInContainer, CgroupPermissions } of Devices ?? []) {
		const found = await custom(sys, PathOnHost, PathInContainer || PathOnHost);
		nodes.push(...found);
		rules.push(
			...found.map(({ type, major, minor }) => ({ allow: true, type, major, minor, access: CgroupPermissions || "rwm" })),
		);
	}
	for (const text of DeviceCgroupRules ?? []) {
		const [, type, major, minor, access] = RULE.exec(text) ?? [];
		if (!type) throw invalidParameter(`invalid device cgroup rule format: '${text}'`);
		const number = (word: string | undefined): number => (word === "*" ? -1 : Number(word));
		rules.push({ allow: true, type, major: number(major), minor: number(minor), access });
	}
	return { nodes, rules };
}

async function custom(sys: Sys, source: string, target: string): Promise<Device[]> {
	const refuse = (why: string): never => {
		throw invalidParameter(`error gathering device information while adding custom device ${JSON.stringify(source)}: ${why}`);
	};
	try {
		const found = await nodeAt(sys, source, target);
		if (found) return [found];
		if (isDirectory((await sys.stat(source)).mode)) return await devicesBelow(sys, source, target);
	} catch (error) {
		if (isErrno(error, "ENOENT")) return refuse("no such file or directory");
		throw error;
	}
	return refuse("not a device node");
}
/** The device at a path (behind links); undefined for what is none. */
async function nodeAt(sys: Sys, source: string, path: string): Promise<Device | undefined> {
	const { mode, rdev, uid, gid } = await sys.stat(source);
	const kind = mode & S_IF.MT;
	if (kind !== S_IF.CHR && kind !== S_IF.BLK) return undefined;
	const type = kind === S_IF.CHR ? "c" : "b";
	return { path, type, major: majorOf(rdev), minor: minorOf(rdev), fileMode: mode & 0o777, uid, gid };
}
async function devicesBelow(sys: Sys, source: string, target: string): Promise<Device[]> {
	const found: Device[] = [];
	for (const { name } of await sys.readdir(source)) {
		if (LEFT_OUT.has(name)) continue;
		const [from, to] = [`${source}/${name}`, `${target}/${name}`];
		const { mode } = await sys.lstat(from);
		if (isDirectory(mode)) found.push(...(await devicesBelow(sys, from, to)));
		else if ((mode & S_IF.MT) !== S_IF.LNK) {
			const device = await nodeAt(sys, from, to);
			if (device) found.push(device);
		}
	}
	return found;
}
