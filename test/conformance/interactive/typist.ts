// Types at a console of a whole machine and waits for what it shows: never for time.

import { fileURLToPath } from "node:url";
import type { Host, HostConsole } from "../../../engine/boot";
import { bootNode } from "../../../engine/host/node/machine";

/** A machine as `bin/drydock sh` boots it, with the site's images as docker.io. */
export const startMachine = (options: { site?: string } = {}): Promise<Host> =>
	bootNode(
		{
			assets: new URL("../../../public/engine/", import.meta.url),
			registry: fileURLToPath(new URL("../../../.drydock/registry", import.meta.url)),
		},
		options,
	);

/** Far more than it takes: a machine that does much else is slow. */
const PATIENCE_MS = 60_000;
export const key = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) & 0x1f);
/** The prompts end with ash's question where the cursor is. */
export const HOST = "drydock:~# \x1b[6n";
export const CONTAINER = "/ # \x1b[6n";

export class Typist {
	readonly exited: Promise<number>;
	/** What was shown and has not been waited for yet. */
	private shown = "";
	private look = (): void => {};
	private readonly decoder = new TextDecoder();

	constructor(readonly console: HostConsole) {
		console.onData((bytes, taken) => {
			this.shown += this.decoder.decode(bytes, { stream: true });
			this.look();
			taken();
		});
		this.exited = new Promise((resolve) => console.onExit(resolve));
	}
	type(text: string): void {
		this.console.write(new TextEncoder().encode(text));
	}
	/** Types a line and answers what is shown from then until `until`. */
	async line(text: string, until: string | RegExp = HOST, patience = PATIENCE_MS): Promise<string> {
		this.type(`${text}\r`);
		return this.until(until, patience);
	}
	/** Answers what came before the text and takes both away. @throws Error with what was shown instead */
	until(text: string | RegExp, patience = PATIENCE_MS): Promise<string> {
		return new Promise((resolve, reject) => {
			const late = setTimeout(() => {
				this.look = () => {};
				reject(new Error(`waited for ${JSON.stringify(String(text))}; shown: ${JSON.stringify(this.shown)}`));
			}, patience);
			this.look = () => {
				const at = typeof text === "string" ? this.shown.indexOf(text) : (text.exec(this.shown)?.index ?? -1);
				if (at < 0) return;
				const length = typeof text === "string" ? text.length : text.exec(this.shown)![0].length;
				const before = this.shown.slice(0, at);
				this.shown = this.shown.slice(at + length);
				clearTimeout(late);
				this.look = () => {};
				resolve(before);
			};
			this.look();
		});
	}
}
