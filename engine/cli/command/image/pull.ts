// docker pull.

import { formatReference } from "../../../lib/reference";
import { bool, string } from "../../flags/spec";
import { checkPlatform } from "../../opts/platform";
import { type Call, command, exactly } from "../command";
import { NO_TRUST } from "../trust";
import { pullTo } from "./pull-image";
import { wantedReference } from "./wanted";

const OPTIONS = {
	...NO_TRUST,
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
		const all = options["all-tags"];
		const platform = options.platform || (cli.env.DOCKER_DEFAULT_PLATFORM ?? "");
		const reference = await wantedReference(cli, args[0]!, options);
		if (platform) checkPlatform(platform, "error parsing specified platform: ");
		await pullTo(cli, formatReference(reference), all, { ...options, platform });
		await cli.out.line(formatReference(reference));
	},
});
