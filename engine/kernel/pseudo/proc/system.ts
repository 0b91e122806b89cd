// The files of /proc that are about the whole machine (man 5 proc).

import { ERRNO } from "../../../lib/errno";
import { RELEASE, VERSION } from "../../ns/operations";
import type { Kernel, Task } from "../../task";
import type { Sketch } from "../tree";

const seconds = (ms: number): string => (Math.floor(ms / 10) / 100).toFixed(2);
const TICK = 10;

/** Microseconds to milliseconds; programs that ended are counted in the root cgroup. */
const cpuUsed = ({ cgroups }: Kernel): number => Math.floor(cgroups.root.cpu.used / 1000);

/** Exponential averages over 1, 5 and 15 minutes, brought up to date when they are read. */
class LoadAverage {
	private averages: [number, number, number] = [0, 0, 0];
	private at = 0;
	update(now: number, running: number): readonly number[] {
		const elapsed = (now - this.at) / 1000;
		this.at = now;
		this.averages = this.averages.map((average, i) => {
			const decay = Math.exp(-elapsed / [60, 300, 900][i]!);
			return average * decay + running * (1 - decay);
		}) as [number, number, number];
		return this.averages;
	}
}
const loads = new WeakMap<Kernel, LoadAverage>();
export function loadAverages(kernel: Kernel): readonly number[] {
	let load = loads.get(kernel);
	if (!load) {
		load = new LoadAverage();
		loads.set(kernel, load);
	}
	// The reader itself runs only to look.
	let running = -1;
	for (const process of kernel.processes()) if (process.state === "R") running++;
	return load.update(kernel.uptime(), Math.max(0, running));
}
function loadavg(task: Task): string {
	const { kernel } = task;
	const averages = loadAverages(kernel).map((average) => average.toFixed(2));
	let [running, all, last] = [0, 0, 0];
	for (const process of kernel.processes()) {
		for (const _ of process.tasks) all++;
		if (process.state === "R") running++;
		last = Math.max(last, process.pidIn(task.namespaces.pid));
	}
	return `${averages.join(" ")} ${running}/${all} ${last}\n`;
}

function meminfo({ kernel }: Task): string {
	const { total } = kernel.memory;
	const { current, anon, shmem, cache, mapped, stacks, tables, slab } = kernel.cgroups.root.memory.stat();
	const free = Math.max(0, total - current);
	let committed = 0;
	for (const process of kernel.processes()) committed += process.memorySize;
	const rows: Array<[string, number]> = [
		["MemTotal", total],
		["MemFree", free],
		["MemAvailable", free + cache],
		["Buffers", 0],
		["Cached", shmem + cache],
		["SwapCached", 0],
		["Active", anon + shmem],
		["Inactive", cache],
		["Active(anon)", anon + shmem],
		["Inactive(anon)", 0],
		["Active(file)", 0],
		["Inactive(file)", cache],
		["Unevictable", 0],
		["Mlocked", 0],
		["SwapTotal", 0],
		["SwapFree", 0],
		["Dirty", 0],
		["Writeback", 0],
		["AnonPages", anon],
		["Mapped", mapped],
		["Shmem", shmem],
		["KReclaimable", 0],
		["Slab", slab],
		["SReclaimable", 0],
		["SUnreclaim", slab],
		["KernelStack", stacks],
		["PageTables", tables],
		["NFS_Unstable", 0],
		["Bounce", 0],
		["WritebackTmp", 0],
		["CommitLimit", total],
		["Committed_AS", committed],
		["VmallocTotal", 0],
		["VmallocUsed", 0],
		["VmallocChunk", 0],
		["Percpu", 0],
		["AnonHugePages", 0],
		["ShmemHugePages", 0],
		["Hugepagesize", 2 << 20],
		["Hugetlb", 0],
	];
	return rows.map(([name, bytes]) => `${`${name}:`.padEnd(16)}${String(Math.floor(bytes / 1024)).padStart(8)} kB\n`).join("");
}

function stat({ kernel }: Task): string {
	const used = Math.floor(cpuUsed(kernel) / TICK);
	const idle = Math.max(0, Math.floor(kernel.uptime() / TICK) - used);
	const times = `${used} 0 0 ${idle} 0 0 0 0 0 0`;
	let [running, forks] = [0, 0];
	for (const process of kernel.processes()) {
		if (process.state === "R") running++;
		forks = Math.max(forks, process.pid);
	}
	return [
		`cpu  ${times}`,
		`cpu0 ${times}`,
		"intr 0",
		"ctxt 0",
		`btime ${kernel.bootTime / 1_000_000_000n}`,
		`processes ${forks}`,
		`procs_running ${running}`,
		"procs_blocked 0",
		"softirq 0 0 0 0 0 0 0 0 0 0 0",
		"",
	].join("\n");
}

/** The processor that the engine is: what its instruction table covers. */
const CPU: ReadonlyArray<[string, string | number]> = [
	["processor", 0],
	["vendor_id", "Drydock"],
	["cpu family", 6],
	["model", 0],
	["model name", "Drydock x86-64 in WebAssembly"],
	["stepping", 0],
	["cache size", "0 KB"],
	["physical id", 0],
	["siblings", 1],
	["core id", 0],
	["cpu cores", 1],
	["fpu", "yes"],
	["fpu_exception", "yes"],
	["cpuid level", 1],
	["wp", "yes"],
	["flags", "fpu tsc cx8 cmov mmx fxsr sse sse2 syscall nx lm"],
	["clflush size", 64],
	["cache_alignment", 64],
	["address sizes", "32 bits physical, 32 bits virtual"],
];
const cpuinfo = `${CPU.map(([name, value]) => `${name.length < 8 ? `${name}\t` : name}\t: ${value}`).join("\n")}\npower management:\n\n`;

const DEVICES = `Character devices:
  1 mem
  4 tty
  5 /dev/tty
  5 /dev/console
  5 /dev/ptmx
136 pts

Block devices:
`;
/** Those that programs mount, and the kernel's own. */
const filesystems = ({ kernel }: Task): string =>
	[...kernel.fileSystemTypes.values(), { name: "sockfs", nodev: true }, { name: "pipefs", nodev: true }]
		.map(({ name, nodev }) => `${nodev ? "nodev" : ""}\t${name}\n`)
		.join("");

/** Memory in pages, for vmstat(8); nothing is swapped or read from a disk. */
function vmstat({ kernel }: Task): string {
	const { total, free } = kernel.memory;
	const pages = (bytes: number): number => Math.floor(bytes / 4096);
	const rows = {
		nr_free_pages: pages(free()),
		nr_inactive_anon: 0,
		nr_active_anon: pages(total - free()),
		nr_inactive_file: 0,
		nr_active_file: 0,
		nr_anon_pages: pages(total - free()),
		nr_mapped: 0,
		nr_file_pages: 0,
		nr_dirty: 0,
		nr_writeback: 0,
		nr_shmem: 0,
		pgpgin: 0,
		pgpgout: 0,
		pswpin: 0,
		pswpout: 0,
		pgfault: 0,
		pgmajfault: 0,
		oom_kill: kernel.cgroups.root.memory.events.oomKill,
	};
	return Object.entries(rows)
		.map(([name, value]) => `${name} ${value}\n`)
		.join("");
}
const SOFT_INTERRUPTS = ["HI", "TIMER", "NET_TX", "NET_RX", "BLOCK", "IRQ_POLL", "TASKLET", "SCHED", "HRTIMER", "RCU"];
const softirqs = `                    CPU0       \n${SOFT_INTERRUPTS.map((name) => `${name.padStart(12)}: ${"0".padStart(10)}\n`).join("")}`;
const stalls = (kind: string): string => `${kind} avg10=0.00 avg60=0.00 avg300=0.00 total=0\n`;

export const machineFiles: Sketch = {
	acpi: {},
	buddyinfo: "",
	crypto: "",
	dma: "",
	execdomains: "0-0\tLinux           \t[kernel]\n",
	fb: "",
	iomem: "",
	ioports: "",
	kcore: { read: () => -ERRNO.EPERM, permissions: 0o400 },
	"key-users": "",
	keys: "",
	kmsg: { read: () => "", permissions: 0o400 },
	misc: "",
	pagetypeinfo: "",
	pressure: {
		cpu: stalls("some") + stalls("full"),
		io: stalls("some") + stalls("full"),
		memory: stalls("some") + stalls("full"),
	},
	schedstat: "version 17\n",
	scsi: { scsi: "Attached devices:\n" },
	slabinfo: "slabinfo - version: 2.1\n",
	softirqs,
	// There is no console key whose work this could do.
	"sysrq-trigger": { write: () => -ERRNO.EPERM, permissions: 0o200 },
	timer_list: "",
	zoneinfo: "",
	cgroups: "#subsys_name\thierarchy\tnum_cgroups\tenabled\ncpu\t0\t1\t1\nmemory\t0\t1\t1\npids\t0\t1\t1\n",
	cmdline: "console=tty1\n",
	consoles: "tty1                 -WU (EC p  )    4:1\n",
	cpuinfo,
	devices: DEVICES,
	diskstats: "",
	filesystems: { read: filesystems },
	interrupts: "           CPU0       \n",
	loadavg: { read: loadavg },
	locks: "",
	meminfo: { read: meminfo },
	modules: "",
	partitions: "major minor  #blocks  name\n\n",
	stat: { read: stat },
	swaps: "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n",
	uptime: {
		read: ({ kernel }: Task) => `${seconds(kernel.uptime())} ${seconds(Math.max(0, kernel.uptime() - cpuUsed(kernel)))}\n`,
	},
	version: `Linux version ${RELEASE} (drydock@localhost) (TypeScript) ${VERSION}\n`,
	vmstat: { read: vmstat },
};
