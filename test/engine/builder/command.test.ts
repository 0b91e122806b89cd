// docker build in a machine: what goes into a build and what comes out, besides files and images. The words are buildx's.

import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BuilderMachine, builderMachine } from "./machine";

let machine: BuilderMachine;
const BASE = `FROM scratch
COPY busybox /bin/busybox
RUN ["/bin/busybox", "sh", "-c", "for a in sh ls cat echo; do /bin/busybox ln -s busybox /bin/$a; done"]
`;
beforeAll(async () => {
	machine = await builderMachine();
	await machine.host.run("mkdir -p /var/tmp/recipes/base && cp /bin/busybox /var/tmp/recipes/base/busybox");
	expect(await machine.build("base", { Dockerfile: BASE })).toMatchObject({ code: 0 });
	await run("mkdir -p /www /c/w; echo remote > /www/file; echo in context > /c/w/f; echo s3cret > /c/secret");
	await run("printf 'FROM base\\nCOPY f /f\\nRUN cat /f\\n' > /c/w/Dockerfile; cp /c/w/Dockerfile /www/Dockerfile.txt");
	await run(
		"tar -cf /www/w.tar -C /c/w . && gzip -c /www/w.tar > /www/w.tgz; bzip2 -c /www/w.tar > /www/w.tbz; /usr/bin/xz -0 -c /www/w.tar > /www/w.txz; httpd -p 8888 -h /www",
	);
}, 240_000);
afterAll(() => machine?.close());

/** In /c, with the Dockerfile D. */
async function run(line: string, dockerfile = ""): Promise<{ code: number; out: string; err: string }> {
	if (dockerfile !== "") await machine.host.run("mkdir -p /c; cat > /c/D", { stdin: new TextEncoder().encode(dockerfile) });
	const { code, stdout, stderr } = await machine.host.run(`mkdir -p /c && cd /c && ${line}`);
	return { code, out: stdout, err: stderr };
}
const build = (args: string, dockerfile = ""): ReturnType<typeof run> => run(`docker build --progress=plain ${args}`, dockerfile);
const URL = "http://127.0.0.1:8888";

describe("docker build", { timeout: 120_000 }, () => {
	it("adds what a URL gives, if its digest is the one that is said", async () => {
		const sum = (await run("sha256sum /www/file")).out.slice(0, 64);
		const good = await build(
			"-f D .",
			`FROM base\nADD --checksum=sha256:${sum} ${URL}/file /d/\nRUN cat /d/file; ls -l /d/file\n`,
		);
		expect(good.err).toMatch(/ remote\n[\s\S]* -rw-------/);
		const other = sum.replace(/[0-9]/g, (digit) => String(9 - Number(digit)));
		const bad = await build("-f D .", `FROM base\nADD --checksum=sha256:${other} ${URL}/file /d/\n`);
		expect(bad.err).toContain(`ERROR: failed to build: failed to solve: digest mismatch sha256:${sum}: sha256:${other}\n`);
		const missing = await build("-f D .", `FROM base\nADD ${URL}/nosuch /d/\n`);
		expect(missing.err).toContain("failed to solve: invalid response status 404\n");
	});

	it.each(["w.tar", "w.tgz"])("takes a context from a URL: %s", async (name) => {
		const { code, err } = await build(`--no-cache ${URL}/${name}`);
		expect(err).toMatch(/\d in context\n/);
		expect(code).toBe(0);
	});
	it("takes a Dockerfile from a URL, and refuses git", async () => {
		const text = await build(`${URL}/Dockerfile.txt`);
		expect(text.err).toContain('"/f": not found');
		const git = await build("https://example.com/x.git");
		expect(git.err).toContain(
			"ERROR: failed to build: failed to solve: https://example.com/x.git: this host's builder has no git",
		);
	});
	it("takes contexts and Dockerfiles from standard input", async () => {
		const ids = await Promise.all(
			[
				"-q w",
				"-q - < /www/w.tar",
				"-q - < /www/w.tgz",
				"-q - < /www/w.tbz",
				"-q - < /www/w.txz",
				"-q -f - w < w/Dockerfile",
			].map(async (args) => (await run(`docker build --build-arg SOURCE_DATE_EPOCH=5 ${args}`)).out),
		);
		expect(ids[0]).toMatch(/^sha256:[0-9a-f]{64}\n$/);
		expect(new Set(ids).size).toBe(1);
		const dockerfile = "FROM base\nCOPY --from=o f /x\nCOPY --from=i /bin/sh /y\nRUN cat /x\n";
		const further = await build("--build-context o=w --build-context i=docker-image://base - < D", dockerfile);
		expect(further.err).toMatch(/\d in context\n/);
	});

	it("takes archives compressed by bzip2 and xz, as import, cp and load do", async () => {
		const added = await build("-f D /www", "FROM base\nADD w.txz /x/\nADD w.tbz /b/\nRUN cat /x/f /b/f\n");
		expect(added.err).toMatch(/ in context\n.* in context\n/);
		for (const archive of ["/www/w.tbz", "/www/w.txz"]) {
			const copied = `docker create --name cz i:z x > /dev/null && docker cp - cz:/ < ${archive} && docker cp cz:/f - | tar -xO; docker rm -f cz > /dev/null`;
			expect(await run(`docker import - i:z < ${archive} > /dev/null && ${copied}`)).toEqual({
				code: 0,
				out: "in context\n",
				err: "",
			});
		}
		const again = "docker save i:z | /usr/bin/xz -0 > /c/z.txz && docker rmi i:z > /dev/null && docker load < /c/z.txz";
		expect((await run(again)).out).toBe("Loaded image: i:z\n");
		const bad = await run("head -c 100 /c/z.txz | docker load; docker import - < /dev/null");
		expect(bad.err).toContain("exit status 1: xz: (stdin): Unexpected end of input\n");
	});

	it("keeps hard links, and the kinds of files that a stage has made", async () => {
		const dockerfile =
			"FROM base AS a\nRUN echo 1 > /h; /bin/busybox mkdir /k; /bin/busybox mkfifo /k/p\nFROM base\nCOPY l /l\nCOPY --from=a /k /k\nRUN ls -l /l /k\n";
		const { err } = await run(
			"rm -rf l && mkdir l && echo x > l/a && ln l/a l/b && docker build --progress=plain -f D .",
			dockerfile,
		);
		expect(err).toMatch(/ -rw-r--r-- +2 .* a\n/);
		expect(err).toMatch(/ -rw-r--r-- +2 .* b\n/);
		expect(err).toMatch(/ prw-r--r-- .* p\n/);
	});

	it("gives secrets to the commands that want them, and keeps them out of the image", async () => {
		const dockerfile =
			"FROM base\nRUN --mount=type=secret,id=a cat /run/secrets/a; ls -l /run/secrets/a\nRUN --mount=type=secret,id=a,env=A echo is $A\nRUN ls /run\n";
		const { err } = await build("--secret id=a,src=secret -f D .", dockerfile);
		expect(err).toMatch(/\d s3cret\n[\s\S]* -r--------[\s\S]* is s3cret\n/);
		expect((await run("S=other docker build --no-cache --progress=plain --secret id=a,env=S -f D .")).err).toContain(
			" is other\n",
		);
		expect((await build("-f D --no-cache .")).err).toContain("failed to solve: secret a: no active sessions");
		expect((await build("--secret id=a,src=nosuch -f D .")).err).toBe(
			"ERROR: failed to build: failed to stat nosuch: stat nosuch: no such file or directory\n",
		);
	});

	it("finds the steps of an image that has an inline cache", async () => {
		await build("--build-arg BUILDKIT_INLINE_CACHE=1 -t inline -f D .", "FROM base\nRUN echo one > /one\nCOPY w /w\n");
		await run("docker builder prune -af");
		const { err } = await build("--cache-from type=registry,ref=inline -f D .");
		expect(err.match(/^#\d+ CACHED$/gm)).toHaveLength(2);
		await run("docker builder prune -af");
		expect((await build("-f D .")).err).not.toContain("CACHED");
	});

	it("keeps the image that it begins with to itself, until its cache is pruned", async () => {
		const files = "find /var/lib/containerd -path '*blobs/sha256/*' -type f | wc -l";
		const all = "docker rmi -f $(docker images -aq) > /dev/null 2>&1; docker builder prune -af";
		await run(all);
		expect((await run(files)).out).toBe("0\n");
		expect((await build("-f D -t own .", "FROM base\nRUN echo own > /own\n")).code).toBe(0);
		expect((await run("docker images --format '{{.Repository}}'")).out).toBe("own\n");
		expect((await run("docker rmi own && docker image prune -af")).code).toBe(0);
		const again = await build("-f D -t own .");
		expect(again.err).toMatch(/\[2\/2\] RUN echo own[^\n]*\n#\d+ CACHED/);
		expect(again.err).not.toContain("extracting");
		await run(all);
		expect((await run(files)).out).toBe("0\n");
	});
	it("gives the same digest and no later times with SOURCE_DATE_EPOCH", async () => {
		const dockerfile = "FROM base\nRUN echo a > /a\nCOPY w /w\nWORKDIR /x\n";
		const once = (): ReturnType<typeof run> =>
			run("docker build -q --no-cache --build-arg SOURCE_DATE_EPOCH=1000 -t dated -f D .");
		await run("true", dockerfile);
		const ids = [await once(), await once()].map(({ out }) => out);
		expect(ids[0]).toBe(ids[1]);
		const times = await run(
			"rm -rf s; mkdir s; docker save dated | tar -xf - -C s; for b in s/blobs/sha256/*; do tar -tzvf $b 2>/dev/null; done | grep -E ' (a|w/|w/f|x/)$'",
		);
		expect(times.out.match(/1970-01-01 00:16:40/g)).toHaveLength(4);
	});

	it("puts the result where -o says", async () => {
		await run("true", "FROM scratch\nCOPY w /\n");
		expect((await run("docker build -q -o out -f D . && cat out/f")).out).toBe("in context\n");
		expect((await run("docker build -q -o - -f D . | tar -tf -")).out).toBe("./\n./Dockerfile\n./f\n");
		const archive = await run("docker build -q -t kept -o type=docker,dest=k.tar -f D . && tar -xOf k.tar manifest.json");
		expect(archive.out).toContain('"RepoTags":["kept:latest"]');
		const words = async (args: string): Promise<string> => (await build(`${args} -f D .`)).err;
		expect(await words("-o type=nosuch")).toBe('ERROR: failed to build: failed to solve: exporter "nosuch" could not be found\n');
		expect(await words("-o type=local")).toBe("ERROR: failed to build: dest is required for local exporter\n");
		expect(await words("--push")).toBe("ERROR: failed to build: tag is needed when pushing to registry\n");
	});
	it("pushes", async () => {
		expect((await run("docker build -q --push -t pushed:1 -f D .", "FROM scratch\nCOPY w /\n")).code).toBe(0);
		expect((await run("docker rmi pushed:1; docker pull -q pushed:1")).out).toContain("docker.io/library/pushed:1\n");
	});

	it("says what can be built, and with what", async () => {
		const dockerfile =
			"# SAID is said\nARG SAID=hello\nARG BASE=base\n# first makes it\nFROM $BASE AS first\n# WHO is greeted\nARG WHO=world\nARG SAID\nRUN --mount=type=secret,id=s,required=true true\nFROM scratch AS last\nCOPY --from=first / /\n";
		expect((await build("--call=targets -f D .", dockerfile)).out).toBe(
			"TARGET         DESCRIPTION\nfirst          makes it\nlast (default) \n",
		);
		expect((await build("--call=outline --target first --build-arg WHO=me -f D .")).out).toBe(
			"TARGET:      first\nDESCRIPTION: makes it\n\nBUILD ARG   VALUE   DESCRIPTION\nSAID        hello   is said\nBASE        base    \nWHO         me      is greeted\n\nSECRET   REQUIRED\ns        true\n\n",
		);
		const json = JSON.parse((await build("--call=targets,format=json -f D .")).out) as { targets: Array<{ name: string }> };
		expect(json.targets.map(({ name }) => name)).toEqual(["first", "last"]);
	});
	it("prints the findings of --check as buildx does", async () => {
		const { code, out } = await build("--check -f D .", "FROM base as b\nCMD a\n");
		expect(code).toBe(1);
		expect(out).toBe(`Check complete, 2 warnings have been found!

WARNING: FromAsCasing - https://docs.docker.com/go/dockerfile/rule/from-as-casing/
'as' and 'FROM' keywords' casing do not match
D:1
--------------------
   1 | >>> FROM base as b
   2 |     CMD a
   3 |     
--------------------

WARNING: JSONArgsRecommended - https://docs.docker.com/go/dockerfile/rule/json-args-recommended/
JSON arguments recommended for CMD to prevent unintended behavior related to OS signals
D:2
--------------------
   1 |     FROM base as b
   2 | >>> CMD a
   3 |     
--------------------
`);
		expect(await build("--check -f D .", 'FROM base\nCMD ["a"]\n')).toMatchObject({
			code: 0,
			out: "Check complete, no warnings found.\n",
		});
		const failed = await build("--check -f D .", 'FROM base\nCMD ["a"]\nCOPY --nosuch=1 a b\n');
		expect(failed.code).toBe(1);
		expect(failed.err).toContain("ERROR: dockerfile parse error on line 3: unknown flag: --nosuch\nD:3\n");
	});
});
