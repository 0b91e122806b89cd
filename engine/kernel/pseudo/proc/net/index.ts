// /proc/PID/net: the tables of a process's network namespace, as netstat, ifconfig, route, ss and iptables read them (man 5 proc).

import { type NetStack, stackOf } from "../../../net/stack";
import type { Task } from "../../../task";
import type { Sketch, Text } from "../../tree";
import * as links from "./links";
import * as sockets from "./sockets";
import * as statistics from "./statistics";

type Table = (stack: NetStack) => string;
const none = (): string => "";
const tables: Readonly<Record<string, Table>> = {
	anycast6: none,
	arp: links.arpTable,
	dev: links.devTable,
	dev_mcast: links.multicastTable,
	fib_trie: links.trie,
	fib_triestat: () => "Basic info: size of leaf: 48 bytes, size of tnode: 40 bytes.\n",
	icmp: (stack) => sockets.inetTable(stack, "icmp", "inet"),
	icmp6: (stack) => sockets.inetTable(stack, "icmp", "inet6"),
	if_inet6: links.interfaceTable6,
	igmp: links.igmpTable,
	igmp6: links.igmpTable6,
	ip6_tables_names: ({ netfilter }) =>
		netfilter
			.names("inet6")
			.map((name) => `${name}\n`)
			.join(""),
	ip_tables_names: ({ netfilter }) =>
		netfilter
			.names("inet")
			.map((name) => `${name}\n`)
			.join(""),
	ipv6_route: links.routeTable6,
	mcfilter: () => "Idx Device        MCA        SRC    INC    EXC\n",
	mcfilter6: () => "Idx Device                Multicast Address                   Source Address    INC    EXC\n",
	netlink: sockets.netlinkTable,
	netstat: statistics.netstat,
	packet: sockets.packetTable,
	protocols: statistics.protocols,
	psched: () => "000003e8 00000040 000f4240 3b9aca00\n",
	ptype: () => "Type Device      Function\n0800          ip_rcv\n0806          arp_rcv\n86dd          ipv6_rcv\n",
	raw: (stack) => sockets.inetTable(stack, "raw", "inet"),
	raw6: (stack) => sockets.inetTable(stack, "raw", "inet6"),
	route: links.routeTable,
	rt6_stats: ({ tables: { routes } }) =>
		`0000 0000 0000 ${routes
			.filter(({ family }) => family === "inet6")
			.length.toString(16)
			.padStart(4, "0")} 0000 0000 0000\n`,
	rt_acct: none,
	rt_cache: () =>
		"Iface\tDestination\tGateway \tFlags\t\tRefCnt\tUse\tMetric\tSource\t\tMTU\tWindow\tIRTT\tTOS\tHHRef\tHHUptod\tSpecDst\n",
	snmp: statistics.snmp,
	snmp6: statistics.snmp6,
	sockstat: statistics.sockstat,
	sockstat6: statistics.sockstat6,
	softnet_stat: statistics.softnet,
	tcp: (stack) => sockets.inetTable(stack, "tcp", "inet"),
	tcp6: (stack) => sockets.inetTable(stack, "tcp", "inet6"),
	udp: (stack) => sockets.inetTable(stack, "udp", "inet"),
	udp6: (stack) => sockets.inetTable(stack, "udp", "inet6"),
	udplite: () => sockets.inetTable(EMPTY, "udp", "inet"),
	udplite6: () => sockets.inetTable(EMPTY, "udp", "inet6"),
	unix: sockets.unixTable,
	xfrm_stat: none,
};
/** There are no UDP-Lite sockets; their tables have the same heads. */
const EMPTY = { inetSockets: new Set() } as unknown as NetStack;

/** The files, of the namespace that the task is in when they are read. */
export const netFiles = (taskOf: () => Task | undefined): Sketch => {
	const live = (table: Table): Text => ({
		read: () => {
			const task = taskOf();
			return task ? table(stackOf(task.namespaces.net)) : "";
		},
	});
	const cache =
		"entries  in_hit in_slow_tot in_slow_mc in_no_route in_brd in_martian_dst in_martian_src  out_hit out_slow_tot out_slow_mc  gc_total gc_ignored gc_goal_miss gc_dst_overflow in_hlist_search out_hlist_search\n";
	return {
		...Object.fromEntries(Object.entries(tables).map(([name, table]) => [name, live(table)])),
		stat: { rt_cache: cache, arp_cache: "entries  allocs destroys\n", ndisc_cache: "entries  allocs destroys\n" },
		dev_snmp6: {},
		netfilter: {},
	};
};
