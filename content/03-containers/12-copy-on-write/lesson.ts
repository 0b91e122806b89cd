// Copy-on-write: what a container changes goes into its own layer, and the image never changes.

import type { Lesson } from "../../lesson";
import {
	ADDED,
	ask,
	CHANGED,
	changes,
	container,
	containers,
	DELETED,
	hasChange,
	inSnapshots,
	layersOf,
	seesPath,
	sizesInSnapshots,
} from "../../witness";

const MARK = "# mine";

export const copyOnWrite: Lesson = {
	slug: "copy-on-write",
	part: 3,
	number: 12,
	minutes: 12,
	images: ["busybox"],
	commands: {
		run: { line: "docker run -it --name cow busybox sh", where: "host" },
		add: { line: "echo hello > /root/note", where: "container" },
		change: { line: "echo '# mine' >> /etc/passwd", where: "container" },
		remove: { line: "rm /etc/group", where: "container" },
		look: { line: "ls /etc", where: "container" },
		leave: { line: "exit", where: "container" },
		diff: { line: "docker diff cow", where: "host" },
		fresh: { line: "docker run --name fresh busybox cat /etc/group", where: "host" },
		snapshots: { line: "ls /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots", where: "host" },
		whiteout: {
			line: "ls -l /var/lib/containerd/io.containerd.snapshotter.v1.overlayfs/snapshots/*/fs/etc/group",
			where: "host",
		},
		commit: { line: "docker commit cow mine", where: "host" },
		history: { line: "docker history mine", where: "host" },
		readOnly: { line: "docker run --rm --read-only busybox touch /root/note", where: "host", fails: true },
		inUse: { line: "docker rmi busybox", where: "host", fails: true },
	},
	predictions: {
		copied: {
			choices: ["line", "whole", "nothing"],
			async observe(machine) {
				if (!hasChange(await changes(machine, "cow"), "/etc/passwd", CHANGED)) return undefined;
				const upper = (await inSnapshots(machine, "/etc/passwd")).find((content) => content.includes(MARK));
				if (upper === undefined) return "nothing";
				return upper.startsWith("root:") ? "whole" : "line";
			},
		},
		group: {
			choices: ["gone", "stays"],
			async observe(machine) {
				if (!hasChange(await changes(machine, "cow"), "/etc/group", DELETED)) return undefined;
				if (!(await container(machine, "fresh"))) return undefined;
				return (await seesPath(machine, "fresh", "/etc/group")) ? "stays" : "gone";
			},
		},
	},
	tasks: {
		three: {
			hints: 2,
			solution: ["docker run --name three busybox sh -c 'echo a > /root/new; echo b >> /etc/group; rm /etc/passwd'"],
			async solved(machine) {
				for (const { Id, Config } of await containers(machine)) {
					// The container of the text above does not count.
					if ((await container(machine, "cow"))?.Id === Id || !/busybox/.test(Config.Image)) continue;
					const all = await changes(machine, Id);
					const files = all.filter(({ Path }) => !all.some((other) => other.Path.startsWith(`${Path}/`)));
					if ([ADDED, CHANGED, DELETED].every((kind) => files.some((change) => change.Kind === kind))) return true;
				}
				return false;
			},
		},
		chmod: {
			hints: 2,
			solution: ["docker run --name mode busybox chmod 700 /bin/busybox"],
			async solved(machine) {
				const sizes = await sizesInSnapshots(machine, "/bin", "busybox");
				// a byte more, and its content would be another
				if (sizes.length < 2 || new Set(sizes).size > 1) return false;
				for (const { Id } of await containers(machine))
					if (hasChange(await changes(machine, Id), "/bin/busybox", CHANGED)) return true;
				return false;
			},
		},
		image: {
			hints: 2,
			solution: ["docker run --name maker busybox sh -c 'echo hello > /greeting'", "docker commit maker greeting"],
			async solved(machine) {
				const base = await layersOf(machine, "busybox");
				if (base.length === 0) return false;
				const images = (await ask<Array<{ Id: string; RepoTags: string[] | null }>>(machine, "/images/json")) ?? [];
				for (const { Id, RepoTags } of images) {
					if (!RepoTags?.some((tag) => /^greeting:/.test(tag))) continue;
					const layers = await layersOf(machine, Id);
					if (layers.length === base.length + 1 && base.every((layer, index) => layers[index] === layer)) return true;
				}
				return false;
			},
		},
	},
	path: [
		"run",
		"add",
		"change",
		"remove",
		"look",
		"leave",
		"diff",
		"fresh",
		"snapshots",
		"whiteout",
		"commit",
		"history",
		"readOnly",
		"inUse",
	],
};
