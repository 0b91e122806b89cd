// Users and groups by name or number, as a root file system's /etc/passwd and /etc/group have them.

import { invalidParameter } from "../../lib/errors";
import { readText } from "../../lib/files";
import { rootPath } from "../../oci/layer/root-path";
import type { Sys } from "../../sys";

export interface Owner {
	uid: number;
	gid: number;
}
type Rows = string[][];
const rows = async (sys: Sys, root: string, file: string): Promise<Rows> => {
	const text = await readText(sys, await rootPath(sys, root, file)).catch(() => "");
	return text
		.split("\n")
		.filter((line) => line.trim() !== "")
		.map((line) => line.split(":"));
};
const isNumber = (text: string): boolean => /^\d+$/.test(text);

/** --chown and mkdir's owner: "name", "name:group", "1000", "1000:1000". @throws EngineError invalidParameter */
export async function ownerOf(sys: Sys, root: string, text: string): Promise<Owner> {
	const [user = "", group] = text.split(":");
	const row = isNumber(user) ? undefined : (await rows(sys, root, "/etc/passwd")).find(([name]) => name === user);
	if (!row && !isNumber(user)) throw invalidParameter("invalid user index: -1");
	const uid = row ? Number(row[2]) : Number(user);
	if (group === undefined) return { uid, gid: row ? Number(row[3]) : uid };
	if (isNumber(group)) return { uid, gid: Number(group) };
	const found = (await rows(sys, root, "/etc/group")).find(([name]) => name === group);
	if (!found) throw invalidParameter("invalid group index: -1");
	return { uid, gid: Number(found[2]) };
}

/** USER: who a command runs as, with the groups that /etc/group says. @throws EngineError invalidParameter */
export async function userOf(sys: Sys, root: string, text: string): Promise<Owner & { groups: number[] }> {
	if (text === "") return { uid: 0, gid: 0, groups: await groupsOf(sys, root, "root", 0) };
	const [user = "", group] = text.split(":");
	const row = (await rows(sys, root, "/etc/passwd")).find(([name, , uid]) => name === user || uid === user);
	if (!row && !isNumber(user)) throw invalidParameter(`unable to find user ${user}: no matching entries in passwd file`);
	const uid = row ? Number(row[2]) : Number(user);
	if (group === undefined || group === "") {
		const gid = Number(row?.[3] ?? 0);
		return { uid, gid, groups: row ? await groupsOf(sys, root, row[0]!, gid) : [] };
	}
	const found = (await rows(sys, root, "/etc/group")).find(([name, , gid]) => name === group || gid === group);
	if (!found && !isNumber(group)) throw invalidParameter(`unable to find group ${group}: no matching entries in group file`);
	return { uid, gid: found ? Number(found[2]) : Number(group), groups: [] };
}
async function groupsOf(sys: Sys, root: string, name: string, primary: number): Promise<number[]> {
	const all = (await rows(sys, root, "/etc/group")).filter(([, , , members]) => members?.split(",").includes(name));
	return all.map(([, , gid]) => Number(gid)).filter((gid) => gid !== primary);
}
