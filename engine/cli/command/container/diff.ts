// docker diff.

import { piece } from "../../client/objects";
import { command, exactly } from "../command";

const KINDS = ["C", "A", "D"];

export const diff = command({
	name: "diff",
	synopsis: "CONTAINER",
	summary: "Inspect changes to files or directories on a container's filesystem",
	otherNames: ["docker container diff", "docker diff"],
	args: exactly(1),
	run: async ({ cli, args }) => {
		const [name] = args as [string];
		if (name === "") throw new Error("Container name cannot be empty");
		const changes = await cli.client.json<Array<{ Kind: number; Path: string }> | null>(
			"GET",
			`/containers/${piece(name)}/changes`,
		);
		await cli.out.write((changes ?? []).map((change) => `${KINDS[change.Kind] ?? ""} ${change.Path}\n`).join(""));
	},
});
