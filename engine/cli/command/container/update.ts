// docker update.

import { piece } from "../../client/objects";
import { describe } from "../../describe";
import { parseRestartPolicy } from "../../opts/resources";
import { atLeast, type Call, command } from "../command";
import { CREATE_OPTIONS } from "./create-options";
import { failed } from "./each";

const take = <K extends keyof typeof CREATE_OPTIONS>(...names: K[]): Pick<typeof CREATE_OPTIONS, K> =>
	Object.fromEntries(names.map((name) => [name, CREATE_OPTIONS[name]])) as Pick<typeof CREATE_OPTIONS, K>;

const OPTIONS = {
	...take(
		"blkio-weight",
		"cpu-period",
		"cpu-quota",
		"cpu-rt-period",
		"cpu-rt-runtime",
		"cpu-shares",
		"cpus",
		"cpuset-cpus",
		"cpuset-mems",
		"memory",
		"memory-reservation",
		"memory-swap",
		"pids-limit",
	),
	restart: { ...CREATE_OPTIONS.restart, initial: () => "", shownDefault: undefined },
};

export const update = command({
	name: "update",
	synopsis: "[OPTIONS] CONTAINER [CONTAINER...]",
	summary: "Update configuration of one or more containers",
	otherNames: ["docker container update", "docker update"],
	options: OPTIONS,
	args: atLeast(1),
	run: async ({ cli, options, args, changed }: Call<typeof OPTIONS>) => {
		if (changed.size === 0) throw new Error("you must provide one or more flags when using this command");
		const body = {
			CpuShares: options["cpu-shares"],
			Memory: options.memory,
			NanoCpus: options.cpus,
			CgroupParent: "",
			BlkioWeight: options["blkio-weight"],
			CpuPeriod: options["cpu-period"],
			CpuQuota: options["cpu-quota"],
			CpuRealtimePeriod: options["cpu-rt-period"],
			CpuRealtimeRuntime: options["cpu-rt-runtime"],
			CpusetCpus: options["cpuset-cpus"],
			CpusetMems: options["cpuset-mems"],
			MemoryReservation: options["memory-reservation"],
			MemorySwap: options["memory-swap"],
			...(options["pids-limit"] ? { PidsLimit: options["pids-limit"] } : {}),
			RestartPolicy: parseRestartPolicy(options.restart),
		};
		const warnings: string[] = [];
		const failures: string[] = [];
		for (const name of args) {
			try {
				const answer = await cli.client.json<{ Warnings: string[] | null }>("POST", `/containers/${piece(name)}/update`, {
					json: body,
				});
				await cli.out.line(name);
				warnings.push(...(answer.Warnings ?? []));
			} catch (error) {
				failures.push(describe(error));
			}
		}
		if (warnings.length > 0) await cli.out.line(warnings.join("\n"));
		failed(failures);
	},
});
