// docker push.

import { familiarName, nameOf } from "../../../lib/reference";
import { authHeader } from "../../client/auth";
import { piece } from "../../client/objects";
import { bool, string } from "../../flags/spec";
import { platformJson } from "../../opts/platform";
import { note } from "../../stream/note";
import { displayMessages } from "../../stream/progress";
import { type Call, command, exactly } from "../command";
import { NO_TRUST } from "../trust";
import { wantedReference } from "./wanted";

const OPTIONS = {
	...NO_TRUST,
	"all-tags": bool("Push every tag of the repository", "a"),
	platform: string("Push the image of this platform only (os/arch[/variant])", undefined, "", { needs: { api: "1.46" } }),
	quiet: bool("Say only what was pushed", "q"),
};

export const push = command({
	name: "push",
	synopsis: "[OPTIONS] NAME[:TAG]",
	summary: "Upload an image to a registry",
	otherNames: ["docker image push", "docker push"],
	options: OPTIONS,
	args: exactly(1),
	run: async ({ cli, options, args }: Call<typeof OPTIONS>) => {
		const all = options["all-tags"];
		let platform: string;
		try {
			platform = platformJson(options.platform, "");
		} catch (error) {
			await cli.err.write(`Invalid platform ${options.platform}`);
			throw error;
		}
		if (platform)
			await note(
				cli.out,
				"info",
				"Using --platform pushes only the specified platform manifest of a multi-platform image index.\nOther components, like attestations, will not be included.\nTo push the complete multi-platform image, remove the --platform flag.\n",
			);
		const reference = await wantedReference(cli, args[0]!, options);
		const { body } = await cli.client.call("POST", `/images/${piece(familiarName(reference))}/push`, {
			query: { tag: all ? "" : (reference.tag ?? ""), platform },
			headers: await authHeader(cli, reference.domain),
		});
		const width = (await cli.windowSize(1))?.cols;
		await displayMessages(body, cli.out, { width, quiet: options.quiet });
		if (options.quiet) await cli.out.line(nameOf(reference) + (reference.tag ? `:${reference.tag}` : ""));
	},
});
