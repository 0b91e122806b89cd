// One script on each side, in a network namespace that is new: natively in a chroot, and in the engine. Both give what was printed
// (errors among it, in order) and the exit code.

import { spawn } from "node:child_process";
import { HostInput, HostOutput } from "../../../engine/boot/streams";
import { MemFs } from "../../../engine/fs/memfs/memfs";
import { CLONE } from "../../../engine/lib/linux";
import { testMachine } from "../../engine/kernel/proc/machine";
import { suiteCpu } from "../cpu";
import { engineNetworkRoot } from "./root";

export interface Outcome {
	code: number;
	output: string;
}
const environment = { PATH: "/usr/sbin:/usr/bin:/sbin:/bin", HOME: "/root", XTABLES_LIBDIR: "/usr/lib/x86_64-linux-gnu/xtables" };
const PATIENCE = 60_000;
const APART = ["--net", "--mount", "--pid", "--fork", "--kill-child", "sh", "-c"];
const MOUNTS =
	'mount --bind "$0" "$0"; mount -t proc proc "$0/proc"; mount -t sysfs sysfs "$0/sys"; mount -t tmpfs tmpfs "$0/run"; exec chroot "$0" /bin/sh -c "$1" 2>&1';

export function natively(root: string, script: string): Promise<Outcome> {
	return new Promise((resolve) => {
		const env = environment as unknown as NodeJS.ProcessEnv;
		const child = spawn("unshare", [...APART, MOUNTS, root, script], {
			env,
			stdio: ["ignore", "pipe", "pipe"],
			timeout: PATIENCE,
			killSignal: "SIGKILL",
		});
		let output = "";
		for (const stream of [child.stdout, child.stderr])
			stream.setEncoding("latin1").on("data", (text: string) => (output += text));
		child.on("close", (code) => resolve({ code: code ?? 128, output }));
	});
}

export async function networkEngine() {
	let device = 20;
	const context = { now: () => BigInt(Date.now()) * 1_000_000n, newDevice: () => ++device };
	const rootFs = new MemFs(context, { type: "ext4", mode: 0o755 });
	await engineNetworkRoot(rootFs.root);
	const machine = testMachine({ rootFs, cpu: suiteCpu() });
	const { kernel } = machine;
	const run = (script: string): Promise<Outcome> =>
		new Promise((resolve) => {
			const input = new HostInput();
			input.end();
			const outcome: Outcome = { code: -1, output: "" };
			let open = 2;
			const closed = (): void => {
				if (--open === 0) resolve(outcome);
			};
			const output = kernel.pipeEnd(
				new HostOutput((bytes, taken) => {
					outcome.output += String.fromCharCode(...bytes);
					taken();
				}, closed),
				1,
			);
			kernel.spawn({
				argv: ["sh"],
				fds: [kernel.pipeEnd(input, 0), output, output],
				main: async (sys) => {
					await sys.unshare(CLONE.NEWNET | CLONE.NEWNS);
					await sys.mount("proc", "/proc", "proc", 0, "");
					await sys.mount("sysfs", "/sys", "sysfs", 0, "");
					await sys.mount("tmpfs", "/run", "tmpfs", 0, "");
					const env = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
					return sys.execve("/bin/sh", ["/bin/sh", "-c", script], env);
				},
				onExit(status) {
					// As natively, where they go with their pid namespace.
					for (const process of [...kernel.machine.processes()]) if (process.pid > 1) kernel.kill(process, 9);
					outcome.code = status & 0x7f ? 128 + (status & 0x7f) : status >> 8;
					closed();
				},
			});
		});
	return { run, machine, close: () => machine.shutdown() };
}
