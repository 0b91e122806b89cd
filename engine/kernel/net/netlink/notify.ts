// What rtnetlink's groups hear when something changes (man 7 rtnetlink, RTNLGRP_*).

import { RTM, RTNLGRP } from "../../../lib/netlink/constants";
import type { NetEvent, NetStack } from "../stack";
import { addressBody } from "./route/address";
import { linkBody } from "./route/link";
import { neighbourBody } from "./route/neighbour";
import { routeBody } from "./route/route";

export function notification(stack: NetStack, event: NetEvent): { group: number; type: number; body: Uint8Array } | undefined {
	const made = event.change === "new";
	switch (event.kind) {
		case "link":
			return { group: RTNLGRP.LINK, type: made ? RTM.NEWLINK : RTM.DELLINK, body: linkBody(stack, event.device, event.index) };
		case "address": {
			const group = event.address.family === "inet" ? RTNLGRP.IPV4_IFADDR : RTNLGRP.IPV6_IFADDR;
			return { group, type: made ? RTM.NEWADDR : RTM.DELADDR, body: addressBody(event.device, event.address) };
		}
		case "route": {
			const group = event.route.family === "inet" ? RTNLGRP.IPV4_ROUTE : RTNLGRP.IPV6_ROUTE;
			return { group, type: made ? RTM.NEWROUTE : RTM.DELROUTE, body: routeBody(event.route) };
		}
		case "neighbour": {
			const entry = stack.neighbours.get(event.device, event.address);
			return entry && { group: RTNLGRP.NEIGH, type: made ? RTM.NEWNEIGH : RTM.DELNEIGH, body: neighbourBody(entry) };
		}
	}
}
