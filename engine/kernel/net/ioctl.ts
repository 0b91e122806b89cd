// The ioctls that change links, addresses, routes and neighbours (man 7 netdevice, arp; linux/if_bridge.h): what busybox's ifconfig,
// route, arp and brctl do. Each becomes the request of rtnetlink that ip(8) would send.

import { ERRNO, type Errno } from "../../lib/errno";
import { formatIpv4, ipBytes, networkOf } from "../../lib/inet";
import { ARPHRD, IFF, NUD, RT_SCOPE, RT_TABLE, RTN, RTPROT } from "../../lib/netlink/constants";
import type { IoctlMemory } from "../file/description";
import { CAP, capableIn } from "../proc/capability";
import type { Task } from "../task";
import type { Device } from "./link/device";
import {
	addAddress,
	addDevice,
	changed,
	randomMac,
	removeAddress,
	removeDevice,
	renameDevice,
	setMac,
	setMaster,
	setUp,
} from "./link/operations";
import type { Route } from "./route/table";
import type { NetStack } from "./stack";

const NAME = 16;
const IFREQ = 40;
const SIOC = {
	ADDRT: 0x890b,
	DELRT: 0x890c,
	SIFADDR: 0x8916,
	SIFDSTADDR: 0x8918,
	SIFBRDADDR: 0x891a,
	SIFNETMASK: 0x891c,
	SIFMTU: 0x8922,
	SIFNAME: 0x8923,
	SIFHWADDR: 0x8924,
	SIFTXQLEN: 0x8943,
	DIFADDR: 0x8936,
	DARP: 0x8953,
	GARP: 0x8954,
	SARP: 0x8955,
	BRADDBR: 0x89a0,
	BRDELBR: 0x89a1,
	BRADDIF: 0x89a2,
	BRDELIF: 0x89a3,
} as const;

const textAt = (bytes: Uint8Array, at: number): string => {
	const name = bytes.subarray(at, at + NAME);
	const end = name.indexOf(0);
	return String.fromCharCode(...(end < 0 ? name : name.subarray(0, end)));
};
const view = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.length);

/** Undefined for a request that is none of these. */
export function changeByIoctl(stack: NetStack, task: Task, request: number, memory: IoctlMemory): number | undefined {
	if (!(Object.values(SIOC) as number[]).includes(request)) return undefined;
	if (request !== SIOC.GARP && stack.owner && !capableIn(task, stack.owner, CAP.NET_ADMIN)) return -ERRNO.EPERM;
	if (request === SIOC.ADDRT || request === SIOC.DELRT) return changeRoute(stack, request === SIOC.ADDRT, memory);
	if (request === SIOC.SARP || request === SIOC.DARP || request === SIOC.GARP) return changeNeighbour(stack, request, memory);
	if (request === SIOC.BRADDBR || request === SIOC.BRDELBR) return changeBridge(stack, request === SIOC.BRADDBR, memory);
	const bytes = memory.read(IFREQ);
	if (!bytes) return -ERRNO.EFAULT;
	// "eth0:1" is the address with that label; the device is eth0.
	const label = textAt(bytes, 0);
	const device = stack.device(label.split(":")[0]!);
	return device ? changeDevice(device, label, request, bytes) : -ERRNO.ENODEV;
}
function changeDevice(device: Device, label: string, request: number, bytes: Uint8Array): Errno | 0 {
	const { stack } = device;
	const number = view(bytes).getInt32(NAME, true);
	const address = formatIpv4(bytes.subarray(NAME + 4, NAME + 8));
	const own = device.addresses.find((each) => each.family === "inet" && each.label === label);
	switch (request) {
		case SIOC.SIFADDR: {
			if (own) removeAddress(device, own);
			if (address === "0.0.0.0") return 0;
			const first = Number(address.split(".", 1)[0]);
			const prefix = first < 128 ? 8 : first < 192 ? 16 : 24;
			if (!label.includes(":")) setUp(device, true);
			return putAddress(device, label, address, own?.prefix ?? prefix);
		}
		case SIOC.SIFNETMASK: {
			if (!own) return -ERRNO.EADDRNOTAVAIL;
			const prefix = [...bytes.subarray(NAME + 4, NAME + 8)].reduce(
				(sum, byte) => sum + byte.toString(2).replaceAll("0", "").length,
				0,
			);
			if (prefix === own.prefix) return 0;
			removeAddress(device, own);
			return putAddress(device, label, own.address, prefix);
		}
		case SIOC.SIFBRDADDR:
		case SIOC.SIFDSTADDR:
			if (!own) return -ERRNO.EADDRNOTAVAIL;
			if (request === SIOC.SIFBRDADDR) own.broadcast = address;
			else own.peer = address;
			return 0;
		case SIOC.SIFMTU:
			if (number < 68 || number > 65535) return -ERRNO.EINVAL;
			device.mtu = number;
			break;
		case SIOC.SIFTXQLEN:
			if (number < 0) return -ERRNO.EINVAL;
			device.txqlen = number;
			break;
		case SIOC.SIFNAME: {
			const name = textAt(bytes, NAME);
			if (name === "" || /[/:\s]/.test(name)) return -ERRNO.EINVAL;
			if (stack.device(name)) return -ERRNO.EEXIST;
			renameDevice(device, name);
			return 0;
		}
		case SIOC.SIFHWADDR:
			if (view(bytes).getUint16(NAME, true) !== ARPHRD.ETHER) return -ERRNO.EINVAL;
			setMac(device, bytes.slice(NAME + 2, NAME + 8));
			return 0;
		case SIOC.BRADDIF:
		case SIOC.BRDELIF: {
			const port = stack.deviceAt(number);
			if (!port || device.kind !== "bridge") return device.kind === "bridge" ? -ERRNO.EINVAL : -ERRNO.EOPNOTSUPP;
			if (request === SIOC.BRADDIF ? port.master : port.master !== device)
				return request === SIOC.BRADDIF ? -ERRNO.EBUSY : -ERRNO.EINVAL;
			setMaster(port, request === SIOC.BRADDIF ? device : undefined);
			return 0;
		}
		default:
			return -ERRNO.EOPNOTSUPP;
	}
	changed(device);
	return 0;
}
function putAddress(device: Device, label: string, address: string, prefix: number): 0 {
	const host = address.startsWith("127.");
	const bytes = ipBytes(networkOf(address, prefix)).map((byte, i) => byte | (0xff >> Math.max(0, Math.min(8, prefix - i * 8))));
	const broadcast = device.flags & IFF.BROADCAST && prefix < 31 ? formatIpv4(bytes) : undefined;
	addAddress(device, { family: "inet", address, prefix, label, broadcast, scope: host ? RT_SCOPE.HOST : RT_SCOPE.UNIVERSE });
	return 0;
}

/** struct rtentry: rt_dst at 8, rt_gateway at 24, rt_genmask at 40, rt_flags at 56, rt_metric at 74, rt_dev (a pointer) at 80. */
const RTENTRY = 120;
const RTF = { GATEWAY: 2, HOST: 4, REJECT: 0x200 } as const;
function changeRoute(stack: NetStack, add: boolean, memory: IoctlMemory): Errno | 0 {
	const bytes = memory.read(RTENTRY);
	if (!bytes) return -ERRNO.EFAULT;
	const at = (offset: number): string => formatIpv4(bytes.subarray(offset + 4, offset + 8));
	const flags = view(bytes).getUint16(56, true);
	const metric = Math.max(0, view(bytes).getInt16(74, true) - 1);
	const pointer = Number(view(bytes).getBigUint64(80, true));
	const name = pointer === 0 ? undefined : memory.at(pointer).read(NAME);
	if (pointer !== 0 && !name) return -ERRNO.EFAULT;
	let device = name && stack.device(textAt(name, 0));
	if (name && !device) return -ERRNO.ENODEV;
	const mask = ipBytes(at(40));
	const prefix = flags & RTF.HOST ? 32 : [...mask].reduce((sum, byte) => sum + byte.toString(2).replaceAll("0", "").length, 0);
	const destination = at(8);
	if (networkOf(destination, prefix) !== destination) return -ERRNO.EINVAL;
	const gateway = flags & RTF.GATEWAY ? at(24) : undefined;
	const type = flags & RTF.REJECT ? RTN.UNREACHABLE : RTN.UNICAST;
	const same = (each: Route): boolean =>
		each.family === "inet" &&
		each.table === RT_TABLE.MAIN &&
		each.destination === destination &&
		each.prefix === prefix &&
		(!device || each.device === device) &&
		(!gateway || each.gateway === gateway);
	if (!add) {
		const found = stack.tables.routes.find(same);
		if (!found) return -ERRNO.ESRCH;
		stack.tables.remove((each) => each === found);
	} else {
		if (gateway) {
			const way = stack.route({ destination: gateway, out: device });
			if (!way?.device || way.gateway) return -ERRNO.ENETUNREACH;
			device ??= way.device;
		}
		if (!device && type === RTN.UNICAST) return -ERRNO.ENODEV;
		if (device && !device.up) return -ERRNO.ENETDOWN;
		if (stack.tables.routes.some((each) => same(each) && each.metric === metric)) return -ERRNO.EEXIST;
		const scope = gateway || type !== RTN.UNICAST ? RT_SCOPE.UNIVERSE : RT_SCOPE.LINK;
		stack.tables.add({
			family: "inet",
			table: RT_TABLE.MAIN,
			destination,
			prefix,
			tos: 0,
			metric,
			protocol: RTPROT.BOOT,
			scope,
			type,
			device,
			gateway,
			onlink: false,
		});
	}
	stack.network.changed();
	return 0;
}

/** struct arpreq: arp_pa at 0, arp_ha at 16, arp_flags at 32, arp_dev at 52. */
const ARPREQ = 68;
const ATF = { COM: 2, PERM: 4 } as const;
function changeNeighbour(stack: NetStack, request: number, memory: IoctlMemory): Errno | 0 {
	const bytes = memory.read(ARPREQ);
	if (!bytes) return -ERRNO.EFAULT;
	const address = formatIpv4(bytes.subarray(4, 8));
	const name = textAt(bytes, 52);
	const device = name === "" ? stack.route({ destination: address })?.device : stack.device(name);
	if (!device) return name === "" ? -ERRNO.ENETUNREACH : -ERRNO.ENODEV;
	if (request === SIOC.SARP) {
		const permanent = view(bytes).getInt32(32, true) & ATF.PERM;
		stack.neighbours.set(device, address, bytes.slice(18, 24), permanent ? NUD.PERMANENT : NUD.STALE);
		stack.network.changed();
		return 0;
	}
	const entry = stack.neighbours.get(device, address);
	if (!entry?.mac) return -ERRNO.ENXIO;
	if (request === SIOC.DARP) {
		stack.neighbours.delete(device, address);
		stack.network.changed();
		return 0;
	}
	view(bytes).setUint16(16, device.hardwareType, true);
	bytes.set(entry.mac, 18);
	view(bytes).setInt32(32, ATF.COM | (entry.state === NUD.PERMANENT ? ATF.PERM : 0), true);
	return memory.write(bytes) ? 0 : -ERRNO.EFAULT;
}
function changeBridge(stack: NetStack, add: boolean, memory: IoctlMemory): Errno | 0 {
	const bytes = memory.read(NAME);
	if (!bytes) return -ERRNO.EFAULT;
	const name = textAt(bytes, 0);
	const device = stack.device(name);
	if (add) {
		if (device) return -ERRNO.EEXIST;
		addDevice(stack, { kind: "bridge", name, mtu: 1500, mac: randomMac(stack) });
		return 0;
	}
	if (!device) return -ERRNO.ENXIO;
	if (device.kind !== "bridge") return -ERRNO.EPERM;
	if (device.up) return -ERRNO.EBUSY;
	removeDevice(device);
	return 0;
}
