// The stages of a Dockerfile: which there are, which one is wanted, and which others that one needs.

import { invalidParameter } from "../../lib/errors";
import type { Command, Recipe, Stage } from "../dockerfile/instructions";
import { parseInstruction } from "../dockerfile/instructions";
import { parseDockerfile } from "../dockerfile/parse";
import { suggestion } from "../dockerfile/suggest";
import type { Linter } from "../lint/linter";
import { processWord } from "../shell/lex";
import type { BuildOptions } from "../types";
import type { Environment } from "./environment";
import { locate, located } from "./located";
import { parseMount } from "./mount";
import { imageStage, StageState, stepsOf } from "./stage";

export class Stages {
	readonly all: StageState[] = [];
	private readonly byName = new Map<string, StageState>();

	constructor(
		recipe: Recipe,
		private readonly known: Environment,
		private readonly escapeToken: string,
		private readonly linter: Linter,
		private readonly options: BuildOptions,
	) {
		for (const [at, stage] of recipe.stages.entries()) this.add(this.read(stage, at));
		for (const one of [...this.all]) {
			one.commands = one.stage.commands.map((command) => this.prepare(one, command, false));
		}
		checkCircles(this.all);
		if (this.all.length === 1) this.all[0]!.name = "";
	}

	/** @throws EngineError with its place */
	private read(stage: Stage, at: number): StageState {
		const base = this.expandBase(stage);
		if (base === "") throw locate(invalidParameter(`base name (${stage.base}) should not be blank`), stage);
		if (stage.platform) this.checkPlatform(stage);
		const { noCache, noCacheFilter } = this.options;
		const anew = noCache === true || (noCacheFilter ?? []).some((name) => name.toLowerCase() === stage.as && name !== "");
		return new StageState(stage, stage.as || `stage-${at}`, base, false, anew);
	}
	private expandBase(stage: Stage): string {
		const missing = new Set<string>();
		const name = located(stage, () =>
			processWord(stage.base, this.known.lookup(undefined, missing), { escape: this.escapeToken }),
		);
		this.reportMissing(stage, missing);
		return name;
	}
	private reportMissing(stage: Stage, missing: ReadonlySet<string>): void {
		const names = this.known.names();
		for (const name of missing) {
			const words = `FROM argument '${name}' is not declared${suggestion(name, names, true)}`;
			this.linter.report("UndefinedArgInFrom", words, stage, stage.comments);
		}
	}

	private checkPlatform(stage: Stage): void {
		const found = new Set<string>();
		const missing = new Set<string>();
		const escapeToken = this.escapeToken;
		const platform = located(stage, () =>
			processWord(stage.platform, this.known.lookup(found, missing), { escape: escapeToken }),
		);
		this.reportMissing(stage, missing);
		if (found.size === 1 && missing.size === 0 && found.has("TARGETPLATFORM") && platform === this.known.get("TARGETPLATFORM")) {
			const words = `Setting platform to predefined ${stage.platform} in FROM is redundant as this is the default behavior`;
			this.linter.report("RedundantTargetPlatform", words, stage, stage.comments);
		}
		if (platform === "") {
			throw locate(invalidParameter(`empty platform value from expression ${stage.platform}`), stage);
		}
		const [os = "", architecture = ""] = platform.split("/");
		if (found.size === 0 && missing.size === 0 && isPlatform(platform)) {
			const named = stage.as.includes(os) || (architecture !== "" && stage.as.includes(architecture));
			const words = `FROM --platform flag should not use constant value ${JSON.stringify(platform)}`;
			if (!named) this.linter.report("FromPlatformFlagConstDisallowed", words, stage, stage.comments);
		}
		const problem = platformProblem(platform);
		if (problem) throw locate(invalidParameter(`failed to parse platform ${stage.platform}: ${problem}`), stage);
		stage.platform = platform;
	}

	private add(state: StageState): void {
		this.all.push(state);
		state.base = this.byName.get(state.baseName);
		if (state.stage.as) this.byName.set(state.stage.as, state);
		const own = state.baseName !== "scratch" && !state.base ? 1 : 0;
		state.total = state.unregistered ? 0 : own + stepsOf(state.stage.commands);
	}

	/** Which stages and images a command reads. */
	prepare(state: StageState, command: Command, onBuild: boolean): StageState["commands"][number] {
		const sources = located(command, () => this.sourcesOf(command));
		for (const source of sources) {
			if (!source) continue;
			state.dependencies.set(source, command);
			if (source.unregistered && !this.all.includes(source)) this.add(source);
		}
		return { command, sources, onBuild };
	}
	private sourcesOf(command: Command): Array<StageState | undefined> {
		if (command.name === "COPY" && command.from !== "") return [this.fromOf(command.from, command)];
		if (command.name !== "RUN") return [];
		return command.mounts.map((text) => {
			const { from } = parseMount(text);
			if (from === "") return undefined;
			return this.byName.get(from.toLowerCase()) ?? imageStage(from, command);
		});
	}
	private fromOf(from: string, command: Command): StageState {
		if (processWord(from, () => undefined, { escape: this.escapeToken }) !== from) {
			throw invalidParameter(
				"variable expansion is not supported for --from, define a new stage with FROM using ARG from global scope as a workaround",
			);
		}
		if (!/^[+-]?\d+$/.test(from)) return this.byName.get(from.toLowerCase()) ?? imageStage(from, command);
		const stage = this.all[Number(from)];
		if (!stage) throw invalidParameter(`invalid stage index ${Number(from)}`);
		return stage;
	}

	/** The one that is asked for, or the last. */
	target(): StageState {
		const { target } = this.options;
		if (!target) return this.all.findLast(({ unregistered }) => !unregistered)!;
		const found = this.byName.get(target.toLowerCase()) ?? (/^\d+$/.test(target) ? this.all[Number(target)] : undefined);
		if (found) return found;
		const names = this.all.map(({ name }) => name).filter((name) => name !== "");
		throw invalidParameter(`target stage ${JSON.stringify(target)} could not be found${suggestion(target, names, true)}`);
	}

	/** ONBUILD instructions of what the stage is made from come first. Answers whether they read further stages. */
	takeTriggers(state: StageState): boolean {
		const own = state.base?.commands.flatMap(({ command }) => (command.name === "ONBUILD" ? [command.expression] : [])) ?? [];
		const triggers = [...(state.image.config.OnBuild ?? []), ...(state.onBuildTaken ? [] : own)];
		state.onBuildTaken = true;
		delete state.image.config.OnBuild;
		if (triggers.length === 0) return false;
		const commands = located(state.stage, () => triggers.map((text) => this.prepare(state, triggered(text, state.stage), true)));
		state.commands.unshift(...commands);
		state.total += commands.length;
		return commands.some(({ sources }) => sources.length > 0);
	}
}

function triggered(expression: string, { line, endLine }: Stage): Command {
	const { nodes } = parseDockerfile(expression);
	if (nodes.length !== 1) throw invalidParameter("onbuild trigger should be a single expression");
	return { ...parseInstruction(nodes[0]!), line, endLine };
}

/** The stage and all that it needs. */
export function reachable(target: StageState): Set<StageState> {
	const found = new Set<StageState>();
	const visit = (state: StageState): void => {
		if (found.has(state)) return;
		found.add(state);
		if (state.base) visit(state.base);
		for (const dependency of state.dependencies.keys()) visit(dependency);
	};
	visit(target);
	return found;
}

function checkCircles(states: readonly StageState[]): void {
	const done = new Set<StageState>();
	const path = new Set<StageState>();
	const visit = (state: StageState): Command | undefined => {
		if (done.has(state)) return undefined;
		done.add(state);
		path.add(state);
		for (const [dependency, command] of state.dependencies) {
			if (path.has(dependency)) return command;
			const found = visit(dependency);
			if (found) return found;
		}
		path.delete(state);
		return undefined;
	};
	for (const state of states) {
		const command = visit(state);
		if (command) throw locate(invalidParameter(`circular dependency detected on stage: ${state.name}`), command);
	}
}

const isPlatform = (text: string): boolean => /^[A-Za-z0-9_-]+(\/[A-Za-z0-9_-]+){0,2}$/.test(text);
/** Why nothing can be built for it, or undefined for the one that this machine has. */
export function platformProblem(platform: string): string | undefined {
	if (!isPlatform(platform)) {
		return `${JSON.stringify(platform)} is an invalid component of ${JSON.stringify(platform)}: platform specifier component must match "^[A-Za-z0-9_.-]+$": invalid argument`;
	}
	return undefined;
}
