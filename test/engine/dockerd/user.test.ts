// -u, looked up in the container's passwd and group; the expected answers are those of a real dockerd (see data/baseline/cli/13).

import { expect, test } from "vitest";
import { lookUpUser } from "../../../engine/dockerd/spec/user";

const passwd = "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1001::/home/app:/bin/sh\n";
const group = "root:x:0:\nwheel:x:10:root\napp:x:1001:\nstaff:x:50:app,root\nvideo:x:44:\n";

const cases: Array<[spec: string, add: string[], uid: number, gid: number, groups: number[]]> = [
	["", [], 0, 0, [0, 10, 50]],
	["root", [], 0, 0, [0, 10, 50]],
	["app", [], 1000, 1001, [1001, 50]],
	["1000", [], 1000, 1001, [1001, 50]],
	["app:staff", [], 1000, 50, [50]],
	["4242", [], 4242, 0, [0]],
	["4242:4343", [], 4242, 4343, [4343]],
	["0:0", [], 0, 0, [0]],
	["", ["video", "77"], 0, 0, [0, 10, 50, 44, 77]],
];
test.for(cases)("-u %j with --group-add %j", ([spec, add, uid, gid, additionalGids]) => {
	expect(lookUpUser(spec, passwd, group, add)).toEqual({ uid, gid, additionalGids });
});

test.for([
	["nobody", [], "unable to find user nobody: no matching entries in passwd file"],
	["0:nogroup", [], "unable to find group nogroup: no matching entries in group file"],
	["", ["nogroup"], "unable to find group nogroup: no matching entries in group file"],
] as const)("-u %j with --group-add %j: %s", ([spec, add, message]) => {
	expect(() => lookUpUser(spec, passwd, group, add)).toThrow(message);
});

test("an image without passwd runs numbers only", () => {
	expect(lookUpUser("7", "", "", [])).toEqual({ uid: 7, gid: 0, additionalGids: [0] });
	expect(lookUpUser("", "", "", [])).toEqual({ uid: 0, gid: 0, additionalGids: [0] });
});
