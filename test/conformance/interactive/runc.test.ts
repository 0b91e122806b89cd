// runc by hand at the host's prompt: a bundle from `runc spec`, run at a terminal, detached, and to its end.

import { afterAll, beforeAll, expect, test } from "vitest";
import type { Host } from "../../../engine/boot";
import { CONTAINER, startMachine, Typist } from "./typist";

let host: Host;
let at: Typist;
beforeAll(async () => {
	host = await startMachine();
	at = new Typist(host.openConsole({ rows: 40, cols: 120 }));
	await at.until("drydock:~# \x1b[6n");
	await at.line("mkdir -p bundle/rootfs; docker export $(docker create -q busybox) | tar x -C bundle/rootfs", undefined, 60_000);
	await at.line("runc spec -b bundle");
}, 120_000);
afterAll(() => host?.shutdown());

test("at a terminal it shows and takes what the program does, follows its size, and ends with its code", async () => {
	await at.line("runc run -b bundle one", CONTAINER, 30_000);
	expect(await at.line("tty; stty size; echo $$; hostname", CONTAINER)).toMatch(/\/dev\/pts\/0\r\n40 120\r\n1\r\nrunc\r\n/);
	expect(await at.line("touch /x", CONTAINER)).toContain("Read-only file system");
	await at.line("exit 7");
	expect(await at.line("echo code=$?; runc list -q; ls /run/runc; stty -a | grep -o ' icanon'")).toMatch(/code=7\r\n icanon/);
}, 60_000);

test("what it needs is said", async () => {
	expect(await at.line("runc run -b bundle -d two")).toContain(
		"ERRO[0000] runc run failed: cannot allocate tty if runc will detach without setting console socket",
	);
	expect(await at.line("runc run -b /tmp two")).toContain("runc run failed: JSON specification file config.json not found");
	expect(await at.line("runc spec -b bundle")).toContain("File config.json exists. Remove it first");
}, 60_000);

test("detached it lives until it is killed, and is listed until it is deleted", async () => {
	await at.line(`sed -i -e 's/"terminal": true/"terminal": false/' -e 's/"sh"/"sleep", "1000"/' bundle/config.json`);
	await at.line("runc run -b bundle -d three");
	expect(await at.line("runc list")).toMatch(/three +\d+ +running +\/root\/bundle/);
	expect(await at.line("runc exec three id")).toContain("uid=0");
	await at.line("runc kill three KILL; while runc state three | grep -q running; do sleep 0.1; done");
	expect(await at.line("runc list")).toMatch(/three +0 +stopped/);
	await at.line("runc delete three");
	expect(await at.line("runc list -q | wc -l")).toContain("\r\n0\r\n");
}, 60_000);
