// What has arrived at a socket and was not received yet: pieces of a stream, or whole messages, with what came along.

import type { FileDescription } from "../file/description";
import type { Process } from "../task";
import type { Address } from "./address";

/** Who sent something (SCM_CREDENTIALS, SO_PEERCRED); numbers are shown as the receiver's namespace has them. */
export interface Sender {
	process: Process;
	uid: number;
	gid: number;
}
export interface Packet {
	bytes: Uint8Array;
	from?: Address;
	sender?: Sender;
	/** How an IP packet came, for those who ask to be told. */
	info?: PacketInfo;
	/** SCM_RIGHTS: held until they are received or the packet is dropped. */
	files: FileDescription[];
}
export interface PacketInfo {
	destination: string;
	/** Index of the interface. */
	device: number;
	ttl: number;
	tos: number;
	/** Uptime in milliseconds. */
	at: number;
	/** From the error queue: what went wrong, and who said so. */
	error?: { errno: number; type: number; code: number; origin: number; info?: number; offender?: string };
}
export interface Received {
	count: number;
	/** The whole length of a message that did not fit. */
	length: number;
	from?: Address;
	sender?: Sender;
	info?: PacketInfo;
	files: FileDescription[];
	truncated: boolean;
}

/** Pieces from here on are worth a read of their own. */
const LARGE = 16 * 1024;

export class Inbox {
	private packets: Packet[] = [];
	/** How much of the first packet is gone. */
	private start = 0;
	length = 0;

	get empty(): boolean {
		return this.packets.length === 0;
	}
	get messages(): number {
		return this.packets.length;
	}
	/** FIONREAD of message sockets: the length of the next. */
	get nextLength(): number {
		return this.packets[0]?.bytes.length ?? 0;
	}
	push(packet: Packet): void {
		this.packets.push(packet);
		this.length += packet.bytes.length;
	}
	/** A stream: across packets, but what came with descriptors is not mixed with what came after or before. */
	stream(into: Uint8Array, peek: boolean): Received {
		const result: Received = { count: 0, length: 0, files: [], truncated: false };
		let index = 0;
		let start = this.start;
		while (index < this.packets.length && result.count < into.length) {
			const packet = this.packets[index]!;
			if (result.count > 0 && (packet.files.length > 0 || packet.sender?.process !== result.sender?.process)) break;
			const part = packet.bytes.subarray(start, start + into.length - result.count);
			into.set(part, result.count);
			result.count += part.length;
			result.sender = packet.sender;
			const files = packet.files;
			result.files.push(...(peek ? files.map((file) => file.hold()) : files));
			if (!peek) packet.files = [];
			if (start + part.length < packet.bytes.length) {
				start += part.length;
				break;
			}
			index++;
			start = 0;
			if (files.length > 0) break;
		}
		result.length = result.count;
		if (!peek) {
			this.packets.splice(0, index);
			this.start = start;
			this.length -= result.count;
		}
		return result;
	}
	/** The first piece of a stream as it is, where that is all there is, or much: small ones are better read together. */
	take(count: number): Uint8Array | undefined {
		const first = this.packets[0];
		if (!first || first.files.length > 0) return undefined;
		const rest = first.bytes.length - this.start;
		if (rest > count) return undefined;
		const next = this.packets[1];
		if (rest < LARGE && (next ? next.bytes.length < LARGE : first.bytes.length < first.bytes.buffer.byteLength)) return undefined;
		const taken = this.start === 0 ? first.bytes : first.bytes.subarray(this.start);
		this.packets.shift();
		this.start = 0;
		this.length -= rest;
		return taken;
	}
	/** One message; what does not fit is lost. */
	message(into: Uint8Array, peek: boolean): Received {
		const packet = this.packets[0]!;
		const count = Math.min(into.length, packet.bytes.length);
		into.set(packet.bytes.subarray(0, count));
		if (!peek) {
			this.packets.shift();
			this.length -= packet.bytes.length;
		}
		const files = peek ? packet.files.map((file) => file.hold()) : packet.files;
		const { from, sender, info, bytes } = packet;
		return { count, length: bytes.length, from, sender, info, files, truncated: count < bytes.length };
	}
	/** The socket is closed: descriptors under way are closed with it. */
	clear(): void {
		const { packets } = this;
		this.packets = [];
		this.start = 0;
		this.length = 0;
		for (const { files } of packets) for (const file of files) file.drop();
	}
}
