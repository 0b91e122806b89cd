// FROM: an image's layers, or none.

import type { Layers } from "../export/image";
import { layersOf, NO_LAYERS, type StoredImage } from "../export/image";
import type { Vertex } from "../progress";
import { iso, Op, type Solver } from "./solver";

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
		/** docker.io/library/busybox:latest */
		private readonly name: string,
		private readonly shown: string,
		private readonly image: StoredImage,
	) {
		super(solver, vertex);
	}

	protected async solve(): Promise<Layers> {
		const { containerd, cache, sys } = this.solver.backend;
		const description = `pulled from ${this.shown}`;
		const unpack = (): Promise<unknown> => containerd["images.unpack"]({ name: this.name });
		return this.vertex.doing(async () => {
			await this.vertex.during(`resolve ${this.shown}`, unpack);
			const known = cache.list().find((record) => record.description === description);
			const layers = layersOf(this.image, known?.created ?? iso(sys.now()));
			if (known) {
				await cache.touch(known);
				return layers;
			}
			const sizes = await Promise.all(layers.chainId === "" ? [] : [containerd["snapshots.usage"]({ key: layers.chainId })]);
			const size = sizes.reduce((sum, one) => sum + one.size, 0);
			await cache.add({ key: "", type: "regular", description, size, parents: [] });
			return layers;
		});
	}
}
