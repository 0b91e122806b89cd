// The builder in a machine: RUN runs in containers of the engine, images go to a registry.

import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collect, utf8 } from "../../../engine/lib/bytes";
import { header } from "../../../engine/lib/tar/header";
import { writeTar } from "../../../engine/lib/tar/write";
import { type BuilderMachine, builderMachine } from "./machine";

let machine: BuilderMachine;
const BASE = `FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox", "sh", "-c", "for a in sh ls cat echo rm mkdir id env pwd; do /bin/busybox ln -s busybox /bin/$a; done; /bin/busybox mkdir -m 1777 /tmp"]
COPY etc /etc
CMD ["sh"]
`;
beforeAll(async () => {
	machine = await builderMachine();
	await machine.host.run("mkdir -p /var/tmp/recipes/base && cp /bin/busybox /var/tmp/recipes/base/busybox");
	const built = await machine.build("base", {
		Dockerfile: BASE,
		"etc/passwd": "root:x:0:0:root:/root:/bin/sh\nann:x:1000:100:Ann:/home/ann:/bin/sh\n",
		"etc/group": "root:x:0:\nusers:x:100:\ncrew:x:200:ann\n",
	});
	expect(built).toMatchObject({ code: 0 });
}, 120_000);
afterAll(() => machine?.close());

const built = async (name: string, recipe: Parameters<BuilderMachine["build"]>[1], options?: string) => {
	const result = await machine.build(name, recipe, options);
	expect(result.stderr).toBe("");
	expect(result.code).toBe(0);
	return { ...(await machine.image(name)), stdout: result.stdout };
};

describe("build", () => {
	it("makes a base image from nothing, by a command in a container of it", async () => {
		const { tree, config, history, descriptor } = await machine.image("base");
		expect(tree["bin/sh"]).toMatchObject({ type: "symlink", target: "busybox" });
		expect(tree.tmp).toMatchObject({ mode: 0o1777 });
		expect(tree["etc/passwd"]).toMatchObject({ uid: 0, gid: 0, mode: 0o644, mtime: 500_000_000 });
		expect(config.config).toEqual({
			Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
			Cmd: ["sh"],
			ArgsEscaped: true,
			WorkingDir: "/",
		});
		expect(history[0]).toBe("COPY busybox /bin/busybox # buildkit");
		expect(history.at(-1)).toBe('CMD ["sh"]');
		expect(descriptor.platform).toEqual({ architecture: "amd64", os: "linux" });
		// what a command touches is no younger than the image
		expect(Object.values(tree).every(({ mtime }) => mtime! <= 1_000_000_000)).toBe(true);
	});

	it("copies as BuildKit does", async () => {
		const archive = await collect(
			writeTar([
				{ header: header({ name: "in/", type: "directory", mode: 0o711 }) },
				{ header: header({ name: "in/file", type: "file", size: 2, uid: 7, mtime: 10n ** 9n }), body: [utf8("ab")] },
			]),
		);
		const { tree } = await built("copies", {
			Dockerfile: `FROM base
WORKDIR /work
COPY one.txt renamed.txt
COPY one.txt sub/
COPY *.txt all/
COPY dir .
COPY dir/link followed
COPY --chown=ann:crew --chmod=640 one.txt /owned/file
COPY --chown=1234 dir /numbered
ADD archive.tar.gz unpacked/
COPY archive.tar.gz kept.tar.gz
ADD plain.gz /
COPY <<first <<"second" /docs/
home is $HOME_OF
first
kept $HOME_OF
second
COPY --from=base /etc/group /from-base
`,
			"one.txt": "1",
			"two.txt": { content: "2", mode: 0o755 },
			"dir/": { mode: 0o750 },
			"dir/deep/x": "x",
			"dir/link": { target: "deep/x" },
			"archive.tar.gz": { content: gzipSync(archive) },
			"plain.gz": { content: gzipSync("no archive") },
			"ignored.txt": "no",
			".dockerignore": "ignored.txt\nDockerfile\n",
		});
		const seen = Object.fromEntries(
			Object.entries(tree)
				.filter(([path]) => !/^(bin|etc|tmp)(\/|$)/.test(path))
				.map(([path, { type, mode, uid, gid }]) => [path, `${type} ${mode.toString(8)} ${uid}:${gid}`]),
		);
		expect(seen).toEqual({
			docs: "dir 755 0:0",
			"docs/first": "file 644 0:0",
			"docs/second": "file 644 0:0",
			"from-base": "file 644 0:0",
			numbered: "dir 755 1234:1234",
			"numbered/deep": "dir 755 1234:1234",
			"numbered/deep/x": "file 644 1234:1234",
			"numbered/link": "symlink 777 1234:1234",
			owned: "dir 640 1000:200",
			"owned/file": "file 640 1000:200",
			"plain.gz": "file 644 0:0",
			work: "dir 755 0:0",
			"work/all": "dir 755 0:0",
			"work/all/one.txt": "file 644 0:0",
			"work/all/two.txt": "file 755 0:0",
			"work/deep": "dir 755 0:0",
			"work/deep/x": "file 644 0:0",
			"work/followed": "file 644 0:0",
			"work/kept.tar.gz": "file 644 0:0",
			"work/link": "symlink 777 0:0",
			"work/renamed.txt": "file 644 0:0",
			"work/sub": "dir 755 0:0",
			"work/sub/one.txt": "file 644 0:0",
			"work/unpacked": "dir 755 0:0",
			"work/unpacked/in": "dir 711 0:0",
			"work/unpacked/in/file": "file 644 7:0",
		});
		expect([tree["docs/first"]!.content, tree["docs/second"]!.content]).toEqual(["home is \n", "kept $HOME_OF\n"]);
		expect(tree["from-base"]!.content).toContain("crew:x:200:ann");
	});

	it("sets everything that an image says about its containers", async () => {
		const { config, history } = await built(
			"configured",
			{
				Dockerfile: `ARG BASE=base
FROM $BASE
ARG GREETING=hello
ARG UNSET
ENV A=1 B="two words" PATH=/opt/bin:$PATH
ENV C=$A-\${UNSET:-none}-$GREETING
LABEL x=1 "y z"='\${A}'
EXPOSE 80 53/udp $A
VOLUME /data ["/no"]
USER ann:crew
WORKDIR /a
WORKDIR b
STOPSIGNAL SIGINT
HEALTHCHECK --interval=5s --retries=2 CMD echo ok
SHELL ["/bin/sh", "-ec"]
ENTRYPOINT echo entry
CMD ["x", "<&>"]
ONBUILD RUN echo later
`,
			},
			"--build-arg GREETING=hi",
		);
		expect(config.config).toEqual({
			User: "ann:crew",
			ExposedPorts: { "1/tcp": {}, "53/udp": {}, "80/tcp": {} },
			Env: ["PATH=/opt/bin:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "A=1", "B=two words", "C=1-none-hi"],
			Entrypoint: ["/bin/sh", "-ec", "echo entry"],
			Cmd: ["x", "<&>"],
			ArgsEscaped: true,
			Volumes: { "/data": {}, "[/no]": {} },
			WorkingDir: "/a/b",
			Labels: { x: "1", "y z": "${A}" },
			StopSignal: "SIGINT",
			Healthcheck: { Test: ["CMD-SHELL", "echo ok"], Interval: 5e9, Retries: 2 },
			OnBuild: ["RUN echo later"],
			Shell: ["/bin/sh", "-ec"],
		});
		expect(config.created).toBe("2001-09-09T01:46:40Z");
		expect(history).toContain("ENV C=1-none-hi");
		expect(history).toContain('CMD ["x" "<&>"]');
		expect(history).toContain("EXPOSE [1/tcp 53/udp 80/tcp]");
		const child = await built("triggered", { Dockerfile: "FROM configured\n" });
		expect(child.history.at(-1)).toBe("RUN /bin/sh -ec echo later # buildkit");
		expect(child.config.config!.OnBuild).toBeUndefined();
	});

	it("runs commands with the image's environment, user and directory, and keeps what they leave", async () => {
		const { tree, layers, stdout } = await built("runs", {
			Dockerfile: `FROM base
ARG WHO=me
ENV WHERE=here
WORKDIR /work
RUN id -u > uid; pwd > pwd; echo "$WHO $WHERE" > env; echo said; echo warned >&2
RUN rm /etc/group && mkdir -p /etc/new && echo x > /etc/new/x
RUN <<EOF
echo one > heredoc
echo two >> heredoc
EOF
RUN echo nothing changes
USER ann
RUN id > /tmp/id
`,
		});
		expect(["uid", "pwd", "env", "heredoc"].map((name) => tree[`work/${name}`]!.content)).toEqual([
			"0\n",
			"/work\n",
			"me here\n",
			"one\ntwo\n",
		]);
		expect(tree["tmp/id"]).toMatchObject({
			uid: 1000,
			gid: 100,
			content: "uid=1000(ann) gid=100\n",
		});
		expect(tree["etc/group"]).toBeUndefined();
		const removed = layers.find((names) => names.includes("etc/.wh.group"));
		expect(removed).toEqual(["etc/", "etc/.wh.group", "etc/new/", "etc/new/x"]);
		expect(stdout).toMatch(/said/);
		expect(stdout).toMatch(/warned/);
	});

	it("builds stages once and in the order in which they are needed, and passes over the others", async () => {
		const { tree, stdout, layers } = await built("stages", {
			Dockerfile: `FROM base AS tools
RUN echo tool > /tool
FROM base AS unneeded
RUN exit 1
FROM scratch
COPY --from=tools /tool /a
COPY --from=0 /tool /b
`,
		});
		expect(Object.keys(tree)).toEqual(["a", "b"]);
		expect(layers).toEqual([["a"], ["b"]]);
		expect(stdout.match(/echo tool/g)).toHaveLength(1);
	});

	it("gives equal digests for equal input, and takes from the cache what has not changed", async () => {
		const recipe = { Dockerfile: "FROM base\nCOPY a /a\nRUN echo $RANDOM > /random\nCOPY b /b\n", a: "a", b: "b" };
		const first = await built("again", recipe);
		const second = await built("again", recipe);
		expect(second.digest).toBe(first.digest);
		expect(second.stdout.match(/CACHED/g)).toHaveLength(3);
		const third = await built("again", { ...recipe, b: "changed" });
		expect(third.stdout.match(/CACHED/g)).toHaveLength(2);
		expect(third.tree.random!.content).toBe(first.tree.random!.content);
		const fourth = await built("again", { ...recipe, a: "changed" });
		expect(fourth.stdout).not.toContain("CACHED");
	});

	const failing: Array<[name: string, dockerfile: string, message: string]> = [
		["a command that fails", "FROM base\nRUN exit 3", 'process "/bin/sh -c exit 3" did not complete successfully: exit code: 3'],
		["a program that is not there", 'FROM base\nRUN ["/nope"]', "/nope"],
		["a file that is not there", "FROM base\nCOPY nope /", '"/nope": not found'],
		["a file that .dockerignore leaves out", "FROM base\nCOPY secret /", '"/secret": not found'],
		[
			"an instruction that is none",
			"FROM base\nCOPPY a /",
			"dockerfile parse error on line 2: unknown instruction: COPPY (did you mean COPY?)",
		],
		["an image that is nowhere", "FROM nowhere", "docker.io/library/nowhere:latest: not found"],
		["no stage", "ARG x\n", "dockerfile contains no stages to build"],
		["a user that is not there", "FROM base\nUSER bob\nRUN id", "unable to find user bob: no matching entries in passwd file"],
		["a git repository", "FROM base\nADD https://example.org/x.git /", "this builder has no git"],
		["a secret", "FROM base\nRUN --mount=type=secret,id=x echo x", "secret x: no active sessions"],
		["a mount", "FROM base\nRUN --mount=type=cash,target=/c echo x", 'unsupported mount type "cash" (did you mean cache?)'],
	];
	it.each(failing)("says what is wrong with %s", async (_name, Dockerfile, message) => {
		const result = await machine.build("failing", { Dockerfile, secret: "s", ".dockerignore": "secret" });
		expect(result.code).toBe(1);
		expect(result.stderr).toContain(message);
	});

	it("leaves no container, mount or snapshot of its work behind", async () => {
		const { stdout } = await machine.host.run(
			"cat /proc/mounts; ls /run/buildkit /var/lib/buildkit; cat /var/lib/containerd/io.containerd.metadata.v1.bolt/containers.json",
		);
		expect(stdout).not.toMatch(/mount-|build-[0-9a-f]{16}/);
		const snapshots = JSON.parse(
			(await machine.host.run("cat /var/lib/containerd/io.containerd.metadata.v1.bolt/snapshots.json")).stdout,
		);
		expect(Object.keys(snapshots).filter((key) => key.startsWith("build-"))).toEqual([]);
	});
});
