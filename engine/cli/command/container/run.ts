// docker run: create, attach, start, and stay until it exits.

import type { Duplex } from "../../../lib/stream";
import type { Cli } from "../../cli";
import { describe } from "../../describe";
import { bool, string } from "../../flags/spec";
import { Detached } from "../../stream/detach-keys";
import { checkTerminal, runSession } from "../../stream/session";
import { forwardSignals } from "../../stream/signals";
import { followSize } from "../../stream/terminal";
import { atLeast, type Call, command, type StatusError } from "../command";
import { startContainer, waitContainer } from "./api";
import { CREATING_OPTIONS, checkPull, createContainer, withHelp } from "./create";
import { type CreateBody, createBody } from "./create-body";

const OPTIONS = {
	...CREATING_OPTIONS,
	detach: bool("Run it in the background and print its id", "d"),
	"detach-keys": string("Keys that leave the container without stopping it"),
	"sig-proxy": bool("Pass signals on to the process", undefined, true),
};

export const run = command({
	name: "run",
	synopsis: "[OPTIONS] IMAGE [COMMAND] [ARG...]",
	summary: "Create and run a new container from an image",
	otherNames: ["docker container run", "docker run"],
	options: OPTIONS,
	args: atLeast(1),
	interspersed: false,
	run: runContainer,
});

async function runContainer({ cli, options, args, changed }: Call<typeof OPTIONS>): Promise<number> {
	checkPull(options.pull, "run");
	const [image, ...words] = args as [string, ...string[]];
	let body: CreateBody;
	try {
		body = await createBody(cli, options, changed, image, words);
	} catch (error) {
		throw withHelp(error, "run", 125);
	}
	const { Config } = body;
	if (options.detach) {
		if (options.attach.length > 0) throw new Error("conflicting options: cannot specify both --attach and --detach");
		Object.assign(Config, { AttachStdin: false, AttachStdout: false, AttachStderr: false, StdinOnce: false });
	} else checkTerminal(cli, Config.AttachStdin as boolean, options.tty);
	const id = await failingAsRun(() => createContainer(cli, body, options));
	const endProxy = options["sig-proxy"] && !options.detach ? await forwardSignals(cli, id) : async () => {};
	try {
		const attaches = ["AttachStdin", "AttachStdout", "AttachStderr"].some((key) => Config[key]);
		if (attaches) return await attached(cli, id, options, Config);
		await failingAsRun(() => startPrinting(cli, id));
		return 0;
	} finally {
		await endProxy();
	}
}

async function startPrinting(cli: Cli, id: string): Promise<void> {
	await cli.out.line(id);
	await startContainer(cli.client, id);
}

async function attached(
	cli: Cli,
	id: string,
	options: Call<typeof OPTIONS>["options"],
	config: Record<string, unknown>,
): Promise<number> {
	const detachKeys = options["detach-keys"] || cli.config.data.detachKeys || "";
	const streams = {
		stdin: config.AttachStdin as boolean,
		stdout: config.AttachStdout as boolean,
		stderr: config.AttachStderr as boolean,
	};
	const { stream } = await cli.client.hijack(`/containers/${id}/attach`, { query: { stream: 1, ...streams, detachKeys } });
	const exit = waitContainer(cli.client, id, options.rm ? "removed" : "next-exit");
	exit.catch(() => {});
	try {
		await startContainer(cli.client, id);
	} catch (error) {
		await abandon(stream);
		if (options.rm) await exit.catch(() => {});
		throw asRunFailure(error);
	}
	const session = runSession(cli, stream, { tty: options.tty, detachKeys, ...streams });
	session.catch(() => {});
	const endSize = options.tty && cli.out.terminal ? await followSize(cli, `/containers/${id}/resize`) : async () => {};
	try {
		if (streams.stdout || streams.stderr) await session;
		else await Promise.race([session, exit]);
	} catch (error) {
		if (error instanceof Detached) return 0;
		throw error;
	} finally {
		await endSize();
	}
	return exitCodeOf(cli, exit);
}

/** The container's code, or 125 when it cannot be known. */
export async function exitCodeOf(cli: Cli, exit: ReturnType<typeof waitContainer>): Promise<number> {
	try {
		const answer = await exit;
		if (!answer.Error?.Message) return answer.StatusCode;
		await cli.err.line(`Error waiting for container: ${answer.Error.Message}`);
	} catch (error) {
		await cli.err.line(`error waiting for container: ${describe(error)}`);
	}
	return 125;
}

const abandon = (stream: Duplex): Promise<void> => stream.close();

async function failingAsRun<T>(act: () => Promise<T>): Promise<T> {
	try {
		return await act();
	} catch (error) {
		throw asRunFailure(error);
	}
}

/** 127 where the program is not found, 126 where it may not be run, 125 for all else. */
function asRunFailure(error: unknown): StatusError {
	const message = describe(error);
	if (/executable file not found|no such file or directory|system cannot find the file specified/.test(message))
		return withHelp(error, "run", 127);
	if (/permission denied|is a directory/.test(message)) return withHelp(error, "run", 126);
	return withHelp(error, "run", 125);
}
