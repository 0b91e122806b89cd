// /proc/net/{tcp,udp,raw,icmp}{,6}, unix, netlink, packet: the sockets of a network namespace (man 5 proc).

import { type End, type InetSocket, shownEnd } from "../../../net/inet/socket";
import { TCP_STATES, TcpSocket } from "../../../net/inet/tcp";
import type { TimeWait } from "../../../net/inet/timewait";
import { isShown, stateNumber } from "../../../net/netlink/diag";
import { NetlinkSocket } from "../../../net/netlink/socket";
import type { NetStack, Transport } from "../../../net/stack";
import type { UnixSocket } from "../../../net/unix/socket";
import { addressHex, hex, lines } from "./text";

const HEADS: Readonly<Record<string, string>> = {
	inet: "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
	inet6:
		"  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode",
};
const DATAGRAM = " ref pointer drops";

/** TCP over IPv4 has lines of 150 characters, UDP of 128; the others end where they end. */
export function inetTable(stack: NetStack, transport: Transport, family: "inet" | "inet6"): string {
	const tcp = transport === "tcp";
	const four = family === "inet";
	const width = four ? (tcp ? 149 : transport === "udp" ? 127 : 0) : 0;
	const head = (transport === "udp" && four ? " " : "") + HEADS[family] + (tcp ? "" : DATAGRAM);
	const shown = [...stack.inetSockets].filter(
		(socket) => socket.transport === transport && socket.family === family && isShown(socket),
	);
	const waiting = tcp ? stack.timeWaits.all().filter((end) => end.family === family) : [];
	return lines(width, [
		head,
		...shown.map((socket, i) => line(socket, i, tcp)),
		...waiting.map((end, i) => waitingLine(end, stack.timeWaits.left(end), shown.length + i)),
	]);
}
const endHex = ({ address, port }: End): string => `${addressHex(address)}:${hex(port, 4)}`;
/** USER_HZ. */
const TICK_MS = 10;
function waitingLine({ family, local, remote, state }: TimeWait, left: number, index: number): string {
	const ends = [local, remote].map((end) => endHex(shownEnd(family, end))).join(" ");
	const timer = `03:${hex(Math.ceil(left / TICK_MS), 8)}`;
	return `${String(index).padStart(4)}: ${ends} ${hex(TCP_STATES[state], 2)} 00000000:00000000 ${timer} 00000000     0        0 0 3 0000000000000000`;
}
function line(socket: InetSocket, index: number, tcp: boolean): string {
	const local = socket.localAddress() as { address: string; port: number };
	const peer = socket.remote && socket.peerAddress();
	const remote =
		typeof peer === "object" ? (peer as typeof local) : { address: socket.family === "inet" ? "0.0.0.0" : "::", port: 0 };
	const waiting = socket instanceof TcpSocket && socket.listening ? socket.backlog.length : socket.inbox.length;
	const queues = `${hex(socket instanceof TcpSocket ? socket.unsent : 0, 8)}:${hex(waiting, 8)}`;
	const number = String(tcp ? index : socket.local.port).padStart(tcp ? 4 : 5);
	const state = hex(stateNumber(socket), 2);
	const rest = tcp
		? ` 00:00000000 00000000 ${String(socket.uid).padStart(5)}        0 ${socket.inode} 1 0000000000000000 100 0 0 10 0`
		: ` 00:00000000 00000000 ${String(socket.uid).padStart(5)}        0 ${socket.inode} 2 0000000000000000 0`;
	return `${number}: ${endHex(local)} ${endHex(remote)} ${state} ${queues}${rest}`;
}

const UNIX_TYPES = { stream: 1, dgram: 2, raw: 3, seqpacket: 5 };
const ACCEPTING = 0x10000;
export function unixTable(stack: NetStack): string {
	const rows = [...stack.unixSockets].map((socket: UnixSocket) => {
		const state = socket.listening || socket.peerInode === 0 ? 1 : 3;
		const flags = hex(socket.listening ? ACCEPTING : 0, 8);
		const name = socket.name.path.replace(/\0/g, "@");
		const fields = `0000000000000000: 00000002 00000000 ${flags} ${hex(UNIX_TYPES[socket.type], 4)} ${hex(state, 2)}`;
		return `${fields} ${String(socket.inode).padStart(5)}${name ? ` ${name}` : ""}`;
	});
	return lines(0, ["Num       RefCount Protocol Flags    Type St Inode Path", ...rows]);
}
export function netlinkTable(stack: NetStack): string {
	const sockets = [...new Set(stack.netlinkPorts.values())].filter((each) => each instanceof NetlinkSocket);
	const rows = sockets.map((socket) => {
		const { pid, groups } = socket.localAddress() as { pid: number; groups: number };
		const fields = [String(socket.protocol).padEnd(3), String(pid).padEnd(10), hex(groups, 8).toLowerCase()];
		return `0000000000000000 ${fields.join(" ")} 0        0        0     2        0        ${String(socket.inode).padEnd(8)}`;
	});
	return lines(0, ["sk               Eth Pid        Groups   Rmem     Wmem     Dump  Locks    Drops    Inode", ...rows]);
}
export const packetTable = (): string => "sk               RefCnt Type Proto  Iface R Rmem   User   Inode\n";
