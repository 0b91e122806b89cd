// How a binary runs here: from the bytes of an ELF file to instructions, the interpreter and WebAssembly; and what an
// instruction that the processor does not know looks like.

import type { Lesson, Witness } from "../../lesson";
import { container, containers } from "../../witness";

const SIGILL = 128 + 4;

/** What the memory that holds a program's instructions may be used for, such as `r-xp` (proc_pid_maps(5)). */
async function textPermissions(machine: Witness, pid: number): Promise<string | undefined> {
	const bytes = await machine.readFile(`/proc/${pid}/maps`).catch(() => undefined);
	if (!bytes) return undefined;
	const lines = new TextDecoder().decode(bytes).split("\n");
	return lines.map((line) => line.split(/\s+/)).find(([, permissions, , , , file]) => permissions?.[2] === "x" && file)?.[1];
}

export const binary: Lesson = {
	slug: "binary",
	part: 5,
	number: 23,
	minutes: 12,
	images: ["busybox"],
	commands: {
		run: { line: "docker run -d --name hot busybox md5sum /dev/zero", where: "host" },
		header: { line: "docker exec hot hexdump -C -n 32 /bin/busybox", where: "host" },
		maps: { line: "docker exec hot cat /proc/1/maps", where: "host" },
		stats: { line: "docker stats --no-stream hot", where: "host" },
		half: { line: "docker update --cpus 0.5 hot", where: "host" },
		flags: { line: "docker exec hot grep flags /proc/cpuinfo", where: "host" },
		kill: { line: "docker kill hot", where: "host" },
		broken: {
			line: "docker run --name broken busybox sh -c 'cp /bin/busybox /b; printf \"\\305\\371\\357\\300\" | dd of=/b bs=1 seek=$(($(od -An -t u4 -j 24 -N 4 /b) - 4194304)) conv=notrunc; /b true'",
			where: "host",
			fails: true,
		},
		code: { line: "docker inspect -f '{{.State.ExitCode}}' broken", where: "host" },
	},
	predictions: {
		text: {
			choices: ["rw", "rx", "rwx"],
			async observe(machine) {
				const hot = await container(machine, "hot");
				if (!hot?.State.Running) return undefined;
				const permissions = await textPermissions(machine, hot.State.Pid);
				return permissions?.slice(0, 3).replaceAll("-", "");
			},
		},
		unknown: {
			choices: ["126", "132", "139"],
			async observe(machine) {
				const broken = await container(machine, "broken");
				return broken?.State.Status === "exited" ? String(broken.State.ExitCode) : undefined;
			},
		},
	},
	tasks: {
		busy: {
			hints: 1,
			solution: ["docker run -d --name loop busybox sh -c 'while :; do :; done'"],
			async solved(machine) {
				const computing = (await machine.processes()).filter(({ state, native }) => state === "R" && !native);
				return (await containers(machine)).some(
					({ Id, State }) =>
						State.Running &&
						computing.some(({ cgroup, argv }) => cgroup.includes(Id) && !argv[0]?.endsWith("md5sum") && !argv.includes("md5sum")),
				);
			},
		},
		illegal: {
			hints: 2,
			solution: ["docker run --name sigill busybox sh -c 'sh -c \"kill -ILL \\$\\$\"; exit $?'"],
			async solved(machine) {
				const broken = await container(machine, "broken");
				return (await containers(machine)).some(
					({ Id, State }) => Id !== broken?.Id && State.Status === "exited" && State.ExitCode === SIGILL,
				);
			},
		},
	},
	path: ["run", "header", "maps", "stats", "half", "flags", "kill", "broken", "code"],
};
