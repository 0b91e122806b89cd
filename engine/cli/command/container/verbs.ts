// The short verbs of a container: each is one call of the API for each name.

import { isNotFound } from "../../client/client";
import { piece } from "../../client/objects";
import { describe } from "../../describe";
import { alias, bool, int, string } from "../../flags/spec";
import { align } from "../../format/tabwriter";
import { atLeast, type Call, command, exactly, StatusError } from "../command";
import { waitContainer } from "./api";
import { eachParallel, failed } from "./each";

const path = (name: string, verb: string): string => `/containers/${piece(name)}/${verb}`;
const names = (verb: string): string[] => [`docker container ${verb}`, `docker ${verb}`];

const timeout = int("Seconds to wait before killing it", "t", 0);
const STOP_OPTIONS = {
	signal: string("Signal to send", "s"),
	time: alias("timeout", timeout, { deprecated: "use --timeout instead" }),
	timeout,
};

const stopping = (verb: "stop" | "restart", summary: string) =>
	command({
		name: verb,
		synopsis: "[OPTIONS] CONTAINER [CONTAINER...]",
		summary,
		otherNames: names(verb),
		options: STOP_OPTIONS,
		args: atLeast(1),
		run: async ({ cli, options, args, changed }: Call<typeof STOP_OPTIONS>) => {
			const query = { t: changed.has("timeout") ? options.timeout : undefined, signal: options.signal };
			await eachParallel(cli, args, (name) => cli.client.done("POST", path(name, verb), { query }));
		},
	});
export const stop = stopping("stop", "Stop one or more running containers");
export const restart = stopping("restart", "Restart one or more containers");

const KILL_OPTIONS = { signal: string("Signal to send", "s") };
export const kill = command({
	name: "kill",
	synopsis: "[OPTIONS] CONTAINER [CONTAINER...]",
	summary: "Kill one or more running containers",
	otherNames: names("kill"),
	options: KILL_OPTIONS,
	args: atLeast(1),
	run: ({ cli, options, args }: Call<typeof KILL_OPTIONS>) =>
		eachParallel(cli, args, (name) => cli.client.done("POST", path(name, "kill"), { query: { signal: options.signal } })),
});

const simple = (verb: "pause" | "unpause", summary: string) =>
	command({
		name: verb,
		synopsis: "CONTAINER [CONTAINER...]",
		summary,
		otherNames: names(verb),
		args: atLeast(1),
		run: ({ cli, args }) => eachParallel(cli, args, (name) => cli.client.done("POST", path(name, verb))),
	});
export const pause = simple("pause", "Pause all processes within one or more containers");
export const unpause = simple("unpause", "Unpause all processes within one or more containers");

export const wait = command({
	name: "wait",
	synopsis: "CONTAINER [CONTAINER...]",
	summary: "Block until one or more containers stop, then print their exit codes",
	otherNames: names("wait"),
	args: atLeast(1),
	run: async ({ cli, args }) => {
		const failures: string[] = [];
		for (const name of args) {
			try {
				await cli.out.line(String((await waitContainer(cli.client, name)).StatusCode));
			} catch (error) {
				failures.push(describe(error));
			}
		}
		failed(failures);
	},
});

const RM_OPTIONS = {
	force: bool("Kill it first if it runs", "f"),
	link: bool("Remove the link of this name instead", "l"),
	volumes: bool("Remove its anonymous volumes too", "v"),
};
export const rm = command({
	name: "rm",
	aliases: ["remove"],
	synopsis: "[OPTIONS] CONTAINER [CONTAINER...]",
	summary: "Remove one or more containers",
	otherNames: ["docker container rm", "docker container remove", "docker rm"],
	options: RM_OPTIONS,
	args: atLeast(1),
	run: ({ cli, options, args }: Call<typeof RM_OPTIONS>) =>
		eachParallel(cli, args, async (given) => {
			const name = given.replace(/^\/+|\/+$/g, "");
			if (name === "") throw new Error("Container name cannot be empty");
			try {
				await cli.client.done("DELETE", `/containers/${piece(name)}`, {
					query: { v: options.volumes, link: options.link, force: options.force },
				});
				return true;
			} catch (error) {
				// with --force, what is not there is what was asked for
				if (!options.force || !isNotFound(error)) throw error;
				await cli.err.line(describe(error));
				return false;
			}
		}),
});

export const rename = command({
	name: "rename",
	synopsis: "CONTAINER NEW_NAME",
	summary: "Rename a container",
	otherNames: names("rename"),
	args: exactly(2),
	run: async ({ cli, args }) => {
		const [from, to] = args.map((name) => name.trim()) as [string, string];
		if (from === "" || to === "") throw new StatusError(1, "Error: Neither old nor new names may be empty");
		try {
			await cli.client.done("POST", path(from, "rename"), { query: { name: to } });
		} catch (error) {
			await cli.err.line(describe(error));
			throw new StatusError(1, `Error: failed to rename container named ${from}`);
		}
	},
});

export const top = command({
	name: "top",
	synopsis: "CONTAINER [ps OPTIONS]",
	summary: "Display the running processes of a container",
	otherNames: names("top"),
	args: atLeast(1),
	interspersed: false,
	run: async ({ cli, args }) => {
		const [name, ...psArgs] = args as [string, ...string[]];
		const answer = await cli.client.json<{ Titles: string[]; Processes: string[][] | null }>("GET", path(name, "top"), {
			query: { ps_args: psArgs.join(" ") },
		});
		const lines = [answer.Titles, ...(answer.Processes ?? [])].map((cells) => `${cells.join("\t")}\n`).join("");
		await cli.out.write(align(lines, { minimum: 20, padding: 3 }));
	},
});
