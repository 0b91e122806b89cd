// Without Docker: layers unpacked by tar, config.json by runc spec, and a container by runc alone.

import type { Lesson, Witness } from "../../lesson";
import { readJson } from "../../witness";

interface State {
	initPid: number;
	spec: {
		hostname?: string;
		linux: { resources?: { memory?: { limit?: number } } };
	};
}
/** Containers that runc keeps under its own root, so none of Docker's, whose first process lives. */
async function own(machine: Witness): Promise<Array<State & { name: string }>> {
	const found: Array<State & { name: string }> = [];
	const alive = new Set((await machine.processes()).filter(({ state }) => state !== "Z").map(({ pid }) => pid));
	for (const { name } of await machine.list("/run/runc").catch(() => [])) {
		const state = await readJson<State>(machine, `/run/runc/${name}/state.json`);
		if (state && alive.has(state.initPid)) found.push({ ...state, name });
	}
	return found;
}
const MB = 1 << 20;
/** A bundle in a directory of /root, with busybox's files and a program that waits. */
const bundle = (directory: string): string[] => [
	`mkdir -p /root/${directory}/rootfs; docker export $(docker create busybox) | tar x -C /root/${directory}/rootfs`,
	`runc spec -b /root/${directory}; sed -i -e 's/"terminal": true/"terminal": false/' -e 's/"sh"/"sleep", "1000"/' /root/${directory}/config.json`,
];

export const withoutDocker: Lesson = {
	slug: "without-docker",
	part: 4,
	number: 22,
	minutes: 15,
	images: ["layers", "busybox"],
	commands: {
		save: { line: "mkdir -p image bundle/rootfs; docker pull -q layers; docker save layers | tar x -C image", where: "host" },
		manifest: { line: "cat image/manifest.json; echo", where: "host" },
		unpack: {
			line: "for layer in $(grep -o 'blobs/sha256/[0-9a-f]*' image/manifest.json | tail -n +2); do tar xzf image/$layer -C bundle/rootfs; done",
			where: "host",
		},
		look: { line: "ls -A bundle/rootfs bundle/rootfs/etc", where: "host" },
		whiteout: { line: "mv bundle/rootfs/etc/group bundle/rootfs/etc/.wh.group /tmp", where: "host" },
		spec: { line: "runc spec -b bundle", where: "host" },
		config: { line: "head -20 bundle/config.json", where: "host" },
		namespaces: { line: "grep -A 22 '\"namespaces\"' bundle/config.json", where: "host" },
		tty: { line: "runc run -d -b bundle box", where: "host", fails: true },
		edit: {
			line: `sed -i -e 's/"terminal": true/"terminal": false/' -e 's/"sh"/"sleep", "1000"/' bundle/config.json`,
			where: "host",
		},
		create: { line: "runc create -b bundle box", where: "host" },
		list: { line: "runc list", where: "host" },
		waiting: { line: "ps -o pid,ppid,args", where: "host" },
		start: { line: "runc start box", where: "host" },
		started: { line: "ps -o pid,ppid,args", where: "host" },
		inside: { line: "runc exec box ps", where: "host" },
		added: { line: "runc exec box cat /added.txt", where: "host" },
		network: { line: "runc exec box ip addr", where: "host" },
		readOnly: { line: "runc exec box touch /x", where: "host", fails: true },
		cgroup: { line: "cat /sys/fs/cgroup/box/cgroup.procs", where: "host" },
		docker: { line: "docker ps", where: "host" },
		dockers: { line: "docker run -d --name theirs layers sleep 1000", where: "host" },
		dockersList: { line: "runc --root /run/docker/runtime-runc/moby list", where: "host" },
		dockersConfig: {
			line: "wc -c bundle/config.json /run/containerd/io.containerd.runtime.v2.task/moby/*/config.json",
			where: "host",
		},
		remove: { line: "runc delete box", where: "host", fails: true },
		kill: { line: "runc kill box KILL; sleep 1; runc list", where: "host" },
		removed: { line: "runc delete box; runc list", where: "host" },
	},
	predictions: {
		whiteout: {
			choices: ["gone", "there"],
			async observe(machine) {
				for (const directory of ["/root/bundle/rootfs/etc", "/tmp"]) {
					const names = (await machine.list(directory).catch(() => [])).map(({ name }) => name);
					// all layers are there when the last one's mark is
					if (names.includes(".wh.group")) return names.includes("group") ? "there" : "gone";
				}
				return undefined;
			},
		},
		created: {
			choices: ["runs", "waits"],
			async observe(machine) {
				const box = (await own(machine)).find(({ name }) => name === "box");
				const first = (await machine.processes()).find(({ pid }) => pid === box?.initPid);
				if (!first) return undefined;
				if (first.argv[0] === "runc") return "waits";
				// it runs by now: the gate that it waited at was taken away after it had been made, when it was started
				const made = (await machine.list("/run/runc/box")).find(({ name }) => name === "state.json");
				const changed = (await machine.list("/run/runc")).find(({ name }) => name === "box");
				return made && changed && changed.mtime > made.mtime ? "waits" : "runs";
			},
		},
		network: {
			choices: ["eth0", "lo"],
			async observe(machine) {
				const box = (await own(machine)).find(({ name }) => name === "box");
				const devices = box && (await machine.readFile(`/proc/${box.initPid}/net/dev`, 4096).catch(() => undefined));
				return devices && (/\beth0:/.test(new TextDecoder().decode(devices)) ? "eth0" : "lo");
			},
		},
	},
	tasks: {
		named: {
			hints: 2,
			solution: [
				...bundle("b1"),
				`sed -i 's/"hostname": "runc"/"hostname": "harbour"/' /root/b1/config.json`,
				"runc run -d -b /root/b1 named",
			],
			solved: async (machine) => (await own(machine)).some(({ spec }) => spec.hostname === "harbour"),
		},
		limited: {
			hints: 2,
			solution: [
				...bundle("b2"),
				`sed -i 's/"resources": {/"resources": {"memory": {"limit": 33554432},/' /root/b2/config.json`,
				"runc run -d -b /root/b2 limited",
			],
			solved: async (machine) =>
				(await own(machine)).some(({ spec }) => {
					const limit = spec.linux.resources?.memory?.limit ?? 0;
					return limit > 0 && limit <= 64 * MB;
				}),
		},
		shared: {
			hints: 1,
			solution: [
				...bundle("b3"),
				`sed -i 's|"type": "network"|"type": "network", "path": "/proc/1/ns/net"|' /root/b3/config.json`,
				"runc run -d -b /root/b3 shared",
			],
			async solved(machine) {
				const pids = new Set((await own(machine)).map(({ initPid }) => initPid));
				const all = await machine.processes();
				const host = all.find(({ pid }) => pid === 1)?.namespaces;
				return all.some(({ pid, namespaces }) => pids.has(pid) && namespaces.net === host?.net && namespaces.mnt !== host?.mnt);
			},
		},
	},
	path: [
		"save",
		"manifest",
		"unpack",
		"look",
		"whiteout",
		"spec",
		"config",
		"namespaces",
		"tty",
		"edit",
		"create",
		"list",
		"waiting",
		"start",
		"started",
		"inside",
		"added",
		"network",
		"readOnly",
		"cgroup",
		"docker",
		"dockers",
		"dockersList",
		"dockersConfig",
		"remove",
		"kill",
		"removed",
	],
};
