// /sys/class/net: a directory for each device of the namespace for which sysfs was mounted (Documentation/ABI/testing/sysfs-class-net).

import { ERRNO } from "../../../lib/errno";
import { formatMac } from "../../../lib/inet";
import { IF_OPER, IFF } from "../../../lib/netlink/constants";
import type { Device } from "../../net/link/device";
import { changed } from "../../net/link/operations";
import { stackOf } from "../../net/stack";
import type { NetNamespace } from "../../ns/namespaces";
import { CAP, capableIn } from "../../proc/capability";
import type { Task } from "../../task";
import { build, PseudoDirectory, type PseudoFs, type PseudoNode, type Sketch, type Text } from "../tree";

const OPERSTATES: Readonly<Record<number, string>> = {
	[IF_OPER.UNKNOWN]: "unknown",
	[IF_OPER.NOTPRESENT]: "notpresent",
	[IF_OPER.DOWN]: "down",
	[IF_OPER.LOWERLAYERDOWN]: "lowerlayerdown",
	[IF_OPER.UP]: "up",
};

export class NetClass extends PseudoDirectory {
	private readonly made = new WeakMap<Device, PseudoDirectory>();
	constructor(
		private readonly sysfs: PseudoFs,
		private readonly namespace: NetNamespace,
	) {
		super(sysfs);
	}
	protected override find(name: string): PseudoNode | undefined {
		const device = stackOf(this.namespace).devices.find((each) => each.name === name);
		return device && this.directory(device);
	}
	protected override *list(): Generator<[string, PseudoNode]> {
		for (const device of stackOf(this.namespace).devices) yield [device.name, this.directory(device)];
	}
	private directory(device: Device): PseudoDirectory {
		let node = this.made.get(device);
		if (!node) {
			node = build(this.sysfs, {
				...common(device),
				...(device.kind === "bridge" && { bridge: bridge(device), brif: new Ports(this.sysfs, device) }),
			});
			this.made.set(device, node);
		}
		return node;
	}
}
/** A bridge's ports, by name. */
class Ports extends PseudoDirectory {
	constructor(
		private readonly sysfs: PseudoFs,
		private readonly device: Device,
	) {
		super(sysfs);
	}
	protected override find(name: string): PseudoNode | undefined {
		for (const [shown, node] of this.list()) if (shown === name) return node;
		return undefined;
	}
	protected override *list(): Generator<[string, PseudoNode]> {
		for (const { name, port } of this.device.ports())
			yield [name, build(this.sysfs, { port_no: `0x${port!.number.toString(16)}\n`, state: "3\n" })];
	}
}

const live = (read: () => string | number): Text => ({ read: () => `${read()}\n`, size: 4096 });
/** Written by who administers the network. */
const settable = (device: Device, read: () => string | number, write: (text: string) => number): Text => ({
	...live(read),
	write: (task: Task, text) => {
		const { owner } = device.stack;
		if (owner && !capableIn(task, owner, CAP.NET_ADMIN)) return -ERRNO.EPERM;
		return write(text.trim());
	},
});

const common = (device: Device): Sketch => ({
	addr_assign_type: live(() => (device.macSet ? 3 : device.isLoopback ? 0 : 1)),
	addr_len: live(() => 6),
	address: live(() => formatMac(device.mac)),
	broadcast: live(() => (device.isLoopback ? "00:00:00:00:00:00" : "ff:ff:ff:ff:ff:ff")),
	carrier: { read: () => (device.up ? `${device.carrier ? 1 : 0}\n` : -ERRNO.EINVAL), size: 4096 },
	carrier_changes: live(() => device.carrierChanges),
	dev_id: live(() => "0x0"),
	dormant: live(() => 0),
	duplex: { read: () => (device.kind === "veth" ? "full\n" : device.kind === "external" ? "full\n" : -ERRNO.EINVAL), size: 4096 },
	flags: live(() => `0x${(device.flags & ~(IFF.RUNNING | IFF.LOWER_UP)).toString(16)}`),
	ifalias: settable(
		device,
		() => device.alias,
		(text) => {
			device.alias = text;
			return 0;
		},
	),
	ifindex: live(() => device.index),
	iflink: live(() => device.peer?.index ?? device.index),
	link_mode: live(() => 0),
	mtu: settable(
		device,
		() => device.mtu,
		(text) => {
			const mtu = Number(text);
			if (!Number.isInteger(mtu) || mtu < 68 || mtu > 65535) return -ERRNO.EINVAL;
			device.mtu = mtu;
			changed(device);
			return 0;
		},
	),
	name_assign_type: live(() => 3),
	netdev_group: live(() => device.group),
	operstate: live(() => OPERSTATES[device.operstate] ?? "unknown"),
	proto_down: live(() => 0),
	speed: { read: () => (device.kind === "veth" || device.kind === "external" ? "10000\n" : -ERRNO.EINVAL), size: 4096 },
	statistics: statistics(device),
	tx_queue_len: live(() => device.txqlen),
	type: live(() => device.hardwareType),
	uevent: live(() => `INTERFACE=${device.name}\nIFINDEX=${device.index}`),
});
function statistics({ received, sent }: Device): Sketch {
	const none = Object.fromEntries(
		["collisions", "rx_compressed", "rx_crc_errors", "rx_errors", "rx_fifo_errors", "rx_frame_errors", "rx_length_errors"]
			.concat(["rx_missed_errors", "rx_nohandler", "rx_over_errors", "tx_aborted_errors", "tx_carrier_errors"])
			.concat(["tx_compressed", "tx_errors", "tx_fifo_errors", "tx_heartbeat_errors", "tx_window_errors"])
			.map((name) => [name, live(() => 0)]),
	);
	return {
		...none,
		multicast: live(() => received.multicast),
		rx_bytes: live(() => received.bytes),
		rx_dropped: live(() => received.dropped),
		rx_packets: live(() => received.packets),
		tx_bytes: live(() => sent.bytes),
		tx_dropped: live(() => sent.dropped),
		tx_packets: live(() => sent.packets),
	};
}
const bridge = (device: Device): Sketch => {
	const id = (): string => `8000.${[...device.mac].map((byte) => byte.toString(16).padStart(2, "0")).join("")}`;
	return {
		ageing_time: live(() => 30000),
		bridge_id: live(id),
		forward_delay: live(() => 1500),
		hello_time: live(() => 200),
		max_age: live(() => 2000),
		multicast_snooping: live(() => 1),
		priority: live(() => 32768),
		root_id: live(id),
		stp_state: live(() => 0),
		vlan_filtering: live(() => 0),
	};
};
