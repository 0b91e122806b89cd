// The instructions that change only the configuration. A row an instruction: what it does, and the words of its history.

import { invalidParameter } from "../lib/errors";
import { clean, isAbsolute, join } from "../lib/path";
import type { Command } from "./dockerfile/instructions";
import type { ImageState } from "./image";
import { processWord, processWords } from "./shell/lex";
import { type Arguments, setIn } from "./variables";

export interface StageContext {
	state: ImageState;
	args: Arguments;
	/** "\\" or "`". */
	escapeToken: string;
	/** CMD has been set in this stage: ENTRYPOINT does not take it away. */
	cmdSet: boolean;
}
/** Of several instructions that share a shape, each is of that shape. */
type Named<N, C = Command> = C extends { name: infer M } ? (N extends M ? C : never) : never;
type Row<N> = (command: Named<N>, stage: StageContext) => string;

const DEFAULT_SHELL = ["/bin/sh", "-c"];
export const shellOf = ({ config }: ImageState): string[] => config.Shell ?? DEFAULT_SHELL;
export const expand = (text: string, { state, args, escapeToken }: StageContext): string =>
	processWord(text, args.lookup(state.config.Env), { escape: escapeToken });
export const expandWords = (text: string, { state, args, escapeToken }: StageContext): string[] =>
	processWords(text, args.lookup(state.config.Env), { escape: escapeToken });

/** As Go prints a list with %q and with %v. */
const quoted = (list: readonly string[]): string => `[${list.map((one) => JSON.stringify(one)).join(" ")}]`;
const plain = (list: readonly string[]): string => `[${list.join(" ")}]`;

const commandLine = (cmd: string[], shell: boolean, state: ImageState): string[] =>
	shell && cmd.length > 0 ? [...shellOf(state), ...cmd] : cmd;

/** "80", "53/udp", "8000-8002". @throws EngineError invalidParameter */
function ports(text: string): string[] {
	const match = /^(\d+)(?:-(\d+))?(?:\/(tcp|udp|sctp))?$/i.exec(text);
	const [from, to] = [Number(match?.[1]), Number(match?.[2] ?? match?.[1])];
	if (!match || to < from || to > 65535) throw invalidParameter(`invalid containerPort: ${text}`);
	return Array.from({ length: to - from + 1 }, (_, at) => `${from + at}/${(match[3] ?? "tcp").toLowerCase()}`);
}

const ROWS: { [N in Command["name"]]?: Row<N> } = {
	ENV: ({ pairs }, stage) => {
		const { config } = stage.state;
		const values = pairs.map(([name, value]) => [expand(name, stage), expand(value, stage)] as const);
		config.Env = [...(config.Env ?? [])];
		for (const [name, value] of values) setIn(config.Env, name, value);
		return `ENV ${values.map(([name, value]) => `${name}=${value}`).join(" ")}`;
	},
	LABEL: ({ pairs }, stage) => {
		const values = pairs.map(([name, value]) => [expand(name, stage), expand(value, stage)] as const);
		stage.state.config.Labels = { ...stage.state.config.Labels, ...Object.fromEntries(values) };
		return `LABEL ${values.map(([name, value]) => `${name}=${value}`).join(" ")}`;
	},
	ARG: ({ args }, stage) => {
		for (const { key, value } of args) stage.args.declare(key, value === undefined ? undefined : expand(value, stage));
		const words = args.map(({ key }) => {
			const value = stage.args.declared.get(key);
			return value === undefined ? key : `${key}=${value}`;
		});
		return `ARG ${words.join(" ")}`;
	},
	CMD: ({ cmd, shell }, stage) => {
		stage.state.config.Cmd = commandLine(cmd, shell, stage.state);
		stage.cmdSet = true;
		return `CMD ${quoted(stage.state.config.Cmd)}`;
	},
	ENTRYPOINT: ({ cmd, shell }, stage) => {
		stage.state.config.Entrypoint = commandLine(cmd, shell, stage.state);
		if (!stage.cmdSet) stage.state.config.Cmd = undefined;
		return `ENTRYPOINT ${quoted(stage.state.config.Entrypoint)}`;
	},
	EXPOSE: (command, stage) => {
		const all = command.ports.flatMap((port) => expandWords(port, stage)).flatMap(ports);
		stage.state.config.ExposedPorts = {
			...stage.state.config.ExposedPorts,
			...Object.fromEntries(all.map((port) => [port, {}])),
		};
		return `EXPOSE ${plain(all)}`;
	},
	VOLUME: ({ volumes }, stage) => {
		const all = volumes.map((volume) => expand(volume, stage));
		stage.state.config.Volumes = { ...stage.state.config.Volumes, ...Object.fromEntries(all.map((volume) => [volume, {}])) };
		return `VOLUME ${plain(all)}`;
	},
	USER: ({ value }, stage) => {
		stage.state.config.User = expand(value, stage);
		return `USER ${stage.state.config.User}`;
	},
	STOPSIGNAL: ({ value }, stage) => {
		const signal = expand(value, stage);
		if (!/^(SIG)?[A-Z][A-Z0-9+-]*$|^\d+$/i.test(signal)) throw invalidParameter(`invalid signal: ${signal}`);
		stage.state.config.StopSignal = signal;
		return `STOPSIGNAL ${signal}`;
	},
	SHELL: ({ shell }, stage) => {
		stage.state.config.Shell = shell;
		return `SHELL ${plain(shell)}`;
	},
	HEALTHCHECK: ({ healthcheck }, stage) => {
		stage.state.config.Healthcheck = healthcheck;
		return `HEALTHCHECK ${quoted(healthcheck.Test ?? [])}`;
	},
	ONBUILD: ({ expression }, stage) => {
		stage.state.config.OnBuild = [...(stage.state.config.OnBuild ?? []), expression];
		return `ONBUILD ${expression}`;
	},
	MAINTAINER: ({ value }, stage) => {
		stage.state.author = value;
		return `MAINTAINER ${value}`;
	},
};

/** The words for the history, or undefined for an instruction that changes files. */
export function configure(command: Command, stage: StageContext): string | undefined {
	const row = ROWS[command.name] as Row<Command["name"]> | undefined;
	return row?.(command, stage);
}

/** Where a path of an instruction leads: WORKDIR counts for one that is not absolute. A slash at its end stays. */
export function inWorkdir(path: string, { state }: StageContext): string {
	const full = isAbsolute(path) ? clean(path) : join(state.config.WorkingDir || "/", path);
	const absolute = full.startsWith("/") ? full : `/${full}`;
	return /\/\.?$/.test(path) && absolute !== "/" ? `${absolute}/` : absolute;
}
