// docker run's arguments become the API's bodies as docker's own client makes them.

import type { Cli } from "../../../engine/cli/cli";
import { createBody } from "../../../engine/cli/command/container/create-body";
import type { CreateValues } from "../../../engine/cli/command/container/create-options";
import { run } from "../../../engine/cli/command/container/run";
import { FlagError, parseFlags } from "../../../engine/cli/flags/parse";
import { type Oracle, type Row, rowsOf, same } from "./case";

const cli = { env: { HO_SET: "from-env" }, sys: { getcwd: async () => "/cwd" } } as unknown as Cli;

async function answered(argv: string[]): Promise<Row> {
	let parsed: ReturnType<typeof parseFlags>;
	try {
		parsed = parseFlags(run.options, argv, false);
	} catch (error) {
		if (!(error instanceof FlagError)) throw error;
		return { flagError: error.message };
	}
	const [image = "", ...command] = parsed.args;
	try {
		return { ...(await createBody(cli, parsed.values as unknown as CreateValues, parsed.changed, image, command)) };
	} catch (error) {
		return { error: (error as Error).message };
	}
}

export const runArgv = (data: Row): Oracle => ({
	cases: rowsOf(data, "cases").map((row) => ({
		name: (row.argv as string[]).join(" "),
		check: async () => {
			const { Config, HostConfig, NetworkingConfig, error, flagError } = row;
			const recorded = flagError ? { flagError } : error ? { error } : { Config, HostConfig, NetworkingConfig };
			same(await answered(row.argv as string[]), recorded);
		},
	})),
	unknown: [],
});
