// A Dockerfile → an image, as the classic builder builds it: every stage up to the wanted one, step after step.

import { utf8 } from "../../lib/bytes";
import { invalidParameter, messageOf, systemError } from "../../lib/errors";
import { type Command, parseInstruction, parseStages, type Recipe, type Stage } from "../dockerfile/instructions";
import { type Dockerfile, parseDockerfile } from "../dockerfile/parse";
import { processWord } from "../shell/lex";
import { ClassicArgs } from "./args";
import { Prober } from "./prober";
import { dispatch } from "./rows";
import { beginStage, type ClassicStage, removeContainers } from "./stage";
import type { ClassicBackend, ClassicImage, ClassicOptions } from "./types";
import { inClassicWords } from "./words";

const short = (id: string): string => id.replace(/^sha256:/, "").slice(0, 12);

/** Answers the image's id. @throws EngineError in the classic builder's words */
export async function buildClassic(options: ClassicOptions, backend: ClassicBackend): Promise<string> {
	try {
		return await build(options, backend);
	} catch (error) {
		throw inClassicWords(error);
	}
}

async function build(options: ClassicOptions, backend: ClassicBackend): Promise<string> {
	const dockerfile = parsed(options);
	const recipe = parseStages(dockerfile.nodes);
	const stages = wanted(recipe, options.target);
	if (stages.length === 0) throw systemError("No image was generated. Is your Dockerfile empty?");
	const labels = Object.entries(options.labels).sort(([a], [b]) => (a < b ? -1 : 1));
	for (const label of labels) stages.at(-1)!.commands.push(labelCommand(label));
	for (const { text } of dockerfile.emptyContinuations) {
		await backend.output(2, utf8(`[WARNING]: Empty continuation line found in: ${text}\n`));
	}
	if (dockerfile.emptyContinuations.length > 0) {
		const words = "[WARNING]: Empty continuation lines will become errors in a future release.\n";
		await backend.output(2, utf8(words));
	}
	return new ClassicBuild(options, backend, recipe, stages, dockerfile.escape).run();
}

function parsed({ dockerfile, filename }: ClassicOptions): Dockerfile {
	try {
		return parseDockerfile(dockerfile);
	} catch (error) {
		throw invalidParameter(`failed to parse ${filename}: ${messageOf(error)}`);
	}
}
function wanted({ stages }: Recipe, target: string): Stage[] {
	if (target === "") return stages;
	const named = stages.findIndex(({ as }) => as === target.toLowerCase());
	const at = named >= 0 ? named : /^\d+$/.test(target) && Number(target) < stages.length ? Number(target) : -1;
	if (at < 0) throw invalidParameter(`failed to reach build target ${target} in Dockerfile`);
	return stages.slice(0, at + 1);
}
function labelCommand([name, value]: [string, string]): Command {
	const text = `LABEL ${name}=${value}`;
	const place = { line: 0, endLine: 0, original: text, keyword: "LABEL", comments: [] };
	return { ...place, name: "LABEL", pairs: [[name, value]], legacy: false, literal: true };
}

class ClassicBuild {
	private readonly args: ClassicArgs;
	private readonly named = new Map<string, string>();
	private readonly numbered: string[] = [];
	private readonly total: number;
	private step = 0;

	constructor(
		private readonly options: ClassicOptions,
		private readonly backend: ClassicBackend,
		private readonly recipe: Recipe,
		private readonly stages: Stage[],
		private readonly escapeToken: string,
	) {
		this.args = new ClassicArgs(options.buildArgs);
		this.total = recipe.meta.length + stages.reduce((sum, { commands }) => sum + 1 + commands.length, 0);
	}

	private tell(original: string): Promise<void> {
		return this.backend.say(`Step ${++this.step}/${this.total} : ${original}\n`);
	}

	async run(): Promise<string> {
		const { backend, options } = this;
		for (const command of this.recipe.meta) {
			await this.tell(command.original);
			const known = this.args.allAllowed();
			for (const { key, value } of command.args) {
				const expanded =
					value === undefined ? undefined : processWord(value, (name) => known.get(name), { escape: this.escapeToken });
				this.args.add(key, expanded);
				this.args.addMeta(key, expanded);
			}
		}
		const prober = await Prober.open(backend, options.noCache, options.cacheFrom);
		let last: ClassicImage | undefined;
		for (const stage of this.stages) last = await this.stage(stage, prober);
		const unused = this.args.unused();
		if (unused.length > 0) await backend.say(`[Warning] One or more build-args [${unused.join(" ")}] were not consumed\n`);
		if (!last || last.id === "") throw systemError("No image was generated. Is your Dockerfile empty?");
		return last.id;
	}

	private async stage(stage: Stage, prober: Prober): Promise<ClassicImage> {
		const { backend, options } = this;
		if (stage.as && this.named.has(stage.as)) throw systemError(`${stage.as} stage name already used`);
		await this.tell(stage.original);
		prober.reset();
		this.args.next();
		const image = await this.base(stage);
		const state: ClassicStage = {
			backend,
			options,
			prober,
			args: this.args,
			escape: this.escapeToken,
			image,
			config: beginStage(image),
			maintainer: "",
			cmdSet: false,
			containers: new Set(),
			earlier: { named: this.named, numbered: this.numbered },
		};
		await this.triggers(state);
		await backend.say(` ---> ${short(state.image.id)}\n`);
		for (const command of stage.commands) {
			if (backend.cancelled()) {
				await backend.say("Build cancelled\n");
				throw systemError("Build cancelled");
			}
			await this.tell(command.original);
			await this.attempt(state, command);
			await backend.say(` ---> ${short(state.image.id)}\n`);
		}
		if (state.image.id !== "") await backend.told(state.image.id);
		if (stage.as) this.named.set(stage.as, state.image.id);
		this.numbered.push(state.image.id);
		return state.image;
	}

	private async attempt(state: ClassicStage, command: Command): Promise<void> {
		try {
			await dispatch(state, command);
		} catch (error) {
			if (this.options.forceRemove) await removeContainers(state);
			throw error;
		}
		if (this.options.remove || this.options.forceRemove) await removeContainers(state);
	}

	private async base(stage: Stage): Promise<ClassicImage> {
		const known = this.args.allMeta();
		const expand = (text: string): string => processWord(text, (name) => known.get(name), { escape: this.escapeToken });
		const platform = stage.platform ? expand(stage.platform) : this.options.platform;
		const name = expand(stage.base);
		if (name === "") throw systemError(`base name (${stage.base}) should not be blank`);
		const earlier = this.named.get(name.toLowerCase());
		if (earlier !== undefined) return this.backend.image(earlier, { localOnly: true, pull: false, platform });
		if (name === "scratch") return { id: "", config: {}, history: [], diffIds: [] };
		return this.backend.image(name, { localOnly: false, pull: this.options.pull, platform });
	}

	private async triggers(state: ClassicStage): Promise<void> {
		const triggers = state.config.OnBuild ?? [];
		if (triggers.length === 0) return;
		delete state.config.OnBuild;
		await this.backend.say(`# Executing ${triggers.length} build trigger${triggers.length > 1 ? "s" : ""}\n`);
		for (const trigger of triggers) {
			const { nodes } = parseDockerfile(trigger);
			if (nodes.length !== 1) throw systemError("onbuild trigger should be a single expression");
			await this.attempt(state, parseInstruction(nodes[0]!));
		}
	}
}
