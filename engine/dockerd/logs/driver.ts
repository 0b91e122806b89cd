// Log drivers: which there are, which options each takes, and what a container's log becomes with them.

import type { HostConfig } from "../../api/container";
import { invalidParameter, messageOf, systemError } from "../../lib/errors";
import { parseBool } from "../../lib/parse-bool";
import { fromHumanSize, ramInBytes } from "../../lib/units";
import type { Sys } from "../../sys";
import type { Container } from "../container/container";
import { splitPair } from "../filters";
import { jsonCodec, type LogCodec, localCodec } from "./codec";
import { LogFile, type LogFileOptions } from "./file";
import { type ReadOptions, readLog } from "./read";
import type { LogRecord } from "./record";

interface Driver {
	options: readonly string[];
	/** How an option that it does not know is refused. */
	unknown: (option: string) => string;
	/** Undefined: nothing is kept. */
	codec?: LogCodec;
	/** Below the container's directory. */
	file: (id: string) => string;
	defaults: { maxSize?: number; maxFiles: number; compress: boolean };
}

const DRIVERS: Readonly<Record<string, Driver>> = {
	"json-file": {
		options: ["max-file", "max-size", "compress", "labels", "labels-regex", "env", "env-regex", "tag"],
		unknown: (option) => `unknown log opt '${option}' for json-file log driver`,
		codec: jsonCodec,
		file: (id) => `${id}-json.log`,
		defaults: { maxFiles: 1, compress: false },
	},
	local: {
		options: ["max-file", "max-size", "compress"],
		unknown: (option) => `unknown log opt '${option}' for log driver local`,
		codec: localCodec,
		file: () => "local-logs/container.log",
		defaults: { maxSize: 20 << 20, maxFiles: 5, compress: true },
	},
	none: { options: [], unknown: () => "", file: () => "", defaults: { maxFiles: 1, compress: false } },
};
export const LOG_DRIVERS: readonly string[] = Object.keys(DRIVERS).filter((name) => name !== "none");
/** Options of every driver. */
const COMMON = ["mode", "max-buffer-size"];

/** @throws EngineError invalidParameter */
export function verifyLogConfig({ Type, Config }: HostConfig["LogConfig"]): void {
	const driver = DRIVERS[Type];
	if (!driver) throw invalidParameter(`error looking up logging plugin ${Type}: plugin "${Type}" not found`);
	if (Type === "none") return;
	const { mode = "", "max-buffer-size": buffer } = Config ?? {};
	if (!["", "blocking", "non-blocking"].includes(mode)) throw invalidParameter(`logger: logging mode not supported: ${mode}`);
	if (buffer !== undefined) {
		if (mode !== "non-blocking") {
			throw invalidParameter("logger: max-buffer-size option is only supported with 'mode=non-blocking'");
		}
		ramInBytes(buffer);
	}
	for (const option of Object.keys(Config ?? {})) {
		if (!driver.options.includes(option) && !COMMON.includes(option)) throw invalidParameter(driver.unknown(option));
	}
}

/** Where its log is, among the container's files; empty where none is kept. */
export const logPath = (directory: string, id: string, type: string): string =>
	DRIVERS[type]?.codec ? `${directory}/${DRIVERS[type].file(id)}` : "";

/** @throws EngineError for values that make no log */
export function openLog(sys: Sys, container: Container): LogFile | undefined {
	const driver = DRIVERS[container.hostConfig.LogConfig.Type];
	if (!driver?.codec) return undefined;
	try {
		return new LogFile(sys, container.stored.LogPath, fileOptions(container, driver, driver.codec));
	} catch (error) {
		throw systemError(`failed to create task for container: failed to initialize logging driver: ${messageOf(error)}`);
	}
}

export const readContainerLog = (sys: Sys, { stored, hostConfig }: Container, options: ReadOptions): AsyncGenerator<LogRecord> =>
	readLog(sys, stored.LogPath, DRIVERS[hostConfig.LogConfig.Type]?.codec ?? jsonCodec, options);

function fileOptions(container: Container, { defaults }: Driver, codec: LogCodec): LogFileOptions {
	const config = container.hostConfig.LogConfig.Config ?? {};
	const maxSize = config["max-size"] === undefined ? defaults.maxSize : fromHumanSize(config["max-size"]);
	if (maxSize !== undefined && maxSize <= 0) throw new Error("max-size must be a positive number");
	const count = config["max-file"];
	if (count !== undefined && !/^[+-]?\d+$/.test(count)) {
		throw new Error(`strconv.Atoi: parsing ${JSON.stringify(count)}: invalid syntax`);
	}
	const maxFiles = count === undefined ? defaults.maxFiles : Number(count);
	if (maxFiles < 1) throw new Error("max-file cannot be less than 1");
	const compress = config.compress === undefined ? defaults.compress : parseBool(config.compress);
	if (compress && (maxFiles < 2 || maxSize === undefined)) {
		throw new Error("compress cannot be true when max-file is less than 2 or max-size is not set");
	}
	const attrs = attributes(container, config);
	return { codec, maxSize, maxFiles, compress, ...(Object.keys(attrs).length > 0 ? { attrs } : {}) };
}

/** What labels=, env=, their -regex, and tag= put into each record. */
function attributes(container: Container, config: Readonly<Record<string, string>>): Record<string, string> {
	const labels = Object.entries(container.config.Labels ?? {});
	const env = (container.config.Env ?? []).map((entry) => splitPair(entry)).filter(([, value]) => value !== undefined);
	const found: Record<string, string> = {};
	for (const [option, pairs] of [
		["labels", labels],
		["env", env],
	] as const) {
		const names = (config[option] ?? "").split(",").filter(Boolean);
		const pattern = config[`${option}-regex`] ? new RegExp(config[`${option}-regex`]!) : undefined;
		for (const [name, value] of pairs) if (names.includes(name) || pattern?.test(name)) found[name] = value!;
	}
	const tag = config.tag ? renderTag(config.tag, container) : "";
	if (tag) found.tag = tag;
	return found;
}

/** {{.ID}} and its like. */
function renderTag(template: string, { id, name, config, stored }: Container): string {
	const image = stored.Image.replace(/^sha256:/, "");
	const values: Record<string, string> = {
		ID: id.slice(0, 12),
		FullID: id,
		Name: name,
		ImageID: image.slice(0, 12),
		ImageFullID: stored.Image,
		ImageName: config.Image,
		DaemonName: "docker",
	};
	return template.replace(/\{\{\s*(.*?)\s*\}\}/g, (_, field: string) => {
		const value = field.startsWith(".") ? values[field.slice(1)] : undefined;
		if (value === undefined) throw new Error(`template: log-tag:1: function or field ${JSON.stringify(field)} is not known`);
		return value;
	});
}
