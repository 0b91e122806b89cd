// Which ports of the host are published: by protocol and host address, since an address of its own may have a port that another
// has, too. It knows of Docker's ports only; whether somebody else sits on one shows when it is bound.

import { EngineError } from "../lib/errors";

export type Protocol = "tcp" | "udp" | "sctp";

const UNSPECIFIED = { four: "0.0.0.0", six: "::" } as const;
const anyOf = (address: string): string => (address.includes(":") ? UNSPECIFIED.six : UNSPECIFIED.four);

export const portAllocated = (address: string, port: number): EngineError =>
	new EngineError("system", `Bind for ${address}:${port} failed: port is already allocated`);
export const allPortsAllocated = (): EngineError => new EngineError("system", "all ports are allocated");

export class PortAllocator {
	/** Protocol and address → ports. */
	private readonly taken = new Map<string, Set<number>>();
	/** Where the search in a range goes on: a port that was given up is not given out again at once. */
	private readonly last = new Map<string, number>();

	/** @param ephemeral first and last port for who does not ask for one (ip_local_port_range) */
	constructor(private readonly ephemeral: readonly [first: number, last: number]) {}

	/**
	 * One port that is free on all the addresses: `first` when it is also the last, else one of the range; 0 and 0 is the
	 * ephemeral range.
	 * @throws EngineError in Docker's words when none is
	 */
	request(addresses: readonly string[], protocol: Protocol, first: number, last: number): number {
		if (first > 0 && first === last) {
			const owner = this.inTheWay(addresses, protocol, first);
			if (owner !== undefined) throw portAllocated(owner, first);
			this.take(addresses, protocol, first);
			return first;
		}
		const [low, high] = first === 0 ? this.ephemeral : [first, last];
		const key = `${protocol} ${addresses[0]} ${low}-${high}`;
		let port = this.last.get(key) ?? high;
		for (let tried = low; tried <= high; tried++) {
			port = port >= high ? low : port + 1;
			if (this.inTheWay(addresses, protocol, port) !== undefined) continue;
			this.last.set(key, port);
			this.take(addresses, protocol, port);
			return port;
		}
		throw allPortsAllocated();
	}
	release(addresses: readonly string[], protocol: Protocol, port: number): void {
		for (const address of addresses) this.taken.get(`${protocol} ${address}`)?.delete(port);
	}

	/** Who has it: an unspecified address has the port on every address of its family. */
	private inTheWay(addresses: readonly string[], protocol: Protocol, port: number): string | undefined {
		for (const [key, ports] of this.taken) {
			const [kind, owner] = key.split(" ") as [string, string];
			if (kind !== protocol || !ports.has(port)) continue;
			const clash = addresses.find(
				(address) =>
					anyOf(address) === anyOf(owner) && (address === owner || address === anyOf(address) || owner === anyOf(owner)),
			);
			if (clash !== undefined) return owner;
		}
		return undefined;
	}
	private take(addresses: readonly string[], protocol: Protocol, port: number): void {
		for (const address of addresses) {
			const key = `${protocol} ${address}`;
			const ports = this.taken.get(key) ?? new Set();
			ports.add(port);
			this.taken.set(key, ports);
		}
	}
}
