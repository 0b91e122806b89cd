// Whether the daemon has what a command or an option asks for. The daemon is asked only where something is asked of it.

import type { Cli } from "../cli";
import { compareVersions } from "../client/client";
import type { Needs, Options } from "../flags/spec";

type Level = "command" | "option";

/** The daemon lacks what a command needs. */
export class Unsupported extends Error {
	override readonly name = "Unsupported";
}

/** Why a command or an option cannot be used with this daemon, or undefined. A swarm's state forbids nothing: the daemon says so itself. */
async function complaint(cli: Cli, what: string, level: Level, needs: Needs): Promise<string | undefined> {
	const named = level === "option" ? `"--${what}"` : what;
	if (needs.api) {
		const version = await cli.client.version().catch(() => undefined);
		if (version !== undefined && compareVersions(version, needs.api) < 0)
			return `${named} requires API version ${needs.api}, but the Docker daemon API version is ${version}`;
	}
	const daemon = needs.os || needs.experimental ? await cli.client.ping().catch(() => undefined) : undefined;
	if (!daemon) return undefined;
	if (needs.os && daemon.osType !== "" && daemon.osType !== needs.os)
		return `${named} is only supported on a Docker daemon running on ${needs.os}, but the Docker daemon is running on ${daemon.osType}`;
	if (needs.experimental && !daemon.experimental)
		return `${named} is only supported on a Docker daemon with experimental features enabled`;
	return undefined;
}

/**
 * @param path of the command, such as "docker swarm ca"
 * @param levels what the command and the groups above it need, the command's own first
 * @throws Unsupported for the first need that is not met
 */
export async function requireCommand(cli: Cli, path: string, levels: ReadonlyArray<Needs | undefined>): Promise<void> {
	for (const needs of levels) {
		const wrong = needs && (await complaint(cli, path, "command", needs));
		if (wrong) throw new Unsupported(wrong);
	}
}

/** @throws Error that names each option that was given and that the daemon does not have */
export async function requireOptions(cli: Cli, options: Options, changed: ReadonlySet<string>): Promise<void> {
	const wrong: string[] = [];
	for (const name of Object.keys(options).sort()) {
		const needs = changed.has(name) ? options[name]!.needs : undefined;
		const why = needs && (await complaint(cli, name, "option", needs));
		if (why) wrong.push(why);
	}
	if (wrong.length > 0) throw new Error(wrong.join("\n"));
}

/** Whether help shows it: a daemon that cannot be reached is taken to have everything. */
export async function isShown(cli: Cli, needs: Needs | undefined): Promise<boolean> {
	if (!needs) return true;
	if (await complaint(cli, "", "command", needs)) return false;
	if (!needs.swarm) return true;
	const swarm = (await cli.client.ping().catch(() => undefined))?.swarm;
	if (!swarm) return true;
	return needs.swarm === "manager" ? swarm.manager : swarm.state !== "inactive";
}
