// Programs that misbehave in containers: each gets what Linux and Docker give, and the machine goes on.

import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { type Machine, startMachine } from "./machine";

let machine: Machine;

beforeAll(async () => {
	machine = await startMachine();
	await machine.ok("docker pull -q busybox && mkdir /root/b && cd /root/b && printf '#!/no/such\\necho x\\n' > script");
	// the first bytes of an ELF file for AArch64 (e_machine 183)
	const elf = "\\177ELF\\002\\001\\001\\0\\0\\0\\0\\0\\0\\0\\0\\0\\002\\0\\267\\0\\001\\0\\0\\0";
	await machine.ok(
		`cd /root/b && printf '${elf}' > arm && chmod +x arm script && printf 'FROM busybox\\nCOPY arm script /\\n' > Dockerfile`,
	);
	await machine.ok("docker build -q -t odd /root/b");
}, 60_000);
afterAll(() => machine.host.shutdown());
afterEach(async () => {
	expect(await machine.ok("docker run --rm busybox echo alive; docker ps -q")).toBe("alive\n");
});

it.each([
	["an ELF file for another machine", "/arm", 255, "exec /arm: exec format error\n"],
	["a script without its interpreter", "/script", 255, "exec /script: no such file or directory\n"],
])("%s", async (_what, path, status, words) => {
	const { code, stderr } = await machine.sh(`docker run --rm odd ${path}`);
	expect([code, stderr]).toEqual([status, words]);
});
it("a file that is not there", async () => {
	const { code, stderr } = await machine.sh("docker run --rm odd /nope");
	expect([code, stderr]).toEqual([127, expect.stringContaining('exec: "/nope": stat /nope: no such file or directory')]);
});
it.each([
	["within --pids-limit", "--pids-limit 20", 20],
	["without a limit", "", undefined],
])(
	"a fork bomb %s",
	async (_what, options, most) => {
		await machine.ok(`docker run -d --name bomb ${options} busybox sh -c 'b() { b | b & }; b; sleep 1000'; sleep 1`);
		const group = "/sys/fs/cgroup$(sed s/^0::// /proc/$(docker inspect -f '{{.State.Pid}}' bomb)/cgroup)";
		const count = Number(await machine.ok(`cat ${group}/pids.current`));
		expect(count).toBeGreaterThan(0);
		if (most !== undefined) expect(count).toBeLessThanOrEqual(most);
		await machine.ok("docker rm -f bomb");
		expect((await machine.sh("ps -o args | grep '[b]() {'")).stdout).toBe("");
	},
	40_000,
);
it.each([
	["dd", "dd if=/dev/zero of=/dev/null bs=64M count=1"],
	["awk", `awk 'BEGIN { s = "xxxxxxxxxxxxxxxx"; while (1) s = s s }'`],
])("more memory than its container may have: %s", async (_what, command) => {
	expect((await machine.sh(`docker run --name hog -m 32m busybox ${command}`)).code).toBe(137);
	expect(await machine.ok("docker inspect -f '{{.State.OOMKilled}} {{.State.ExitCode}}' hog; docker rm hog")).toBe(
		"true 137\nhog\n",
	);
});
it("more memory than there can be", async () => {
	const { code, stderr } = await machine.sh("docker run --rm busybox dd if=/dev/zero of=/dev/null bs=8G count=1");
	expect([code, stderr]).toEqual([1, "dd: out of memory\n"]);
});
it("recursion without end", async () => {
	expect((await machine.sh("docker run --rm busybox sh -c 'f() { f; }; f'")).code).toBe(139);
	expect((await machine.sh("sh -c 'f() { f; }; f'")).code).toBe(139);
});
it("more arguments than fit", async () => {
	// one argument may have 128 KiB (man 2 execve)
	const script = "s=xxxxxxxx; for i in $(seq 15); do s=$s$s; done; /bin/echo $s";
	const { code, stderr } = await machine.sh(`docker run --rm busybox sh -c '${script}'`);
	expect(code).not.toBe(0);
	expect(stderr).toContain("Argument list too long");
});
it("output that nobody reads is not kept", async () => {
	const before = process.memoryUsage().arrayBuffers;
	const console = machine.host.openConsole({ rows: 24, cols: 80 });
	console.onData(() => {}); // never takes any
	console.write(new TextEncoder().encode("cat /dev/zero\n"));
	await machine.ok("sleep 1");
	expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 << 20);
	console.close();
	await machine.ok("for i in $(seq 50); do ps -o args | grep -q '^cat /dev/zero' || exit 0; sleep 0.1; done; exit 1");
});
it("many files and deep directories", async () => {
	const script =
		"mkdir /m && cd /m && for i in $(seq 3000); do : > f$i; done && ls | wc -l; i=0; while [ $i -lt 300 ]; do mkdir d && cd d; i=$((i+1)); done; cd / && rm -r /m && echo gone";
	expect(await machine.ok(`docker run --rm busybox sh -c '${script}'`)).toBe("3000\ngone\n");
}, 30_000);
