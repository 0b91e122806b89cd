// Who is who: answers questions of one container out of what its networks know.
//
// A name is looked for in each network of the container, first among its own aliases for others (--link), then among the names
// of the network's endpoints. For a.b.c also "a.b in network c" and "a in network b.c" are tried. (libnetwork's Sandbox.ResolveName)

import { formatIp, parseIp } from "../../lib/inet";
import { type Answer, CLASS_IN, type Query, RCODE, TYPE } from "./message";

/** A network as one of its containers sees it. */
export interface View {
	network: string;
	/** alias → name in the network: this container's links. */
	links: ReadonlyMap<string, string>;
	/** Addresses under a name, of one family. undefined where there is no such name. */
	addresses(name: string, six: boolean): readonly string[] | undefined;
	/** The first name of the endpoint with the address. */
	nameOf(address: string): string | undefined;
}

/** Seconds. */
const TTL = 600;

export interface Reply {
	rcode: number;
	answers: Answer[];
}

/**
 * undefined: nothing is known here, another server may know.
 * @param shuffle spreads the askers over containers of one name
 */
export function resolve(query: Query, views: readonly View[], shuffle: <T>(items: readonly T[]) => T[]): Reply | undefined {
	const question = query.questions[0];
	if (!question || question.class !== CLASS_IN) return undefined;
	const { name, type } = question;
	if (type === TYPE.A || type === TYPE.AAAA) {
		const found = addressesOf(name, views, type === TYPE.AAAA);
		return found && { rcode: RCODE.NOERROR, answers: shuffle(found).map((data) => ({ name, type, ttl: TTL, data })) };
	}
	// A name that has addresses has itself for a mail exchanger (RFC 5321, 5.1): an empty answer says so.
	if (type === TYPE.MX) {
		const known = addressesOf(name, views, false) ?? addressesOf(name, views, true);
		return known && { rcode: RCODE.NOERROR, answers: [] };
	}
	if (type === TYPE.PTR) {
		const host = pointer(name, views);
		return host === undefined ? undefined : { rcode: RCODE.NOERROR, answers: [{ name, type, ttl: TTL, data: `${host}.` }] };
	}
	return undefined;
}

function addressesOf(question: string, views: readonly View[], six: boolean): readonly string[] | undefined {
	const full = question.replace(/\.$/, "");
	const candidates: Array<[name: string, network: string | undefined]> = [[full, undefined]];
	for (let at = full.lastIndexOf("."); at >= 0; at = full.lastIndexOf(".", at - 1)) {
		candidates.push([full.slice(0, at), full.slice(at + 1)]);
		if (at === 0) break;
	}
	for (const [name, network] of candidates) {
		const among = views.filter((view) => network === undefined || view.network === network);
		for (const view of among) {
			const target = view.links.get(name);
			const found = target === undefined ? undefined : view.addresses(target, six);
			if (found) return found;
		}
		for (const view of among) {
			const found = view.links.has(name) ? undefined : view.addresses(name, six);
			if (found) return found;
		}
	}
	return undefined;
}

/** 2.0.18.172.in-addr.arpa. and b.a.9.8….ip6.arpa. (RFC 1035, 3.5; RFC 3596, 2.5). */
function pointer(question: string, views: readonly View[]): string | undefined {
	const address = addressOf(question);
	if (address === undefined) return undefined;
	for (const view of views) {
		const name = view.nameOf(address);
		if (name !== undefined) return `${name}.${view.network}`;
	}
	return undefined;
}
function addressOf(question: string): string | undefined {
	const four = /^((?:\d{1,3}\.){4})in-addr\.arpa\.$/i.exec(question);
	if (four) return four[1]!.split(".").filter(Boolean).reverse().join(".");
	const six = /^((?:[0-9a-f]\.){32})ip6\.arpa\.$/i.exec(question);
	if (!six) return undefined;
	const digits = six[1]!.split(".").filter(Boolean).reverse().join("");
	const ip = parseIp(digits.match(/.{4}/g)!.join(":"));
	return ip && formatIp(ip);
}
