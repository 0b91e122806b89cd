// docker checkpoint: of daemons that are experimental; this one's is not, and says nothing of it.

import { piece } from "../../client/objects";
import { bool, string } from "../../flags/spec";
import { renderTable, row } from "../../format/table";
import { type Call, command, exactly, type Group } from "../command";

const DIRECTORY = { "checkpoint-dir": string("Where the checkpoints lie") };
const CREATE = { ...DIRECTORY, "leave-running": bool("Let the container run on") };
const list = command({
	name: "ls",
	aliases: ["list"],
	synopsis: "[OPTIONS] CONTAINER",
	summary: "List checkpoints for a container",
	otherNames: ["docker checkpoint ls", "docker checkpoint list"],
	options: DIRECTORY,
	args: exactly(1),
	run: async ({ cli, options, args }: Call<typeof DIRECTORY>) => {
		const found = await cli.client.json<Array<{ Name: string }> | null>("GET", `/containers/${piece(args[0]!)}/checkpoints`, {
			query: { dir: options["checkpoint-dir"] },
		});
		await cli.out.write(
			renderTable({
				format: "table {{.Name}}",
				headers: { Name: "CHECKPOINT NAME" },
				rows: (found ?? []).map(({ Name }) => row("*checkpoint.checkpointContext", { Name: () => Name })),
			}),
		);
	},
});
const create = command({
	name: "create",
	synopsis: "[OPTIONS] CONTAINER CHECKPOINT",
	summary: "Create a checkpoint from a running container",
	options: CREATE,
	args: exactly(2),
	run: async ({ cli, options, args }: Call<typeof CREATE>) => {
		const [container, name] = args as [string, string];
		await cli.client.done("POST", `/containers/${piece(container)}/checkpoints`, {
			json: { CheckpointID: name, CheckpointDir: options["checkpoint-dir"], Exit: !options["leave-running"] },
		});
		await cli.out.line(name);
	},
});
const rm = command({
	name: "rm",
	aliases: ["remove"],
	synopsis: "[OPTIONS] CONTAINER CHECKPOINT",
	summary: "Remove a checkpoint",
	otherNames: ["docker checkpoint rm", "docker checkpoint remove"],
	options: DIRECTORY,
	args: exactly(2),
	run: ({ cli, options, args: [container, name] }: Call<typeof DIRECTORY>) =>
		cli.client.done("DELETE", `/containers/${piece(container!)}/checkpoints/${piece(name!)}`, {
			query: { dir: options["checkpoint-dir"] },
		}),
});

export const checkpoint: Group = {
	name: "checkpoint",
	summary: "Manage checkpoints",
	needs: { api: "1.25", experimental: true, os: "linux" },
	commands: [create, list, rm],
};
