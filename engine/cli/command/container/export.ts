// docker export.

import { piece } from "../../client/objects";
import { string } from "../../flags/spec";
import { checkOutputFile, writeBody } from "../../stream/output-file";
import { type Call, command, exactly } from "../command";

const OPTIONS = { output: string("File to write, instead of STDOUT", "o") };

export const exportContainer = command({
	name: "export",
	synopsis: "[OPTIONS] CONTAINER",
	summary: "Export a container's filesystem as a tar archive",
	otherNames: ["docker container export", "docker export"],
	options: OPTIONS,
	args: exactly(1),
	run: async ({ cli, options, args }: Call<typeof OPTIONS>) => {
		if (options.output === "" && cli.out.terminal)
			throw new Error("cowardly refusing to save to a terminal. Use the -o flag or redirect");
		await checkOutputFile(cli, options.output, "export container");
		const { body } = await cli.client.call("GET", `/containers/${piece(args[0]!)}/export`);
		await writeBody(cli, body, options.output);
	},
});
