// Instruction by instruction, a stage's image, environment and files change. A row an instruction.

import { invalidParameter } from "../../lib/errors";
import { parseSignal } from "../../lib/linux";
import { clean, isAbsolute, join } from "../../lib/path";
import { showDuration } from "../../lib/time/duration";
import type { Healthcheck } from "../../oci/image/types";
import type { Command } from "../dockerfile/instructions";
import { addHistory } from "../export/image";
import { checkSecret } from "../lint/checks";
import type { Linter } from "../lint/linter";
import { MkdirOp } from "../solve/file";
import { dispatchCopy } from "./copy";
import { setIn } from "./environment";
import { locate } from "./located";
import { parsePorts } from "./ports";
import { dispatchRun } from "./run";
import type { PreparedCommand, StageState } from "./stage";
import { type Conversion, expand, type Named, plain, quoted, type Step, shellOf, shownCommand, wordsOf } from "./words";

function warn(step: Step, rule: Parameters<Linter["report"]>[0], words: string): void {
	step.conversion.linter.report(rule, words, step.command, step.command.comments);
}
function onlyOnce(step: Step<Named<"CMD" | "ENTRYPOINT" | "HEALTHCHECK">>): void {
	const { state, command, conversion } = step;
	const before = state.last.get(command.name);
	if (before) {
		const words = `Multiple ${command.keyword} instructions should not be used in the same stage because only the last one will be used`;
		conversion.linter.report("MultipleInstructionsDisallowed", words, before, command.comments);
	}
	state.last.set(command.name, command);
}
function commandLine(step: Step<Named<"CMD" | "ENTRYPOINT">>): string[] {
	const { state, command } = step;
	if (!command.shell) return command.cmd;
	if (!state.image.config.Shell?.length) {
		const words = `JSON arguments recommended for ${command.keyword} to prevent unintended behavior related to OS signals`;
		warn(step, "JSONArgsRecommended", words);
	}
	return [...shellOf(state), command.cmd.join(" ")];
}
function legacy(step: Step<Named<"ENV" | "LABEL">>): void {
	const { keyword, legacy: old } = step.command;
	if (old)
		warn(step, "LegacyKeyValueFormat", `"${keyword} key=value" should be used instead of legacy "${keyword} key value" format`);
}

type Row<N> = (step: Step<Named<N>>) => void;
const ROWS: { [N in Command["name"]]: Row<N> } = {
	ADD: dispatchCopy,
	COPY: dispatchCopy,
	RUN: dispatchRun,
	ENV: (step) => {
		const { state, command } = step;
		const values = command.pairs.map(([name, value]) => [expand(step, name), expand(step, value)] as const);
		state.image.config.Env = [...(state.image.config.Env ?? [])];
		for (const [name, value] of values) {
			legacy(step);
			checkSecret("ENV", name, command, step.conversion.linter);
			state.environment.set(name, value);
			setIn(state.image.config.Env, name, value);
		}
		addHistory(state.image, `ENV ${values.map(([name, value]) => `${name}=${value}`).join(" ")}`, false);
	},
	LABEL: (step) => {
		const { state, command } = step;
		const values = command.pairs.map(([name, value]) => [expand(step, name), expand(step, value)] as const);
		for (const _ of values) legacy(step);
		state.image.config.Labels = { ...state.image.config.Labels, ...Object.fromEntries(values) };
		addHistory(state.image, `LABEL ${values.map(([name, value]) => `${name}=${value}`).join(" ")}`, false);
	},
	ARG: (step) => {
		const { state, command, conversion } = step;
		const words = command.args.map(({ key, value }) => {
			checkSecret("ARG", key, command, conversion.linter);
			const given = Object.hasOwn(conversion.given, key) ? conversion.given[key] : undefined;
			const result = given ?? (value === undefined ? conversion.globals.get(key) : expand(step, value));
			if (result !== undefined) state.environment.set(key, result);
			state.buildArgs.push({ key, value: result });
			return result === undefined ? key : `${key}=${result}`;
		});
		addHistory(state.image, `ARG ${words.join(" ")}`, false);
	},
	CMD: (step) => {
		onlyOnce(step);
		const { config } = step.state.image;
		config.Cmd = commandLine(step);
		config.ArgsEscaped = true;
		addHistory(step.state.image, `CMD ${quoted(config.Cmd)}`, false);
	},
	ENTRYPOINT: (step) => {
		onlyOnce(step);
		const { config } = step.state.image;
		config.Entrypoint = commandLine(step);
		if (!step.state.last.has("CMD")) delete config.Cmd;
		addHistory(step.state.image, `ENTRYPOINT ${quoted(config.Entrypoint)}`, false);
	},
	EXPOSE: (step) => {
		const { state, command } = step;
		const words = command.ports.flatMap((port) => wordsOf(step, port));
		const ports = words.flatMap((word) => parsePorts(word, (rule, text) => warn(step, rule, text)));
		const exposed = Object.fromEntries(ports.map((port) => [port, {}]));
		state.image.config.ExposedPorts = { ...state.image.config.ExposedPorts, ...exposed };
		addHistory(state.image, `EXPOSE ${plain(ports)}`, false);
	},
	VOLUME: (step) => {
		const { state, command } = step;
		const volumes = command.volumes.map((volume) => expand(step, volume));
		if (volumes.includes("")) throw invalidParameter("VOLUME specified can not be an empty string");
		const all = Object.fromEntries(volumes.map((volume) => [volume, {}]));
		state.image.config.Volumes = { ...state.image.config.Volumes, ...all };
		addHistory(state.image, `VOLUME ${plain(volumes)}`, false);
	},
	USER: (step) => {
		const user = expand(step, step.command.value);
		step.state.image.config.User = user;
		addHistory(step.state.image, `USER ${user}`, false);
	},
	WORKDIR: (step) => dispatchWorkdir(step),
	STOPSIGNAL: (step) => {
		const signal = expand(step, step.command.value);
		// a number is taken as it is
		if (parseSignal(signal) === undefined && !(Number(signal) !== 0 && /^[+-]?\d+$/.test(signal))) {
			throw invalidParameter(`invalid signal: ${signal}`);
		}
		step.state.image.config.StopSignal = signal;
		addHistory(step.state.image, `STOPSIGNAL ${signal}`, false);
	},
	SHELL: ({ state, command }) => {
		state.image.config.Shell = command.shell;
		addHistory(state.image, `SHELL ${plain(command.shell)}`, false);
	},
	HEALTHCHECK: (step) => {
		onlyOnce(step);
		step.state.image.config.Healthcheck = step.command.healthcheck;
		addHistory(step.state.image, `HEALTHCHECK ${healthcheckWords(step.command.healthcheck)}`, false);
	},
	ONBUILD: ({ state, command }) => {
		state.image.config.OnBuild = [...(state.image.config.OnBuild ?? []), command.expression];
	},
	MAINTAINER: (step) => {
		step.state.image.author = step.command.value;
		addHistory(step.state.image, `MAINTAINER ${step.state.image.author}`, false);
	},
};

/** Go's %+v of the struct. */
function healthcheckWords({ Test, Interval, Timeout, StartPeriod, StartInterval, Retries }: Healthcheck): string {
	const durations = [Interval, Timeout, StartPeriod, StartInterval].map((one) => showDuration(one ?? 0));
	const [interval, timeout, period, start] = durations;
	const times = `Interval:${interval} Timeout:${timeout} StartPeriod:${period} StartInterval:${start}`;
	return `{Test:${plain(Test ?? [])} ${times} Retries:${Retries ?? 0}}`;
}
function dispatchWorkdir(step: Step<Named<"WORKDIR">>): void {
	const { state, command, conversion } = step;
	const path = expand(step, command.value);
	if (!state.workdirSet && !isAbsolute(path)) {
		const words = `Relative workdir ${JSON.stringify(path)} can have unexpected results if the base image changes`;
		warn(step, "WorkdirRelativePath", words);
	}
	state.workdirSet = true;
	// an absolute one stays as it is written
	const directory = isAbsolute(path) ? path : join("/", state.image.config.WorkingDir || "/", path);
	state.image.config.WorkingDir = directory;
	if (directory !== "/") {
		const name = state.prefix(step.prepared.onBuild) + shownCommand(step);
		const vertex = conversion.solver.progress.vertex(name, state.op.vertex ? [state.op.vertex] : []);
		const useCache = !state.noCache;
		const details = { instruction: command.original, path: clean(directory), user: state.image.config.User ?? "", useCache };
		state.op = new MkdirOp(conversion.solver, vertex, state.op, details);
	} else state.prefix(step.prepared.onBuild);
	addHistory(state.image, `WORKDIR ${directory}`, directory !== "/");
}

/** @throws EngineError with the instruction's place */
export function dispatch(conversion: Conversion, state: StageState, prepared: PreparedCommand): void {
	const { command } = prepared;
	const row = ROWS[command.name] as Row<Command["name"]>;
	const before = state.op;
	try {
		row({ conversion, state, prepared, command: command as never });
		if (state.op !== before) state.op.place = command;
	} catch (error) {
		throw locate(error, command);
	}
}
