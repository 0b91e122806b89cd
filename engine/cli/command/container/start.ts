// docker start.

import type { Cli } from "../../cli";
import { describe } from "../../describe";
import { bool, string } from "../../flags/spec";
import { Detached } from "../../stream/detach-keys";
import { runSession } from "../../stream/session";
import { forwardSignals } from "../../stream/signals";
import { followSize } from "../../stream/terminal";
import { atLeast, type Call, command, StatusError } from "../command";
import { inspectContainer, startContainer, waitContainer } from "./api";
import { exitCodeOf } from "./run";

const OPTIONS = {
	attach: bool("Stay with it: show its output, pass signals on", "a"),
	"detach-keys": string("Keys that leave the container without stopping it"),
	interactive: bool("Pass STDIN on to it", "i"),
};

export const start = command({
	name: "start",
	synopsis: "[OPTIONS] CONTAINER [CONTAINER...]",
	summary: "Start one or more stopped containers",
	otherNames: ["docker container start", "docker start"],
	options: OPTIONS,
	args: atLeast(1),
	run: async ({ cli, options, args }: Call<typeof OPTIONS>) => {
		if (!options.attach && !options.interactive) return startAll(cli, args);
		if (args.length > 1) throw new Error("you cannot start and attach multiple containers at once");
		return startAttached(cli, args[0]!, options.interactive, options["detach-keys"]);
	},
});

async function startAll(cli: Cli, names: readonly string[]): Promise<undefined> {
	const failed: string[] = [];
	for (const name of names) {
		try {
			await startContainer(cli.client, name);
			await cli.out.line(name);
		} catch (error) {
			await cli.err.line(describe(error));
			failed.push(name);
		}
	}
	if (failed.length > 0) throw new StatusError(1, `Error: failed to start containers: ${failed.join(", ")}`);
	return undefined;
}

async function startAttached(cli: Cli, name: string, interactive: boolean, keys: string): Promise<number> {
	const container = await inspectContainer(cli.client, name);
	const { Tty: tty, OpenStdin } = container.Config;
	const endProxy = tty ? async () => {} : await forwardSignals(cli, container.Id);
	const detachKeys = keys || cli.config.data.detachKeys || "";
	const streams = { stdin: interactive && OpenStdin, stdout: true, stderr: true };
	try {
		const { stream } = await cli.client.hijack(`/containers/${container.Id}/attach`, {
			query: { stream: 1, ...streams, detachKeys },
		});
		const exit = waitContainer(cli.client, container.Id, container.HostConfig.AutoRemove ? "removed" : "next-exit");
		exit.catch(() => {});
		const session = runSession(cli, stream, { tty, detachKeys, ...streams });
		session.catch(() => {});
		try {
			await startContainer(cli.client, container.Id);
		} catch (error) {
			await stream.close();
			await session.catch(() => {});
			throw error;
		}
		const endSize = tty && cli.out.terminal ? await followSize(cli, `/containers/${container.Id}/resize`) : async () => {};
		try {
			await session;
		} catch (error) {
			if (error instanceof Detached) return 0;
			throw error;
		} finally {
			await endSize();
		}
		return await exitCodeOf(cli, exit);
	} finally {
		await endProxy();
	}
}
