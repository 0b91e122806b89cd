// The text of /proc/PID/mounts and /proc/PID/mountinfo (man 5 proc), as a process sees them that has `root` as its root:
// mounts outside of it are left out.

import { major, minor } from "./mode";
import { type Dentry, type Mount, MS, type Place, pathOf } from "./mount";
import type { MountNamespace } from "./namespace";

/** What the hidden mount beneath a machine's first root is called; nothing else has that number. */
const NO_PARENT = 1;

/** Lines of /proc/PID/mounts, each with its newline. */
export function mountsText(namespace: MountNamespace, root: Place): string {
	return lines(namespace, root, (mount, path) => {
		const options = [mount.readonly ? "ro" : "rw", ...flagNames(mount), ...own(mount)].join(",");
		return `${escaped(mount.source)} ${escaped(path)} ${mount.fs.type} ${options} 0 0`;
	});
}

/** Lines of /proc/PID/mountinfo, each with its newline. */
export function mountinfoText(namespace: MountNamespace, root: Place): string {
	return lines(namespace, root, (mount, path) => {
		const { id, parent, fs, source } = mount;
		const device = `${major(fs.dev)}:${minor(fs.dev)}`;
		const options = [mount.has(MS.RDONLY) ? "ro" : "rw", ...flagNames(mount)].join(",");
		const tags: string[] = [];
		if (mount.peers !== undefined) tags.push(`shared:${mount.peers.id}`);
		if (mount.master !== undefined) tags.push(`master:${mount.master.id}`);
		if (mount.unbindable) tags.push("unbindable");
		const superOptions = [fs.readonly === true ? "ro" : "rw", ...own(mount)].join(",");
		const fields = [id, parent?.id ?? NO_PARENT, device, escaped(rootOf(mount)), escaped(path), options, ...tags, "-"];
		return `${fields.join(" ")} ${fs.type} ${escaped(source)} ${superOptions}`;
	});
}

function lines(namespace: MountNamespace, root: Place, line: (mount: Mount, path: string) => string): string {
	let out = "";
	for (const mount of namespace.mounts) {
		const { path, reachable } = pathOf(mount.place, root, true);
		if (reachable) out += `${line(mount, path)}\n`;
	}
	return out;
}

const FLAG_NAMES: ReadonlyArray<[flag: number, name: string]> = [
	[MS.NOSUID, "nosuid"],
	[MS.NODEV, "nodev"],
	[MS.NOEXEC, "noexec"],
	[MS.NOATIME, "noatime"],
	[MS.NODIRATIME, "nodiratime"],
	[MS.RELATIME, "relatime"],
	[MS.NOSYMFOLLOW, "nosymfollow"],
];
const flagNames = (mount: Mount): string[] => FLAG_NAMES.filter(([flag]) => mount.has(flag)).map(([, name]) => name);
const own = ({ fs }: Mount): string[] => (fs.options === "" ? [] : [fs.options]);

/** Which part of its file system a mount shows: "/" but for bind mounts. */
function rootOf(mount: Mount): string {
	// A file that is no part of a tree, such as a namespace's: its name alone.
	if (mount.root.parent === undefined && mount.root.name !== "") return mount.root.name;
	const names: string[] = [];
	for (let at: Dentry = mount.root; at.parent !== undefined; at = at.parent) names.push(at.name);
	return `/${names.reverse().join("/")}${mount.root.deleted ? "//deleted" : ""}`;
}

/** Fields are separated by spaces: white space and backslashes in them become octal. */
const escaped = (field: string): string =>
	field.replace(/[ \t\n\\#]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`);
