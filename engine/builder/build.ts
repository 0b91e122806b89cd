// A Dockerfile → an image. Stages are built in the order in which the wanted one needs them; each step of a stage tells its
// beginning, its output and its end; the image gets its names when all of it is there.

import type { Descriptor } from "../containerd/api";
import { EngineError, invalidParameter, isKind } from "../lib/errors";
import { Feed } from "../lib/feed";
import { formatReference, parseNormalized, tagNameOnly } from "../lib/reference";
import { rootPath } from "../oci/layer/root-path";
import { withoutIgnored } from "./context/filter";
import { MemoryContext } from "./context/memory";
import { sysContext } from "./context/sys";
import type { BuildContext } from "./context/types";
import { type Command, parseInstruction, parseStages, type Recipe, type Stage } from "./dockerfile/instructions";
import { parseDockerfile } from "./dockerfile/parse";
import { addHistory, copyState, fromImage, type ImageState, scratch, writeImage } from "./image";
import { configure, expand, inWorkdir, type StageContext } from "./instructions";
import { addLayer, type LayerStep, mounted } from "./layer";
import { processWord } from "./shell/lex";
import { makeDirectories } from "./steps/copy";
import { runStep } from "./steps/run";
import { type Copy, copyStep } from "./steps/sources";
import type { BuildBackend, BuildEvent, BuildOptions } from "./types";
import { Arguments, PLATFORM_ARGS } from "./variables";

/** @throws EngineError (in the iteration) for a bad Dockerfile, a missing file, a command that fails */
export function build(options: BuildOptions, backend: BuildBackend): AsyncIterable<BuildEvent> {
	const feed = new Feed<BuildEvent>();
	const run = async (): Promise<void> => new Build(options, backend, feed).run();
	run().then(
		() => feed.end(),
		(error: unknown) => feed.end(error),
	);
	return feed;
}

type Step = Pick<LayerStep, "inputs" | "work"> & { words: string };
const CHANGING = new Set<Command["name"]>(["ADD", "COPY", "RUN", "WORKDIR"]);

class Build {
	private readonly recipe: Recipe;
	private readonly escapeToken: string;
	private readonly global = new Map<string, string | undefined>();
	private readonly built = new Map<Stage, ImageState>();
	private context!: BuildContext;
	private steps = 0;
	private readonly created: string;

	constructor(
		private readonly options: BuildOptions,
		private readonly backend: BuildBackend,
		private readonly feed: Feed<BuildEvent>,
	) {
		const parsed = parseDockerfile(options.dockerfile);
		this.recipe = parseStages(parsed.nodes);
		this.escapeToken = parsed.escape;
		const now = options.sourceDateEpoch ?? Number(backend.sys.now() / 1_000_000_000n);
		this.created = new Date(now * 1000).toISOString().replace(/\.000Z$/, "Z");
	}

	async run(): Promise<void> {
		const { options, recipe } = this;
		if (recipe.stages.length === 0) throw invalidParameter("dockerfile contains no stages to build");
		this.declareGlobals();
		this.context = await withoutIgnored(options.context);
		const state = copyState(await this.stage(this.target()));
		if (options.labels) state.config.Labels = { ...state.config.Labels, ...options.labels };
		const id = this.begin("exporting to image");
		const { target, config } = await writeImage(this.backend.containerd, state, this.created);
		const names = options.tags.map((tag) => formatReference(tagNameOnly(parseNormalized(tag))));
		for (const name of names) await this.name(name, target);
		this.feed.push({ kind: "done", id });
		this.feed.push({ kind: "built", target, config, names });
	}

	private declareGlobals(): void {
		for (const { key, value } of this.recipe.meta.flatMap(({ args }) => args)) {
			this.global.set(key, this.options.buildArgs?.[key] ?? (value === undefined ? undefined : this.expandGlobal(value)));
		}
	}
	/** Before the first stage only the ARGs there are known. */
	private expandGlobal(text: string): string {
		return processWord(text, (name) => this.global.get(name) ?? PLATFORM_ARGS[name], { escape: this.escapeToken });
	}

	private async name(name: string, target: Descriptor): Promise<void> {
		const { containerd } = this.backend;
		const image = { name, target, labels: {} };
		await containerd["images.create"]({ image }).catch(async (error: unknown) => {
			if (!isKind(error, "alreadyExists")) throw error;
			await containerd["images.update"]({ image });
		});
	}

	private target(): Stage {
		const { stages } = this.recipe;
		const { target } = this.options;
		if (!target) return stages.at(-1)!;
		const found = this.find(target, stages.length);
		if (!found) throw invalidParameter(`target stage ${JSON.stringify(target)} could not be found`);
		return found;
	}
	/** A stage before the one with number `before`, by its name or its number. */
	private find(name: string, before: number): Stage | undefined {
		const earlier = this.recipe.stages.slice(0, before);
		const named = earlier.findLast(({ as }) => as !== "" && as === name.toLowerCase());
		return named ?? (/^\d+$/.test(name) ? earlier[Number(name)] : undefined);
	}

	private begin(name: string): number {
		this.feed.push({ kind: "step", id: ++this.steps, name });
		return this.steps;
	}

	// ---- stages

	private async stage(stage: Stage): Promise<ImageState> {
		const done = this.built.get(stage);
		if (done) return done;
		const number = this.recipe.stages.indexOf(stage);
		const label = this.recipe.stages.length > 1 ? `${stage.as || `stage-${number}`} ` : "";
		const total = stage.commands.filter(({ name }) => CHANGING.has(name)).length + 1;
		const context: StageContext = {
			state: copyState(await this.base(stage, number, `[${label}1/${total}] `)),
			args: new Arguments(this.options.buildArgs ?? {}, this.global),
			escapeToken: this.escapeToken,
			cmdSet: false,
		};
		let step = 1;
		for (const command of [...takeTriggers(context.state), ...stage.commands]) {
			if (CHANGING.has(command.name)) await this.change(command, context, number, `[${label}${++step}/${total}] `);
			else addHistory(context.state, configure(command, context)!, false, this.created);
		}
		this.built.set(stage, context.state);
		return context.state;
	}

	private async base(stage: Stage, number: number, prefix: string): Promise<ImageState> {
		const base = this.expandGlobal(stage.base);
		if (base === "") throw invalidParameter(`base name (${stage.base}) should not be blank`);
		if (base === "scratch") return scratch();
		const earlier = this.find(base, number);
		return earlier ? this.stage(earlier) : this.image(base, prefix);
	}

	private async image(base: string, prefix: string): Promise<ImageState> {
		const { containerd } = this.backend;
		const name = formatReference(tagNameOnly(parseNormalized(base)));
		const id = this.begin(`${prefix}FROM ${name}`);
		const there = await containerd["images.get"]({ name }).catch((error: unknown) => {
			if (isKind(error, "notFound")) return undefined;
			throw error;
		});
		if (!there || this.options.pull) {
			for await (const progress of containerd["transfer.pull"]({ reference: name, unpack: true })) {
				this.feed.push({ kind: "pull", id, progress });
			}
		}
		const state = await fromImage(containerd, name);
		this.feed.push({ kind: "done", id });
		return state;
	}

	// ---- steps that change files

	private async change(command: Command, context: StageContext, number: number, prefix: string): Promise<void> {
		const id = this.begin(prefix + command.original.trim());
		try {
			if (command.name === "WORKDIR") await this.commit(this.workdir(command.value, context), context, id);
			else if (command.name === "RUN") {
				const output = (stream: 1 | 2, data: Uint8Array) => this.feed.push({ kind: "output", id, stream, data });
				await this.commit(runStep(this.backend, command, context, output), context, id);
			} else await this.copy(command as Copy, context, number, id);
		} catch (error) {
			if (!(error instanceof EngineError)) throw error;
			throw new EngineError(error.kind, error.message, { ...error.detail, line: command.line });
		}
		this.feed.push({ kind: "done", id });
	}

	private async commit({ words, ...step }: Step, context: StageContext, id: number): Promise<void> {
		const { noCache, sourceDateEpoch } = this.options;
		const result = await addLayer(this.backend, context.state, { ...step, useCache: !noCache, sourceDateEpoch });
		if (result === "cached") this.feed.push({ kind: "cached", id });
		addHistory(context.state, words, true, this.created);
	}

	private workdir(value: string, context: StageContext): Step {
		const path = inWorkdir(expand(value, context), context).replace(/(.)\/$/, "$1");
		context.state.config.WorkingDir = path;
		const { sys } = this.backend;
		return {
			words: `WORKDIR ${path}`,
			inputs: ["WORKDIR", path],
			work: (mounts) =>
				mounted(this.backend, mounts, async (root) => {
					await makeDirectories(sys, root, await rootPath(sys, root, path));
				}),
		};
	}

	private async copy(command: Copy, context: StageContext, number: number, id: number): Promise<void> {
		const work = async (source: BuildContext): Promise<void> =>
			this.commit(await copyStep(this.backend, command, source, context), context, id);
		if (command.from === "") return work(this.context);
		const from = expand(command.from, context);
		const stage = this.find(from, number);
		return this.withFiles(stage ? await this.stage(stage) : await this.image(from, ""), id, work);
	}

	/** COPY --from: the files of another stage or image, for as long as the work takes. */
	private async withFiles(state: ImageState, id: number, work: (files: BuildContext) => Promise<void>): Promise<void> {
		if (state.chainId === "") return work(new MemoryContext());
		const { containerd, sys } = this.backend;
		const key = `build-source-${id}-${state.chainId}`;
		const mounts = await containerd["snapshots.view"]({ key, parent: state.chainId });
		try {
			await mounted(this.backend, mounts, (root) => work(sysContext(sys, root)));
		} finally {
			await containerd["snapshots.remove"]({ key });
		}
	}
}

/** The base image's ONBUILD instructions, which happen now. */
function takeTriggers(state: ImageState): Command[] {
	const triggers = (state.config.OnBuild ?? []).map((expression) => parseInstruction(parseDockerfile(expression).nodes[0]!));
	if (triggers.length > 0) state.config.OnBuild = undefined;
	return triggers;
}
