// Interface ioctls (man 7 netdevice): what ifconfig reads and sets. struct ifreq is 40 bytes: a name of 16, then a union.

import { ERRNO } from "../../lib/errno";
import { netmask } from "../../lib/inet";
import type { IoctlMemory } from "../file/description";
import { CAP, capable } from "../proc/capability";
import type { Task } from "../task";
import { encodeAddress } from "./address";
import { changeByIoctl } from "./ioctl";
import type { Device, InterfaceAddress } from "./link/device";
import { setUp } from "./link/operations";
import { IFF_UP, type NetStack } from "./stack";

const SIOCGIFNAME = 0x8910;
const SIOCGIFCONF = 0x8912;
const SIOCGIFFLAGS = 0x8913;
const SIOCSIFFLAGS = 0x8914;
const SIOCGIFADDR = 0x8915;
const SIOCGIFDSTADDR = 0x8917;
const SIOCGIFBRDADDR = 0x8919;
const SIOCGIFNETMASK = 0x891b;
const SIOCGIFMETRIC = 0x891d;
const SIOCGIFMTU = 0x8921;
const SIOCGIFHWADDR = 0x8927;
const SIOCGIFINDEX = 0x8933;
const SIOCGIFTXQLEN = 0x8942;
const SIOCGIFMAP = 0x8970;

const NAME = 16;
const IFREQ = 40;

const addressOf = ({ addresses }: Device) => addresses.find(({ family }) => family === "inet");
const inet = (address: string): Uint8Array => encodeAddress({ family: "inet", address, port: 0 });
const word = (value: number): Uint8Array => new Uint8Array(new Int32Array([value]).buffer);

/** What goes behind the name, or an errno. */
type Answer = (device: Device) => Uint8Array | number;
const answers = new Map<number, Answer>([
	[SIOCGIFFLAGS, ({ flags }) => new Uint8Array(new Uint16Array([flags]).buffer)],
	[SIOCGIFADDR, (device) => addressed(device, ({ address }) => address)],
	[SIOCGIFDSTADDR, (device) => addressed(device, ({ peer }) => peer)],
	[SIOCGIFBRDADDR, (device) => addressed(device, ({ broadcast = "0.0.0.0" }) => broadcast)],
	[SIOCGIFNETMASK, (device) => addressed(device, ({ prefix }) => netmask(prefix))],
	[SIOCGIFMETRIC, () => word(0)],
	[SIOCGIFMTU, ({ mtu }) => word(mtu)],
	[SIOCGIFINDEX, ({ index }) => word(index)],
	[SIOCGIFTXQLEN, ({ txqlen }) => word(txqlen)],
	[SIOCGIFMAP, () => new Uint8Array(24)],
	[
		SIOCGIFHWADDR,
		({ mac, hardwareType }) => Uint8Array.from([hardwareType & 0xff, hardwareType >> 8, ...mac, ...new Uint8Array(8)]),
	],
]);
function addressed(device: Device, show: (own: InterfaceAddress) => string): Uint8Array | number {
	const own = addressOf(device);
	return own ? inet(show(own)) : -ERRNO.EADDRNOTAVAIL;
}
const nameBytes = (name: string): Uint8Array => {
	const bytes = new Uint8Array(NAME);
	for (let i = 0; i < name.length && i < NAME - 1; i++) bytes[i] = name.charCodeAt(i);
	return bytes;
};

export function interfaceIoctl(stack: NetStack, task: Task, request: number, memory: IoctlMemory): number {
	if (request === SIOCGIFCONF) return listInterfaces(stack, memory);
	const changes = changeByIoctl(stack, task, request, memory);
	if (changes !== undefined) return changes;
	const known = answers.has(request) || request === SIOCGIFNAME || request === SIOCSIFFLAGS;
	if (!known) return -ERRNO.ENOTTY;
	const bytes = memory.read(IFREQ);
	if (!bytes) return -ERRNO.EFAULT;
	const view = new DataView(bytes.buffer, bytes.byteOffset, IFREQ);
	if (request === SIOCGIFNAME) {
		const device = stack.deviceAt(view.getInt32(NAME, true));
		if (!device) return -ERRNO.ENODEV;
		bytes.set(nameBytes(device.name));
		return memory.write(bytes) ? 0 : -ERRNO.EFAULT;
	}
	const end = bytes.subarray(0, NAME).indexOf(0);
	const name = String.fromCharCode(...bytes.subarray(0, end < 0 ? NAME : end));
	const device = stack.device(name);
	if (!device) return -ERRNO.ENODEV;
	if (request === SIOCSIFFLAGS) {
		if (!capable(task, CAP.NET_ADMIN)) return -ERRNO.EPERM;
		const flags = view.getUint16(NAME, true);
		device.setFlags(flags, ~IFF_UP);
		setUp(device, (flags & IFF_UP) !== 0);
		return 0;
	}
	const answer = answers.get(request)!(device);
	if (typeof answer === "number") return answer;
	bytes.set(answer, NAME);
	return memory.write(bytes) ? 0 : -ERRNO.EFAULT;
}

/** struct ifconf: a length, then a pointer to that much room (NULL asks how much is needed). */
function listInterfaces(stack: NetStack, memory: IoctlMemory): number {
	const bytes = memory.read(16);
	if (!bytes) return -ERRNO.EFAULT;
	const view = new DataView(bytes.buffer, bytes.byteOffset, 16);
	const [room, address] = [view.getInt32(0, true), Number(view.getBigUint64(8, true))];
	const listed = stack.devices.filter(addressOf);
	const count = address === 0 ? listed.length : Math.min(listed.length, Math.floor(room / IFREQ));
	if (address !== 0) {
		const out = new Uint8Array(count * IFREQ);
		listed.slice(0, count).forEach((device, i) => {
			out.set(nameBytes(device.name), i * IFREQ);
			out.set(inet(addressOf(device)!.address), i * IFREQ + NAME);
		});
		if (count > 0 && !memory.at(address).write(out)) return -ERRNO.EFAULT;
	}
	view.setInt32(0, count * IFREQ, true);
	return memory.write(bytes) ? 0 : -ERRNO.EFAULT;
}
