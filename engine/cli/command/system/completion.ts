// docker completion SHELL: a script that asks "docker __complete" at each press of the tab key.

import { SCRIPTS } from "../../completion/scripts";
import { command, type Group } from "../command";

export const completion: Group = {
	name: "completion",
	summary: "Generate the autocompletion script for the specified shell",
	description:
		"Generate the autocompletion script for docker for the specified shell.\nThe help of each command below says how the script is used.",
	hidden: true,
	lenient: true,
	commands: Object.entries(SCRIPTS).map(([shell, { script, use }]) =>
		command({
			name: shell,
			summary: `Generate the autocompletion script for ${shell}`,
			description: `Generate the autocompletion script for ${shell}.\n\nIn a session of ${shell}:\n\n\t${use}`,
			run: ({ cli }) => cli.out.write(script),
		}),
	),
};
