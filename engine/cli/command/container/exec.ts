// docker exec.

import { piece } from "../../client/objects";
import { bool, list, string } from "../../flags/spec";
import { checkEnv, readEnvironment } from "../../opts/env";
import { checkTerminal, runSession } from "../../stream/session";
import { followSize } from "../../stream/terminal";
import { atLeast, type Call, command } from "../command";
import { inspectContainer } from "./api";

const OPTIONS = {
	detach: bool("Run it in the background", "d"),
	"detach-keys": string("Keys that leave the command without stopping it"),
	env: list("Environment variable", "e", checkEnv),
	"env-file": list("File of environment variables"),
	interactive: bool("Keep STDIN open even when not attached", "i"),
	privileged: bool("Give the command all capabilities"),
	tty: bool("Give it a terminal", "t"),
	user: string("User and group (name|uid[:group|gid])", "u"),
	workdir: string("Working directory", "w"),
};

export const exec = command({
	name: "exec",
	synopsis: "[OPTIONS] CONTAINER COMMAND [ARG...]",
	summary: "Execute a command in a running container",
	otherNames: ["docker container exec", "docker exec"],
	options: OPTIONS,
	args: atLeast(2),
	interspersed: false,
	run: async ({ cli, options, args }: Call<typeof OPTIONS>) => {
		const [name, ...words] = args as [string, ...string[]];
		const { tty, detach } = options;
		const env = await readEnvironment(cli, options["env-file"], options.env);
		await inspectContainer(cli.client, name);
		const stdin = options.interactive && !detach;
		if (!detach) checkTerminal(cli, stdin, tty);
		const detachKeys = options["detach-keys"] || cli.config.data.detachKeys || "";
		const size = tty ? await cli.windowSize(1) : undefined;
		const ConsoleSize = size ? [size.rows, size.cols] : undefined;
		const { Id: id } = await cli.client.json<{ Id: string }>("POST", `/containers/${piece(name)}/exec`, {
			json: {
				User: options.user,
				Privileged: options.privileged,
				Tty: tty,
				...(ConsoleSize ? { ConsoleSize } : {}),
				AttachStdin: stdin,
				AttachStderr: !detach,
				AttachStdout: !detach,
				Detach: detach,
				DetachKeys: detachKeys,
				Env: env,
				WorkingDir: options.workdir,
				Cmd: words,
			},
		});
		const body = { Detach: detach, Tty: tty, ...(ConsoleSize ? { ConsoleSize } : {}) };
		if (detach) {
			await cli.client.done("POST", `/exec/${id}/start`, { json: body });
			return 0;
		}
		const { stream } = await cli.client.hijack(`/exec/${id}/start`, { json: body });
		const session = runSession(cli, stream, { tty, stdin, stdout: true, stderr: true, detachKeys });
		session.catch(() => {});
		const endSize = tty && cli.stdinTerminal ? await followSize(cli, `/exec/${id}/resize`) : async () => {};
		try {
			await session;
		} finally {
			await endSize();
		}
		return (await cli.client.json<{ ExitCode: number | null }>("GET", `/exec/${id}/json`)).ExitCode ?? 0;
	},
});
