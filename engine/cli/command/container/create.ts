// docker create, and the part of run that it is: the image is pulled when it is missing.

import { exists, writeFile } from "../../../lib/files";
import { familiarString, parseAny, tagNameOnly } from "../../../lib/reference";
import type { Cli } from "../../cli";
import { isNotFound } from "../../client/client";
import { describe } from "../../describe";
import { bool, string } from "../../flags/spec";
import { checkPlatform } from "../../opts/platform";
import { proxyVariables } from "../../opts/proxies";
import { normalizeCapabilities } from "../../opts/resources";
import { atLeast, type Call, command, StatusError } from "../command";
import { pullReference } from "../image/pull-image";
import { NO_TRUST } from "../trust";
import { giveApiSocket } from "./api-socket";
import { type CreateBody, createBody } from "./create-body";
import { CREATE_OPTIONS } from "./create-options";

export const CREATING_OPTIONS = {
	...CREATE_OPTIONS,
	// named here, since its letter is the host name's
	help: bool("Print usage"),
	...NO_TRUST,
	name: string("Name of the container"),
	platform: string("Platform of the image (os/arch[/variant])"),
	pull: string('When to pull the image ("always", "missing", "never")', undefined, "missing"),
	quiet: bool("Say nothing of the pull", "q"),
	"use-api-socket": bool("Give it the daemon's socket and this client's logins"),
};

export const create = command({
	name: "create",
	synopsis: "[OPTIONS] IMAGE [COMMAND] [ARG...]",
	summary: "Create a new container",
	otherNames: ["docker container create", "docker create"],
	options: CREATING_OPTIONS,
	args: atLeast(1),
	interspersed: false,
	run: async ({ cli, options, args, changed }: Call<typeof CREATING_OPTIONS>) => {
		checkPull(options.pull, "create");
		const [image, ...words] = args as [string, ...string[]];
		let body: CreateBody;
		try {
			body = await createBody(cli, options, changed, image, words);
		} catch (error) {
			throw withHelp(error, "create", 125);
		}
		await cli.out.line(await createContainer(cli, body, options));
	},
});

/** An error with the name of the program before it and the way to its help after it. */
export function withHelp(error: unknown, name: string, code: number): StatusError {
	return new StatusError(code, `docker: ${describe(error)}\n\nRun 'docker ${name} --help' for more information`);
}
export function checkPull(pull: string, name: string): void {
	if (!["always", "missing", "never", ""].includes(pull))
		throw withHelp(new Error(`invalid pull option: '${pull}': must be one of "always", "missing" or "never"`), name, 125);
}

interface Creating {
	cidfile: string;
	name: string;
	platform: string;
	pull: string;
	quiet: boolean;
	"use-api-socket": boolean;
}

/** Returns the id. @throws DaemonError, Error */
export async function createContainer(cli: Cli, body: CreateBody, given: Creating): Promise<string> {
	const options = { ...given, platform: given.platform || (cli.env.DOCKER_DEFAULT_PLATFORM ?? "") };
	if (options.cidfile && (await exists(cli.sys, options.cidfile)))
		throw new Error(`container ID file found, make sure the other container isn't running or delete ${options.cidfile}`);
	const env = (body.Config.Env as string[] | null) ?? [];
	const proxies = proxyVariables(cli, new Set(env.map((entry) => entry.split("=")[0]!)));
	if (proxies.length > 0) body.Config.Env = [...env, ...proxies.map(([name, value]) => `${name}=${value}`)];
	const image = body.Config.Image as string;
	const reference = parseAny(image);
	const named = "path" in reference ? tagNameOnly(reference) : undefined;
	if (options.platform) checkPlatform(options.platform, "error parsing specified platform: ");
	if (options.pull === "always") await pullReference(cli, image, options);
	const finish = options["use-api-socket"] ? await giveApiSocket(cli, body) : undefined;
	const post = () => postCreate(cli, body, options);
	let answer: CreateAnswer;
	try {
		answer = await post();
	} catch (error) {
		if (!isNotFound(error) || !named || (options.pull !== "missing" && options.pull !== "")) throw error;
		if (!options.quiet) await cli.err.line(`Unable to find image '${familiarString(named)}' locally`);
		await pullReference(cli, image, options);
		answer = await post();
	}
	for (const warning of [...(answer.Warnings ?? []), ...localDnsWarning(body)]) await cli.err.line(`WARNING: ${warning}`);
	if (options.cidfile) await writeFile(cli.sys, options.cidfile, answer.Id);
	await finish?.(answer.Id);
	return answer.Id;
}

interface CreateAnswer {
	Id: string;
	Warnings: string[] | null;
}

async function postCreate(cli: Cli, body: CreateBody, options: Creating): Promise<CreateAnswer> {
	const version = await cli.client.version();
	const newer = await cli.client.speaks("1.44");
	const size = (await cli.client.speaks("1.42")) && cli.out.terminal ? await cli.windowSize(1) : undefined;
	const { MacAddress, ...config } = body.Config;
	const hostConfig = {
		...body.HostConfig,
		ConsoleSize: [size?.rows ?? 0, size?.cols ?? 0],
		CapAdd: normalizeCapabilities(body.HostConfig.CapAdd as string[] | null),
		CapDrop: normalizeCapabilities(body.HostConfig.CapDrop as string[] | null),
	};
	return cli.client.json<CreateAnswer>("POST", "/containers/create", {
		query: { name: options.name, platform: version >= "1.41" ? options.platform : "" },
		json: {
			...config,
			// from 1.44 on the address belongs to the place in the network
			...(MacAddress && !newer ? { MacAddress } : {}),
			HostConfig: hostConfig,
			NetworkingConfig: body.NetworkingConfig,
		},
	});
}

function localDnsWarning(body: CreateBody): string[] {
	const local = (body.HostConfig.Dns as string[]).find((address) => /^127\.|^::1$/.test(address));
	return local ? [`Localhost DNS (${local}) may fail in containers.`] : [];
}
