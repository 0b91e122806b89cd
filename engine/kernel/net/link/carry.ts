// Where a frame arrives that a device sends: at the other end of a veth, through bridges at all their ports. Bridges need not
// learn: who looks for a neighbour finds the one that answers, and its frames take the way on which it was found.

import type { Device } from "./device";

/** A device that hears the frame, and the counters on the way to it. */
export interface Arrival {
	device: Device;
	/** In order; each counts the packet as sent or received. */
	hops: readonly Hop[];
}
export interface Hop {
	device: Device;
	way: "sent" | "received";
	/** The bridge through which the frame came to a port. */
	bridge?: Device;
	/** The bridge's port where it came in. */
	from?: Device;
}
/** Bridges that are joined in a circle would carry for ever. */
const MOST_HOPS = 32;

/** Everyone that hears what `device` sends. */
export function* arrivals(device: Device, before: readonly Hop[] = []): Generator<Arrival> {
	if (!device.up || before.length > MOST_HOPS) return;
	const hops: Hop[] = [...before, { device, way: "sent" }];
	switch (device.kind) {
		case "loopback":
			yield { device, hops: [...hops, { device, way: "received" }] };
			return;
		case "veth":
			if (device.peer?.up) yield* heard(device.peer, [...hops, { device: device.peer, way: "received" }]);
			return;
		case "bridge":
			for (const port of device.ports()) yield* arrivals(port, hops);
			return;
		default:
			// A dummy swallows it; what leaves by the external one is beyond the machine.
			return;
	}
}
function* heard(device: Device, hops: readonly Hop[]): Generator<Arrival> {
	const bridge = device.master;
	if (!bridge) {
		yield { device, hops };
		return;
	}
	if (!bridge.up) return;
	yield { device: bridge, hops: [...hops, { device: bridge, way: "received" }] };
	for (const port of bridge.ports()) {
		if (port === device ? !device.port?.hairpin : port.port?.isolated && device.port?.isolated) continue;
		for (const arrival of arrivals(port, hops)) {
			const marked = arrival.hops.map((hop, i) => (i === hops.length ? { ...hop, bridge, from: device } : hop));
			yield { device: arrival.device, hops: marked };
		}
	}
}
