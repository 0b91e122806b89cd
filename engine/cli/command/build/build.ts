// docker build: the context goes to the daemon as a tar archive, and its builder's words come back. Which builder that is, the daemon
// says, or DOCKER_BUILDKIT.

import type { Cli } from "../../cli";
import { describe } from "../../describe";
import { type Call, command, exactly, StatusError } from "../command";
import { buildWithBuildKit } from "./buildkit";
import { buildClassic } from "./classic";
import { type BuildContext, Conflict, prepareContext } from "./context";
import { OPTIONS } from "./options";

export const build = command({
	name: "build",
	synopsis: "[OPTIONS] PATH | URL | -",
	summary: "Build an image from a Dockerfile",
	otherNames: ["docker image build", "docker build", "docker buildx build", "docker builder build"],
	options: OPTIONS,
	args: exactly(1),
	run: buildImage,
	before: async (cli) => {
		if (cli.env.DOCKER_BUILDKIT === "0") await cli.err.line(LEGACY_BUILDER);
	},
});

/** What docker says to whoever turns BuildKit off. */
const LEGACY_BUILDER = `DEPRECATED: The legacy builder is deprecated and will be removed in a future release.
            BuildKit is currently disabled; enable it by removing the DOCKER_BUILDKIT=0
            environment-variable.
`;
/** Options that only BuildKit has. */
const BUILDKIT_ONLY = [
	"allow",
	"annotation",
	"attest",
	"build-context",
	"call",
	"check",
	"load",
	"metadata-file",
	"no-cache-filter",
	"output",
	"push",
	"secret",
	"ssh",
];

async function buildImage({ cli, options, args, changed }: Call<typeof OPTIONS>): Promise<void> {
	const buildkit = await usesBuildKit(cli);
	const request = { path: args[0]!, file: options.file, buildkit, named: options["build-context"] };
	if (buildkit) {
		if (options.squash)
			throw new StatusError(
				1,
				"ERROR: failed to build: experimental flag squash is removed with BuildKit. You should squash inside build using a multi-stage Dockerfile for efficiency.",
			);
		const context = await prepareContext(cli, request).catch((error: unknown) => {
			throw new StatusError(1, preparing(error));
		});
		return buildWithBuildKit(cli, options, context);
	}
	const only = BUILDKIT_ONLY.find((name) => changed.has(name));
	if (only) throw new Error(`--${only} needs BuildKit, which this daemon's builder is not`);
	let context: BuildContext;
	try {
		context = await prepareContext(cli, request);
	} catch (error) {
		throw error instanceof Conflict ? error : new Error(`unable to prepare context: ${describe(error)}`);
	}
	return buildClassic(cli, options, context);
}

/** In buildx's words. */
function preparing(error: unknown): string {
	const words = describe(error);
	if (error instanceof Conflict) return `ERROR: failed to build: ${words}`;
	const missing = /Dockerfile path: lstat .*?([^/]+): no such file/.exec(words)?.[1];
	const why = missing
		? `failed to solve: failed to read dockerfile: open ${missing}: no such file or directory`
		: `unable to prepare context: ${words}`;
	return `ERROR: failed to build: ${why}`;
}

/** DOCKER_BUILDKIT decides, or else whether the daemon's BuildKit takes a context as it comes (and needs no session for it). */
async function usesBuildKit(cli: Cli): Promise<boolean> {
	const wish = cli.env.DOCKER_BUILDKIT;
	if (wish === "0" || wish === "false") return false;
	const { builderVersion, builderContext } = await cli.client.ping();
	return builderVersion === "2" || builderContext === "2" || wish === "1" || wish === "true";
}
