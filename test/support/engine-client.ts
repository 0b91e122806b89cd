// The smallest client of the Engine API in Node, the same for our daemon and the real one.

import { Agent, request } from "node:http";

export interface Answer {
	status: number;
	body: string;
}

/** What a scenario needs of a daemon, wherever it runs. */
export interface Api {
	request(method: string, path: string, body?: unknown): Promise<Answer>;
}

export class EngineClient implements Api {
	private readonly agent = new Agent({ keepAlive: true });
	constructor(private readonly where: { socketPath: string } | { host: string; port: number }) {}

	request(method: string, path: string, body?: unknown): Promise<Answer> {
		return this.send(method, path, body === undefined ? undefined : JSON.stringify(body), "application/json");
	}
	/** A body that is no JSON, such as a tar. */
	upload(method: string, path: string, body: Uint8Array): Promise<Answer> {
		return this.send(method, path, body, "application/x-tar");
	}
	/** With the header that a push wants, as a client without credentials sends it. */
	push(path: string): Promise<Answer> {
		return this.send("POST", path, undefined, "", { "x-registry-auth": "e30=" });
	}
	/** A large answer, such as an archive. @throws Error when it is not 200 */
	download(path: string): Promise<Buffer> {
		return new Promise((resolve, reject) => {
			const sent = request({ ...this.where, method: "GET", path, agent: this.agent }, (response) => {
				const parts: Buffer[] = [];
				response.on("data", (part) => parts.push(part));
				response.on("error", reject);
				response.on("end", () => {
					const whole = Buffer.concat(parts);
					if (response.statusCode === 200) resolve(whole);
					else reject(new Error(`${path}: ${response.statusCode} ${whole}`));
				});
			});
			sent.on("error", reject);
			sent.end();
		});
	}
	close(): void {
		this.agent.destroy();
	}

	private send(
		method: string,
		path: string,
		payload: string | Uint8Array | undefined,
		type: string,
		more: Record<string, string> = {},
	): Promise<Answer> {
		return new Promise((resolve, reject) => {
			const described = payload === undefined ? {} : { "content-type": type, "content-length": Buffer.byteLength(payload) };
			const headers = { ...described, ...more };
			const sent = request({ ...this.where, method, path, agent: this.agent, headers }, (response) => {
				const parts: Buffer[] = [];
				response.on("data", (part) => parts.push(part));
				response.on("error", reject);
				response.on("end", () => resolve({ status: response.statusCode ?? 0, body: Buffer.concat(parts).toString() }));
			});
			sent.on("error", reject);
			sent.end(payload);
		});
	}
}
