// The same image everywhere: what our daemon, a real one, skopeo, umoci and a registry give each other keeps its content, its digests
// and, in a container, its look. Every program is the real one.

import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type OurDocker, startOurDocker } from "../../support/our-docker";
import { type RealDocker, startRealDocker, whyNoDocker } from "../../support/real-docker";

const lacking = ["docker", "skopeo", "umoci"].find((program) => spawnSync(program, ["--version"], { stdio: "ignore" }).error);
const missing = whyNoDocker() ?? (lacking ? `${lacking} is not installed` : undefined);
if (missing) console.warn(`images are not taken everywhere: ${missing}`);
const has = (program: string): boolean => spawnSync("sh", ["-c", `command -v ${program}`], { stdio: "ignore" }).status === 0;

/** What the layers have made, as a container sees it; of directories all but sizes, which are the file system's. */
const LOOK = [
	"find /made /srv /etc /usr ! -type d 2>/dev/null | grep -Ev '^/etc/(host|resolv|mtab)' | sort > /tmp/list",
	"xargs stat -c '%N %F %a %u %g %s %h' < /tmp/list; find /made /srv -type d | sort | xargs stat -c '%n %a %u %g'",
	"find /made /srv /etc -type f | grep -Ev '^/etc/(host|resolv|mtab)' | sort | xargs md5sum; md5sum /bin/busybox",
].join("; ");

/** What changes a file system in every way that a layer can say. */
const CHANGES = [
	"mkdir -p /made/deep/er /srv/old /srv/kept; echo one > /made/one; ln /made/one /made/hard; ln -s ../nowhere /made/soft; mkfifo /made/pipe",
	"chown 70000:3000000 /made/one; chmod 4750 /made/one; chmod 1777 /made/deep; echo x > /srv/old/x; echo y > /srv/kept/y",
].join("; ");
const MORE =
	"rm -r /srv/old /etc/group; mkdir /srv/old; echo new > /srv/old/new; rm /made/soft; mkdir /made/soft; echo file > /made/soft/in; echo $(cat /made/hard) two > /made/two";

describe.skipIf(missing)("an image is the same", { timeout: 240_000 }, () => {
	let folder: string;
	let our: OurDocker;
	let real: RealDocker;
	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), "everywhere-"));
		[our, real] = await Promise.all([startOurDocker(), startRealDocker()]);
		ours("pull", "-q", "busybox");
		ours("run", "--name", "first", "busybox", "sh", "-c", CHANGES);
		ours("commit", "-c", 'CMD ["sh", "-c", "cat /made/two"]', "-c", "ENV A=b", "first", "made:1");
		ours("run", "--name", "second", "made:1", "sh", "-c", MORE);
		ours("commit", "-c", 'CMD ["sh", "-c", "cat /made/two"]', "second", "made:2");
	}, 300_000);
	afterAll(async () => {
		await Promise.all([our?.stop(), real?.stop()]);
		if (folder) rmSync(folder, { recursive: true, force: true });
	});

	const docker = (host: string, args: string[], input?: Uint8Array): Buffer => {
		const { status, stdout, stderr } = spawnSync("docker", ["-H", host, ...args], {
			input,
			maxBuffer: 2 ** 28,
			timeout: 120_000,
		});
		if (status !== 0) throw new Error(`docker ${args.join(" ")}: ${status}: ${stderr}`);
		return stdout;
	};
	const ours = (...args: string[]): string => docker(our.host, args).toString();
	const theirs = (...args: string[]): string => docker(real.host, args).toString();
	const run = (program: string, ...args: string[]): string =>
		execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: 120_000 });
	const looks = (host: string, image: string): string =>
		docker(host, ["run", "--rm", "--network", "none", image, "sh", "-c", LOOK]).toString();
	const layers = (host: string, image: string): string[] =>
		JSON.parse(docker(host, ["image", "inspect", "-f", "{{json .RootFS.Layers}}", image]).toString());
	const configOf = (archive: Uint8Array): string =>
		execFileSync("tar", ["xO", "manifest.json"], { input: archive })
			.toString()
			.match(/[0-9a-f]{64}/)![0];
	const same = (image: string, host = real.host, as = image): void => {
		expect(layers(host, as)).toEqual(layers(our.host, image));
		expect(looks(host, as)).toBe(looks(our.host, image));
	};

	it("saved by ours: loaded by a real daemon, read by skopeo and umoci", () => {
		const saved = docker(our.host, ["save", "made:1", "made:2", "busybox"]);
		expect(docker(our.host, ["save", "made:1", "made:2", "busybox"]).equals(saved)).toBe(true);
		docker(real.host, ["load"], saved);
		for (const image of ["made:1", "made:2", "busybox"]) same(image);
		expect(theirs("run", "--rm", "made:2")).toBe("one two\n");
		expect(theirs("image", "inspect", "-f", "{{.Config.Env}} {{.Config.Cmd}}", "made:2")).toContain("A=b");
		const file = join(folder, "saved.tar");
		writeFileSync(file, docker(our.host, ["save", "made:2"]));
		// the image's id, where it is the config's digest, is the same on both sides
		expect(theirs("image", "inspect", "-f", "{{.Id}}", "made:2")).toContain(configOf(readFileSync(file)));
		run("skopeo", "copy", "-q", `docker-archive:${file}`, `dir:${join(folder, "dir")}`);
		run("skopeo", "copy", "-q", `oci-archive:${file}`, `oci:${join(folder, "layout")}:copied`);
		mkdirSync(join(folder, "plain"));
		run("tar", "-xf", file, "-C", join(folder, "plain"));
		run("umoci", "unpack", "--image", `${join(folder, "plain")}:2`, join(folder, "bundle"));
		const rootfs = join(folder, "bundle/rootfs");
		expect(readFileSync(join(rootfs, "made/two"), "utf8")).toBe("one two\n");
		expect(readdirSync(join(rootfs, "srv/old"))).toEqual(["new"]);
		expect(run("stat", "-c", "%a %u %g %h", join(rootfs, "made/one"))).toBe("4750 70000 3000000 2\n");
	});

	it("saved by a real daemon, plain and compressed: loaded by ours", () => {
		docker(real.host, ["load"], docker(our.host, ["save", "busybox"]));
		const context = join(folder, "context");
		mkdirSync(context);
		writeFileSync(join(context, "file"), "from the context\n");
		writeFileSync(
			join(context, "Dockerfile"),
			`FROM busybox\nRUN ${CHANGES}\nRUN ${MORE}\nCOPY file /made/\nENV X="a b"\nUSER 12:34\nCMD ["cat", "/made/file"]\n`,
		);
		docker(real.host, ["build", "-q", "-t", "built", context]);
		const saved = docker(real.host, ["save", "built", "busybox"]);
		const forms: Array<[string, Uint8Array]> = [
			["plain", saved],
			["gzip", execFileSync("gzip", ["-c"], { input: saved, maxBuffer: 2 ** 28 })],
		];
		if (has("zstd")) forms.push(["zstd", execFileSync("zstd", ["-qc"], { input: saved, maxBuffer: 2 ** 28, stdio: "pipe" })]);
		let id: string | undefined;
		for (const [form, archive] of forms) {
			const said = docker(our.host, ["load"], archive).toString().trim().split("\n").sort();
			expect(said, form).toEqual(["Loaded image: built:latest", "Loaded image: busybox:latest"]);
			const now = ours("image", "inspect", "-f", "{{.Id}}", "built");
			id ??= now;
			expect(now, form).toBe(id);
		}
		same("built");
		expect(ours("run", "--rm", "built")).toBe("from the context\n");
		expect(theirs("image", "inspect", "-f", "{{.Id}}", "built")).toContain(configOf(docker(our.host, ["save", "built"])));
		ours("rmi", "-f", "built");
		ours("pull", "-q", "busybox");
	});

	it("taken from and given to our daemon by skopeo", () => {
		const layout = `oci:${join(folder, "taken")}:made`;
		const daemon = ["--src-daemon-host", our.host];
		run("skopeo", "copy", "-q", ...daemon, "docker-daemon:made:2", layout);
		run("skopeo", "copy", "-q", "--dest-daemon-host", our.host, layout, "docker-daemon:given:1");
		run("skopeo", "copy", "-q", "--dest-daemon-host", real.host, layout, "docker-daemon:given:1");
		for (const [kind, file] of [
			["oci-archive", "o.tar"],
			["docker-archive", "d.tar"],
		]) {
			const path = join(folder, file!);
			run("skopeo", "copy", "-q", layout, `${kind}:${path}:example.com/${kind}:3`);
			expect(ours("load", "-i", path)).toBe(`Loaded image: example.com/${kind}:3\n`);
			expect(layers(our.host, `example.com/${kind}:3`)).toEqual(layers(our.host, "made:2"));
		}
		expect(looks(our.host, "given:1")).toBe(looks(our.host, "made:2"));
		expect(layers(our.host, "given:1")).toEqual(layers(our.host, "made:2"));
		same("given:1");
	});

	it("changed by umoci", () => {
		const layout = join(folder, "repacked");
		mkdirSync(layout);
		writeFileSync(join(folder, "m.tar"), docker(our.host, ["save", "made:2"]));
		run("tar", "-xf", join(folder, "m.tar"), "-C", layout);
		const bundle = join(folder, "repack");
		run("umoci", "unpack", "--image", `${layout}:2`, bundle);
		rmSync(join(bundle, "rootfs/made/two"));
		writeFileSync(join(bundle, "rootfs/made/three"), "three\n");
		run("umoci", "repack", "--image", `${layout}:next`, bundle);
		run("skopeo", "copy", "-q", `oci:${layout}:next`, `oci-archive:${join(folder, "next.tar")}:repacked:1`);
		ours("load", "-i", join(folder, "next.tar"));
		expect(ours("run", "--rm", "repacked:1", "sh", "-c", "cat /made/three; ls /made")).toBe(
			"three\ndeep\nhard\none\npipe\nsoft\nthree\n",
		);
	});

	it("exported and imported, both ways", () => {
		const listing = (host: string, image: string): string[] => {
			docker(host, ["rm", "-f", "listed"]);
			docker(host, ["create", "--name", "listed", image, "true"]);
			const tar = docker(host, ["export", "listed"]);
			const lines = execFileSync("tar", ["--numeric-owner", "--quoting-style=escape", "-tvf", "-"], {
				input: tar,
				maxBuffer: 2 ** 26,
			});
			return lines
				.toString()
				.split("\n")
				.filter((line) => /(made|srv|bin)\//.test(line))
				.sort();
		};
		const tar = docker(our.host, ["export", "second"]);
		docker(our.host, ["import", "-c", 'CMD ["true"]', "-", "flat:ours"], tar);
		docker(real.host, ["import", "-c", 'CMD ["true"]', "-", "flat:ours"], tar);
		expect(layers(real.host, "flat:ours")).toEqual(layers(our.host, "flat:ours"));
		const expected = listing(our.host, "flat:ours");
		expect(expected.length).toBeGreaterThan(200);
		expect(listing(real.host, "flat:ours")).toEqual(expected);
		const back = docker(real.host, ["export", "listed"]);
		docker(our.host, ["import", "-", "flat:back"], back);
		docker(our.host, ["import", "-", "flat:gzip"], execFileSync("gzip", ["-c"], { input: back, maxBuffer: 2 ** 28 }));
		expect(listing(our.host, "flat:back")).toEqual(expected);
		expect(layers(our.host, "flat:gzip")).toEqual(layers(our.host, "flat:back"));
	});

	it.each(["gnu", "pax", "ustar"])("imported from a tar with every kind of file, in GNU tar's %s", (format) => {
		const tree = join(folder, `tree-${format}`);
		// names that only some formats can say; a sparse file; ids above what octal digits hold
		const more =
			format === "ustar"
				? ""
				: "mkdir -p $(printf 'x%.0s' $(seq 120)); touch $(printf 'x%.0s' $(seq 120))/$(printf 'y%.0s' $(seq 150)); ln -s $(printf 'z%.0s' $(seq 300)) far; truncate -s 5M hole; echo end >> hole; chown 3000000:4294967294 one; touch -d @1600000000.25 frac; touch -d @-5 early; ";
		const script =
			"mkdir -p d/e; echo one > one; ln one d/hard; ln -s ../gone d/soft; ln d/soft linked-link; mkfifo d/pipe; mknod null c 1 3; mknod disk b 8 300; " +
			"chmod 1777 d; chmod 6755 one; chmod 0 d/e; touch \"$(printf 'raw-\\377\\376')\" 'a b' 'new\nline' 한글; touch -d @1234567890 d/hard; " +
			`${more}touch -h -d @77 d/soft; touch -d @1000 d d/e .`;
		mkdirSync(tree);
		execFileSync("bash", ["-ec", script], { cwd: tree });
		// GNU's own sparse files are refused by real daemons, by ours not
		const sparse = format === "pax" ? ["--sparse"] : [];
		const options = [`--format=${format}`, ...sparse, "--numeric-owner", "--sort=name", "-C", tree, "-cf", "-", "."];
		const tar = execFileSync("tar", options, { maxBuffer: 2 ** 26 });
		const listing = (host: string): string[] => {
			docker(host, ["import", "-c", 'CMD ["true"]', "-", `tree:${format}`], tar);
			docker(host, ["create", "--name", `tree-${format}`, `tree:${format}`]);
			const exported = docker(host, ["export", `tree-${format}`]);
			const seen = ["--numeric-owner", "--full-time", "--quoting-style=escape", "-tvf", "-"];
			// what daemons put into every container is theirs
			return execFileSync("tar", seen, { input: exported, env: { ...process.env, TZ: "UTC" } })
				.toString()
				.split("\n")
				.filter((line) => line !== "" && !/ (\.dockerenv|dev\/|etc\/|proc\/|sys\/|dev\/.*|etc\/.*)( -> .*)?$/.test(line))
				.sort();
		};
		const expected = listing(real.host);
		expect(expected.length).toBeGreaterThan(12);
		expect(listing(our.host)).toEqual(expected);
		expect(layers(our.host, `tree:${format}`)).toEqual(layers(real.host, `tree:${format}`));
	});

	it.skipIf(!has("docker-registry"))("pushed and pulled by way of a registry, both ways", async () => {
		const registry = await startRegistry(folder);
		try {
			const name = `${registry.host}/made:2`;
			ours("tag", "made:2", name);
			const pushed = /digest: (sha256:[0-9a-f]{64})/.exec(ours("push", name))![1]!;
			theirs("pull", "-q", name);
			same(name);
			expect(theirs("image", "inspect", "-f", "{{json .RepoDigests}}", name)).toContain(pushed);
			// a real daemon pushes its own manifest, made of the same config
			const other = `${registry.host}/built:1`;
			theirs("tag", "built", other);
			const theirDigest = /digest: (sha256:[0-9a-f]{64})/.exec(theirs("push", other))![1]!;
			ours("pull", "-q", other);
			same(other);
			expect(ours("image", "inspect", "-f", "{{.Id}} {{json .RepoDigests}}", other)).toContain(theirDigest);
			// by its digest, and as skopeo copies it
			ours("pull", "-q", `${registry.host}/made@${pushed}`);
			run("skopeo", "copy", "-q", "--src-tls-verify=false", `docker://${name}`, `oci-archive:${join(folder, "r.tar")}:again:1`);
			ours("load", "-i", join(folder, "r.tar"));
			expect(layers(our.host, "again:1")).toEqual(layers(our.host, "made:2"));
		} finally {
			registry.stop();
		}
	});
});

/** Debian's docker-registry on a free port. */
async function startRegistry(folder: string): Promise<{ host: string; stop(): void }> {
	const probe = createServer();
	await new Promise<void>((done) => probe.listen(0, "127.0.0.1", done));
	const { port } = probe.address() as { port: number };
	await new Promise((done) => probe.close(done));
	const config = join(folder, "registry.yml");
	writeFileSync(
		config,
		`version: 0.1\nstorage: { filesystem: { rootdirectory: ${join(folder, "registry")} } }\nhttp: { addr: "127.0.0.1:${port}" }\n`,
	);
	const registry = spawn("docker-registry", ["serve", config], { stdio: "ignore" });
	for (let tries = 0; tries < 300; tries++) {
		const up = await fetch(`http://127.0.0.1:${port}/v2/`).then(
			({ ok }) => ok,
			() => false,
		);
		if (up) return { host: `127.0.0.1:${port}`, stop: () => registry.kill("SIGTERM") };
		await new Promise((done) => setTimeout(done, 100));
	}
	registry.kill("SIGTERM");
	throw new Error("docker-registry did not come up");
}
