// /proc/net/{snmp,netstat,sockstat,softnet_stat,protocols …}: what was counted. Counters of what is not modelled stay at 0.

import { TcpSocket } from "../../../net/inet/tcp";
import type { NetStack } from "../../../net/stack";

const SNMP: ReadonlyArray<readonly [protocol: string, names: string]> = [
	[
		"Ip",
		"Forwarding DefaultTTL InReceives InHdrErrors InAddrErrors ForwDatagrams InUnknownProtos InDiscards InDelivers OutRequests OutDiscards OutNoRoutes ReasmTimeout ReasmReqds ReasmOKs ReasmFails FragOKs FragFails FragCreates OutTransmits",
	],
	[
		"Icmp",
		"InMsgs InErrors InCsumErrors InDestUnreachs InTimeExcds InParmProbs InSrcQuenchs InRedirects InEchos InEchoReps InTimestamps InTimestampReps InAddrMasks InAddrMaskReps OutMsgs OutErrors OutRateLimitGlobal OutRateLimitHost OutDestUnreachs OutTimeExcds OutParmProbs OutSrcQuenchs OutRedirects OutEchos OutEchoReps OutTimestamps OutTimestampReps OutAddrMasks OutAddrMaskReps",
	],
	[
		"Tcp",
		"RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors",
	],
	["Udp", "InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors"],
	["UdpLite", "InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors IgnoredMulti MemErrors"],
];
const established = ({ inetSockets }: NetStack): number =>
	[...inetSockets].filter(
		(socket) => socket instanceof TcpSocket && (socket.state === "ESTABLISHED" || socket.state === "CLOSE_WAIT"),
	).length;

export function snmp(stack: NetStack): string {
	const fixed: Record<string, number> = {
		IpForwarding: stack.sysctl.number("ipv4/ip_forward") ? 1 : 2,
		IpDefaultTTL: stack.sysctl.number("ipv4/ip_default_ttl"),
		IpInReceives: stack.counts.IpInDelivers ?? 0,
		TcpRtoAlgorithm: 1,
		TcpRtoMin: 200,
		TcpRtoMax: 120000,
		TcpMaxConn: -1,
		TcpCurrEstab: established(stack),
	};
	return SNMP.map(([protocol, names]) => {
		const values = names.split(" ").map((name) => fixed[protocol + name] ?? stack.counts[protocol + name] ?? 0);
		return `${protocol}: ${names}\n${protocol}: ${values.join(" ")}\n`;
	}).join("");
}
const SNMP6: Readonly<Record<string, string>> = {
	Ip6: "InReceives InHdrErrors InTooBigErrors InNoRoutes InAddrErrors InUnknownProtos InTruncatedPkts InDiscards InDelivers OutForwDatagrams OutRequests OutDiscards OutNoRoutes",
	Icmp6: "InMsgs InErrors OutMsgs OutErrors InCsumErrors InEchos InEchoReplies OutEchos OutEchoReplies",
	Udp6: "InDatagrams NoPorts InErrors OutDatagrams RcvbufErrors SndbufErrors InCsumErrors",
};
export const snmp6 = (stack: NetStack): string =>
	Object.entries(SNMP6)
		.flatMap(([protocol, names]) =>
			names.split(" ").map((name) => `${(protocol + name).padEnd(32)}\t${stack.counts[protocol + name] ?? 0}\n`),
		)
		.join("");

const TCP_EXT =
	"SyncookiesSent SyncookiesRecv SyncookiesFailed EmbryonicRsts PruneCalled RcvPruned OfoPruned TW TWRecycled TWKilled DelayedACKs ListenOverflows ListenDrops TCPTimeouts TCPAbortOnData TCPAbortOnClose TCPAbortOnTimeout";
const IP_EXT = "InNoRoutes InTruncatedPkts InMcastPkts OutMcastPkts InBcastPkts OutBcastPkts InOctets OutOctets";
export function netstat({ counts }: NetStack): string {
	const row = (protocol: string, names: string): string =>
		`${protocol}: ${names}\n${protocol}: ${names
			.split(" ")
			.map((name) => counts[protocol + name] ?? 0)
			.join(" ")}\n`;
	return row("TcpExt", TCP_EXT) + row("IpExt", IP_EXT);
}

const inUse = ({ inetSockets }: NetStack, transport: string, family: string): number =>
	[...inetSockets].filter(
		(socket) => socket.transport === transport && socket.family === family && (transport === "raw" || socket.local.port > 0),
	).length;
export function sockstat(stack: NetStack): string {
	const { inetSockets, unixSockets } = stack;
	const tcp = inUse(stack, "tcp", "inet");
	const alloc = [...inetSockets].filter(({ transport }) => transport === "tcp").length;
	return [
		`sockets: used ${inetSockets.size + unixSockets.size + stack.netlinkPorts.size}`,
		`TCP: inuse ${tcp} orphan 0 tw ${stack.timeWaits.all().filter(({ state }) => state === "TIME_WAIT").length} alloc ${alloc} mem 0`,
		`UDP: inuse ${inUse(stack, "udp", "inet")} mem 0`,
		"UDPLITE: inuse 0",
		`RAW: inuse ${inUse(stack, "raw", "inet")}`,
		"FRAG: inuse 0 memory 0\n",
	].join("\n");
}
export const sockstat6 = (stack: NetStack): string =>
	[
		`TCP6: inuse ${inUse(stack, "tcp", "inet6")}`,
		`UDP6: inuse ${inUse(stack, "udp", "inet6")}`,
		"UDPLITE6: inuse 0",
		`RAW6: inuse ${inUse(stack, "raw", "inet6")}`,
		"FRAG6: inuse 0 memory 0\n",
	].join("\n");

const PROTOCOLS: ReadonlyArray<readonly [name: string, size: number, transport: string, family: string]> = [
	["PINGv6", 1112, "icmp", "inet6"],
	["RAWv6", 1112, "raw", "inet6"],
	["UDPv6", 1344, "udp", "inet6"],
	["TCPv6", 2432, "tcp", "inet6"],
	["PING", 904, "icmp", "inet"],
	["RAW", 912, "raw", "inet"],
	["UDP", 1152, "udp", "inet"],
	["TCP", 2272, "tcp", "inet"],
];
export function protocols(stack: NetStack): string {
	const line = (name: string, size: number, sockets: number, memory: string): string =>
		`${name.padEnd(9)} ${String(size).padStart(4)} ${String(sockets).padStart(6)}  ${memory}`;
	const tail = "      no       0   yes  kernel      y  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n  n";
	return [
		"protocol  size sockets  memory press maxhdr  slab module     cl co di ac io in de sh ss gs se re bi br ha uh gp em",
		line("UNIX", 1024, stack.unixSockets.size, `    -1${tail}`),
		line("NETLINK", 1088, stack.netlinkPorts.size, `    -1${tail}`),
		...PROTOCOLS.map(([name, size, transport, family]) =>
			line(
				name,
				size,
				inUse(stack, transport, family),
				`${name.startsWith("TCP") || name.startsWith("UDP") ? "     0" : "    -1"}${tail}`,
			),
		),
		"",
	].join("\n");
}
export const softnet = (): string => `${["00000000", ...new Array(14).fill("00000000")].join(" ")}\n`;
