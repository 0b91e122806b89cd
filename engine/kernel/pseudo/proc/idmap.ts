// uid_map, gid_map and setgroups of a process's user namespace (man 7 user_namespaces): read by anybody, written once.

import { ERRNO, type Errno } from "../../../lib/errno";
import type { UserNamespace } from "../../ns/namespaces";
import { fromOutside, OVERFLOW_ID, toOutside } from "../../ns/user";
import { CAP, capableIn } from "../../proc/capability";
import type { Task } from "../../task";

type Name = "uidMap" | "gidMap";
const EVERYTHING: UserNamespace["uidMap"] = [[0, 0, 4294967295]];
const MOST_LINES = 340;
const NO_ID = 0xffffffff;

/** The ids outside are those of the reader's namespace, or of the parent for those who are inside. */
export function readMap(reader: Task, user: UserNamespace, name: Name): string {
	const map = user.parent ? user[name] : EVERYTHING;
	const seen = reader.namespaces.user === user ? user.parent : reader.namespaces.user;
	const outside = (id: number): number =>
		user.parent && seen ? fromOutside(seen, name, toOutside(user.parent, name, id) ?? OVERFLOW_ID) : id;
	const shown = map.map(([inside, first, count]) => [inside, outside(first), count]);
	return shown.map((range) => `${range.map((number) => String(number).padStart(10)).join(" ")}\n`).join("");
}
export function writeMap(writer: Task, user: UserNamespace, name: Name, text: string, offset: number): Errno | 0 {
	const { parent } = user;
	if (offset !== 0) return -ERRNO.EINVAL;
	if (!parent || user[name].length > 0) return -ERRNO.EPERM;
	const lines = text.split("\n").filter((line) => line.trim() !== "");
	const map = lines.map((line) => line.trim().split(/\s+/).map(Number) as [number, number, number]);
	if (map.length === 0 || map.length > MOST_LINES) return -ERRNO.EINVAL;
	if (map.some((range) => range.length !== 3 || range.some((n) => !Number.isInteger(n) || n < 0) || range[2] === 0))
		return -ERRNO.EINVAL;
	// -1 is no id, on either side.
	if (map.some(([inside, outside, count]) => inside + count > NO_ID || outside + count > NO_ID)) return -ERRNO.EINVAL;
	if (overlapping(map, 0) || overlapping(map, 1)) return -ERRNO.EINVAL;
	if (writer.namespaces.user !== user && writer.namespaces.user !== parent) return -ERRNO.EPERM;
	if (!capableIn(writer, user, CAP.SYS_ADMIN) || !mayMap(writer, user, parent, name, map)) return -ERRNO.EPERM;
	if (map.some(([, outside, count]) => !covers(parent, name, outside, count))) return -ERRNO.EPERM;
	user[name] = map;
	return 0;
}
const overlapping = (map: Array<[number, number, number]>, side: 0 | 1): boolean =>
	map.some((a, i) => map.slice(i + 1).some((b) => a[side] < b[side] + b[2] && b[side] < a[side] + a[2]));

/** Anybody may map themselves alone; more takes CAP_SETUID or CAP_SETGID in the parent. */
function mayMap(
	writer: Task,
	user: UserNamespace,
	parent: UserNamespace,
	name: Name,
	map: Array<[number, number, number]>,
): boolean {
	if (capableIn(writer, parent, name === "uidMap" ? CAP.SETUID : CAP.SETGID)) return true;
	const [only] = map;
	if (map.length !== 1 || only![2] !== 1) return false;
	const { uid, gid } = writer.credentials;
	const outside = toOutside(parent, name, only![1]);
	return name === "uidMap" ? outside === uid : outside === gid && user.setgroupsDenied;
}
/** Are all of these ids known in the parent? */
const covers = (parent: UserNamespace, name: Name, first: number, count: number): boolean =>
	toOutside(parent, name, first) !== undefined && toOutside(parent, name, first + count - 1) !== undefined;
export const readSetgroups = (user: UserNamespace): string => (user.setgroupsDenied ? "deny\n" : "allow\n");
/** To write to it takes CAP_SYS_ADMIN already when it is opened. */
export const mayOpenSetgroups = (task: Task, user: UserNamespace, writing: boolean): Errno | 0 =>
	writing && !capableIn(task, user, CAP.SYS_ADMIN) ? -ERRNO.EACCES : 0;
export function writeSetgroups(writer: Task, user: UserNamespace, text: string): Errno | 0 {
	const word = text.trim();
	if (word !== "allow" && word !== "deny") return -ERRNO.EINVAL;
	if (!capableIn(writer, user, CAP.SYS_ADMIN)) return -ERRNO.EACCES;
	if (word === "allow") return user.setgroupsDenied ? -ERRNO.EPERM : 0;
	if (user.gidMap.length > 0) return -ERRNO.EPERM;
	user.setgroupsDenied = true;
	return 0;
}
