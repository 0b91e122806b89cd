// The stages of a Dockerfile: which there are, which one is wanted, and which others that one needs.

import { invalidParameter, messageOf } from "../../lib/errors";
import { verifyPlatform } from "../../lib/platform";
import type { Command, Recipe, Stage } from "../dockerfile/instructions";
import { parseInstruction } from "../dockerfile/instructions";
import { parseMount } from "../dockerfile/mount";
import { parseDockerfile } from "../dockerfile/parse";
import { suggestion } from "../dockerfile/suggest";
import type { Linter } from "../lint/linter";
import { processWord } from "../shell/lex";
import type { BuildOptions } from "../types";
import type { Environment } from "./environment";
import { locate, located } from "./located";
import { imageStage, StageState, stepsOf } from "./stage";

export class Stages {
	readonly all: StageState[] = [];
	private readonly byName = new Map<string, StageState>();
	/** ARGs before the first FROM, with a value or without. */
	private readonly declared = new Set<string>();

	constructor(
		recipe: Recipe,
		private readonly known: Environment,
		private readonly escapeToken: string,
		private readonly linter: Linter,
		private readonly options: BuildOptions,
	) {
		for (const { args } of recipe.meta) for (const { key } of args) this.declared.add(key);
		for (const [at, stage] of recipe.stages.entries()) this.add(this.read(stage, at));
	}

	/** Which stage needs which. @throws EngineError for a stage that there is not, and for a circle */
	connect(): void {
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
		try {
			return located(stage, () => processWord(stage.base, this.known.lookup(undefined, missing), { escape: this.escapeToken }));
		} finally {
			this.reportMissing(stage, missing);
		}
	}
	private reportMissing(stage: Stage, missing: ReadonlySet<string>): void {
		const names = [...this.known.names(), ...this.declared];
		for (const name of missing) {
			if (this.declared.has(name)) continue;
			const words = `FROM argument '${name}' is not declared${suggestion(name, names, true)}`;
			this.linter.report("UndefinedArgInFrom", words, stage, stage.comments);
		}
	}

	private checkPlatform(stage: Stage): void {
		const found = new Set<string>();
		const missing = new Set<string>();
		const escapeToken = this.escapeToken;
		let platform: string;
		try {
			platform = processWord(stage.platform, this.known.lookup(found, missing), { escape: escapeToken });
		} catch (error) {
			throw locate(invalidParameter(`failed to process arguments for platform : ${messageOf(error)}`), stage);
		} finally {
			this.reportMissing(stage, missing);
		}
		if (found.size === 1 && missing.size === 0 && found.has("TARGETPLATFORM") && platform === this.known.get("TARGETPLATFORM")) {
			const words = `Setting platform to predefined ${stage.platform} in FROM is redundant as this is the default behavior`;
			this.linter.report("RedundantTargetPlatform", words, stage, stage.comments);
		}
		if (platform === "") {
			const words = `empty platform value from expression ${stage.platform}`;
			throw locate(invalidParameter(words + this.suggestionFor(missing)), stage);
		}
		const problem = platformProblem(platform);
		if (problem) {
			const words = `failed to parse platform ${stage.platform}: ${problem}${this.suggestionFor(missing)}`;
			throw locate(invalidParameter(words), stage);
		}
		const [os = "", architecture = ""] = platform.split("/");
		if (found.size === 0 && missing.size === 0) {
			const named = stage.as.includes(os) || (architecture !== "" && stage.as.includes(architecture));
			const words = `FROM --platform flag should not use constant value ${JSON.stringify(platform)}`;
			if (!named) this.linter.report("FromPlatformFlagConstDisallowed", words, stage, stage.comments);
		}
		stage.platform = platform;
	}
	/** " (did you mean NAME?)" for one of the variables that are not set, or "". */
	private suggestionFor(missing: ReadonlySet<string>): string {
		const names = this.known.names();
		return [...missing].map((name) => suggestion(name, names, true)).find((near) => near !== "") ?? "";
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
		const sources = this.sourcesOf(command);
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

/** Why it names no platform, or undefined. */
function platformProblem(platform: string): string | undefined {
	try {
		verifyPlatform(platform);
		return undefined;
	} catch (error) {
		return messageOf(error);
	}
}
