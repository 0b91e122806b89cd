// docker commit.

import { familiarName, parseNormalized } from "../../../lib/reference";
import { bool, list, string } from "../../flags/spec";
import { between, type Call, command } from "../command";

const OPTIONS = {
	author: string("Who made it (John Hannibal Smith <hannibal@a-team.com>)", "a"),
	change: list("Dockerfile instruction to apply", "c"),
	message: string("What it is for", "m"),
	pause: bool("Pause the container meanwhile", "p", true),
};

export const commit = command({
	name: "commit",
	synopsis: "[OPTIONS] CONTAINER [REPOSITORY[:TAG]]",
	summary: "Create a new image from a container's changes",
	otherNames: ["docker container commit", "docker commit"],
	options: OPTIONS,
	args: between(1, 2),
	interspersed: false,
	run: async ({ cli, options, args }: Call<typeof OPTIONS>) => {
		const [container, name = ""] = args as [string, string?];
		let repo = "";
		let tag = "";
		if (name !== "") {
			const reference = parseNormalized(name);
			if (reference.digest) throw new Error("refusing to create a tag with a digest reference");
			repo = familiarName(reference);
			tag = reference.tag ?? "latest";
		}
		const answer = await cli.client.json<{ Id: string }>("POST", "/commit", {
			query: {
				container,
				repo,
				tag,
				comment: options.message,
				author: options.author,
				changes: options.change,
				pause: options.pause ? undefined : "0",
			},
			json: null,
		});
		await cli.out.line(answer.Id);
	},
});
