// lib/mux: any interleaving and cutting of bytes gives the same streams; whoever breaks the rules is told so.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { concat, text, utf8 } from "../../../engine/lib/bytes";
import { DATA_LIMIT, encodeFrame, type Frame, FrameDecoder, INITIAL_WINDOW, MalformedFrame } from "../../../engine/lib/mux/frame";
import { Mux } from "../../../engine/lib/mux/mux";
import type { MuxStream } from "../../../engine/lib/mux/stream";

const stream = fc.integer({ min: 1, max: 0xffffffff });
const frame: fc.Arbitrary<Frame> = fc.oneof(
	fc.constant<Frame>({ kind: "ping" }),
	stream.map((number): Frame => ({ kind: "open", stream: number })),
	stream.map((number): Frame => ({ kind: "end", stream: number })),
	fc
		.tuple(stream, fc.uint8Array({ minLength: 1, maxLength: 300 }))
		.map(([n, bytes]): Frame => ({ kind: "data", stream: n, bytes })),
	fc.tuple(stream, fc.string({ maxLength: 100 })).map(([n, reason]): Frame => ({ kind: "reset", stream: n, reason })),
	fc.tuple(stream, fc.integer({ min: 1, max: 0x7fffffff })).map(([n, credit]): Frame => ({ kind: "window", stream: n, credit })),
);

/** The bytes in pieces of the given lengths, over and over. */
function cut(bytes: Uint8Array, lengths: readonly number[]): Uint8Array[] {
	const pieces: Uint8Array[] = [];
	for (let at = 0, turn = 0; at < bytes.length; turn++) {
		const length = lengths[turn % lengths.length]!;
		pieces.push(bytes.subarray(at, at + length));
		at += length;
	}
	return pieces;
}
const cuts = fc.array(fc.integer({ min: 1, max: 5000 }), { minLength: 1, maxLength: 8 });

describe("frames", () => {
	it("come out as they went in, however the bytes are cut", () => {
		fc.assert(
			fc.property(fc.array(frame, { maxLength: 20 }), cuts, (frames, lengths) => {
				const decoder = new FrameDecoder();
				const read = cut(concat(frames.map(encodeFrame)), lengths).flatMap((piece) => [...decoder.push(piece)]);
				expect(read).toEqual(frames);
				expect(decoder.empty).toBe(true);
			}),
			{ seed: 1, numRuns: 200 },
		);
	});

	it("never make the decoder fail otherwise than with MalformedFrame", () => {
		fc.assert(
			fc.property(fc.uint8Array({ maxLength: 200 }), cuts, (bytes, lengths) => {
				const decoder = new FrameDecoder();
				try {
					for (const piece of cut(bytes, lengths)) for (const _ of decoder.push(piece));
				} catch (error) {
					expect(error).toBeInstanceOf(MalformedFrame);
				}
			}),
			{ seed: 2, numRuns: 500 },
		);
	});

	it.each([
		["an unknown kind", [9]],
		["a ping with a payload", [0, 0, 0, 0, 0, 0, 0, 0, 1]],
		["a ping on a stream", [0, 0, 0, 0, 1, 0, 0, 0, 0]],
		["data on no stream", [2, 0, 0, 0, 0, 0, 0, 0, 1]],
		["empty data", [2, 0, 0, 0, 1, 0, 0, 0, 0]],
		["data longer than allowed, before any of it came", [2, 0, 0, 0, 1, 0, 1, 0, 1]],
		["a window of nothing", [5, 0, 0, 0, 1, 0, 0, 0, 4, 0, 0, 0, 0]],
		["a window beyond 2³¹", [5, 0, 0, 0, 1, 0, 0, 0, 4, 0x80, 0, 0, 0]],
	])("refuse %s", (_name, bytes) => {
		expect(() => [...new FrameDecoder().push(Uint8Array.from(bytes))]).toThrow(MalformedFrame);
	});
});

interface Linked {
	client: Mux;
	server: Mux;
	accepted: MuxStream[];
	sent: { client: number; server: number };
}
/** A client and a server; what they send is cut into pieces and comes a turn later. */
function link(lengths: readonly number[] = [5000], maxStreams = 64): Linked {
	const accepted: MuxStream[] = [];
	const sent = { client: 0, server: 0 };
	const carry = (from: "client" | "server", to: () => Mux) => async (bytes: Uint8Array) => {
		sent[from] += bytes.length;
		for (const piece of cut(bytes, lengths)) {
			await Promise.resolve();
			to().receive(piece);
		}
	};
	const client: Mux = new Mux({ role: "client", send: carry("client", () => server), maxStreams: 1000 });
	const server: Mux = new Mux({
		role: "server",
		send: carry("server", () => client),
		accept: (stream) => accepted.push(stream),
		maxStreams,
	});
	return { client, server, accepted, sent };
}

async function readAll(from: MuxStream): Promise<Uint8Array> {
	const parts: Uint8Array[] = [];
	for (let bytes = await from.read(); bytes !== null; bytes = await from.read()) parts.push(bytes);
	return concat(parts);
}
const turn = () => new Promise<void>((resolve) => setImmediate(resolve));

describe("streams", () => {
	it("echo what each was sent, many at once, half-closed by the client first", async () => {
		const messages = fc.array(fc.array(fc.uint8Array({ maxLength: 4000 }), { maxLength: 6 }), { minLength: 1, maxLength: 12 });
		await fc.assert(
			fc.asyncProperty(messages, cuts, async (streams, lengths) => {
				const { client, server, accepted } = link(lengths);
				const echoes = streams.map(async (pieces) => {
					const stream = client.open();
					const answer = readAll(stream);
					for (const piece of pieces) await stream.write(piece);
					await stream.closeWrite();
					expect(await answer).toEqual(concat(pieces));
				});
				await turn();
				for (const stream of accepted) void readAll(stream).then((bytes) => stream.write(bytes).then(() => stream.closeWrite()));
				await Promise.all(echoes);
				await turn();
				expect([client.openStreams, server.openStreams]).toEqual([0, 0]);
			}),
			{ seed: 3, numRuns: 60 },
		);
	});

	it("hold at most a window while nobody reads, and go on when somebody does", async () => {
		const { client, accepted, sent } = link();
		const bytes = new Uint8Array(INITIAL_WINDOW * 3).map((_, at) => at * 7);
		const stream = client.open();
		let written = false;
		const writing = stream.write(bytes).then(() => {
			written = true;
		});
		for (let i = 0; i < 50; i++) await turn();
		expect(written).toBe(false);
		expect(sent.client).toBeLessThan(INITIAL_WINDOW + 1000);
		const other = client.open();
		await other.write(utf8("not held up"));
		await turn();
		expect(text((await accepted[1]!.read())!)).toBe("not held up");
		const read = readAll(accepted[0]!);
		await writing;
		await stream.closeWrite();
		expect(Buffer.compare(await read, bytes)).toBe(0);
	});

	it("read what was sent before a reset, then its reason; a close in good order is an end", async () => {
		const { client, accepted } = link();
		const [cutShort, closed] = [client.open(), client.open()];
		await turn();
		await accepted[0]!.write(utf8("last words"));
		await accepted[0]!.reset("the sandbox is gone");
		await accepted[1]!.write(utf8("bye"));
		await accepted[1]!.close();
		await turn();
		expect(text((await cutShort.read())!)).toBe("last words");
		await expect(cutShort.read()).rejects.toThrow("the sandbox is gone");
		await expect(cutShort.write(utf8("x"))).rejects.toMatchObject({ code: "ECONNRESET" });
		expect(text(await readAll(closed))).toBe("bye");
		await expect(closed.write(utf8("x"))).rejects.toMatchObject({ code: "EPIPE" });
	});

	it("end with the connection, for readers and for writers that wait", async () => {
		const { client } = link();
		const stream = client.open();
		const writing = stream.write(new Uint8Array(INITIAL_WINDOW * 2));
		const reading = stream.read();
		for (let i = 0; i < 10; i++) await turn();
		client.close("the network went away");
		await expect(writing).rejects.toThrow("the network went away");
		await expect(reading).rejects.toThrow("the network went away");
		expect(() => client.open()).toThrow("the network went away");
		expect(await client.closed).toBe("the network went away");
	});

	it("beyond the limit are reset, the others live", async () => {
		const { client, accepted } = link([5000], 2);
		const streams = [client.open(), client.open(), client.open()];
		await expect(streams[2]!.read()).rejects.toThrow("too many streams");
		expect(accepted).toHaveLength(2);
		await streams[0]!.write(utf8("still here"));
		await turn();
		expect(text((await accepted[0]!.read())!)).toBe("still here");
	});
});

describe("a peer that breaks the rules", () => {
	/** A server that is fed by hand; what it says. */
	function fed(): { server: Mux; feed: (...frames: Frame[]) => Promise<Frame[]>; accepted: MuxStream[] } {
		const accepted: MuxStream[] = [];
		const said = new FrameDecoder();
		let frames: Frame[] = [];
		const send = async (bytes: Uint8Array) => {
			frames.push(...said.push(bytes));
		};
		const server = new Mux({ role: "server", send, accept: (stream) => accepted.push(stream) });
		const feed = async (...input: Frame[]) => {
			frames = [];
			server.receive(concat(input.map(encodeFrame)));
			await turn();
			return frames;
		};
		return { server, feed, accepted };
	}
	const data = (stream: number, length = DATA_LIMIT): Frame => ({ kind: "data", stream, bytes: new Uint8Array(length) });

	it.each<[string, Frame[], string]>([
		[
			"ignores credit",
			[...new Array(INITIAL_WINDOW / DATA_LIMIT).fill(data(1)), data(1, 1)],
			"more data than there was credit for",
		],
		["sends after its end", [{ kind: "end", stream: 1 }, data(1, 1)], "data after the end"],
		[
			"ends twice",
			[
				{ kind: "end", stream: 1 },
				{ kind: "end", stream: 1 },
			],
			"ended twice",
		],
		["gives too much credit", [{ kind: "window", stream: 1, credit: 0x7fffffff }], "more credit than there can be"],
	])("and %s loses that stream alone", async (_name, frames, reason) => {
		const { feed, accepted, server } = fed();
		expect(await feed({ kind: "open", stream: 1 }, { kind: "open", stream: 2 }, ...frames)).toEqual([
			{ kind: "reset", stream: 1, reason },
		]);
		expect(await feed(data(1, 1), data(2, 1))).toEqual([]);
		expect(await accepted[1]!.read()).toEqual(new Uint8Array(1));
		expect(server.openStreams).toBe(1);
	});

	it.each<[string, Frame[], string]>([
		["data for a stream that was never open", [data(5, 1)], "data on stream 5, which is not open"],
		[
			"a number twice",
			[
				{ kind: "open", stream: 1 },
				{ kind: "open", stream: 1 },
			],
			"stream 1 opened again",
		],
	])("by %s loses the connection", async (_name, frames, message) => {
		const { feed, server } = fed();
		await expect(feed(...frames)).rejects.toThrow(message);
		expect(await server.closed).toContain(message);
	});

	it("opens without end and reads nothing: the connection is closed", async () => {
		const server = new Mux({ role: "server", send: () => new Promise(() => {}), accept: () => {}, maxStreams: 1 });
		for (let number = 1; number < 5000; number++) server.receive(encodeFrame({ kind: "open", stream: number }));
		expect(await server.closed).toContain("does not read");
	});
});
