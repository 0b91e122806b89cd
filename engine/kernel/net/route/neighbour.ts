// Neighbours (man 8 ip-neighbour): who has an address on a link, and by which hardware address. ARP and NDP are not sent as
// packets: who asks goes along the link and sees who would answer. What is not answered fails after three tries, a second each.

import { NUD } from "../../../lib/netlink/constants";
import { type Arrival, arrivals } from "../link/carry";
import type { Device } from "../link/device";
import type { Packet } from "../packet";

/** net.ipv4.neigh.default.base_reachable_time_ms. */
const REACHABLE_MS = 30_000;
const PROBE_MS = 1000;
const PROBES = 3;
const MOST_QUEUED = 101;

export interface Neighbour {
	device: Device;
	address: string;
	mac?: Uint8Array;
	/** NUD_*; REACHABLE grows STALE by itself (stateOf). */
	state: number;
	/** Uptime when it was last confirmed, used, and changed. */
	confirmed: number;
	used: number;
	updated: number;
	flags: number;
	queue: Array<{ packet: Packet; failed: () => void; found: (arrival: Arrival) => void }>;
}

export class Neighbours {
	private readonly known = new Map<string, Neighbour>();

	get(device: Device, address: string): Neighbour | undefined {
		return this.known.get(key(device, address));
	}
	*all(): Generator<Neighbour> {
		yield* this.known.values();
	}
	set(device: Device, address: string, mac: Uint8Array | undefined, state: number, flags = 0): Neighbour {
		const now = device.stack.kernel.uptime();
		const fresh = { device, address, mac, state, flags, confirmed: now, used: now, updated: now, queue: [] };
		const neighbour = Object.assign(this.known.get(key(device, address)) ?? fresh, {
			mac,
			state,
			flags,
			confirmed: now,
			updated: now,
		});
		this.known.set(key(device, address), neighbour);
		return neighbour;
	}
	delete(device: Device, address: string): boolean {
		return this.known.delete(key(device, address));
	}
	/** What a device knew is forgotten when it goes down or away. */
	forget(device: Device): void {
		for (const [name, neighbour] of this.known) if (neighbour.device === device) this.known.delete(name);
	}

	/**
	 * Who is to get the packet: known at once, or `found` is called later, or `failed` when nobody answers. A permanent entry is
	 * believed: if nobody has its hardware address, the packet is lost without a word.
	 */
	resolve(device: Device, address: string, packet: Packet, found: (arrival: Arrival) => void, failed: () => void): void {
		const now = device.stack.kernel.uptime();
		const entry = this.get(device, address);
		if (entry?.state === NUD.PERMANENT) {
			entry.used = now;
			const arrival = withMac(device, entry.mac!);
			if (arrival) found(arrival);
			return;
		}
		const arrival = whoHas(device, address);
		if (arrival) {
			this.answered(device, address, arrival).used = now;
			learn(arrival.device, device, packet);
			found(arrival);
			return;
		}
		const waiting = entry ?? this.set(device, address, undefined, NUD.NONE);
		if (waiting.state === NUD.REACHABLE || waiting.state === NUD.STALE) waiting.mac = undefined;
		if (waiting.queue.length >= MOST_QUEUED) waiting.queue.shift();
		waiting.queue.push({ packet, found, failed });
		if (waiting.state !== NUD.INCOMPLETE) {
			Object.assign(waiting, { state: NUD.INCOMPLETE, updated: now, used: now });
			this.probe(waiting, PROBES);
		}
	}
	private probe(entry: Neighbour, left: number): void {
		const { device, address } = entry;
		device.stack.kernel.timer(PROBE_MS, () => {
			if (this.get(device, address) !== entry || entry.state !== NUD.INCOMPLETE) return;
			const arrival = whoHas(device, address);
			if (!arrival && left > 1) return this.probe(entry, left - 1);
			const queued = entry.queue.splice(0);
			if (arrival) {
				this.answered(device, address, arrival);
				for (const { packet, found } of queued) {
					learn(arrival.device, device, packet);
					found(arrival);
				}
			} else {
				Object.assign(entry, { state: NUD.FAILED, updated: device.stack.kernel.uptime() });
				for (const { failed } of queued) failed();
			}
		});
	}
	private answered(device: Device, address: string, arrival: Arrival): Neighbour {
		const entry = this.get(device, address);
		const { mac } = arrival.device;
		const same = entry?.mac?.every((byte, i) => byte === mac[i]) && stateOf(entry) === NUD.REACHABLE;
		return same && entry ? entry : this.set(device, address, mac, NUD.REACHABLE, entry?.flags ?? 0);
	}
}
const key = (device: Device, address: string): string => `${device.index} ${address}`;

/** REACHABLE for a while, then STALE. */
export const stateOf = ({ state, confirmed, device }: Neighbour): number =>
	state === NUD.REACHABLE && device.stack.kernel.uptime() - confirmed > REACHABLE_MS ? NUD.STALE : state;

/** IPv4 addresses are the host's: any of its devices answers for them. IPv6 ones are their device's. */
function whoHas(device: Device, address: string): Arrival | undefined {
	for (const arrival of arrivals(device)) {
		const { stack } = arrival.device;
		const own = address.includes(":")
			? arrival.device.addresses
			: stack.devices.flatMap((each) => (each.up ? each.addresses : []));
		if (arrival.device !== device && own.some((each) => each.address === address && !isLoopbackAddress(address))) return arrival;
	}
	return undefined;
}
const isLoopbackAddress = (address: string): boolean => address.startsWith("127.") || address === "::1";
function withMac(device: Device, mac: Uint8Array): Arrival | undefined {
	for (const arrival of arrivals(device)) if (arrival.device.mac.every((byte, i) => byte === mac[i])) return arrival;
	return undefined;
}
/** Who is asked remembers who asked. */
function learn(there: Device, from: Device, packet: Packet): void {
	const asker =
		from.addresses.find(({ family, address }) => family === packet.family && address === packet.source) ??
		from.addresses.find(({ family }) => family === packet.family);
	if (!asker) return;
	const { neighbours } = there.stack;
	const known = neighbours.get(there, asker.address);
	if (known && known.state !== NUD.FAILED && known.state !== NUD.INCOMPLETE) return;
	neighbours.set(there, asker.address, from.mac, NUD.REACHABLE);
}
