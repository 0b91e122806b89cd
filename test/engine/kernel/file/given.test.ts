// Bytes that a native program gives away to a UNIX stream (sendto without an address) are not copied on their way; those that it
// writes are its own, whatever becomes of them later.

import { expect, test } from "vitest";
import { read, write } from "../../../../engine/kernel/file/ops/io";
import { sendto, socketpair } from "../../../../engine/kernel/file/ops/socket";
import { testTask } from "./machine";

const O_NONBLOCK = 0o4000;
const MUCH = 1 << 18;

function pair() {
	const task = testTask();
	const [a, b] = socketpair(task, "unix", "stream", O_NONBLOCK) as [number, number];
	return { task, a, b };
}

test("what is given is what is read, also behind something small", () => {
	const { task, a, b } = pair();
	const head = Uint8Array.of(1, 2, 3);
	const given = new Uint8Array(1 << 17).fill(7);
	expect(write(task, a, head)).toBe(head.length);
	expect(sendto(task, a, given)).toBe(given.length);
	expect(read(task, b, MUCH)).toEqual(head);
	expect((read(task, b, MUCH) as Uint8Array).buffer).toBe(given.buffer);
});

test("what there is no room for is left to the caller, and goes when there is", () => {
	const { task, a, b } = pair();
	const given = Uint8Array.from({ length: 500_000 }, (_, i) => i % 251);
	const got: Uint8Array[] = [];
	for (let at = 0; at < given.length; ) {
		at += sendto(task, a, given.subarray(at)) as number;
		got.push(read(task, b, MUCH) as Uint8Array);
	}
	expect(Buffer.concat(got).equals(given)).toBe(true);
});

test("what is written is copied", () => {
	const { task, a, b } = pair();
	const own = new Uint8Array(1 << 17).fill(7);
	expect(write(task, a, own)).toBe(own.length);
	own.fill(8);
	expect((read(task, b, MUCH) as Uint8Array).every((byte) => byte === 7)).toBe(true);
});
