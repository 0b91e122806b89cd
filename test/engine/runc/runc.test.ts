// runc's parts that need no kernel: options, the command line, looking programs up, homes.

import { describe, expect, test } from "vitest";
import { MS, O } from "../../../engine/lib/linux";
import { parseOptions as parseMountOptions } from "../../../engine/oci/runtime/options";
import type { Process } from "../../../engine/oci/runtime/spec";
import { type OptionTable, parseOptions } from "../../../engine/runc/command";
import { environment, homeOf } from "../../../engine/runc/identity";
import { lookPath } from "../../../engine/runc/lookpath";
import { memorySys } from "../oci/sys";

describe("mount options", () => {
	test.for([
		[["nosuid", "noexec", "nodev", "ro"], MS.NOSUID | MS.NOEXEC | MS.NODEV | MS.RDONLY, "", []],
		[["nosuid", "strictatime", "mode=755", "size=65536k"], MS.NOSUID | MS.STRICTATIME, "mode=755,size=65536k", []],
		[["rbind", "rprivate"], MS.BIND | MS.REC, "", [MS.PRIVATE | MS.REC]],
		[["ro", "rw"], 0, "", []],
		[["lowerdir=/a:/b", "upperdir=/c"], 0, "lowerdir=/a:/b,upperdir=/c", []],
	] as const)("%j", ([options, flags, data, propagation]) => {
		expect(parseMountOptions(options)).toMatchObject({ flags, data, propagation });
	});
});

describe("the command line", () => {
	const table: OptionTable = { bundle: { value: true, short: "b" }, force: { value: false, short: "f" } };
	test("options end at the first word that is none", () => {
		const { options, rest } = parseOptions(["--bundle", "/b", "-f", "id", "--bundle", "x"], table);
		expect(options.get("bundle")).toBe("/b");
		expect(options.has("force")).toBe(true);
		expect(rest).toEqual(["id", "--bundle", "x"]);
	});
	test("values behind = and by short names, and the end by --", () => {
		expect(parseOptions(["--bundle=/x"], table).options.get("bundle")).toBe("/x");
		expect(parseOptions(["-b", "/y", "--", "-f"], table)).toMatchObject({ rest: ["-f"] });
	});
	test("what is unknown or lacks its value", () => {
		expect(() => parseOptions(["--nosuch"], table)).toThrow("flag provided but not defined: -nosuch");
		expect(() => parseOptions(["--bundle"], table)).toThrow("flag needs an argument: -bundle");
	});
});

describe("looking a program up", () => {
	const machine = async () => {
		const sys = memorySys();
		for (const directory of ["/bin", "/opt", "/etc"]) await sys.mkdir(directory, 0o755);
		const make = async (path: string, mode: number) => sys.close(await sys.open(path, O.WRONLY | O.CREAT, mode));
		await make("/opt/tool", 0o755);
		await make("/bin/text", 0o644);
		// Going through the permission check is the kernel's business; here every file may be executed that has an x.
		return Object.assign(sys, { access: async () => {} });
	};
	test("along $PATH, the last one given", async () => {
		expect(await lookPath(await machine(), "tool", ["PATH=/nowhere", "PATH=/bin:/opt"])).toBe("/opt/tool");
		expect(await lookPath(await machine(), "/opt/tool", [])).toBe("/opt/tool");
	});
	test.for([
		["nosuch", 'exec: "nosuch": executable file not found in $PATH'],
		["text", 'exec: "text": executable file not found in $PATH'],
		["/bin/text", 'exec: "/bin/text": permission denied'],
		["/etc", 'exec: "/etc": permission denied'],
		["/nosuch", 'exec: "/nosuch": stat /nosuch: no such file or directory'],
	] as const)("%s: %s", async ([name, message]) => {
		await expect(lookPath(await machine(), name, ["PATH=/bin:/opt"])).rejects.toThrow(message);
	});
});

test("HOME comes from passwd when nobody says it", () => {
	const passwd = "root:x:0:0:root:/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\nempty:x:5:5:::\n";
	expect([0, 1000, 5, 4242].map((uid) => homeOf(passwd, uid))).toEqual(["/root", "/home/app", "/", "/"]);
	const process = (env: string[]): Process => ({ user: { uid: 1000, gid: 0 }, args: ["x"], env, cwd: "/" });
	expect(environment(process(["A=1"]), passwd)).toEqual(["A=1", "HOME=/home/app"]);
	expect(environment(process(["HOME=/mine"]), passwd)).toEqual(["HOME=/mine"]);
	expect(environment(process(["HOME="]), passwd)).toEqual(["HOME=/home/app"]);
});
