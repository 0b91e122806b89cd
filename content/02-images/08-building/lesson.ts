// Building: a layer an instruction, the cache's key, and why it missed.

import type { Lesson, Witness } from "../../lesson";
import { historyOf, image, imageHas, layersOf } from "../../witness";

const dockerfile = (...lines: string[]): string => ["cat > app/Dockerfile <<'EOF'", ...lines, "EOF"].join("\n");
const build = (tag: string, ...lines: string[]): string => [`docker build -t ${tag} - <<'EOF'`, ...lines, "EOF"].join("\n");

/** How many layers two images have in common from the base up, or undefined when one is missing. */
async function common(machine: Witness, one: string, other: string): Promise<{ count: number; of: number } | undefined> {
	const [a, b] = await Promise.all([layersOf(machine, one), layersOf(machine, other)]);
	if (a.length === 0 || b.length === 0) return undefined;
	const differs = a.findIndex((layer, index) => layer !== b[index]);
	return { count: differs < 0 ? a.length : differs, of: a.length };
}

export const building: Lesson = {
	slug: "building",
	part: 2,
	number: 8,
	minutes: 12,
	images: ["busybox"],
	commands: {
		files: { line: "mkdir app; echo hello > app/greeting.txt; echo 'left-pad 1.3' > app/deps.txt", where: "host" },
		dockerfile: {
			line: dockerfile(
				"FROM busybox",
				"WORKDIR /app",
				"COPY . .",
				"RUN sleep 1 && cp deps.txt installed",
				'CMD ["cat", "greeting.txt"]',
			),
			where: "host",
		},
		build: { line: "docker build -t app:1 app", where: "host" },
		run: { line: "docker run --rm app:1", where: "host" },
		history: { line: "docker history app:1", where: "host" },
		touch: { line: "touch app/greeting.txt && docker build -t app:touched app", where: "host" },
		change: { line: "echo hi > app/greeting.txt && docker build -t app:2 app", where: "host" },
		reorder: {
			line: dockerfile(
				"FROM busybox",
				"WORKDIR /app",
				"COPY deps.txt .",
				"RUN sleep 1 && cp deps.txt installed",
				"COPY . .",
				'CMD ["cat", "greeting.txt"]',
			),
			where: "host",
		},
		third: { line: "docker build -t app:3 app", where: "host" },
		fourth: { line: "echo bye > app/greeting.txt && docker build -t app:4 app", where: "host" },
		stamp: {
			line: build("stamp:1", "FROM busybox", "RUN cat /proc/sys/kernel/random/uuid > /stamp", 'CMD ["cat", "/stamp"]'),
			where: "host",
		},
		stampRun: { line: "docker run --rm stamp:1", where: "host" },
		stampAgain: {
			line: build("stamp:2", "FROM busybox", "RUN cat /proc/sys/kernel/random/uuid > /stamp", 'CMD ["cat", "/stamp"]'),
			where: "host",
		},
		stampAgainRun: { line: "docker run --rm stamp:2", where: "host" },
		cache: { line: "docker buildx du", where: "host" },
		noFile: {
			line: build("broken", "FROM busybox", "COPY notes.txt /"),
			where: "host",
			fails: true,
		},
		cd: { line: build("where", "FROM busybox", "RUN cd /etc", "RUN cat passwd"), where: "host", fails: true },
		classic: { line: "DOCKER_BUILDKIT=0 docker build -t app:old app", where: "host" },
	},
	predictions: {
		touched: {
			choices: ["hit", "miss"],
			async observe(machine) {
				const both = await common(machine, "app:1", "app:touched");
				return both && (both.count === both.of ? "hit" : "miss");
			},
		},
		changed: {
			choices: ["copy", "after", "all"],
			async observe(machine) {
				const [first, second] = await Promise.all([layersOf(machine, "app:1"), layersOf(machine, "app:2")]);
				if (first.length === 0 || second.length === 0) return undefined;
				if (first.at(-3) !== second.at(-3)) return "all";
				return first.at(-1) === second.at(-1) ? "copy" : "after";
			},
		},
		stamps: {
			choices: ["same", "new"],
			async observe(machine) {
				const both = await common(machine, "stamp:1", "stamp:2");
				return both && (both.count === both.of ? "same" : "new");
			},
		},
	},
	tasks: {
		motd: {
			hints: 2,
			solution: [build("motd", "FROM busybox", "RUN echo good morning > /motd", 'CMD ["cat", "/motd"]')],
			async solved(machine) {
				const found = await image(machine, "motd");
				const command = [...(found?.Config.Entrypoint ?? []), ...(found?.Config.Cmd ?? [])].join(" ");
				if (!/(^|[ /])motd\b/.test(command) || (found?.RootFS.Layers?.length ?? 0) < 2) return false;
				return imageHas(machine, "motd", "/motd");
			},
		},
		last: {
			hints: 2,
			solution: [
				build("fast:1", "FROM busybox", "RUN sleep 1 && echo tools > /tools", "RUN echo 1 > /version"),
				build("fast:2", "FROM busybox", "RUN sleep 1 && echo tools > /tools", "RUN echo 2 > /version"),
			],
			async solved(machine) {
				const [one, two] = await Promise.all([layersOf(machine, "fast:1"), layersOf(machine, "fast:2")]);
				const both = await common(machine, "fast:1", "fast:2");
				return both !== undefined && one.length === two.length && both.count === one.length - 1 && both.count >= 2;
			},
		},
		fresh: {
			hints: 1,
			solution: [
				"echo 'FROM busybox\nRUN date > /built' > /root/Dockerfile.date",
				"docker build -t day:1 -f /root/Dockerfile.date /root",
				"sleep 1; docker build --no-cache -t day:2 -f /root/Dockerfile.date /root",
			],
			async solved(machine) {
				const [one, two] = await Promise.all([historyOf(machine, "day:1"), historyOf(machine, "day:2")]);
				const both = await common(machine, "day:1", "day:2");
				const steps = (history: typeof one): string => history.map(({ CreatedBy }) => CreatedBy).join("\n");
				return both !== undefined && both.count < both.of && steps(one) === steps(two);
			},
		},
	},
	path: [
		"files",
		"dockerfile",
		"build",
		"run",
		"history",
		"touch",
		"change",
		"reorder",
		"third",
		"fourth",
		"stamp",
		"stampRun",
		"stampAgain",
		"stampAgainRun",
		"cache",
		"noFile",
		"cd",
		"classic",
	],
};
