// The classic builder's instructions: a row each.

import { EngineError, invalidParameter, systemError } from "../../lib/errors";
import { parseSignal } from "../../lib/linux";
import { isAbsolute, join } from "../../lib/path";
import { showDuration } from "../../lib/time/duration";
import { setIn } from "../convert/environment";
import { parsePorts } from "../convert/ports";
import type { Command } from "../dockerfile/instructions";
import { type Lookup, processWord, processWords } from "../shell/lex";
import { copy } from "./copy";
import {
	type ClassicStage,
	commit,
	commitContainer,
	copyConfig,
	create,
	fromCache,
	probeAndCreate,
	shellOf,
	withCommentString,
} from "./stage";

type Named<N, C = Command> = C extends { name: infer M } ? (N extends M ? C : never) : never;
type Row<N> = (stage: ClassicStage, command: Named<N>) => Promise<void>;

export function lookup({ config, args }: ClassicStage): Lookup {
	const environment = [...(config.Env ?? []), ...args.besides(config.Env ?? [])];
	const values = new Map(environment.map((entry) => [entry.split("=")[0]!, entry.slice(entry.indexOf("=") + 1)]));
	return (name) => values.get(name);
}
const expand = (stage: ClassicStage, text: string): string => processWord(text, lookup(stage), { escape: stage.escape });

/** As Go prints a list with %q and with %v. */
const quoted = (list: readonly string[]): string => `[${list.map((one) => JSON.stringify(one)).join(" ")}]`;
const plain = (list: readonly string[]): string => `[${list.join(" ")}]`;
const commandLine = ({ cmd, shell }: { cmd: string[]; shell: boolean }, stage: ClassicStage): string[] =>
	shell ? [...shellOf(stage.config), ...cmd] : cmd;

const ROWS: { [N in Command["name"]]: Row<N> } = {
	ADD: (stage, command) => copy(stage, expandCopy(stage, command)),
	COPY: (stage, command) => copy(stage, expandCopy(stage, command)),
	RUN: run,
	WORKDIR: workdir,
	ENV: async (stage, { pairs }) => {
		const values = pairs.map(([name, value]) => [expand(stage, name), expand(stage, value)] as const);
		stage.config.Env = [...(stage.config.Env ?? [])];
		for (const [name, value] of values) setIn(stage.config.Env, name, value);
		await commit(stage, `ENV ${values.map(([name, value]) => `${name}=${value}`).join(" ")}`);
	},
	LABEL: async (stage, { pairs, literal }) => {
		const values = literal ? pairs : pairs.map(([name, value]) => [expand(stage, name), expand(stage, value)] as const);
		stage.config.Labels = { ...stage.config.Labels, ...Object.fromEntries(values) };
		await commit(stage, `LABEL ${values.map(([name, value]) => `${name}=${value}`).join(" ")}`);
	},
	ARG: async (stage, command) => {
		const words: string[] = [];
		for (const { key, value } of command.args) {
			const expanded = value === undefined ? undefined : expand(stage, value);
			stage.args.add(key, expanded);
			words.push(expanded === undefined ? key : `${key}=${expanded}`);
		}
		await commit(stage, `ARG ${words.join(" ")}`);
	},
	CMD: async (stage, command) => {
		delete stage.config.ArgsEscaped;
		stage.config.Cmd = commandLine(command, stage);
		await commit(stage, `CMD ${quoted(stage.config.Cmd)}`);
		if (command.cmd.length > 0) stage.cmdSet = true;
	},
	ENTRYPOINT: async (stage, command) => {
		delete stage.config.ArgsEscaped;
		stage.config.Entrypoint = command.cmd.length > 0 ? commandLine(command, stage) : [];
		if (!stage.cmdSet) stage.config.Cmd = null;
		await commit(stage, `ENTRYPOINT ${quoted(stage.config.Entrypoint)}`);
	},
	EXPOSE: async (stage, command) => {
		const words = command.ports.flatMap((port) => processWords(port, lookup(stage), { escape: stage.escape }));
		const ports = words.flatMap((word) => parsePorts(word));
		stage.config.ExposedPorts = { ...stage.config.ExposedPorts, ...Object.fromEntries(ports.map((port) => [port, {}])) };
		await commit(stage, `EXPOSE ${words.join(" ")}`);
	},
	VOLUME: async (stage, command) => {
		const volumes = command.volumes.map((volume) => expand(stage, volume));
		if (volumes.includes("")) throw systemError("VOLUME specified can not be an empty string");
		stage.config.Volumes = { ...stage.config.Volumes, ...Object.fromEntries(volumes.map((volume) => [volume, {}])) };
		await commit(stage, `VOLUME ${plain(volumes)}`);
	},
	USER: async (stage, command) => {
		stage.config.User = expand(stage, command.value);
		await commit(stage, `USER ${stage.config.User}`);
	},
	STOPSIGNAL: async (stage, command) => {
		const signal = expand(stage, command.value);
		if (parseSignal(signal) === undefined) throw invalidParameter(`invalid signal: ${signal}`);
		stage.config.StopSignal = signal;
		await commit(stage, `STOPSIGNAL ${signal}`);
	},
	SHELL: async (stage, { shell }) => {
		stage.config.Shell = shell;
		await commit(stage, `SHELL ${plain(shell)}`);
	},
	HEALTHCHECK: async (stage, { healthcheck }) => {
		const before = stage.config.Healthcheck?.Test;
		if (before?.length && before[0] !== "NONE") {
			await stage.backend.say(`Note: overriding previous HEALTHCHECK: ${plain(before)}\n`);
		}
		stage.config.Healthcheck = healthcheck;
		const { Test = [], Interval = 0, Timeout = 0, StartPeriod = 0, StartInterval = 0, Retries = 0 } = healthcheck;
		const times = [Interval, Timeout, StartPeriod, StartInterval].map((one) => showDuration(one));
		const words = `Interval:${times[0]} Timeout:${times[1]} StartPeriod:${times[2]} StartInterval:${times[3]}`;
		await commit(stage, `HEALTHCHECK &{Test:${plain(Test)} ${words} Retries:${Retries}}`);
	},
	ONBUILD: async (stage, { expression }) => {
		stage.config.OnBuild = [...(stage.config.OnBuild ?? []), expression];
		await commit(stage, `ONBUILD ${expression}`);
	},
	MAINTAINER: async (stage, { value }) => {
		stage.maintainer = value;
		await commit(stage, `MAINTAINER ${value}`);
	},
};
function expandCopy<C extends Named<"ADD" | "COPY">>(stage: ClassicStage, command: C): C {
	const sources = command.sources.map((one) => expand(stage, one));
	return { ...command, sources, dest: expand(stage, command.dest), chown: expand(stage, command.chown) };
}

async function run(stage: ClassicStage, command: Named<"RUN">): Promise<void> {
	const [flag] = command.flags;
	if (flag) {
		throw systemError(
			`the --${flag} option requires BuildKit. Refer to https://docs.docker.com/go/buildkit/ to learn how to build images with BuildKit enabled`,
		);
	}
	const { backend, config } = stage;
	const args = commandLine(command, stage);
	const declared = stage.args.besides(config.Env ?? []);
	const counting = declared.filter((entry) => stage.args.counts(entry.split("=")[0]!)).sort();
	const saved = declared.length > 0 ? [`|${counting.length}`, ...counting, ...args] : args;
	const probed = { ...copyConfig(config), Image: stage.image.id, Cmd: saved, ...(saved.length > 0 ? { Entrypoint: null } : {}) };
	if (await fromCache(stage, probed)) return;
	const container = await create(stage, {
		...copyConfig(config),
		Cmd: args,
		Env: [...(config.Env ?? []), ...declared],
		Entrypoint: [""],
		Healthcheck: { Test: ["NONE"] },
	});
	let telling: Promise<void> = Promise.resolve();
	const code = await backend.run(container, (stream, data) => {
		telling = telling.then(() => backend.output(stream, data));
		// a client that has gone is told of below, once the command has ended
		telling.catch(() => {});
	});
	await telling;
	if (code !== 0) {
		const words = `The command '${args.join(" ")}' returned a non-zero code: ${code}`;
		throw new EngineError("system", words, { code });
	}
	await commitContainer(stage, container, probed);
}

async function workdir(stage: ClassicStage, command: Named<"WORKDIR">): Promise<void> {
	const path = expand(stage, command.value);
	if (path === "") throw systemError("cannot normalize nothing");
	stage.config.WorkingDir = isAbsolute(path) ? path : join("/", stage.config.WorkingDir || "/", path);
	const comment = withCommentString({ ...stage.config, Image: stage.image.id }, `WORKDIR ${stage.config.WorkingDir}`);
	const container = await probeAndCreate(stage, comment);
	if (!container) return;
	await stage.backend.makeWorkdir(container);
	await commitContainer(stage, container, comment);
}

/** @throws EngineError */
export const dispatch = (stage: ClassicStage, command: Command): Promise<void> =>
	(ROWS[command.name] as Row<Command["name"]>)(stage, command as never);
