// RTM_NEWRULE, RTM_DELRULE, RTM_GETRULE (man 8 ip-rule).

import { ERRNO } from "../../../../lib/errno";
import { address as addressAttribute, asAddress, asNumber, asText, text, u8, u32 } from "../../../../lib/netlink/attribute";
import { AF, FR_ACT, FRA, NLM_F, RT_TABLE, RTM } from "../../../../lib/netlink/constants";
import { body, fib_rule_hdr, parseBody } from "../../../../lib/netlink/route";
import type { Rule } from "../../route/table";
import type { Reply, Request } from "../handler";

const NONE = 0xffffffff;
const INVERT = 2;

function ruleBody(rule: Rule): Uint8Array {
	const { source, destination, mark } = rule;
	const head = {
		family: rule.family === "inet" ? AF.INET : AF.INET6,
		dst_len: destination?.prefix ?? 0,
		src_len: source?.prefix ?? 0,
		table: rule.table < 256 ? rule.table : 0,
		action: rule.action,
		flags: rule.invert ? INVERT : 0,
	};
	return body(fib_rule_hdr, head, [
		u32(FRA.TABLE, rule.table),
		u32(FRA.SUPPRESS_PREFIXLEN, rule.suppressPrefix ?? NONE),
		u8(FRA.PROTOCOL, rule.protocol),
		rule.priority > 0 ? u32(FRA.PRIORITY, rule.priority) : undefined,
		mark ? u32(FRA.FWMARK, mark.value) : undefined,
		mark ? u32(FRA.FWMASK, mark.mask) : undefined,
		rule.in ? text(FRA.IIFNAME, rule.in) : undefined,
		rule.out ? text(FRA.OIFNAME, rule.out) : undefined,
		destination ? addressAttribute(FRA.DST, destination.address) : undefined,
		source ? addressAttribute(FRA.SRC, source.address) : undefined,
	]);
}
const sorted = (rules: readonly Rule[]): Rule[] =>
	[...rules].sort((a, b) => Number(a.family === "inet6") - Number(b.family === "inet6"));

export function getRules({ stack, body: bytes, flags }: Request): Reply {
	if ((flags & NLM_F.DUMP) !== NLM_F.DUMP) return -ERRNO.EOPNOTSUPP;
	const { head } = parseBody(fib_rule_hdr, bytes);
	return sorted(stack.tables.rules)
		.filter(({ family }) => head.family === AF.UNSPEC || head.family === (family === "inet" ? AF.INET : AF.INET6))
		.map((rule) => ({ type: RTM.NEWRULE, body: ruleBody(rule) }));
}
function read({ body: bytes }: Request): { rule: Rule; hasPriority: boolean } | undefined {
	const { head, attributes } = parseBody(fib_rule_hdr, bytes);
	const family = head.family === AF.INET ? "inet" : head.family === AF.INET6 ? "inet6" : undefined;
	if (!family) return undefined;
	const number = (type: number): number | undefined => {
		const value = attributes.get(type);
		return value && asNumber(value);
	};
	const word = (type: number): string | undefined => {
		const value = attributes.get(type);
		return value && asText(value);
	};
	const network = (type: number, prefix: number) => {
		const value = attributes.get(type);
		const address = value && asAddress(value);
		return address && prefix > 0 ? { address, prefix } : undefined;
	};
	const mark = number(FRA.FWMARK);
	const suppress = number(FRA.SUPPRESS_PREFIXLEN);
	const rule: Rule = {
		family,
		priority: number(FRA.PRIORITY) ?? 0,
		table: number(FRA.TABLE) ?? head.table,
		action: head.action || FR_ACT.TO_TBL,
		protocol: number(FRA.PROTOCOL) ?? 0,
		source: network(FRA.SRC, head.src_len),
		destination: network(FRA.DST, head.dst_len),
		mark: mark === undefined ? undefined : { value: mark, mask: number(FRA.FWMASK) ?? NONE },
		in: word(FRA.IIFNAME),
		out: word(FRA.OIFNAME),
		invert: (head.flags & INVERT) !== 0,
		suppressPrefix: suppress === NONE ? undefined : suppress,
	};
	return { rule, hasPriority: attributes.has(FRA.PRIORITY) };
}
const same = (a: Rule, b: Rule): boolean => JSON.stringify({ ...a, protocol: 0 }) === JSON.stringify({ ...b, protocol: 0 });

export function newRule(request: Request): Reply {
	const asked = read(request);
	if (!asked) return -ERRNO.EAFNOSUPPORT;
	const { rule, hasPriority } = asked;
	const { tables } = request.stack;
	if (!hasPriority) {
		// Before the first rule that is not the local table's.
		const later = tables.rules
			.filter(({ family, priority }) => family === rule.family && priority > 0)
			.map(({ priority }) => priority);
		rule.priority = Math.max(0, Math.min(32766, ...later) - 1);
	}
	if (rule.action === FR_ACT.TO_TBL && rule.table === RT_TABLE.UNSPEC) return -ERRNO.EINVAL;
	if (request.flags & NLM_F.EXCL && tables.rules.some((each) => same(each, rule))) return -ERRNO.EEXIST;
	tables.addRule(rule);
	request.stack.network.changed();
	return 0;
}
export function deleteRule(request: Request): Reply {
	const asked = read(request);
	if (!asked) return -ERRNO.EAFNOSUPPORT;
	const { rule, hasPriority } = asked;
	const { rules } = request.stack.tables;
	const fits = (each: Rule): boolean =>
		each.family === rule.family &&
		(!hasPriority || each.priority === rule.priority) &&
		(rule.table === 0 || each.table === rule.table) &&
		(!rule.source || JSON.stringify(each.source) === JSON.stringify(rule.source)) &&
		(!rule.destination || JSON.stringify(each.destination) === JSON.stringify(rule.destination)) &&
		(!rule.mark || each.mark?.value === rule.mark.value) &&
		(!rule.in || each.in === rule.in) &&
		(!rule.out || each.out === rule.out);
	const at = rules.findIndex(fits);
	if (at < 0) return -ERRNO.ENOENT;
	rules.splice(at, 1);
	request.stack.network.changed();
	return 0;
}
