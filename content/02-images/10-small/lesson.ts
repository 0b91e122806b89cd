// Small images: what a deleted file still costs, one RUN, .dockerignore, several stages, scratch.

import type { Lesson } from "../../lesson";
import { ended, historyOf, image, layersOf } from "../../witness";

const BLOBS = "/var/lib/containerd/io.containerd.content.v1.content/blobs/sha256";
const file = (path: string, ...lines: string[]): string => [`cat > ${path} <<'EOF'`, ...lines, "EOF"].join("\n");
const build = (tag: string, ...lines: string[]): string => [`docker build -t ${tag} - <<'EOF'`, ...lines, "EOF"].join("\n");
const page = `RUN perl -e 'print "<li>$_</li>\\n" for 1..100' > index.html`;
const MB = 1_000_000;

export const small: Lesson = {
	slug: "small-images",
	part: 2,
	number: 10,
	minutes: 12,
	images: ["busybox", "debian"],
	commands: {
		files: {
			line: "mkdir site; echo '<h1>hi</h1>' > site/index.html; head -c 3000000 /dev/urandom > site/video.raw; echo s3cret > site/token.txt",
			where: "host",
		},
		dockerfile: {
			line: file("site/Dockerfile", "FROM busybox", "COPY . /site", "RUN rm /site/video.raw /site/token.txt"),
			where: "host",
		},
		build: { line: "docker build -t big site", where: "host" },
		look: { line: "docker run --rm big ls -l /site", where: "host" },
		history: { line: "docker history big", where: "host" },
		dig: {
			line: `for blob in ${BLOBS}/*; do tar xzOf $blob site/token.txt; done 2>/dev/null || true`,
			where: "host",
		},
		secret: {
			line: [
				"docker build --secret id=token,src=site/token.txt -t sealed - <<'EOF'",
				"FROM busybox",
				"RUN --mount=type=secret,id=token wc -c < /run/secrets/token > /size",
				"EOF",
			].join("\n"),
			where: "host",
		},
		sealed: { line: "docker run --rm sealed cat /size", where: "host" },
		once: {
			line: build(
				"once",
				"FROM busybox",
				"RUN head -c 3000000 /dev/urandom > /tmp/video && md5sum /tmp/video > /video.md5 && rm /tmp/video",
			),
			where: "host",
		},
		onceHistory: { line: "docker history once", where: "host" },
		ignore: { line: file("site/.dockerignore", "*.raw", "token.txt", ".git", "Dockerfile", ".dockerignore"), where: "host" },
		plain: { line: file("site/Dockerfile", "FROM busybox", "COPY . /site"), where: "host" },
		buildLean: { line: "docker build -t lean site", where: "host" },
		lookLean: { line: "docker run --rm lean ls -A /site", where: "host" },
		leanHistory: { line: "docker history lean", where: "host" },
		fat: {
			line: build("fat", "FROM debian", "WORKDIR /src", page, 'CMD ["cat", "/src/index.html"]'),
			where: "host",
		},
		slim: {
			line: build(
				"slim",
				"FROM debian AS build",
				"WORKDIR /src",
				page,
				"",
				"FROM busybox",
				"COPY --from=build /src/index.html /site/",
				'CMD ["cat", "/site/index.html"]',
			),
			where: "host",
		},
		sizes: { line: "docker images", where: "host" },
		scratch: {
			line: build("tiny", "FROM scratch", "COPY --from=busybox /bin/busybox /", 'CMD ["/busybox", "echo", "hi"]'),
			where: "host",
		},
		tiny: { line: "docker run --rm tiny", where: "host" },
		usage: { line: "docker system df -v | head -12", where: "host" },
		ignored: {
			line: "echo 'COPY token.txt /' >> site/Dockerfile; docker build -t leak site",
			where: "host",
			fails: true,
		},
		noShell: { line: build("bare", "FROM scratch", "RUN echo hello"), where: "host", fails: true },
	},
	predictions: {
		deleted: {
			choices: ["smaller", "same"],
			async observe(machine) {
				const steps = await historyOf(machine, "big");
				if (!steps.some(({ CreatedBy }) => /\brm \/site/.test(CreatedBy))) return undefined;
				return steps.some(({ CreatedBy, Size }) => /^COPY/.test(CreatedBy) && Size > 2 * MB) ? "same" : "smaller";
			},
		},
		stages: {
			choices: ["both", "last"],
			async observe(machine) {
				const [fat, slim] = await Promise.all([layersOf(machine, "fat"), layersOf(machine, "slim")]);
				if (fat.length === 0 || slim.length === 0) return undefined;
				return slim.some((layer) => fat.includes(layer)) ? "both" : "last";
			},
		},
	},
	tasks: {
		context: {
			hints: 2,
			solution: [
				"mkdir -p /root/ctx; head -c 2000000 /dev/urandom > /root/ctx/big.bin; echo hi > /root/ctx/note.txt",
				"echo big.bin > /root/ctx/.dockerignore; printf 'FROM busybox\\nCOPY . /data\\n' > /root/ctx/Dockerfile",
				"docker build -t notes /root/ctx",
			],
			async solved(machine) {
				const files = await machine.list("/root/ctx").catch(() => []);
				if (!files.some(({ name, size }) => name === "big.bin" && size > MB)) return false;
				return (await historyOf(machine, "notes")).some(({ CreatedBy, Size }) => /^COPY \.\/? /.test(CreatedBy) && Size < MB / 5);
			},
		},
		tidy: {
			hints: 2,
			solution: [build("tidy", "FROM busybox", "RUN head -c 2000000 /dev/urandom > /big && wc -c /big > /size && rm /big")],
			async solved(machine) {
				const steps = await historyOf(machine, "tidy");
				const made = steps.find(({ CreatedBy }) => /^RUN .*\bhead -c 2000000\b/.test(CreatedBy));
				return made !== undefined && made.Size > 0 && made.Size < MB / 5;
			},
		},
		solo: {
			hints: 1,
			solution: [
				build("solo", "FROM scratch", "COPY --from=busybox /bin/busybox /", 'CMD ["/busybox", "uname"]'),
				"docker run --name alone solo",
			],
			async solved(machine) {
				const solo = await image(machine, "solo");
				if (solo?.RootFS.Layers?.length !== 1 || (await layersOf(machine, "busybox"))[0] === solo.RootFS.Layers[0]) return false;
				// an earlier image of this name does not count
				const made = Math.floor(Date.parse(solo.Created) / 1000);
				return (await ended(machine)).some(({ image, exitCode, time }) => image === "solo" && exitCode === 0 && time >= made);
			},
		},
	},
	path: [
		"files",
		"dockerfile",
		"build",
		"look",
		"history",
		"dig",
		"secret",
		"sealed",
		"once",
		"onceHistory",
		"ignore",
		"plain",
		"buildLean",
		"lookLean",
		"leanHistory",
		"fat",
		"slim",
		"sizes",
		"scratch",
		"tiny",
		"usage",
		"ignored",
		"noShell",
	],
};
