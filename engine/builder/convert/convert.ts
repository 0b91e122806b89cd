// A Dockerfile → the graph of its steps. Nothing of it is done yet, but what must be known: what the base images say of themselves.

import { invalidParameter } from "../../lib/errors";
import type { IgnoreMatcher } from "../../lib/ignore";
import { ignoreOf, withoutIgnored } from "../context/filter";
import type { Recipe } from "../dockerfile/instructions";
import type { Dockerfile } from "../dockerfile/parse";
import { DEFAULT_PATH } from "../export/image";
import { checkBaseNames, checkRecipe } from "../lint/checks";
import type { Linter } from "../lint/linter";
import type { Solver } from "../solve/solver";
import { ContextSource } from "../solve/sources";
import type { BuildOptions } from "../types";
import { defaultArgs, withMetaArgs } from "./args";
import { dispatch } from "./dispatch";
import { Environment } from "./environment";
import { locate, located } from "./located";
import { nameOf, type ResolvedImages, resolveBase } from "./resolve";
import type { StageState } from "./stage";
import { reachable, Stages } from "./stages";
import type { Conversion } from "./words";

export interface ConvertInput {
	dockerfile: Dockerfile;
	recipe: Recipe;
	options: BuildOptions;
	solver: Solver;
	linter: Linter;
}

/** The stage that is wanted, with all that it is made of. @throws EngineError with its place in the Dockerfile */
export async function convert({ dockerfile, recipe, options, solver, linter }: ConvertInput): Promise<StageState> {
	if (recipe.stages.length === 0) throw invalidParameter("dockerfile contains no stages to build");
	checkRecipe(recipe, linter);
	const given = options.buildArgs ?? {};
	const known = defaultArgs(given, options.target || recipe.stages.at(-1)!.as);
	checkBaseNames(recipe, known, dockerfile.escape, linter);
	const globals = withMetaArgs(known, recipe, given, dockerfile.escape);
	const stages = new Stages(recipe, globals, dockerfile.escape, linter, options);
	const target = stages.target();
	stages.connect();

	const wanted = await resolveStages(stages, target, options, solver, linter);
	const { source, ignored } = await openContext(options, solver);
	const conversion: Conversion = {
		solver,
		linter,
		escape: dockerfile.escape,
		given,
		globals,
		context: source,
		ignored,
		secrets: options.secrets ?? {},
		allowed: options.allow ?? [],
	};
	for (const state of stages.all) {
		if (!wanted.has(state) || state.dispatched) continue;
		state.inherit();
		state.dispatched = true;
		prepare(state);
		for (const prepared of state.commands) dispatch(conversion, state, prepared);
	}
	if (options.labels) target.image.config.Labels = { ...target.image.config.Labels, ...options.labels };
	linter.check();
	return target;
}

/** Base images, and what their ONBUILD instructions need in turn. */
async function resolveStages(
	stages: Stages,
	target: StageState,
	options: BuildOptions,
	solver: Solver,
	linter: Linter,
): Promise<Set<StageState>> {
	const images: ResolvedImages = new Map();
	for (;;) {
		// without a target, a check looks at all stages
		const wanted = options.check && !options.target ? new Set(stages.all) : reachable(target);
		const open = stages.all.filter((state) => wanted.has(state) && !state.base && !state.resolved);
		for (const state of stages.all) checkName(state, options);
		await Promise.all(
			open.map(async (state) => {
				state.resolved = true;
				try {
					await resolveBase(state, options, solver, images, linter);
				} catch (error) {
					throw locate(error, state.stage);
				}
				if (state.unregistered) state.dispatched = true;
			}),
		);
		let more = false;
		for (const state of stages.all) {
			if (!wanted.has(state) || state.unregistered) continue;
			if (stages.takeTriggers(state)) more = true;
		}
		if (!more) return wanted;
	}
}

/** A name must be one, even where the stage is not wanted. */
function checkName({ base, baseName, stage, unregistered }: StageState, { contexts = {} }: BuildOptions): void {
	if (base || unregistered || baseName === "scratch" || contexts[stage.as] || contexts[baseName]) return;
	located(stage, () => nameOf(baseName));
}

async function openContext(
	options: BuildOptions,
	solver: Solver,
): Promise<{ source: ContextSource; ignored: IgnoreMatcher | undefined }> {
	const vertex = solver.progress.vertex("[internal] load .dockerignore");
	const ignore = await vertex.doing(async () => {
		const tell = vertex.task("transferring context:");
		const found = await ignoreOf(options.context, options.filename ?? "Dockerfile");
		tell(found?.size ?? 2, 0, true);
		return found;
	});
	const files = ignore ? withoutIgnored(options.context, ignore.matcher) : options.context;
	const source = new ContextSource(solver.progress, "[internal] load build context", files, async (size) => {
		await solver.backend.cache.source("source.local", "local source for context", size);
	});
	return { source, ignored: ignore?.matcher };
}

/** What the image says holds for its commands, too. */
function prepare(state: StageState): void {
	const { config } = state.image;
	if (state.base) return;
	if (!config.Env?.some((one) => one.startsWith("PATH="))) config.Env = [...(config.Env ?? []), `PATH=${DEFAULT_PATH}`];
	state.environment = Environment.of(config.Env);
}
