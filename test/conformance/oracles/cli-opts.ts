// Values of options, as docker's own parsers read them.

import { addFilter, encodeFilters, NO_FILTERS } from "../../../engine/cli/client/query";
import { checkExtraHost, parseLink } from "../../../engine/cli/opts/addresses";
import { checkEnv, parseLines, resolveEnv } from "../../../engine/cli/opts/env";
import { absoluteSource, parseMount } from "../../../engine/cli/opts/mount";
import { parseNetwork } from "../../../engine/cli/opts/network";
import { addPort, type Ports } from "../../../engine/cli/opts/ports";
import { normalizeCapabilities, parseRestartPolicy } from "../../../engine/cli/opts/resources";
import { parseVolume } from "../../../engine/cli/opts/volume";
import { parseDuration, showDuration } from "../../../engine/lib/time/duration";
import { type Oracle, outcome, parts, type Row, same, text } from "./case";

/** Where the recordings were made, for sources that are relative. */
const CWD = "/cwd/command/container";
/** The recorder's environment. */
const ENVIRONMENT: Record<string, string> = { HO_SET: "from-env", HOME: "/root" };

/** The value under `key`, or the error; nothing else is compared beside an error. */
const either = (act: () => unknown, row: Row, key: string): void => {
	const { value, error } = outcome(act);
	same(error ?? null, row.error ?? null);
	if (error === undefined) same(value, row[key]);
};

function mounted(input: string): unknown {
	const mount = parseMount(input);
	if (mount.Source) mount.Source = absoluteSource(mount.Source, CWD);
	return mount;
}
/** One port's short form; docker turns the long form into it before. */
function ports(input: string): Ports {
	const all: Ports = { exposed: {}, bindings: {} };
	addPort(all, input);
	return all;
}

export const cliOpts = (data: Row): Oracle =>
	parts(data, {
		capAdd: ({ input, add, drop }) => same([normalizeCapabilities([text(input)]), null], [add, drop ?? null]),
		envFile: (row) => {
			const file = text(row.file);
			const content = file.startsWith("<70000 x>") ? `${"x".repeat(70000)}=1` : file;
			const { value, error } = outcome(() =>
				parseLines("<FILE>", content, (name) => (name === "HO_SET" ? "from-env" : undefined)),
			);
			same([error ?? null, value ?? []], [row.error ?? null, row.env ?? []]);
		},
		extraHost: (row) => {
			const { value = "", error } = outcome(() => checkExtraHost(text(row.input)));
			same([error ?? null, value], [row.error ?? null, row.value]);
		},
		filter: (row) => either(() => encodeFilters(addFilter(text(row.input), NO_FILTERS)) ?? "", row, "json"),
		link: (row) => {
			const { value, error } = outcome(() => parseLink(text(row.input)));
			same([error ?? null, value ?? { name: "", alias: "" }], [row.error ?? null, { name: row.name, alias: row.alias }]);
		},
		mount: (row) => either(() => mounted(text(row.input)), row, "mount"),
		network: (row) => either(() => [parseNetwork(text(row.input))], row, "networks"),
		ports: (row) => {
			const { value, error } = outcome(() => ports(text(row.input)));
			same(error ?? null, row.error ?? null);
			if (value) same(value, { exposed: row.exposed, bindings: row.bindings });
		},
		positiveDuration: (row) => {
			const { value = 0, error } = outcome(() => parseDuration(text(row.input)));
			const negative = value < 0 ? "duration cannot be negative" : null;
			same([error ?? negative, showDuration(value)], [row.error ?? null, row.string]);
		},
		restartPolicy: (row) => {
			const { value, error } = outcome(() => parseRestartPolicy(text(row.input)));
			same(
				[error ?? null, value ?? { Name: "", MaximumRetryCount: 0 }],
				[row.error ?? null, { Name: row.name, MaximumRetryCount: row.max }],
			);
		},
		validateEnv: (row) => {
			const { value = "", error } = outcome(() => resolveEnv([checkEnv(text(row.input))], ENVIRONMENT)[0]);
			same([error ?? null, value], [row.error ?? null, row.value]);
		},
		volumeSpec: (row) => either(() => parseVolume(text(row.input)), row, "volume"),
	});
