// docker attach.

import type { Cli } from "../../cli";
import { bool, string } from "../../flags/spec";
import { checkTerminal, runSession } from "../../stream/session";
import { forwardSignals } from "../../stream/signals";
import { followSize } from "../../stream/terminal";
import { type Call, command, exactly } from "../command";
import { type ContainerDetails, inspectContainer, waitContainer } from "./api";

const OPTIONS = {
	"detach-keys": string("Keys that leave the container without stopping it"),
	"no-stdin": bool("Leave STDIN alone"),
	"sig-proxy": bool("Pass signals on to the process", undefined, true),
};

export const attach = command({
	name: "attach",
	synopsis: "[OPTIONS] CONTAINER",
	summary: "Attach local standard input, output, and error streams to a running container",
	otherNames: ["docker container attach", "docker attach"],
	options: OPTIONS,
	args: exactly(1),
	run: async ({ cli, options, args }: Call<typeof OPTIONS>) => {
		const [name] = args as [string];
		const exit = waitContainer(cli.client, name);
		exit.catch(() => {});
		const container = await inspectRunning(cli, name);
		const tty = container.Config.Tty;
		checkTerminal(cli, !options["no-stdin"], tty);
		const detachKeys = options["detach-keys"] || cli.config.data.detachKeys || "";
		const streams = { stdin: !options["no-stdin"] && container.Config.OpenStdin, stdout: true, stderr: true };
		const endProxy = options["sig-proxy"] && !tty ? await forwardSignals(cli, name) : async () => {};
		const { stream } = await cli.client.hijack(`/containers/${container.Id}/attach`, {
			query: { stream: 1, ...streams, detachKeys },
		});
		// it may have stopped between the look and the attaching: then no output would ever end
		await inspectRunning(cli, name);
		const endSize = tty && cli.out.terminal ? await nudge(cli, container.Id) : async () => {};
		try {
			await runSession(cli, stream, { tty, detachKeys, ...streams });
		} finally {
			await endSize();
			await endProxy();
		}
		const answer = await exit;
		if (answer.Error?.Message) throw new Error(answer.Error.Message);
		return answer.StatusCode;
	},
});

async function inspectRunning(cli: Cli, name: string): Promise<ContainerDetails> {
	const container = await inspectContainer(cli.client, name);
	if (!container.State.Running) throw new Error("cannot attach to a stopped container, start it first");
	if (container.State.Paused) throw new Error("cannot attach to a paused container, unpause it first");
	if (container.State.Restarting) throw new Error("cannot attach to a restarting container, wait until it is running");
	return container;
}

/** A size that differs for a moment makes the program draw its prompt anew. */
async function nudge(cli: Cli, id: string): Promise<() => Promise<void>> {
	const size = await cli.windowSize(1);
	if (size)
		await cli.client.done("POST", `/containers/${id}/resize`, { query: { h: size.rows + 1, w: size.cols + 1 } }).catch(() => {});
	return followSize(cli, `/containers/${id}/resize`);
}
