// docker completion SHELL: a script that asks "docker __complete" at each press of the tab key.

import { SCRIPTS } from "../../completion/scripts";
import { command, exactlyOf } from "../command";

const SHELLS = Object.keys(SCRIPTS);

export const completion = command({
	name: "completion",
	synopsis: "COMMAND",
	summary: "Generate the autocompletion script for the specified shell",
	description: `Generate the autocompletion script for the specified shell: ${SHELLS.join(", ")}`,
	options: {},
	args: exactlyOf(1),
	hidden: true,
	run: async ({ cli, args }) => {
		const script = SCRIPTS[args[0]!];
		if (!script) throw new Error(`unknown shell: ${args[0]}; there are scripts for ${SHELLS.join(", ")}`);
		await cli.out.write(script);
	},
});
