// What becomes a process's streams: the head of the answer and the first output never go in one piece, by exec as by attach.

import { expect, test } from "vitest";
import type { Daemon } from "../../../engine/dockerd/daemon/daemon";
import { attach } from "../../../engine/dockerd/router/container/attach";
import { execRoutes } from "../../../engine/dockerd/router/exec";
import type { Handler } from "../../../engine/dockerd/router/route";
import type { Sink } from "../../../engine/dockerd/stream/hub";
import { text, utf8 } from "../../../engine/lib/bytes";
import { serveConnection } from "../../../engine/lib/http/serve";
import type { Duplex } from "../../../engine/lib/stream";

const exec = execRoutes.find(([, path]) => path === "/exec/{id*}/start")![2];

/** A process that speaks at once: an exec that has run and is told so, a container that has words ready for whoever attaches. */
function daemonOf(sleeping: Array<() => void>): Daemon {
	const streams = {
		io: { terminal: false },
		addSink(sink: Sink) {
			const ended = (async () => {
				for (const words of ["all it ", "has to say"]) await sink("stdout", utf8(words));
			})();
			return { ended, detach: () => {} };
		},
	};
	const container = { id: "c", config: { Tty: true }, stored: { LogPath: "" }, state: { Running: true }, streams };
	return {
		sys: { now: () => 5n, nanosleep: () => new Promise<void>((wake) => sleeping.push(wake)) },
		events: { emit: () => {} },
		trace: { emit: () => {} },
		containers: { get: () => container },
		execs: { get: () => ({ id: "e", container, exitCode: 0 }) },
	} as unknown as Daemon;
}

/** What is written to a client that asks, and how: before the daemon's clock goes on, and in the end. */
async function ask(handler: Handler, target: string, fields: string) {
	const sleeping: Array<() => void> = [];
	const daemon = daemonOf(sleeping);
	const body = '{"Tty":true}';
	const asked = `POST ${target} HTTP/1.1\r\nHost: d\r\n${fields}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
	const unread = [utf8(asked)];
	const pieces: string[] = [];
	const connection: Duplex = {
		read: async () => unread.shift() ?? null,
		write: async (bytes) => void pieces.push(text(bytes)),
		closeWrite: async () => {},
		close: async () => void pieces.push("|"),
	};
	const serving = serveConnection(connection, (request, responder) =>
		handler({ daemon, request, responder, params: { id: "x" }, version: "1.52" }),
	);
	await new Promise((done) => setTimeout(done, 20));
	const early = [...pieces];
	for (const wake of sleeping) wake();
	await serving;
	return { early, pieces };
}

const UPGRADE = "Connection: Upgrade\r\nUpgrade: tcp\r\n";
const HEAD = /^HTTP\/1\.1 (101|200) [\s\S]*\r\n\r\n$/;

test.for([
	["exec", exec, "/exec/x/start", ["exec command e has already run\r\n"]],
	["attach", attach, "/containers/x/attach?stream=1&stdout=1", ["all it ", "has to say"]],
] as const)("%s: what is said at once waits until the head has been alone", async ([, handler, target, said]) => {
	const { early, pieces } = await ask(handler, target, UPGRADE);
	expect(early).toEqual([expect.stringMatching(HEAD)]);
	expect(pieces).toEqual([...early, ...said, "|"]);
});

test.for([
	["exec", exec, "/exec/x/start"],
	["attach", attach, "/containers/x/attach?stream=1&stdout=1"],
] as const)("%s: a client that does not take the connection over waits for nothing", async ([, handler, target]) => {
	const { early, pieces } = await ask(handler, target, "");
	expect(early).toEqual(pieces);
	expect(pieces.length).toBeGreaterThan(2);
});
