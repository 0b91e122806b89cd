// Sandboxes that are only names; each answers every request with its own.

import type { Provider, Trouble } from "../../app/api/sandbox/provider/provider";
import { utf8 } from "../../engine/lib/bytes";
import { pair } from "../engine/lib/pair";

export class Names implements Provider {
	readonly there = new Map<string, number>();
	readonly destroyed: string[] = [];
	made = 0;
	fails = false;
	why: Trouble | undefined;

	constructor(private readonly prefix = "sandbox") {}

	async trouble(): Promise<Trouble | undefined> {
		return this.why;
	}
	async create(): Promise<string> {
		if (this.fails) throw new Error("no");
		const id = `${this.prefix}-${++this.made}`;
		this.there.set(id, Date.now());
		return id;
	}
	async dial(id: string) {
		if (!this.there.has(id)) throw new Error("gone");
		const [near, far] = pair();
		void (async () => {
			while ((await far.read()) !== null)
				await far.write(utf8(`HTTP/1.1 200 OK\r\nContent-Length: ${id.length}\r\n\r\n${id}`)).catch(() => {});
			await far.close();
		})();
		return near;
	}
	async destroy(id: string): Promise<void> {
		this.there.delete(id);
		this.destroyed.push(id);
	}
	async list() {
		return [...this.there].map(([id, created]) => ({ id, created }));
	}
}
