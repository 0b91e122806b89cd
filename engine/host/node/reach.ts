// Node's ways to a daemon: a program's standard streams for ssh://, and TLS with certificates of one's own.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { type Duplex as NodeDuplex, Duplex as Streams } from "node:stream";
import tls from "node:tls";
import type { Reach } from "../../cli/client/reach";
import type { Duplex } from "../../lib/stream";
import { plain } from "./bytes";

/** @param why what is said in place of an end that came before anything else */
function duplexOf(stream: NodeDuplex, why: () => Promise<Error | undefined> = async () => undefined): Duplex {
	const pieces = stream[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
	let heard = false;
	stream.on("error", () => {});
	return {
		async read() {
			const next = await pieces.next().catch(() => ({ done: true, value: undefined }) as const);
			const failure = next.done && !heard ? await why() : undefined;
			if (failure) throw failure;
			heard = true;
			return next.done ? null : plain(next.value as Uint8Array);
		},
		write: (bytes) => new Promise((done) => stream.write(bytes, () => done())),
		closeWrite: () => new Promise((done) => stream.end(done)),
		close: async () => void stream.destroy(),
	};
}

const WORDS: Record<string, (error: Error) => string> = {
	ERR_TLS_CERT_ALTNAME_INVALID: (error) => `tls: failed to verify certificate: x509: ${error.message}`,
	CERT_HAS_EXPIRED: () => "tls: failed to verify certificate: x509: certificate has expired or is not yet valid",
	ERR_SSL_WRONG_VERSION_NUMBER: () => "http: server gave HTTP response to HTTPS client",
	ERR_SSL_PACKET_LENGTH_TOO_LONG: () => "http: server gave HTTP response to HTTPS client",
};
function inGoWords(error: Error): Error {
	const code = (error as { code?: string }).code ?? "";
	const said = WORDS[code]?.(error);
	if (said) return new Error(said);
	if (/SELF_SIGNED|UNABLE_TO_(GET_ISSUER|VERIFY)/.test(code))
		return new Error("tls: failed to verify certificate: x509: certificate signed by unknown authority");
	return error;
}

export const nodeReach: Reach = {
	async program(name, args) {
		const child = spawn(name, args, { stdio: ["pipe", "pipe", "pipe"] });
		let said = "";
		child.stderr.setEncoding("utf8").on("data", (text: string) => {
			said += text;
		});
		const ended = once(child, "close").then(([code]) => code as number | null);
		ended.catch(() => {});
		try {
			await once(child, "spawn");
		} catch {
			throw new Error(`exec: ${JSON.stringify(name)}: executable file not found in $PATH`);
		}
		child.stdin.on("error", () => {});
		const hint = "make sure the URL is valid, and Docker 18.09 or later is installed on the remote host";
		const why = async (): Promise<Error> => {
			const code = await ended;
			return new Error(`command [${[name, ...args].join(" ")}] has exited with exit status ${code}, ${hint}: stderr=${said}`);
		};
		return duplexOf(Streams.from({ readable: child.stdout, writable: child.stdin }), why);
	},
	tls: (host, port, { ca, cert, key, verify }) =>
		new Promise((resolve, reject) => {
			const pem = (bytes?: Uint8Array) => (bytes ? Buffer.from(bytes) : undefined);
			const socket = tls.connect({
				host,
				port,
				ca: pem(ca),
				cert: pem(cert),
				key: pem(key),
				rejectUnauthorized: verify,
				...(/^[\d.]+$|:/.test(host) ? {} : { servername: host }),
			});
			socket.once("error", (error) => reject(inGoWords(error)));
			socket.once("secureConnect", () => resolve(duplexOf(socket)));
		}),
};
