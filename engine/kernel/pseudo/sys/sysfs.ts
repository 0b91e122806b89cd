// sysfs, as far as programs look at it here: network interfaces, the processor, where cgroup2 is mounted.

import type { NetNamespace } from "../../ns/namespaces";
import type { Kernel } from "../../task";
import { build, PseudoFs, type PseudoNode } from "../tree";
import { NetClass } from "./net";

const SYSFS_MAGIC = 0x62656572;

export class SysFs extends PseudoFs {
	readonly root: PseudoNode;
	constructor(
		kernel: Kernel,
		/** Whose interfaces /sys/class/net shows. */
		net: NetNamespace,
	) {
		super(kernel, "sysfs", SYSFS_MAGIC);
		this.root = build(this, {
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
			class: { net: new NetClass(this, net), tty: {}, mem: {}, block: {} },
		});
	}
}
