// docker run's arguments become the API's bodies exactly as docker's own client makes them (recorded from it).

import { describe, expect, it } from "vitest";
import type { Cli } from "../../../engine/cli/cli";
import { createBody } from "../../../engine/cli/command/container/create-body";
import type { CreateValues } from "../../../engine/cli/command/container/create-options";
import { run } from "../../../engine/cli/command/container/run";
import { FlagError, parseFlags } from "../../../engine/cli/flags/parse";
import recorded from "../../fixtures/run-argv-oracle.json";
import { readOracle } from "../../support/oracle";

const oracle = readOracle("run-argv-oracle.json", recorded);

const cli = { env: { HO_SET: "from-env" }, sys: { getcwd: async () => "/cwd" } } as unknown as Cli;

describe("docker run's arguments", () => {
	for (const row of oracle.cases as Array<Record<string, unknown> & { argv: string[] }>)
		it(row.argv.join(" "), async () => {
			let parsed: ReturnType<typeof parseFlags>;
			try {
				parsed = parseFlags(run.options, row.argv, false);
			} catch (error) {
				expect(error).toBeInstanceOf(FlagError);
				expect((error as Error).message).toBe(row["flagError"]);
				return;
			}
			const [image = "", ...command] = parsed.args;
			const body = createBody(cli, parsed.values as unknown as CreateValues, parsed.changed, image, command);
			if (row["error"]) await expect(body).rejects.toThrow(new Error(row["error"] as string));
			else {
				const { Config, HostConfig, NetworkingConfig } = row;
				expect(JSON.parse(JSON.stringify(await body))).toEqual({ Config, HostConfig, NetworkingConfig });
			}
		});
});
