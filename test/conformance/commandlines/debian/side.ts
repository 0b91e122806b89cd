// What both sides have in common: each runs a script with `bash -c` as PID 1 of fresh namespaces, on an overlay whose upper layer
// is empty, with the same environment.

import type { Outcome } from "../run";

/** Texts have a character a byte. */
export interface Running {
	type(text: string): void;
	/** Nothing more is typed. */
	end(): void;
	/** The exit code, when everything written was heard; -1 when there is none. */
	readonly ended: Promise<number>;
}
export type Side = (script: string, hear: (stream: "stdout" | "stderr", text: string) => void) => Running;

export async function outcomeOf(side: Side, script: string, stdin: string): Promise<Outcome> {
	const outcome: Outcome = { code: -1, stdout: "", stderr: "" };
	const running = side(script, (stream, text) => {
		outcome[stream] += text;
	});
	running.type(stdin);
	running.end();
	outcome.code = await running.ended;
	return outcome;
}

export const environment: readonly string[] = [
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	"HOME=/root",
	"HOSTNAME=box",
	"LANG=C.UTF-8",
	"TERM=xterm",
	"TZ=UTC",
];
/** Milliseconds after which a command line that does not end is killed; it differs then. */
export const PATIENCE = 90_000;
export const inside = (script: string): string => `cd /w; umask 022; ${script}`;
