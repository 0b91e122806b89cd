// docker images.

import type { Cli } from "../../cli";
import { encodeFilters, withFilter } from "../../client/query";
import { bool, string } from "../../flags/spec";
import { IMAGE_HEADERS, type ImageSummary, imageFormat, imageRows } from "../../format/image-row";
import { imageTree } from "../../format/image-tree";
import { FORMAT_HELP, renderTable } from "../../format/table";
import { atMost, type Call, command } from "../command";
import { filterOption } from "../container/list";

const OPTIONS = {
	all: bool("Show all images (default hides intermediate and untagged ones)", "a"),
	digests: bool("Show digests"),
	filter: filterOption("Show only those for which this is so"),
	format: string(FORMAT_HELP),
	"no-trunc": bool("Show everything at full length"),
	quiet: bool("Show ids only", "q"),
	tree: bool("Show the images of each platform below their index", undefined, false, { needs: { api: "1.47" } }),
};

export const list = command({
	name: "ls",
	aliases: ["list"],
	synopsis: "[OPTIONS] [REPOSITORY[:TAG]]",
	summary: "List images",
	otherNames: ["docker image ls", "docker image list", "docker images"],
	options: OPTIONS,
	args: atMost(1),
	run: listImages,
});

async function listImages({ cli, options, args }: Call<typeof OPTIONS>): Promise<void> {
	const [name] = args;
	const filters = name ? withFilter(options.filter, "reference", name) : options.filter;
	const given = options.format || (options.quiet || options.tree ? "" : cli.config.data.imagesFormat) || "";
	const tree = await wantsTree(cli, options, given);
	const newer = await cli.client.speaks("1.47");
	let images = await cli.client.json<ImageSummary[]>("GET", "/images/json", {
		query: { all: options.all, filters: encodeFilters(filters), manifests: tree && newer, "shared-size": undefined },
	});
	if (tree && !options.all && !(options.filter.has("dangling") && !options.filter.get("dangling")?.includes("false")))
		images = images.filter((image) => !isUntagged(image));
	if (tree) {
		const width = cli.out.terminal ? ((await cli.windowSize(1))?.cols ?? 0) : 0;
		const colors = cli.out.terminal && !cli.env.NO_COLOR;
		await cli.out.write(imageTree(images, { expanded: options.tree, width, colors }));
	} else {
		const format = imageFormat(given || "table", options.quiet, options.digests);
		const rows = imageRows(images, { format, trunc: !options["no-trunc"], digests: options.digests, now: cli.now() });
		await cli.out.write(renderTable({ format, headers: IMAGE_HEADERS, rows }));
	}
	if (images.length === 0 && name && SUBCOMMANDS.has(name))
		await cli.err.line(`No images found matching "${name}": did you mean "docker image ${name}"?`);
}

/** The view of Engine 29, where the daemon tells of manifests and nothing asks for the older table. */
async function wantsTree(cli: Cli, options: Call<typeof OPTIONS>["options"], format: string): Promise<boolean> {
	const older: Array<[boolean, string]> = [
		[options.quiet, "--quiet"],
		[options["no-trunc"], "--no-trunc"],
		[options.digests, "--show-digest"],
		[format !== "", "--format"],
	];
	const asked = older.find(([given]) => given)?.[1];
	if (options.tree && asked) throw new Error(`${asked} is not yet supported with --tree`);
	const newer = await cli.client.speaks("1.47");
	if (options.tree && !newer)
		throw new Error(`"--tree" requires API version 1.47, but the Docker daemon API version is ${await cli.client.version()}`);
	return newer && !asked;
}

const isUntagged = (image: ImageSummary): boolean =>
	(image.RepoTags ?? []).length === 0 || (image.RepoTags?.length === 1 && image.RepoTags[0] === "<none>:<none>");

const SUBCOMMANDS = new Set("build history import inspect list load ls prune pull push rm save tag".split(" "));
