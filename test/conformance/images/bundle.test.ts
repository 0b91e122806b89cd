// Bundles: the config.json that a container of ours gets is one that the OCI's schema accepts and that runc itself runs, with the same
// outcome; and the documents of our images are what the image specification's schemas say.

import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Host } from "../../../engine/boot";
import { problemsIn } from "../../support/json-schema";
import { startMachine } from "../interactive/typist";

const SPECS = "/usr/share/gocode/src/github.com/opencontainers";
const schemas = existsSync(`${SPECS}/runtime-spec/schema/config-schema.json`) && existsSync(`${SPECS}/image-spec/schema`);
if (!schemas) console.warn("no schemas: golang-github-opencontainers-specs-dev and -image-spec-dev are not installed");
const runc = process.getuid?.() === 0 && !spawnSync("runc", ["--version"], { stdio: "ignore" }).error;
if (!runc) console.warn("bundles are not run by runc: it is not installed, or we are not root");

const BUNDLES = "/run/containerd/io.containerd.runtime.v2.task/moby";
/** What a process sees of its bundle, on both sides; not what one kernel has in /proc and another has not. */
const LOOK = [
	"id; pwd; env | sort | grep -v SHLVL; hostname; grep -E '^(Cap|NoNewPrivs)' /proc/self/status; cat /proc/self/oom_score_adj",
	"touch /made 2>&1; ls -ld /made /t 2>/dev/null | cut -c1-30; ls /dev | grep -v core; df -k /dev/shm | tail -1 | awk '{ print $2 }'",
	"awk '$2 !~ \"^/(proc|sys)/|^/$\" { print $2 }' /proc/mounts | sort",
	"awk '$2 ~ \"^/(t|proc|dev/shm|sys|dev/mqueue)$\" { print $2, $3, $4 }' /proc/mounts | sed 's/relatime,//; s/,inode64//' | sort",
].join("; ");

/**
 * Options of `docker run`, and what else is asked. Containers that share the host's namespaces or files have nothing to compare beside
 * runc: their bundles are only checked.
 */
const options: Array<[line: string, look?: string]> = [
	["--hostname plain --network none", ""],
	["--hostname b --network none -u 5:6 -w /tmp -e A=b -e 'C=d e' --group-add 70000 --read-only --tmpfs /t:size=1m,mode=1770", ""],
	["--hostname c --network none --cap-drop ALL --cap-add NET_RAW --cap-add SYS_PTRACE", ""],
	[
		"--hostname d --network none --security-opt no-new-privileges --ulimit nofile=100:200 --ulimit core=0",
		"ulimit -n; ulimit -Hn; ulimit -c",
	],
	[
		"--hostname e --network none --sysctl net.ipv4.ip_forward=1 --sysctl kernel.msgmax=9000 --shm-size 2m",
		"cat /proc/sys/net/ipv4/ip_forward /proc/sys/kernel/msgmax",
	],
	["--hostname f --network none -m 64m --memory-swap 96m --memory-reservation 32m --cpus 0.5 --pids-limit 50", ""],
	// not all capabilities may be had where runc runs
	["--hostname g --network none --cap-add ALL --oom-score-adj 50"],
	["--network bridge -p 127.0.0.1::80 --dns 1.2.3.4 --add-host x:1.2.3.5 --cpu-shares 300 --cpuset-cpus 0"],
	["--network host --pid host --ipc host --uts host --privileged"],
	["-it --init -v /root:/mnt:ro -v vol:/vol --mount type=tmpfs,dst=/t --health-cmd true --restart on-failure:2 --stop-signal 3"],
	["--userns host --cgroupns host --ipc private --oom-kill-disable --blkio-weight 300 --device-cgroup-rule 'c 1:3 r'"],
];

interface Spec {
	root: { path: string };
	mounts: Array<{ source: string }>;
	process: { args: string[] };
}

describe("a bundle", { timeout: 120_000 }, () => {
	let host: Host;
	let folder: string;
	beforeAll(async () => {
		folder = mkdtempSync(join(tmpdir(), "bundle-"));
		host = await startMachine();
		await sh("docker pull -q busybox && docker create --name look busybox && docker export -o /root/root.tar look");
		mkdirSync(join(folder, "rootfs"));
		execFileSync("tar", ["-x", "-C", join(folder, "rootfs")], { input: await host.readFile("/root/root.tar") });
	}, 120_000);
	afterAll(async () => {
		await host?.shutdown();
		if (folder) rmSync(folder, { recursive: true, force: true });
	});
	const sh = async (command: string, codes = [0]): Promise<string> => {
		const { code, stdout, stderr } = await host.run(command, { timeoutMs: 60_000 });
		if (!codes.includes(code)) throw new Error(`${command}: ${code}: ${stderr}`);
		return stdout;
	};
	/** The files that the bundle mounts are the machine's: the same ones, of this computer. */
	const moved = async (spec: Spec): Promise<Spec> => {
		const mounts = spec.mounts.map(async (mount) => {
			if (!mount.source.startsWith("/var/lib/docker/")) return mount;
			const source = join(folder, basename(mount.source));
			writeFileSync(source, await host.readFile(mount.source));
			return { ...mount, source };
		});
		return { ...spec, root: { ...spec.root, path: join(folder, "rootfs") }, mounts: await Promise.all(mounts) };
	};

	it.skipIf(!schemas && !runc).each(options)("of docker run %s", async (line, more) => {
		const look = `${LOOK}; ${more || "true"}; exit 7`;
		try {
			// the process waits, so that its bundle can be read
			const script = `while ! [ -e /dev/shm/go ]; do sleep 0.05; done; rm /dev/shm/go; ${look}`;
			const id = (await sh(`docker run -d --name one ${line} busybox sh -c ${quoted(script)}`)).trim();
			const spec = JSON.parse(await sh(`cat ${BUNDLES}/${id}/config.json`)) as Spec;
			if (schemas) expect(problemsIn(spec, `${SPECS}/runtime-spec/schema`, "config-schema.json")).toEqual([]);
			if (more === undefined || !runc) return;
			await sh("docker exec one touch /dev/shm/go");
			const code = Number(await sh("docker wait one"));
			const ours = await sh("docker logs one 2>&1");
			const theirs = runBundle({ ...(await moved(spec)), process: { ...spec.process, args: ["sh", "-c", look] } });
			expect({ code, out: ours }).toEqual(theirs);
			expect(code).toBe(7);
		} finally {
			await sh("docker rm -f one", [0, 1]);
		}
	});
	const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`;

	function runBundle(spec: Spec): { code: number; out: string } {
		writeFileSync(join(folder, "config.json"), JSON.stringify(spec));
		const args = ["--root", join(folder, "state"), "run", "--bundle", folder, `drydock-${process.pid}`];
		const { status, stdout, stderr } = spawnSync("runc", args, { encoding: "utf8", timeout: 60_000 });
		for (const made of ["made", "t"]) rmSync(join(folder, "rootfs", made), { force: true, recursive: true });
		return { code: status ?? -1, out: stdout + stderr };
	}

	it.skipIf(!schemas)("and images: indexes, manifests and configs", async () => {
		await sh(
			"docker rm -f two; docker run --name two busybox sh -c 'echo > /new' && docker commit -a me -m why -c 'EXPOSE 80/tcp' two committed",
		);
		await sh("docker export two | docker import -c 'ENV A=b' -c 'HEALTHCHECK CMD true' -c 'VOLUME /v' - imported");
		await sh(
			"mkdir -p /root/c && printf 'FROM busybox\\nRUN true\\nLABEL a=b\\nUSER 1\\nSTOPSIGNAL 9\\n' > /root/c/Dockerfile && docker build -q -t built /root/c",
		);
		await sh("docker save -o /root/all.tar busybox committed imported built");
		const unpacked = join(folder, "all");
		mkdirSync(unpacked);
		execFileSync("tar", ["-x", "-C", unpacked], { input: await host.readFile("/root/all.tar") });
		const read = (name: string) => JSON.parse(execFileSync("cat", [join(unpacked, name)], { maxBuffer: 2 ** 24 }).toString());
		const check = (document: unknown, schema: string): void =>
			expect(problemsIn(document, `${SPECS}/image-spec/schema`, `${schema}-schema.json`), JSON.stringify(document)).toEqual([]);
		check(read("oci-layout"), "image-layout");
		const seen = new Set<string>();
		const visit = (document: { manifests?: Descriptor[]; config?: Descriptor; layers?: Descriptor[] }): void => {
			check(document, document.manifests ? "image-index" : "image-manifest");
			for (const { digest, mediaType } of document.manifests ?? []) {
				seen.add(mediaType);
				visit(read(`blobs/${digest.replace(":", "/")}`));
			}
			if (document.config) check(read(`blobs/${document.config.digest.replace(":", "/")}`), "config");
		};
		visit(read("index.json"));
		expect([...seen].sort()).toContain("application/vnd.oci.image.manifest.v1+json");
	});
});
interface Descriptor {
	mediaType: string;
	digest: string;
}
