// A machine, what somebody does with it, and what its trace was: the same everywhere for the same seed. Runs in Node and as a page.

import { type BootOptions, boot } from "../../../engine/boot";
import { prepareDigesters } from "../../../engine/lib/digest";
import type { FetchRequest, FetchResponse } from "../../../engine/port";
import { seededPort } from "./port";

/** What the registry answers, by method and address; bodies in base64. */
export type Replies = Record<string, { status: number; headers: Record<string, string>; body: string }>;
export const replyKey = ({ method, url }: Pick<FetchRequest, "method" | "url">): string => `${method} ${url}`;
export const ORIGIN = "https://registry.test";

export interface Material {
	interpreter: WebAssembly.Module;
	system: Uint8Array;
	/** The gzipped contents of the system's files, by digest. */
	files: Record<string, Uint8Array>;
	replies: Replies;
}

/** What a trace comes to: a number for each thousand events, so that where two part can be told, and what was printed. */
export interface Trace {
	events: number;
	hashes: string[];
	outputs: string[];
	/** Timers that are waited for when the machine is off. */
	left: number;
}

const COMMANDS = [
	"docker version --format '{{.Server.Version}}'",
	"docker run --rm busybox sh -c 'echo $RANDOM; date +%s; head -c 8 /dev/urandom | hexdump -C; cat /proc/self/stat'",
	"docker run -d --name sleeper --memory 32m busybox sh -c 'while true; do date; sleep 1; done'",
	"sleep 3; docker logs sleeper; docker exec sleeper ps",
	"docker run --rm busybox awk 'BEGIN { srand(); for (i = 0; i < 30000; i++) s += i * rand(); printf \"%.12g\\n\", s }'",
	"mkdir /tmp/b; printf 'FROM busybox\\nRUN echo $HOSTNAME > /x\\nCMD cat /x\\n' > /tmp/b/Dockerfile; docker build -q /tmp/b; docker ps -a",
	"docker rm -f sleeper; docker images -q",
];

export async function session(
	seed: number,
	material: Material,
	fetch?: (request: FetchRequest) => Promise<FetchResponse>,
	tier?: BootOptions["tier"],
): Promise<Trace> {
	const port = seededPort(seed, fetch ?? ((request) => replay(material.replies, request)));
	await prepareDigesters(16);
	const loop = keepPumping(() => port.pump());
	const host = await boot({
		port,
		assets: {
			interpreter: material.interpreter,
			system: material.system,
			file: async (digest) => material.files[digest]!,
		},
		registries: { "docker.io": ORIGIN },
		...(tier && { tier }),
	});
	const trace: Trace = { events: 0, hashes: [], outputs: [], left: 0 };
	let hash = 0xcbf29ce484222325n;
	const add = (text: string): void => {
		for (let i = 0; i < text.length; i++) hash = BigInt.asUintN(64, (hash ^ BigInt(text.charCodeAt(i))) * 0x100000001b3n);
	};
	const mark = (): void => void trace.hashes.push(hash.toString(16));
	const take = (event: unknown): void => {
		add(JSON.stringify(event, (_, value) => (typeof value === "bigint" ? String(value) : value)));
		if (++trace.events % 1000 === 0) mark();
	};
	for (const event of host.recorder.since(0)) take(event);
	host.recorder.listen(take);
	host.traceCalls({ of: "containers" });
	for (const command of COMMANDS) {
		const { code, stdout, stderr } = await host.run(command);
		trace.outputs.push(`${code}\n${stdout}${stderr}`);
	}
	mark();
	await host.shutdown();
	trace.left = port.timers();
	loop.stop();
	return trace;
}

async function replay(replies: Replies, request: FetchRequest): Promise<FetchResponse> {
	const found = replies[replyKey(request)];
	if (!found) throw new Error(`dial tcp: lookup ${new URL(request.url).host}: no such host`);
	const bytes = Uint8Array.from(atob(found.body), (character) => character.charCodeAt(0));
	return { status: found.status, headers: found.headers, body: once(bytes) };
}

export async function* once(bytes: Uint8Array): AsyncIterable<Uint8Array> {
	yield bytes;
}

/** Calls again and again, each time after all microtasks. */
function keepPumping(pump: () => void): { stop: () => void } {
	let going = true;
	const channel = new MessageChannel();
	channel.port1.onmessage = () => {
		if (!going) {
			channel.port1.close();
			return;
		}
		pump();
		channel.port2.postMessage(null);
	};
	channel.port2.postMessage(null);
	return {
		stop: () => {
			going = false;
		},
	};
}
