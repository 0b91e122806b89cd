// Sites that lend a daemon, from Node: a session outlives the command, so its cookie is kept in a file that only its owner reads.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import type { SiteDial } from "../../cli/client/reach";
import type { Connect } from "../../port";
import type { Jar } from "../sandbox/calls";
import { lentDaemons, siteConnect } from "../sandbox/connect";

/** Beside docker's own configuration: DOCKER_CONFIG says where, as for docker. */
const file = (): string => join(process.env.DOCKER_CONFIG || join(homedir(), ".docker"), "drydock-sessions.json");

function sessions(): Record<string, string> {
	try {
		return JSON.parse(readFileSync(file(), "utf8")) as Record<string, string>;
	} catch {
		// none yet, or damaged: the site gives another one
		return {};
	}
}
const fileJar = (url: string): Jar => ({
	get: () => sessions()[url],
	set(cookie) {
		mkdirSync(dirname(file()), { recursive: true, mode: 0o700 });
		const written = `${file()}.${process.pid}`;
		writeFileSync(written, JSON.stringify({ ...sessions(), [url]: cookie }), { mode: 0o600 });
		renameSync(written, file());
	},
});

/** For the docker command of this terminal. */
export function nodeSite(): SiteDial {
	const dial = lentDaemons(fileJar);
	return (_, url) => dial(url);
}

/** For a machine in this process: its session ends with it. */
export function nodeConnect(): Connect {
	const kept = new Map<string, string>();
	return siteConnect((url) => ({ get: () => kept.get(url), set: (cookie) => void kept.set(url, cookie) }));
}
