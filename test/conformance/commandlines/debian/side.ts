// What both sides have in common: each runs a script with `bash -c` as PID 1 of fresh namespaces, on an overlay whose upper layer
// is empty, with the same environment.

import type { Outcome } from "../run";

/** stdout and stderr have a character a byte. */
export type Side = (script: string, stdin: Uint8Array) => Promise<Outcome>;

export const environment: readonly string[] = [
	"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
	"HOME=/root",
	"HOSTNAME=box",
	"LANG=C.UTF-8",
	"TERM=xterm",
	"TZ=UTC",
];
/** Milliseconds after which a command line that does not end is killed; it differs then. */
export const PATIENCE = 30_000;
export const inside = (script: string): string => `cd /w; umask 022; ${script}`;
