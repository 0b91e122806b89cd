// Steps that need no command: COPY, ADD and WORKDIR.

import { digestOf } from "../../lib/digest";
import { EngineError, invalidParameter, isKind, messageOf } from "../../lib/errors";
import { rootPath } from "../../oci/layer/root-path";
import { buildkitId } from "../cache/cache";
import { hasWildcards, type Selected, select } from "../context/select";
import type { BuildContext } from "../context/types";
import { digestOfSelected, type Filter } from "../context/walk";
import type { Layers } from "../export/image";
import type { Vertex } from "../progress";
import { copyItem } from "./copy";
import { layerOf, mounted } from "./layer";
import { parseMode } from "./mode";
import { ownerOf } from "./owner";
import { Op, type Solver } from "./solver";
import type { Source } from "./sources";
import { makeDirectories } from "./tree";

export interface CopyItem {
	source: Source;
	/** In the source; wildcards are allowed. */
	path: string;
	filter: Filter;
	/** What the filter was made of. */
	patterns: string[];
	unpack: boolean;
	/** Must be there (--parents). */
	required?: string;
}
export interface CopyCommand {
	instruction: string;
	items: CopyItem[];
	/** Absolute, with its slash. */
	dest: string;
	chown: string;
	chmod: string;
	link: boolean;
	useCache: boolean;
}

export class CopyOp extends Op {
	declare readonly vertex: Vertex;

	constructor(
		solver: Solver,
		vertex: Vertex,
		private readonly below: Op,
		private readonly command: CopyCommand,
	) {
		super(solver, vertex);
	}

	protected async solve(): Promise<Layers> {
		const { command } = this;
		const sources = [...new Set(command.items.map(({ source }) => source))];
		const open = async (at: number, trees: Map<Source, BuildContext>): Promise<Layers> => {
			const source = sources[at];
			if (!source) return this.copy(await this.below.result(), trees);
			return source.with((files) => open(at + 1, new Map([...trees, [source, files]])));
		};
		// what lies below and what is copied are made at the same time
		void this.below.result();
		return open(0, new Map());
	}

	private async copy(below: Layers, trees: ReadonlyMap<Source, BuildContext>): Promise<Layers> {
		const { command, solver, vertex } = this;
		const { sys } = solver.backend;
		const selected: Array<{ item: CopyItem; files: BuildContext; found: Selected[] }> = [];
		const digests: string[] = [];
		for (const item of command.items) {
			const files = trees.get(item.source)!;
			const found = await this.select(files, item);
			selected.push({ item, files, found });
			digests.push(await digestOfSelected(files, found, item.filter), ...item.patterns, String(item.unpack));
		}
		const mode = parseMode(command.chmod);
		return layerOf(solver, {
			vertex,
			below,
			independent: command.link,
			instruction: command.instruction,
			parts: {
				files: digestOf(digests.join("\n")),
				place: [command.dest, command.chown, command.chmod].join("\n"),
			},
			useCache: command.useCache,
			work: (mounts) =>
				mounted(solver.backend, mounts, async (root) => {
					const owner = command.chown === "" ? undefined : await ownerOf(sys, root, command.chown);
					for (const { item, files, found } of selected) {
						const action = { dest: command.dest, owner, mode, unpack: item.unpack, filter: item.filter };
						for (const one of found) await copyItem(sys, root, files, one, action);
					}
				}),
		});
	}

	private async select(files: BuildContext, item: CopyItem): Promise<Selected[]> {
		try {
			if (item.required !== undefined) await select(files, item.required);
			return await select(files, item.path);
		} catch (error) {
			if (!isKind(error, "notFound")) throw error;
			const { sys } = this.solver.backend;
			const ref = `${buildkitId(sys)}::${buildkitId(sys)}`;
			const words = `failed to calculate checksum of ref ${ref}: ${messageOf(error)}`;
			this.vertex.complete(false, words);
			throw new EngineError("notFound", `failed to compute cache key: ${words}`);
		}
	}
}
export { hasWildcards };

/** WORKDIR: the directory is made, and belongs to the user. */
export class MkdirOp extends Op {
	declare readonly vertex: Vertex;

	constructor(
		solver: Solver,
		vertex: Vertex,
		private readonly below: Op,
		private readonly command: { instruction: string; path: string; user: string; useCache: boolean },
	) {
		super(solver, vertex);
	}

	protected async solve(): Promise<Layers> {
		const { instruction, path, user, useCache } = this.command;
		const { backend } = this.solver;
		const { sys } = backend;
		return layerOf(this.solver, {
			vertex: this.vertex,
			below: await this.below.result(),
			instruction,
			parts: { workdir: path, user },
			useCache,
			work: (mounts) =>
				mounted(backend, mounts, async (root) => {
					const owner = user === "" ? undefined : await ownerOf(sys, root, user);
					await makeDirectories(sys, root, await rootPath(sys, root, path), owner);
				}),
		});
	}
}

/** @throws EngineError invalidParameter for something that no --chmod is */
export const checkMode = (text: string): void => void parseMode(text);
export const notASource = (what: string): EngineError => invalidParameter(`source can't be ${what} for COPY`);
