// /proc/PID/net: the tables of a process's network namespace, as netstat, ifconfig and route read them (man 5 proc).

import { ipBytes } from "../../../lib/inet";
import type { InetSocket } from "../../net/inet/socket";
import { TCP_STATES, TcpSocket } from "../../net/inet/tcp";
import { type NetStack, stackOf } from "../../net/stack";
import { UnixStream } from "../../net/unix/stream";
import type { Task } from "../../task";
import { PseudoFile, type PseudoFs, type PseudoNode } from "../tree";

const hex = (value: number, digits: number): string => value.toString(16).toUpperCase().padStart(digits, "0");

/** Words of 32 bits as a little-endian machine prints them. */
function addressHex(address: string): string {
	const bytes = ipBytes(address);
	let out = "";
	for (let word = 0; word < bytes.length; word += 4) for (let i = 3; i >= 0; i--) out += hex(bytes[word + i]!, 2);
	return out;
}
const nobody = (family: string): string => (family === "inet" ? "0.0.0.0" : "::");

function inetTable(stack: NetStack, protocol: "tcp" | "udp", family: "inet" | "inet6"): string {
	const six = family === "inet6";
	const head = six
		? "  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"
		: protocol === "tcp"
			? "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode"
			: "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops";
	const width = six || protocol === "udp" ? 0 : 149;
	const shown = [...stack.inetSockets].filter(
		(socket) => socket.transport === protocol && socket.family === family && socket.local.port,
	);
	const lines = shown.map((socket, i) => inetLine(socket, i).padEnd(width));
	return [head.padEnd(width), ...lines, ""].join("\n");
}
function inetLine(socket: InetSocket, index: number): string {
	const end = (address: { address: string; port: number }): string => `${addressHex(address.address)}:${hex(address.port, 4)}`;
	const local = socket.localAddress() as { address: string; port: number };
	const peer = socket.peerAddress();
	const remote = typeof peer === "number" ? { address: nobody(socket.family), port: 0 } : (peer as typeof local);
	const state = socket instanceof TcpSocket ? TCP_STATES[socket.state] : socket.remote ? 1 : 7;
	const queues = `00000000:${hex(socket.inbox.length, 8)}`;
	return `${String(index).padStart(4)}: ${end(local)} ${end(remote)} ${hex(state, 2)} ${queues} 00:00000000 00000000     0        0 ${socket.inode} 1 0000000000000000 100 0 0 10 0`;
}

const UNIX_TYPES = { stream: 1, dgram: 2, raw: 3, seqpacket: 5 };
function unixTable(stack: NetStack): string {
	const lines = [...stack.unixSockets].map((socket) => {
		const connected = socket instanceof UnixStream && typeof socket.peerAddress() !== "number";
		const state = socket.listening || !connected ? 1 : 3;
		const flags = hex(socket.listening ? 0x10000 : 0, 8);
		const name = socket.name.path.replace(/^\0/, "@");
		const fields = `0000000000000000: 00000002 00000000 ${flags} ${hex(UNIX_TYPES[socket.type], 4)} ${hex(state, 2)}`;
		return `${fields} ${String(socket.inode).padStart(5)}${name ? ` ${name}` : ""}`;
	});
	return ["Num       RefCount Protocol Flags    Type St Inode Path", ...lines, ""].join("\n");
}

function devTable({ devices }: NetStack): string {
	const head =
		"Inter-|   Receive                                                |  Transmit\n" +
		" face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n";
	const number = (value: number, width: number): string => ` ${String(value).padStart(width)}`;
	return (
		head +
		devices
			.map(({ name, received, sent }) => {
				const inwards = [received.bytes, received.packets, 0, received.dropped, 0, 0, 0, received.multicast];
				const outwards = [sent.bytes, sent.packets, 0, sent.dropped, 0, 0, 0, 0];
				const left = inwards.map((value, i) => number(value, [7, 7, 4, 4, 4, 5, 10, 9][i]!));
				const right = outwards.map((value, i) => number(value, [8, 7, 4, 4, 4, 5, 7, 10][i]!));
				return `${name.padStart(6)}:${left.join("")}${right.join("")}\n`;
			})
			.join("")
	);
}
function interfaceInet6({ devices }: NetStack): string {
	return devices
		.flatMap(({ addresses, index, name }) =>
			addresses
				.filter(({ family }) => family === "inet6")
				.map(({ address, prefix }) => {
					const plain = [...ipBytes(address)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
					const scope = address === "::1" ? "10" : "00";
					return `${plain} ${hex(index, 2)} ${hex(prefix, 2).toLowerCase()} ${scope} 80 ${name.padStart(8)}\n`;
				}),
		)
		.join("");
}
const ROUTES = "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT".padEnd(127);
const SOCKSTAT = ({ inetSockets, unixSockets }: NetStack): string => {
	const count = (protocol: string, family: string): number =>
		[...inetSockets].filter((socket) => socket.transport === protocol && socket.family === family).length;
	return `sockets: used ${inetSockets.size + unixSockets.size}\nTCP: inuse ${count("tcp", "inet")} orphan 0 tw 0 alloc ${count("tcp", "inet")} mem 0\nUDP: inuse ${count("udp", "inet")} mem 0\n`;
};

const tables: Record<string, (stack: NetStack) => string> = {
	dev: devTable,
	tcp: (stack) => inetTable(stack, "tcp", "inet"),
	tcp6: (stack) => inetTable(stack, "tcp", "inet6"),
	udp: (stack) => inetTable(stack, "udp", "inet"),
	udp6: (stack) => inetTable(stack, "udp", "inet6"),
	raw: () =>
		"  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n",
	raw6: () =>
		"  sl  local_address                         remote_address                        st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops\n",
	unix: unixTable,
	route: () => `${ROUTES}\n`,
	if_inet6: interfaceInet6,
	arp: () => "IP address       HW type     Flags       HW address            Mask     Device\n",
	sockstat: SOCKSTAT,
	protocols: () => "",
};

/** The files, of the namespace that the task is in when they are read. */
export const netFiles = (fs: PseudoFs, taskOf: () => Task | undefined): Array<[string, PseudoNode]> =>
	Object.entries(tables).map(([name, table]) => [
		name,
		new PseudoFile(fs, {
			read: () => {
				const task = taskOf();
				return task ? table(stackOf(task.namespaces.net)) : "";
			},
		}),
	]);
