// The images as containerd last told them, for who lists containers: asked for anew once one of this daemon's own calls may have changed
// them, since nobody else does. Verbs that act on images ask containerd itself.

import type { Image } from "../../containerd/api";
import { byTarget, type Resolved, resolveAmong } from "./names";

export class KnownImages {
	private known: Promise<(typed: string) => Resolved> | undefined;

	constructor(private readonly list: () => Promise<Image[]>) {}

	/** They may have changed. */
	forget(): void {
		this.known = undefined;
	}

	/** @throws EngineError as resolveImage */
	async resolve(typed: string): Promise<Resolved> {
		this.known ??= this.ask();
		return (await this.known)(typed);
	}

	private ask(): Promise<(typed: string) => Resolved> {
		const asked = this.list().then((images) => {
			const named = byTarget(images);
			return (typed: string) => resolveAmong(named, typed);
		});
		// a failure is no answer to keep
		asked.catch(() => {
			if (this.known === asked) this.known = undefined;
		});
		return asked;
	}
}
