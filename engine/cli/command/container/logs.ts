// docker logs.

import { timestampOf } from "../../../lib/time/timestamp";
import { piece } from "../../client/objects";
import { bool, string } from "../../flags/spec";
import { demultiplex } from "../../stream/demux";
import { type Call, command, exactly } from "../command";
import { inspectContainer } from "./api";

const OPTIONS = {
	details: bool("Show what the logging driver was told besides"),
	follow: bool("Stay, and show what comes", "f"),
	since: string("Show what came after a moment (2013-01-02T13:23:37Z) or a time ago (42m)"),
	tail: string("How many lines from the end", "n", "all"),
	timestamps: bool("Show when each line came", "t"),
	until: string("Show what came before a moment or a time ago"),
};

export const logs = command({
	name: "logs",
	synopsis: "[OPTIONS] CONTAINER",
	summary: "Fetch the logs of a container",
	otherNames: ["docker container logs", "docker logs"],
	options: OPTIONS,
	args: exactly(1),
	run: async ({ cli, options, args }: Call<typeof OPTIONS>) => {
		const [name] = args as [string];
		const container = await inspectContainer(cli.client, name);
		const moment = (flag: "since" | "until"): string => {
			try {
				return options[flag] ? timestampOf(options[flag], cli.sys.now()) : "";
			} catch (error) {
				throw new Error(`invalid value for "${flag}": ${(error as Error).message}`);
			}
		};
		const { body } = await cli.client.call("GET", `/containers/${piece(container.Id)}/logs`, {
			query: {
				stdout: 1,
				stderr: 1,
				since: moment("since"),
				until: moment("until"),
				timestamps: options.timestamps,
				follow: options.follow,
				tail: options.tail,
				details: options.details,
			},
		});
		if (container.Config.Tty) for await (const bytes of body) await cli.out.write(bytes);
		else await demultiplex(body, { stdout: (bytes) => cli.out.write(bytes), stderr: (bytes) => cli.err.write(bytes) });
	},
});
