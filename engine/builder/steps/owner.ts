// Users and groups by name or number, as a root file system's /etc/passwd and /etc/group have them.

import { invalidParameter } from "../../lib/errors";
import { readText } from "../../lib/files";
import { rootPath } from "../../oci/layer/root-path";
import type { Sys } from "../../sys";

export interface Owner {
	uid: number;
	gid: number;
}
const rows = async (sys: Sys, root: string, file: string): Promise<string[][]> => {
	const text = await readText(sys, await rootPath(sys, root, file)).catch(() => "");
	return text.split("\n").map((line) => line.split(":"));
};

/** "name", "name:group", "1000", "1000:1000". `primary`: without a group the user's own one counts. @throws EngineError invalidParameter */
export async function ownerOf(sys: Sys, root: string, text: string, primary: boolean): Promise<Owner> {
	const [user = "", group] = text.split(":");
	const row = (await rows(sys, root, "/etc/passwd")).find(([name, , uid]) => name === user || uid === user);
	if (!row && !/^\d+$/.test(user)) throw invalidParameter(`unable to find user ${user}: no matching entries in passwd file`);
	const uid = row ? Number(row[2]) : Number(user);
	if (group === undefined) return { uid, gid: primary ? Number(row?.[3] ?? 0) : row && row[0] === user ? Number(row[3]) : uid };
	const found = (await rows(sys, root, "/etc/group")).find(([name, , gid]) => name === group || gid === group);
	if (!found && !/^\d+$/.test(group)) throw invalidParameter(`unable to find group ${group}: no matching entries in group file`);
	return { uid, gid: found ? Number(found[2]) : Number(group) };
}
