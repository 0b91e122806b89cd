// Puts together what the image says and what the caller says, as moby's runconfig.Merge does.

import type { ContainerConfig, ContainerCreateRequest, HealthConfig } from "../../api/container";
import type { ImageConfig } from "../../api/image";
import { splitPair } from "../filters";

export const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** The request's members win; lists of the image fill in what is missing. */
export function mergeConfig(request: ContainerCreateRequest, image: ImageConfig, id: string): ContainerConfig {
	const entrypoint = request.Entrypoint;
	// An entrypoint of one's own drops the image's command with the image's entrypoint; [""] means none at all.
	const overridden = (entrypoint?.length ?? 0) > 0;
	const cmd = request.Cmd?.length || overridden ? (request.Cmd ?? null) : (image.Cmd ?? request.Cmd ?? null);
	const merged: ContainerConfig = {
		Hostname: request.Hostname || id.slice(0, 12),
		Domainname: request.Domainname ?? "",
		User: request.User || image.User || "",
		AttachStdin: request.AttachStdin ?? false,
		AttachStdout: request.AttachStdout ?? false,
		AttachStderr: request.AttachStderr ?? false,
		Tty: request.Tty ?? false,
		OpenStdin: request.OpenStdin ?? false,
		StdinOnce: request.StdinOnce ?? false,
		Env: mergeEnvironment(request.Env, image.Env),
		Cmd: cmd,
		Image: request.Image ?? "",
		Volumes: mergeKeys(request.Volumes, image.Volumes),
		WorkingDir: request.WorkingDir || image.WorkingDir || "",
		Entrypoint: overridden ? withoutEmpty(entrypoint!) : (image.Entrypoint ?? null),
		OnBuild: null,
		Labels: { ...(image.Labels ?? {}), ...(request.Labels ?? {}) },
	};
	const ports = mergeKeys(request.ExposedPorts, image.ExposedPorts);
	if (ports) merged.ExposedPorts = ports;
	const healthcheck = mergeHealthcheck(request.Healthcheck, image.Healthcheck);
	if (healthcheck) merged.Healthcheck = healthcheck;
	const stopSignal = request.StopSignal || image.StopSignal;
	if (stopSignal) merged.StopSignal = stopSignal;
	const stopTimeout = request.StopTimeout ?? image.StopTimeout;
	if (stopTimeout !== undefined) merged.StopTimeout = stopTimeout;
	if (image.Shell) merged.Shell = image.Shell;
	return merged;
}

const withoutEmpty = (words: string[]): string[] | null => (words.length === 1 && words[0] === "" ? null : words);

const nameOfVariable = (entry: string): string => splitPair(entry)[0];

/** The caller's variables first, then those of the image that the caller does not set. */
function mergeEnvironment(own: string[] | null | undefined, image: string[] | null | undefined): string[] | null {
	if (!own && !image) return null;
	const set = new Set((own ?? []).map(nameOfVariable));
	return [...(own ?? []), ...(image ?? []).filter((entry) => !set.has(nameOfVariable(entry)))];
}

/** An empty test, and what is zero, is the image's. */
function mergeHealthcheck(own: HealthConfig | undefined, image: HealthConfig | undefined): HealthConfig | undefined {
	if (!own || !image) return own ?? image;
	const merged: HealthConfig = { ...own, Test: own.Test?.length ? own.Test : image.Test };
	for (const name of ["Interval", "Timeout", "StartPeriod", "StartInterval", "Retries"] as const) {
		merged[name] ||= image[name];
		if (!merged[name]) delete merged[name];
	}
	return merged;
}

type Keys = Record<string, Record<string, never>>;
function mergeKeys(own: Keys | null | undefined, image: Keys | null | undefined): Keys | null {
	const merged = { ...(image ?? {}), ...(own ?? {}) };
	return Object.keys(merged).length > 0 ? merged : null;
}

/** Entrypoint and command as one argv. */
export function commandOf({ Entrypoint, Cmd }: Pick<ContainerConfig, "Entrypoint" | "Cmd">): string[] {
	return [...(Entrypoint ?? []), ...(Cmd ?? [])];
}

/** What the process sees: PATH, HOSTNAME, TERM on a terminal, then what image and caller say (which may replace these). */
export function processEnvironment(config: ContainerConfig, path = DEFAULT_PATH): string[] {
	const defaults = [`PATH=${path}`, `HOSTNAME=${config.Hostname}`, ...(config.Tty ? ["TERM=xterm"] : [])];
	return replaceOrAppend(defaults, config.Env ?? []);
}

/** Later entries replace earlier ones of the same name; an entry without "=" removes its name. */
export function replaceOrAppend(defaults: readonly string[], overrides: readonly string[]): string[] {
	const merged = [...defaults];
	for (const entry of overrides) {
		const [name, value] = splitPair(entry);
		const at = merged.findIndex((known) => nameOfVariable(known) === name);
		if (value === undefined) {
			if (at >= 0) merged.splice(at, 1);
		} else if (at >= 0) merged[at] = entry;
		else merged.push(entry);
	}
	return merged;
}
