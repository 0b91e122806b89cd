// Which image a step has made before. After the first step that has not been done, none of the later ones is looked for.

import type { History } from "../../oci/image/types";
import type { ClassicBackend, ClassicImage, StepConfig } from "./types";

export class Prober {
	private missed = false;

	private constructor(
		private readonly backend: ClassicBackend,
		private readonly noCache: boolean,
		/** Of --cache-from; undefined without one. */
		private readonly sources: readonly ClassicImage[] | undefined,
	) {}

	/** --cache-from: images that are here; others are no error. */
	static async open(backend: ClassicBackend, noCache: boolean, cacheFrom: readonly string[]): Promise<Prober> {
		const sources: ClassicImage[] = [];
		for (const name of noCache ? [] : cacheFrom) {
			const image = await backend.image(name, { localOnly: true, pull: false, platform: "" }).catch(() => undefined);
			if (image) sources.push(image);
		}
		return new Prober(backend, noCache, cacheFrom.length > 0 ? sources : undefined);
	}
	/** A new stage begins. */
	reset(): void {
		this.missed = false;
	}

	async probe(parent: ClassicImage, config: StepConfig): Promise<string | undefined> {
		if (this.noCache || this.missed) return undefined;
		const local = await this.backend.cached(parent.id, config);
		const found = local && (await this.counts(local)) ? local : this.inSources(parent, config);
		if (!found) this.missed = true;
		return found;
	}

	/** With --cache-from, what was built here counts where one of those images was built on it. */
	private async counts(id: string): Promise<boolean> {
		if (!this.sources) return true;
		const image = await this.backend.image(id, { localOnly: true, pull: false, platform: "" });
		return this.sources.some(({ history }) => begins(history, image.history));
	}

	/** An image whose history goes on from the parent's with this very step: the step's image is made of it. */
	private inSources(parent: ClassicImage, config: StepConfig): string | undefined {
		const line = (config.Cmd ?? []).join(" ");
		for (const source of this.sources ?? []) {
			const at = parent.history.length;
			const next = source.history[at];
			if (next?.created_by !== line || !begins(source.history, parent.history)) continue;
			if (!parent.diffIds.every((id, index) => source.diffIds[index] === id)) continue;
			if (source.history.length === at + 1) return source.id;
			// the rest of it will be found in the same way, or not
			return undefined;
		}
		return undefined;
	}
}
const begins = (all: readonly History[], first: readonly History[]): boolean =>
	first.every((one, at) => all[at]?.created_by === one.created_by && all[at]?.created === one.created);
