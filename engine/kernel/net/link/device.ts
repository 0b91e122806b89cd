// A network device: one end of a wire. Its kind says where what it sends arrives (link/carry.ts); the namespace that it is in
// (its stack) may change, its identity does not.
//
// Life: made and added to a stack (which gives it an index) → up → down → … → removed. A veth dies with its other end; all but
// the loopback go with their namespace.

import { ARPHRD, IF_OPER, IFF } from "../../../lib/netlink/constants";
import type { NetStack } from "../stack";

export type DeviceKind = "loopback" | "veth" | "bridge" | "dummy" | "external";

export interface InterfaceAddress {
	family: "inet" | "inet6";
	/** Its own address. */
	address: string;
	prefix: number;
	/** The other end's on a point-to-point link; else the same. */
	peer: string;
	broadcast?: string;
	/** RT_SCOPE. */
	scope: number;
	/** IFA_F_* beside IFA_F_PERMANENT. */
	flags: number;
	label: string;
	/** Seconds from `since`, or undefined for ever. */
	valid?: number;
	preferred?: number;
	/** Uptime in milliseconds when it was made, and last changed. */
	created: number;
	since: number;
	/** While IPv6 looks whether another has it (RFC 4862): uptime until which it is tentative. */
	tentativeUntil?: number;
}
export interface LinkCounters {
	bytes: number;
	packets: number;
	dropped: number;
	multicast: number;
}
const zero = (): LinkCounters => ({ bytes: 0, packets: 0, dropped: 0, multicast: 0 });

export interface DeviceInit {
	kind: DeviceKind;
	name: string;
	mtu: number;
	/** 6 bytes. */
	mac: Uint8Array;
	/** The address was given, not invented: a bridge keeps it. */
	macSet?: boolean;
	txqlen?: number;
}

export class Device {
	/** 0 until it is in a stack. */
	index = 0;
	name: string;
	mtu: number;
	mac: Uint8Array;
	macSet: boolean;
	txqlen: number;
	group = 0;
	alias = "";
	/** Other names by which it is known. */
	readonly altNames: string[] = [];
	/** IFF_* that programs set: UP, PROMISC, NOARP …; what is seen of the line is in flags(). */
	private own: number;
	promiscuity = 0;
	/** The bridge that it is a port of. */
	master: Device | undefined;
	/** As a port: STP's number of it, and what bridge link sets. */
	port: BridgePort | undefined;
	/** The other end of a veth. */
	peer: Device | undefined;
	addresses: InterfaceAddress[] = [];
	readonly received = zero();
	readonly sent = zero();
	/** "noop" until it was up once. */
	qdisc = "noop";
	carrierChanges = 0;
	/** As a bridge: it has looked at its ports once. A new one that has none believes to have a carrier, as Linux's do. */
	elected: boolean;
	/** As a bridge: what ip link set type bridge sets (IFLA_BR_*), by attribute. */
	readonly bridgeOptions = new Map<number, number>();
	readonly created: number;

	constructor(
		public stack: NetStack,
		readonly kind: DeviceKind,
		{ name, mtu, mac, macSet = false, txqlen = 1000 }: Omit<DeviceInit, "kind">,
	) {
		this.name = name;
		this.mtu = mtu;
		this.mac = mac;
		this.macSet = macSet;
		this.txqlen = txqlen;
		this.elected = macSet;
		this.own = kind === "loopback" ? IFF.LOOPBACK : IFF.BROADCAST | (kind === "dummy" ? IFF.NOARP : IFF.MULTICAST);
		this.created = stack.kernel.uptime();
	}
	get up(): boolean {
		return (this.own & IFF.UP) !== 0;
	}
	get isLoopback(): boolean {
		return this.kind === "loopback";
	}
	get hardwareType(): number {
		return this.isLoopback ? ARPHRD.LOOPBACK : ARPHRD.ETHER;
	}
	/** Is there somebody at the other end? */
	get carrier(): boolean {
		switch (this.kind) {
			case "veth":
				return this.up && (this.peer?.up ?? false);
			case "bridge":
				return this.up && (!this.elected || [...this.ports()].some((port) => port.up && port.carrier));
			default:
				return this.up;
		}
	}
	/** IFLA_OPERSTATE. */
	get operstate(): number {
		if (this.kind === "loopback" || this.kind === "dummy" || (this.kind === "bridge" && !this.elected))
			return this.up ? IF_OPER.UNKNOWN : IF_OPER.DOWN;
		if (this.up && this.carrier) return IF_OPER.UP;
		// A veth whose other end is down has a layer below that is.
		return this.kind === "veth" && this.up && this.peer && this.peer.stack === this.stack ? IF_OPER.LOWERLAYERDOWN : IF_OPER.DOWN;
	}
	get flags(): number {
		return this.own | (this.up && this.carrier ? IFF.RUNNING | IFF.LOWER_UP : 0);
	}
	/** Sets those of the bits that programs may: UP is the stack's business. */
	setFlags(bits: number, mask: number): void {
		const settable = IFF.NOARP | IFF.ALLMULTI | IFF.MULTICAST | IFF.UP;
		if (mask & IFF.PROMISC) {
			const [was, is] = [(this.own & IFF.PROMISC) !== 0, (bits & IFF.PROMISC) !== 0];
			if (was !== is) this.promiscuity += is ? 1 : -1;
		}
		const change = mask & (settable | IFF.PROMISC);
		this.own = (this.own & ~change) | (bits & change);
		if (this.up && this.qdisc === "noop") this.qdisc = this.kind === "external" ? "fq_codel" : "noqueue";
	}
	*ports(): Generator<Device> {
		if (this.kind !== "bridge") return;
		for (const device of this.stack.devices) if (device.master === this) yield device;
	}
	addressesOf(family: "inet" | "inet6"): InterfaceAddress[] {
		return this.addresses.filter((each) => each.family === family);
	}
}
export interface BridgePort {
	number: number;
	cost: number;
	priority: number;
	hairpin: boolean;
	isolated: boolean;
	learning: boolean;
	flood: boolean;
}
export const newPort = (number: number): BridgePort => ({
	number,
	cost: 2,
	priority: 32,
	hairpin: false,
	isolated: false,
	learning: true,
	flood: true,
});
