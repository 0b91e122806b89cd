// -u and USER: "name", "uid", "name:group", "uid:gid", looked up in the container's own passwd(5) and group(5).

import { invalidParameter } from "../../lib/errors";
import type { User } from "../../oci/runtime/spec";

interface Passwd {
	name: string;
	uid: number;
	gid: number;
}
interface Group {
	name: string;
	gid: number;
	members: string[];
}

const lines = (content: string): string[][] =>
	content
		.split("\n")
		.filter((line) => line !== "" && !line.startsWith("#"))
		.map((line) => line.split(":"));

const parsePasswd = (content: string): Passwd[] =>
	lines(content).map(([name = "", , uid, gid]) => ({ name, uid: Number(uid), gid: Number(gid) }));
const parseGroup = (content: string): Group[] =>
	lines(content).map(([name = "", , gid, members = ""]) => ({
		name,
		gid: Number(gid),
		members: members.split(",").filter(Boolean),
	}));

const isNumber = (text: string): boolean => /^\d+$/.test(text);

/** @throws EngineError invalidParameter, with moby's words */
export function lookUpUser(spec: string, passwd: string, group: string, groupAdd: readonly string[]): User {
	const users = parsePasswd(passwd);
	const groups = parseGroup(group);
	const [userPart = "", groupPart = ""] = spec.split(":");

	let entry: Passwd | undefined;
	let uid = 0;
	let gid = 0;
	if (userPart === "") entry = users.find((user) => user.uid === 0);
	else entry = users.find((user) => user.name === userPart || (isNumber(userPart) && user.uid === Number(userPart)));
	if (entry) ({ uid, gid } = entry);
	else if (isNumber(userPart)) uid = Number(userPart);
	else if (userPart !== "") throw invalidParameter(`unable to find user ${userPart}: no matching entries in passwd file`);

	let additional: number[] = [];
	if (groupPart !== "") gid = groupId(groupPart, groups);
	// Supplementary groups come with a user that has a name, and without a group of one's own choice.
	else if (entry) additional = groups.filter(({ members }) => members.includes(entry.name)).map((one) => one.gid);
	const extra = groupAdd.map((name) => groupId(name, groups));
	return { uid, gid, additionalGids: [...new Set([gid, ...additional, ...extra])] };
}

function groupId(text: string, groups: Group[]): number {
	const found = groups.find(({ name, gid }) => name === text || (isNumber(text) && gid === Number(text)));
	if (found) return found.gid;
	if (isNumber(text)) return Number(text);
	throw invalidParameter(`unable to find group ${text}: no matching entries in group file`);
}
