// IPv4 and IPv6 addresses: text ("10.0.0.1", "fe80::1") to bytes in network order and back (RFC 5952), and networks of them.

/** Four bytes, or undefined for what is no address. */
export function parseIpv4(text: string): Uint8Array<ArrayBuffer> | undefined {
	const parts = text.split(".");
	if (parts.length !== 4 || !parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256)) return undefined;
	return Uint8Array.from(parts, Number);
}
export const formatIpv4 = (bytes: Uint8Array): string => bytes.join(".");

/** Sixteen bytes, or undefined for what is no address; the last two groups may be an IPv4 address. */
export function parseIpv6(text: string): Uint8Array<ArrayBuffer> | undefined {
	const halves = text.split("::");
	if (halves.length > 2) return undefined;
	const [before, after] = [groupsOf(halves[0]!), halves.length === 2 ? groupsOf(halves[1]!) : []];
	if (!before || !after) return undefined;
	const missing = 8 - before.length - after.length;
	if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
	const groups = [...before, ...new Array<number>(missing).fill(0), ...after];
	return Uint8Array.from(groups.flatMap((group) => [group >> 8, group & 0xff]));
}
function groupsOf(text: string): number[] | undefined {
	if (text === "") return [];
	const groups: number[] = [];
	const parts = text.split(":");
	for (const [i, part] of parts.entries()) {
		if (i === parts.length - 1 && part.includes(".")) {
			const four = parseIpv4(part);
			if (!four) return undefined;
			groups.push((four[0]! << 8) | four[1]!, (four[2]! << 8) | four[3]!);
		} else if (/^[0-9a-fA-F]{1,4}$/.test(part)) groups.push(Number.parseInt(part, 16));
		else return undefined;
	}
	return groups;
}

/** The longest run of zeros is "::"; mapped IPv4 addresses end as such ("::ffff:1.2.3.4"). */
export function formatIpv6(bytes: Uint8Array): string {
	const groups = Array.from({ length: 8 }, (_, i) => (bytes[i * 2]! << 8) | bytes[i * 2 + 1]!);
	if (groups[5] === 0xffff && groups.slice(0, 5).every((group) => group === 0))
		return `::ffff:${formatIpv4(bytes.subarray(12, 16))}`;
	let [best, bestLength] = [-1, 1];
	for (let start = 0; start < 8; start++) {
		let length = 0;
		while (start + length < 8 && groups[start + length] === 0) length++;
		if (length > bestLength) [best, bestLength] = [start, length];
	}
	const text = (from: number, to: number): string =>
		groups
			.slice(from, to)
			.map((group) => group.toString(16))
			.join(":");
	return best < 0 ? text(0, 8) : `${text(0, best)}::${text(best + bestLength, 8)}`;
}

export const isIpv6 = (address: string): boolean => address.includes(":");
/** 4 or 16 bytes. */
export const parseIp = (text: string): Uint8Array<ArrayBuffer> | undefined => (isIpv6(text) ? parseIpv6(text) : parseIpv4(text));
export const formatIp = (bytes: Uint8Array): string => (bytes.length === 4 ? formatIpv4(bytes) : formatIpv6(bytes));

/** The bytes of an address that is known to be one; parsed once, as the kernel asks for the same ones again and again. */
export function ipBytes(address: string): Uint8Array {
	let bytes = known.get(address);
	if (!bytes) {
		bytes = parseIp(address) ?? new Uint8Array(isIpv6(address) ? 16 : 4);
		if (known.size >= 4096) known.clear();
		known.set(address, bytes);
	}
	return bytes;
}
const known = new Map<string, Uint8Array>();

/** Is the address in the network of `prefix` bits? Never across families. */
export function inNetwork(address: string, network: string, prefix: number): boolean {
	const [a, b] = [ipBytes(address), ipBytes(network)];
	if (a.length !== b.length) return false;
	const whole = prefix >> 3;
	for (let i = 0; i < whole; i++) if (a[i] !== b[i]) return false;
	const rest = prefix & 7;
	return rest === 0 || ((a[whole]! ^ b[whole]!) & (0xff00 >> rest) & 0xff) === 0;
}
/** The network's own address: the host part is 0. */
export function networkOf(address: string, prefix: number): string {
	const bytes = ipBytes(address);
	return formatIp(bytes.map((byte, i) => byte & (0xff00 >> Math.max(0, Math.min(8, prefix - i * 8))) & 0xff));
}
/** The network's last address: the host part is all ones. */
export function broadcastOf(address: string, prefix: number): string {
	const bytes = ipBytes(address);
	return formatIp(bytes.map((byte, i) => byte | (0xff >> Math.max(0, Math.min(8, prefix - i * 8)))));
}
/** An IPv4 netmask: "255.255.0.0" of 16. */
export const netmask = (prefix: number): string => networkOf("255.255.255.255", prefix);

/** "02:42:ac:11:00:02" to six bytes and back. */
export const formatMac = (bytes: Uint8Array): string => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join(":");
export function parseMac(text: string): Uint8Array<ArrayBuffer> | undefined {
	if (!/^[0-9a-f]{2}(:[0-9a-f]{2}){5}$/i.test(text)) return undefined;
	return Uint8Array.from(text.split(":"), (part) => Number.parseInt(part, 16));
}
