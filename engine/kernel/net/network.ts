// What all network namespaces of a machine share: the numbers of requests for the trace, and the count of changes by which
// connections notice that their path may be another now.

import type { Kernel } from "../task";

/** A TCP end that has bytes which could not be delivered. */
export interface Waiting {
	retry(): void;
}
export class Network {
	/** Grows with every change of links, addresses, routes or rules anywhere. */
	generation = 1;
	private flows = 0;
	readonly waiting = new Set<Waiting>();
	nextFlow(): number {
		return ++this.flows;
	}
	/** Something on some path is not as it was: those that wait for a path try again. */
	changed(): void {
		this.generation++;
		for (const end of [...this.waiting]) end.retry();
	}
}
const networks = new WeakMap<Kernel, Network>();
export function networkOf(kernel: Kernel): Network {
	let network = networks.get(kernel);
	if (!network) {
		network = new Network();
		networks.set(kernel, network);
	}
	return network;
}
