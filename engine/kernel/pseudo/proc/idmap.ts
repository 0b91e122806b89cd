// uid_map, gid_map and setgroups of a process's user namespace (man 7 user_namespaces): read by anybody, written once.

import { ERRNO, type Errno } from "../../../lib/errno";
import type { UserNamespace } from "../../ns/namespaces";
import { CAP, capableIn } from "../../proc/capability";
import type { Task } from "../../task";

type Name = "uidMap" | "gidMap";
const EVERYTHING: UserNamespace["uidMap"] = [[0, 0, 4294967295]];
const MOST_LINES = 340;
/** User namespaces in which setgroups(2) was forbidden. */
const denied = new WeakSet<UserNamespace>();

export function readMap(user: UserNamespace, name: Name): string {
	const map = user.parent ? user[name] : EVERYTHING;
	return map.map((range) => `${range.map((number) => String(number).padStart(10)).join(" ")}\n`).join("");
}
export function writeMap(writer: Task, user: UserNamespace, name: Name, text: string): Errno | 0 {
	const { parent } = user;
	if (!parent || user[name].length > 0) return -ERRNO.EPERM;
	const lines = text.split("\n").filter((line) => line.trim() !== "");
	const map = lines.map((line) => line.trim().split(/\s+/).map(Number) as [number, number, number]);
	if (map.length === 0 || map.length > MOST_LINES) return -ERRNO.EINVAL;
	if (map.some((range) => range.length !== 3 || range.some((n) => !Number.isInteger(n) || n < 0) || range[2] === 0))
		return -ERRNO.EINVAL;
	if (overlapping(map, 0) || overlapping(map, 1)) return -ERRNO.EINVAL;
	if (!mayMap(writer, user, parent, name, map)) return -ERRNO.EPERM;
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
	return name === "uidMap" ? only![1] === uid : only![1] === gid && denied.has(user);
}
export const readSetgroups = (user: UserNamespace): string => (denied.has(user) ? "deny\n" : "allow\n");
export function writeSetgroups(writer: Task, user: UserNamespace, text: string): Errno | 0 {
	const word = text.trim();
	if (word !== "allow" && word !== "deny") return -ERRNO.EINVAL;
	if (!capableIn(writer, user, CAP.SYS_ADMIN)) return -ERRNO.EACCES;
	if (word === "allow") return denied.has(user) ? -ERRNO.EPERM : 0;
	if (user.gidMap.length > 0) return -ERRNO.EPERM;
	denied.add(user);
	return 0;
}
/** Is setgroups(2) allowed in the namespace? */
export const setgroupsAllowed = (user: UserNamespace): boolean => !denied.has(user);
