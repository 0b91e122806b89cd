// A Dockerfile → an image, as BuildKit builds it: the steps are a graph; those that the wanted stage needs are done, at the same time
// where none waits for another; what an earlier build has done is not done again.

import { utf8 } from "../lib/bytes";
import { EngineError, invalidParameter, isKind, messageOf } from "../lib/errors";
import { Feed } from "../lib/feed";
import { formatReference, parseNormalized, tagNameOnly } from "../lib/reference";
import { chainIds } from "../oci/image/chain-id";
import { pack } from "../oci/layer/pack";
import { convert } from "./convert/convert";
import { fetchImage } from "./convert/fetch";
import { describeOutline, describeTargets } from "./convert/outline";
import type { StageState } from "./convert/stage";
import { parseStages, type Recipe } from "./dockerfile/instructions";
import { parseDockerfile } from "./dockerfile/parse";
import { inlineCacheOf, type Layers, readImage, writeImage } from "./export/image";
import { checkInstructions } from "./lint/checks";
import { Linter, parseCheck } from "./lint/linter";
import { Progress, type Vertex } from "./progress";
import { viewed } from "./solve/layer";
import { Cancellation, epochTime, iso, type Solver } from "./solve/solver";
import type { BuildBackend, BuildEvent, BuildOptions } from "./types";

export interface RunningBuild extends AsyncIterable<BuildEvent> {
	/** Ends it: what runs is stopped. */
	cancel(): void;
}

/** @throws EngineError (in the iteration) for a bad Dockerfile, a missing file, a command that fails */
export function build(options: BuildOptions, backend: BuildBackend): RunningBuild {
	const feed = new Feed<BuildEvent>();
	const cancellation = new Cancellation();
	const run = async (): Promise<void> => new Build(options, backend, feed, cancellation).run();
	run().then(
		() => feed.end(),
		async (error: unknown) => {
			cancellation.cancel();
			await cancellation.settled();
			feed.end(error);
		},
	);
	return Object.assign(feed, { cancel: () => cancellation.cancel() });
}

class Build {
	private readonly progress: Progress;
	private readonly solver: Solver;

	constructor(
		private readonly options: BuildOptions,
		private readonly backend: BuildBackend,
		private readonly feed: Feed<BuildEvent>,
		cancellation: Cancellation,
	) {
		this.progress = new Progress(feed, backend.sys);
		const given = options.buildArgs?.SOURCE_DATE_EPOCH;
		const epoch = options.sourceDateEpoch ?? (given ? epochOf(given) : undefined);
		this.solver = { backend, progress: this.progress, epoch, run: options.run ?? {}, keys: new Map(), cancellation };
	}

	async run(): Promise<void> {
		const { options, backend } = this;
		const definition = await this.loadDefinition();
		let linter: Linter | undefined;
		let target: StageState;
		try {
			const dockerfile = parseDockerfile(options.dockerfile);
			checkSyntax(dockerfile.directives.syntax);
			linter = new Linter(checkSettings(options.buildArgs?.BUILDKIT_DOCKERFILE_CHECK ?? dockerfile.directives.check ?? ""));
			const recipe: Recipe = { meta: [], stages: [] };
			try {
				parseStages(dockerfile.nodes, recipe);
			} finally {
				checkInstructions(dockerfile, recipe, linter);
			}
			if (options.describe === "targets") {
				this.feed.push({ kind: "described", ...describeTargets(recipe) });
				return;
			}
			await this.importCache();
			target = await convert({ dockerfile, recipe, options, solver: this.solver, linter });
			if (options.describe === "outline") {
				this.feed.push({ kind: "described", ...describeOutline(target, recipe, options, dockerfile.escape) });
				return;
			}
		} catch (error) {
			if (!options.check || !(error instanceof EngineError)) {
				for (const warning of linter?.warnings ?? []) definition.warn(warning);
				throw error;
			}
			const { line, endLine } = (error.detail ?? {}) as { line?: number; endLine?: number };
			const about = { message: messageOf(error), start: line, end: endLine ?? line };
			this.feed.push({ kind: "checked", warnings: linter?.warnings ?? [], error: about });
			return;
		}
		if (options.check) {
			this.feed.push({ kind: "checked", warnings: linter.warnings });
			return;
		}
		for (const warning of linter.warnings) definition.warn(warning);
		const layers = await target.op.result();
		if (options.export === "files") await this.exportFiles(layers);
		else if (options.export !== "none") await this.exportImage(target, layers);
		await backend.cache.source("source.local", "local source for dockerfile", options.dockerfile.length);
	}

	private async loadDefinition(): Promise<Vertex> {
		const { dockerfile, filename = "Dockerfile" } = this.options;
		const vertex = this.progress.vertex(`[internal] load build definition from ${filename.split("/").at(-1)}`);
		await vertex.doing(async () => {
			const tell = vertex.task("transferring dockerfile:");
			tell(utf8(dockerfile).length + 32, 0, true);
		});
		if (dockerfile === "") throw invalidParameter("the Dockerfile cannot be empty");
		return vertex;
	}

	/** --cache-from: images that tell which steps made their layers. */
	private async importCache(): Promise<void> {
		const { containerd, cache } = this.backend;
		for (const typed of this.options.cacheFrom ?? []) {
			const name = formatReference(tagNameOnly(parseNormalized(typed)));
			const vertex = this.progress.vertex(`importing cache manifest from ${typed}`);
			vertex.start();
			try {
				const there = await containerd["images.get"]({ name }).catch(() => undefined);
				const image = await readImage(containerd, there?.target ?? (await fetchImage(this.backend, name, false)), name);
				const diffIds = image.file.rootfs.diff_ids;
				const chain = chainIds(diffIds);
				for (const [key, { layer, created }] of inlineCacheOf(image) ?? []) {
					if (cache.find(key) || !image.layers[layer]) continue;
					const found = { descriptor: image.layers[layer], diffId: diffIds[layer]!, chainId: chain[layer]! };
					const description = `imported from ${name}`;
					await cache.add({ key, type: "regular", description, created, size: 0, parents: [], layer: found });
				}
				vertex.complete();
			} catch (error) {
				// a cache that cannot be had is none
				if (!(error instanceof EngineError)) throw error;
				vertex.complete(false, messageOf(error));
			}
		}
	}

	private async exportImage(target: StageState, layers: Layers): Promise<void> {
		const { options, backend, solver } = this;
		const { containerd } = backend;
		const names = options.tags.map((tag) => formatReference(tagNameOnly(parseNormalized(tag))));
		const vertex = this.progress.vertex("exporting to image", target.op.vertex ? [target.op.vertex] : []);
		const written = await vertex.doing(async () => {
			await vertex.during("exporting layers", async () => {});
			const inlineCache = options.buildArgs?.BUILDKIT_INLINE_CACHE === "1" ? this.inlineKeys(layers) : undefined;
			const details = {
				epoch: epochTime(solver.epoch),
				now: iso(backend.sys.now()),
				inlineCache,
				annotations: options.annotations,
			};
			const image = await writeImage(containerd, target.image, layers, details);
			await vertex.during(`exporting manifest ${image.manifest.digest}`, async () => {});
			await vertex.during(`exporting config ${image.config.digest}`, async () => {});
			await vertex.during(`exporting manifest list ${image.target.digest}`, async () => {});
			for (const name of names) {
				await vertex.during(`naming to ${name}`, () => this.name(name, image.target));
				await vertex.during(`unpacking to ${name}`, () => containerd["images.unpack"]({ name }));
			}
			return image;
		});
		this.feed.push({ kind: "built", target: written.target, config: written.config, names });
	}
	private inlineKeys({ layers }: Layers): Map<number, string> {
		const chain = chainIds(layers.map(({ diffId }) => diffId));
		return new Map(
			chain.flatMap((id, at) => {
				const key = this.solver.keys.get(id);
				return key ? [[at, key] as const] : [];
			}),
		);
	}
	private async name(name: string, target: { mediaType: string; digest: string; size: number }): Promise<void> {
		const { containerd, nameImage } = this.backend;
		if (nameImage) return nameImage(name, target);
		const image = { name, target, labels: {} };
		await containerd["images.create"]({ image }).catch(async (error: unknown) => {
			if (!isKind(error, "alreadyExists")) throw error;
			await containerd["images.update"]({ image });
		});
	}

	/** The result's files as a tar, for whoever wants no image. */
	private async exportFiles(layers: Layers): Promise<void> {
		const vertex = this.progress.vertex("exporting to client tarball");
		await vertex.doing(async () => {
			const tell = vertex.task("sending tarball");
			let sent = 0;
			await viewed(this.backend, layers, async (root) => {
				for await (const data of pack(this.backend.sys, root, ".")) {
					sent += data.length;
					this.feed.push({ kind: "files", time: this.progress.now, id: vertex.id, data });
				}
			});
			tell(sent, 0, true);
		});
	}
}

/** @throws EngineError invalidParameter */
function epochOf(text: string): number {
	if (/^\d+$/.test(text)) return Number(text);
	throw invalidParameter(`invalid SOURCE_DATE_EPOCH: ${text}: strconv.ParseInt: parsing ${JSON.stringify(text)}: invalid syntax`);
}
/** # syntax= names who reads the Dockerfile: that is built in here, and is docker/dockerfile's language. */
function checkSyntax(syntax: string | undefined): void {
	if (!syntax || /^(docker\.io\/)?(docker\/dockerfile|docker\/dockerfile-upstream)(:|@|$)/.test(syntax)) return;
	throw new EngineError(
		"notImplemented",
		`failed to load frontend ${syntax}: this builder reads the syntax of docker/dockerfile only`,
	);
}
function checkSettings(text: string): ReturnType<typeof parseCheck> {
	try {
		return parseCheck(text);
	} catch (error) {
		throw invalidParameter(`failed to parse check options: ${messageOf(error)}`);
	}
}
