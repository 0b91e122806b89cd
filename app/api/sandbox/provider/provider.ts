// Who makes sandboxes: a small interface, and what stands behind it does not matter to sessions and gateway.

import type { Duplex } from "@/engine/lib/stream";

export interface Trouble {
	reason: "no-daemon" | "no-image";
	message: string;
}

export interface Listed {
	id: string;
	/** Milliseconds since 1970. */
	created: number;
}

export interface Provider {
	/** Why no sandbox can be made, or undefined when one can. */
	trouble(): Promise<Trouble | undefined>;
	/** Sandboxes that there is room for, those that are there included, where it knows that better than the operator's settings. */
	places?(): number;
	/** A sandbox whose inner daemon answers; its name. Takes a second or two. @throws Error, and nothing is left of it then */
	create(): Promise<string>;
	/** A connection to the inner daemon's socket. Whoever answers there is not to be trusted. @throws Error */
	dial(id: string): Promise<Duplex>;
	/** Also when it is gone already. */
	destroy(id: string): Promise<void>;
	/** All of this site's sandboxes, known to a session or not; one that is not among them is lost. @throws Error while that cannot be said */
	list(): Promise<Listed[]>;
}
