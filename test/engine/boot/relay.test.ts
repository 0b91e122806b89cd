// Connections of the real host joined with the machine's: how they end.

import { mkdtempSync, rmSync } from "node:fs";
import { createConnection, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { type Inside, relay } from "../../../engine/boot/relay";
import { listen } from "../../../engine/host/node/listen";
import { concat } from "../../../engine/lib/bytes";

let folder: string;
let close: (() => Promise<void>) | undefined;
beforeEach(() => {
	folder = mkdtempSync(join(tmpdir(), "drydock-relay-"));
});
afterEach(async () => {
	await close?.();
	rmSync(folder, { recursive: true });
});

/** @param pieces what the machine sends, before it ends */
function inside(pieces: Uint8Array[], gone: boolean): Inside {
	let close = (): void => {};
	const closed = new Promise<void>((resolve) => {
		close = resolve;
	});
	return {
		read: async () => pieces.shift() ?? null,
		write: () => closed,
		closeWrite: async () => {},
		close: async () => close(),
		hungUp: async () => gone,
	};
}
async function client(machine: Inside): Promise<{ socket: Socket; received: Uint8Array[]; closed: Promise<void> }> {
	const path = join(folder, "s");
	({ close } = await listen({ unix: path }, (outside) => void relay(outside, machine)));
	const socket = createConnection({ path, allowHalfOpen: true });
	const received: Uint8Array[] = [];
	socket.on("data", (bytes: Buffer) => received.push(bytes));
	socket.on("error", () => {});
	return { socket, received, closed: new Promise((done) => socket.once("end", () => done())) };
}
const writable = (socket: Socket): Promise<boolean> => new Promise((done) => socket.write("more", (error) => done(!error)));

test("what the machine's side has closed is closed for the client, which need not end", async () => {
	const { socket, closed } = await client(inside([new Uint8Array(3)], true));
	await closed;
	await expect.poll(() => writable(socket)).toBe(false);
});

test("what it has only ended can still be written to", async () => {
	const { socket, closed } = await client(inside([new Uint8Array(3)], false));
	await closed;
	expect(await writable(socket)).toBe(true);
	expect(await writable(socket)).toBe(true);
	socket.destroy();
});

test.each([true, false])("a client that has ended and is slow to read gets everything (closed: %s)", async (gone) => {
	const whole = new Uint8Array(900_000).map((_, i) => i % 251);
	const { socket, received, closed } = await client(inside([whole.subarray(0, 450_000), whole.subarray(450_000)], gone));
	socket.pause();
	socket.end();
	await new Promise((done) => setTimeout(done, 100));
	socket.resume();
	await closed;
	expect(concat(received)).toEqual(whole);
});
