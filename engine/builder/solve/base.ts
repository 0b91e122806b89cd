// FROM: an image's layers, or none.

import type { Layers } from "../export/image";
import { layersOf, NO_LAYERS, type StoredImage } from "../export/image";
import type { Vertex } from "../progress";
import { Op, type Solver } from "./solver";

export class ScratchOp extends Op {
	protected async solve(): Promise<Layers> {
		return NO_LAYERS;
	}
}

/** An image of the store. Its layers are unpacked when somebody wants to build on them. */
export class ImageOp extends Op {
	declare readonly vertex: Vertex;

	constructor(
		solver: Solver,
		vertex: Vertex,
		/** docker.io/library/busybox:latest@sha256:… */
		private readonly shown: string,
		private readonly image: StoredImage,
		/** Whether a name of the store's stands for it; else the cache keeps it. */
		private readonly named: boolean,
	) {
		super(solver, vertex);
	}

	protected async solve(): Promise<Layers> {
		const { containerd, cache } = this.solver.backend;
		const description = `pulled from ${this.shown}`;
		const { target } = this.image;
		const unpack = (): Promise<unknown> => containerd["images.unpack"]({ target });
		return this.vertex.doing(async () => {
			await this.vertex.during(`resolve ${this.shown}`, unpack);
			const { chainId } = layersOf(this.image, "");
			const size = async (): Promise<number> =>
				chainId === "" ? 0 : (await containerd["snapshots.usage"]({ key: chainId })).size;
			const { created } = await cache.base(description, size, this.named ? undefined : { descriptor: target, chainId });
			return layersOf(this.image, created);
		});
	}
}
