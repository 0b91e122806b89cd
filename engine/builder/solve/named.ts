// --build-context NAME=DIRECTORY: files that the client sent, as a root file system to build on or to copy from.

import type { BuildContext } from "../context/types";
import { digestOfSelected, EVERYTHING } from "../context/walk";
import { type Layers, NO_LAYERS } from "../export/image";
import type { Vertex } from "../progress";
import { copyItem } from "./copy";
import { layerOf, mounted } from "./layer";
import { Op, type Solver } from "./solver";

export class ContextOp extends Op {
	declare readonly vertex: Vertex;

	constructor(
		solver: Solver,
		vertex: Vertex,
		private readonly files: BuildContext,
	) {
		super(solver, vertex);
	}

	protected async solve(): Promise<Layers> {
		const { files, solver, vertex } = this;
		const entry = (await files.stat(""))!;
		const all = { path: "", name: "", entry };
		return layerOf(solver, {
			vertex,
			below: NO_LAYERS,
			instruction: vertex.name,
			parts: { files: await digestOfSelected(files, [all]) },
			useCache: true,
			work: (mounts) =>
				mounted(solver.backend, mounts, (root) =>
					copyItem(solver.backend.sys, root, files, all, { dest: "/", unpack: false, filter: EVERYTHING }),
				),
		});
	}
}
