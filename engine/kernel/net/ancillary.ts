// Control messages that tell how an IP packet came (man 7 ip, ipv6, socket): only to those who asked, by an option, to be told.

import { concat } from "../../lib/bytes";
import { ipBytes } from "../../lib/inet";
import { struct } from "../../lib/struct";
import { encodeAddress } from "./address";
import type { PacketInfo } from "./inbox";
import { InetSocket } from "./inet/socket";
import type { Socket } from "./socket";

export interface ControlMessage {
	level: number;
	type: number;
	data: Uint8Array;
}
const SOL_SOCKET = 1;
const SOL_IP = 0;
const SOL_IPV6 = 41;
/** Options that ask, and what the message is called then. */
const ASKED = {
	timestamp: "1 29",
	inet: { info: "0 8", ttl: "0 12", tos: "0 13" },
	inet6: { info: "41 49", ttl: "41 51", tos: "41 66" },
} as const;

const int = (value: number): Uint8Array => new Uint8Array(new Int32Array([value]).buffer);
/** struct sock_extended_err; the offender's address follows. */
const extendedError = struct({ errno: "u32", origin: "u8", type: "u8", code: "u8", _pad: "u8", info: "u32", data: "u32" });

/** `now` is read after `uptime`: a packet that came before it was sent is what nobody expects. */
export function controlMessages(socket: Socket, info: PacketInfo | undefined, uptime: number, now: bigint): ControlMessage[] {
	if (!info || !(socket instanceof InetSocket)) return [];
	const asked = (option: string): boolean => (socket.remembered.get(option) ?? 0) !== 0;
	const messages: ControlMessage[] = [];
	if (asked(ASKED.timestamp)) {
		const micros = now / 1000n - BigInt(Math.round((uptime - info.at) * 1000));
		const data = new Uint8Array(new BigInt64Array([micros / 1_000_000n, micros % 1_000_000n]).buffer);
		messages.push({ level: SOL_SOCKET, type: 29, data });
	}
	const { error } = info;
	const six = socket.family === "inet6";
	if (error) {
		const { offender = six ? "::" : "0.0.0.0", ...rest } = error;
		const from = encodeAddress({ family: socket.family, address: offender, port: 0 });
		messages.push({ level: six ? SOL_IPV6 : SOL_IP, type: six ? 25 : 11, data: concat([extendedError.encode(rest), from]) });
		return messages;
	}
	const names = ASKED[socket.family];
	if (asked(names.info)) {
		const address = ipBytes(info.destination);
		const data = six ? concat([mapped(address), int(info.device)]) : concat([int(info.device), address, address]);
		messages.push({ level: six ? SOL_IPV6 : SOL_IP, type: six ? 50 : 8, data });
	}
	if (asked(names.ttl)) messages.push({ level: six ? SOL_IPV6 : SOL_IP, type: six ? 52 : 2, data: int(info.ttl) });
	if (asked(names.tos))
		messages.push({ level: six ? SOL_IPV6 : SOL_IP, type: six ? 67 : 1, data: six ? int(info.tos) : Uint8Array.of(info.tos) });
	return messages;
}
function mapped(address: Uint8Array): Uint8Array {
	return address.length === 16 ? address : concat([new Uint8Array(10), Uint8Array.of(0xff, 0xff), address]);
}
