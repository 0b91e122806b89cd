// A network namespace: made with a loopback that is down, gone when nobody is in it and nothing keeps it: then its devices go, the
// other ends of its veths with them.

import { RT_SCOPE, RT_TABLE, RTN, RTPROT } from "../../lib/netlink/constants";
import type { NetNamespace, UserNamespace } from "../ns/namespaces";
import type { Kernel } from "../task";
import { addAddress, addDevice, randomMac, removeDevice, setUp } from "./link/operations";
import { NetStack, stackOf } from "./stack";

const LOOPBACK_MTU = 65536;

export function createNet(inode: number, owner: UserNamespace, kernel: Kernel): NetNamespace {
	const stack = new NetStack(kernel, inode, owner);
	addDevice(stack, { kind: "loopback", name: "lo", mtu: LOOPBACK_MTU, mac: new Uint8Array(6) });
	stack.onEmpty = () => destroy(stack);
	return { kind: "net", inode, owner, stack, hold: () => stack.hold(), drop: () => stack.drop() };
}
function destroy(stack: NetStack): void {
	if (stack.destroyed) return;
	stack.destroyed = true;
	for (const device of [...stack.devices]) removeDevice(device);
	stack.netfilter.conntrack.clear();
	stack.network.changed();
}

/** What a machine's own namespace has when its first program starts, as if a boot loader had asked for it. */
export interface HostNetwork {
	/** The device to the outside, or null for none. */
	external: { name: string; address: string; prefix: number; gateway: string } | null;
}
export const HOST_NETWORK: HostNetwork = {
	external: { name: "eth0", address: "10.0.2.15", prefix: 24, gateway: "10.0.2.2" },
};

export function configureHost(namespace: NetNamespace, { external }: HostNetwork = HOST_NETWORK): void {
	const stack = stackOf(namespace);
	stack.hold();
	setUp(stack.loopback!, true);
	if (!external) return;
	const { name, address, prefix, gateway } = external;
	const device = addDevice(stack, { kind: "external", name, mtu: 1500, mac: randomMac(stack) });
	setUp(device, true);
	addAddress(device, { family: "inet", address, prefix, scope: RT_SCOPE.UNIVERSE });
	stack.tables.add({
		...{ family: "inet", table: RT_TABLE.MAIN, destination: "0.0.0.0", prefix: 0, tos: 0, metric: 0 },
		...{ protocol: RTPROT.BOOT, scope: RT_SCOPE.UNIVERSE, type: RTN.UNICAST, device, gateway, onlink: false },
	});
}
