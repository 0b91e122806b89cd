// A rule in the words of iptables(8), such as "! -i docker0 -p tcp --dport 8080 -j DNAT --to-destination 172.17.0.2:80", as the
// kernel's own values. Only what Docker's rules are made of is understood here; it is no iptables.

import { isIpv6, netmask } from "../../lib/inet";
import { ipText, lastIp, parsePrefix } from "../../lib/ip";
import type { Family, Verdict } from "../../lib/netfilter/constants";
import { alike } from "../../lib/netfilter/entries";
import type { AddressCondition } from "../../lib/netfilter/entry";
import { ADDRTYPE, CT_STATE, type Match, type Ports } from "../../lib/netfilter/match";
import { jumpOf, none, type Rule, ruleBytes } from "../../lib/netfilter/table";
import type { Extension } from "../../lib/netfilter/target";

const PROTOCOLS: Readonly<Record<string, number>> = { icmp: 1, tcp: 6, udp: 17, icmpv6: 58, sctp: 132 };
const VERDICTS: readonly string[] = ["ACCEPT", "DROP", "RETURN"];

/** What has been read of a rule: options may come in any order, and a protocol's ports belong to its match. */
interface Reading {
	rule: Rule;
	protocol: string;
	ports: { source?: Ports; destination?: Ports };
	addrtype?: Extract<Match, { name: "addrtype" }>;
	extension?: Extension;
}
type Option = (reading: Reading, value: string, invert: boolean) => void;

const OPTIONS: Readonly<Record<string, Option>> = {
	"-s": ({ rule }, value, invert) => void Object.assign(rule, { source: address(value, invert) }),
	"-d": ({ rule }, value, invert) => void Object.assign(rule, { destination: address(value, invert) }),
	"-i": ({ rule }, name, invert) => void Object.assign(rule, { in: { name, invert } }),
	"-o": ({ rule }, name, invert) => void Object.assign(rule, { out: { name, invert } }),
	"-p": (reading, name, invert) => {
		reading.protocol = name;
		reading.rule.protocol = { number: PROTOCOLS[name]!, invert };
	},
	// the match's options say as much
	"-m": () => {},
	"--sport": ({ ports }, value) => void Object.assign(ports, { source: [Number(value), Number(value)] }),
	"--dport": ({ ports }, value) => void Object.assign(ports, { destination: [Number(value), Number(value)] }),
	"--src-type": (reading, type) => addrtype(reading, "source", type),
	"--dst-type": (reading, type) => addrtype(reading, "destination", type),
	"--ctstate": ({ rule }, names) => {
		const states = names.split(",").reduce((mask, name) => mask | CT_STATE[name as keyof typeof CT_STATE], 0);
		rule.matches.push({ name: "conntrack", states });
	},
	"-j": (reading, name) => {
		if (VERDICTS.includes(name)) reading.rule.target = { verdict: name as Verdict };
		else if (name === "DNAT" || name === "SNAT" || name === "MASQUERADE") reading.extension = { name };
		else reading.rule.target = { jump: name };
	},
	"--to-destination": ({ extension }, value) => void Object.assign(extension!, range(value)),
	"--to-source": ({ extension }, value) => void Object.assign(extension!, range(value)),
};

/** @throws Error for an option that is not understood: such a rule is a mistake of the program */
export function parseRule(text: string): Rule {
	const reading: Reading = { rule: { matches: [], target: undefined, counters: none() }, protocol: "", ports: {} };
	const words = text.split(" ");
	for (let at = 0, invert = false; at < words.length; at++) {
		if (words[at] === "!") {
			invert = true;
			continue;
		}
		const option = OPTIONS[words[at]!];
		if (!option) throw new Error(`${text}: ${words[at]} is not understood`);
		option(reading, words[++at]!, invert);
		invert = false;
	}
	const { rule, protocol, ports, addrtype: type, extension } = reading;
	if (ports.source || ports.destination) rule.matches.push({ name: protocol as "tcp" | "udp", ...ports });
	if (type) rule.matches.push(type);
	if (extension) rule.target = { extension };
	return rule;
}

/** "10.0.0.0/8", "10.0.0.1", "fe80::/10". */
function address(text: string, invert: boolean): AddressCondition {
	const bits = isIpv6(text) ? 128 : 32;
	const prefix = parsePrefix(text.includes("/") ? text : `${text}/${bits}`)!;
	const mask = prefix.ip.six ? ipText(lastMask(prefix.bits)) : netmask(prefix.bits);
	return { address: ipText(prefix.ip), mask, invert };
}
const lastMask = (bits: number) => {
	const { value } = lastIp({ ip: { six: true, value: 0n }, bits: 128 - bits });
	return { six: true, value: value << BigInt(128 - bits) };
};

function addrtype(reading: Reading, which: "source" | "destination", type: string): void {
	reading.addrtype ??= { name: "addrtype", source: 0, destination: 0 };
	reading.addrtype[which] = ADDRTYPE[type as keyof typeof ADDRTYPE];
}

/** "1.2.3.4:80", "[fd00::1]:80", "1.2.3.4", ":53". */
function range(text: string): { addresses?: [string, string]; ports?: [number, number] } {
	const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:]*))(?::(\d+))?$/.exec(text)!;
	const ip = bracketed ?? plain;
	return {
		...(ip ? { addresses: [ip, ip] } : {}),
		...(port ? { ports: [Number(port), Number(port)] } : {}),
	};
}

/** Do two rules do the same? Counters aside. */
export function sameRule(family: Family, a: Rule, b: Rule): boolean {
	return jumpOf(a.target) === jumpOf(b.target) && alike(family, ruleBytes(family, a), ruleBytes(family, b));
}
