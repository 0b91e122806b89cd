// The ways to sites that lend a daemon, one a site.

import type { Duplex } from "../../lib/stream";
import type { Connect } from "../../port";
import { type Jar, siteCalls } from "./calls";
import { Lent } from "./lent";

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** @param jar the cookies of a site, where no browser keeps them */
export function lentDaemons(jar?: (url: string) => Jar): (url: string) => Promise<Duplex> {
	const known = new Map<string, Lent>();
	return (url) => {
		const lent = known.get(url) ?? new Lent(siteCalls(url, jar?.(url)), sleep);
		known.set(url, lent);
		return lent.connect();
	};
}

/** As the port has it. */
export function siteConnect(jar?: (url: string) => Jar): Connect {
	const dial = lentDaemons(jar);
	return async (url) => {
		const stream = await dial(url);
		return {
			read: () => stream.read(),
			write: (bytes) => stream.write(bytes),
			end: () => void stream.closeWrite(),
			destroy: () => void stream.close(),
		};
	};
}
