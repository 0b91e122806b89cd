// Small archives that become large: whoever unpacks one runs out of room, says so, and leaves nothing behind.

import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { memoryStorage } from "../../../engine/host/node/storage";
import { type Machine, startMachine } from "./machine";

const QUOTA = 16 << 20;
/** As the programs make it. */
const PROGRAMS = { gz: "gzip -9", bz2: "bzip2", xz: "xz", zst: "zstd -q" };
type Kind = keyof typeof PROGRAMS;
const KINDS = Object.keys(PROGRAMS) as Kind[];

/** 256 MiB of zeros in an archive of some kilobytes; the file takes no room on this disk. */
const bomb = (kind: Kind): Buffer =>
	execFileSync("bash", ["-c", `d=$(mktemp -d) && truncate -s 256M $d/big && tar -c -C $d big | ${PROGRAMS[kind]}; rm -r $d`], {
		maxBuffer: 1 << 24,
	});

let machine: Machine;
beforeAll(async () => {
	machine = await startMachine({ storage: memoryStorage(QUOTA) });
	await machine.ok(
		"docker pull -q busybox && docker run -d --name lives busybox sleep 1000 && docker create --name waits busybox && sync",
	);
	for (const kind of KINDS) {
		const dir = `/root/${kind}`;
		await machine.ok(`mkdir ${dir} && printf 'FROM busybox\\nADD bomb.tar.${kind} /in/\\n' > ${dir}/Dockerfile`);
		expect((await machine.sh(`cat > ${dir}/bomb.tar.${kind}`, bomb(kind))).code).toBe(0);
	}
}, 120_000);
afterAll(() => machine?.host.shutdown());

const WAYS: ReadonlyArray<[way: string, line: (kind: Kind) => string]> = [
	["ADD", (kind) => `docker build /root/${kind}`],
	["the classic builder's ADD", (kind) => `DOCKER_BUILDKIT=0 docker build /root/${kind}`],
	["import", (kind) => `docker import /root/${kind}/bomb.tar.${kind} imported`],
	["docker cp to what runs", (kind) => `docker cp - lives:/tmp < /root/${kind}/bomb.tar.${kind}`],
	["docker cp to what does not", (kind) => `docker cp - waits:/tmp < /root/${kind}/bomb.tar.${kind}`],
	["a context", (kind) => `docker build - < /root/${kind}/bomb.tar.${kind}`],
];
const look =
	"docker images -aq --no-trunc; docker ps -a --format '{{.Names}}' | sort; docker exec lives ls /tmp /in 2> /dev/null; cat /root/*/Dockerfile";

describe.each(WAYS)("%s", { timeout: 120_000 }, (_, line) => {
	it.each(KINDS)("of bomb.tar.%s", async (kind) => {
		const before = await machine.ok(look);
		const { code, stderr } = await machine.sh(line(kind));
		expect([code, stderr.toLowerCase()]).toEqual([1, expect.stringContaining("no space left on device")]);
		await machine.ok("docker exec lives sh -c 'rm -f /tmp/big' && docker rm waits && docker create --name waits busybox");
		expect(await machine.ok(look)).toBe(before);
		expect(await machine.ok("docker run --rm busybox sh -c 'echo x > /f && cat /f'")).toBe("x\n");
	});
});
