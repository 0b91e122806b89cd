// docker pull.

import { formatReference, isNameOnly, parseNormalized, tagNameOnly } from "../../../lib/reference";
import { bool, string } from "../../flags/spec";
import { checkPlatform } from "../../opts/platform";
import { type Call, command, exactly } from "../command";
import { pullTo } from "./pull-image";

const OPTIONS = {
	"all-tags": bool("Pull every tag of the repository", "a"),
	platform: string("Platform of the image (os/arch[/variant])"),
	quiet: bool("Say only what was pulled", "q"),
};

export const pull = command({
	name: "pull",
	synopsis: "[OPTIONS] NAME[:TAG|@DIGEST]",
	summary: "Download an image from a registry",
	otherNames: ["docker image pull", "docker pull"],
	options: OPTIONS,
	args: exactly(1),
	run: async ({ cli, options, args }: Call<typeof OPTIONS>) => {
		let reference = parseNormalized(args[0]!);
		const all = options["all-tags"];
		if (all && !isNameOnly(reference)) throw new Error("tag can't be used with --all-tags/-a");
		if (!all && isNameOnly(reference)) {
			reference = tagNameOnly(reference);
			if (!options.quiet) await cli.out.line(`Using default tag: ${reference.tag}`);
		}
		if (options.platform) checkPlatform(options.platform, "error parsing specified platform: ");
		await pullTo(cli, formatReference(reference), all, options);
		await cli.out.line(formatReference(reference));
	},
});
