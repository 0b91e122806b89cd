// sysfs, as far as programs look at it here: network interfaces, the processor, where cgroup2 is mounted.

import { IFF_UP, type Interface, stackOf } from "../../net/stack";
import type { NetNamespace } from "../../ns/namespaces";
import type { Kernel } from "../../task";
import { build, entries, PseudoDirectory, PseudoFs, type PseudoNode } from "../tree";

const SYSFS_MAGIC = 0x62656572;

export class SysFs extends PseudoFs {
	readonly root: PseudoNode;
	constructor(
		kernel: Kernel,
		/** Whose interfaces /sys/class/net shows. */
		readonly net: NetNamespace,
	) {
		super(kernel, "sysfs", SYSFS_MAGIC);
		this.root = new PseudoDirectory(this, [
			...entries(this, {
				block: {},
				bus: {},
				dev: { block: {}, char: {} },
				devices: { system: { cpu: { online: "0\n", possible: "0\n", present: "0\n", cpu0: {} } }, virtual: {} },
				firmware: {},
				fs: { bpf: {}, cgroup: {} },
				hypervisor: {},
				kernel: { mm: { transparent_hugepage: { enabled: "always madvise [never]\n" } }, security: {}, debug: {} },
				module: {},
				power: {},
			}),
			["class", new PseudoDirectory(this, entries(this, { net: new NetClass(this), tty: {}, mem: {}, block: {} }))],
		]);
	}
}

class NetClass extends PseudoDirectory {
	private readonly made = new WeakMap<Interface, PseudoDirectory>();
	constructor(private readonly sysfs: SysFs) {
		super(sysfs);
	}
	protected override find(name: string): PseudoNode | undefined {
		for (const [shown, node] of this.list()) if (shown === name) return node;
		return undefined;
	}
	protected override *list(): Generator<[string, PseudoNode]> {
		for (const device of stackOf(this.sysfs.net).interfaces) {
			let node = this.made.get(device);
			if (!node) {
				node = interfaceDirectory(this.sysfs, device);
				this.made.set(device, node);
			}
			yield [device.name, node];
		}
	}
}
function interfaceDirectory(fs: SysFs, device: Interface): PseudoDirectory {
	const live = (read: () => string | number) => ({ read: () => `${read()}\n`, size: 4096 });
	const counter = (name: "bytes" | "packets") => live(() => device.counters[name]);
	return build(fs, {
		address: live(() => [...device.hardware].map((byte) => byte.toString(16).padStart(2, "0")).join(":")),
		carrier: live(() => (device.flags & IFF_UP ? 1 : 0)),
		flags: live(() => `0x${device.flags.toString(16)}`),
		ifindex: live(() => device.index),
		mtu: live(() => device.mtu),
		operstate: live(() => (device.hardwareType === 772 ? "unknown" : device.flags & IFF_UP ? "up" : "down")),
		type: live(() => device.hardwareType),
		statistics: {
			rx_bytes: counter("bytes"),
			rx_packets: counter("packets"),
			tx_bytes: counter("bytes"),
			tx_packets: counter("packets"),
		},
	});
}
