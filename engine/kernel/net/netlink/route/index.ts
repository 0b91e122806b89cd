// NETLINK_ROUTE: a row a message type (man 7 rtnetlink). Who changes something needs CAP_NET_ADMIN over the namespace.

import { ERRNO } from "../../../../lib/errno";
import { RTM } from "../../../../lib/netlink/constants";
import { CAP, capableIn } from "../../../proc/capability";
import type { Protocol, Reply, Request } from "../handler";
import * as address from "./address";
import * as link from "./link";
import * as neighbour from "./neighbour";
import * as namespaces from "./nsid";
import * as route from "./route";
import * as rule from "./rule";

const rows: Readonly<Record<number, (request: Request) => Reply>> = {
	[RTM.NEWLINK]: link.newLink,
	[RTM.DELLINK]: link.deleteLink,
	[RTM.GETLINK]: link.getLink,
	[RTM.SETLINK]: link.newLink,
	[RTM.NEWADDR]: address.newAddress,
	[RTM.DELADDR]: address.deleteAddress,
	[RTM.GETADDR]: address.getAddresses,
	[RTM.NEWROUTE]: route.newRoute,
	[RTM.DELROUTE]: route.deleteRoute,
	[RTM.GETROUTE]: route.getRoutes,
	[RTM.NEWNEIGH]: neighbour.newNeighbour,
	[RTM.DELNEIGH]: neighbour.deleteNeighbour,
	[RTM.GETNEIGH]: neighbour.getNeighbours,
	[RTM.NEWRULE]: rule.newRule,
	[RTM.DELRULE]: rule.deleteRule,
	[RTM.GETRULE]: rule.getRules,
	[RTM.NEWNSID]: namespaces.newId,
	[RTM.GETNSID]: namespaces.getId,
	[RTM.GETQDISC]: link.getQueues,
	[RTM.GETMDB]: () => [],
	[RTM.GETNEIGHTBL]: () => [],
	[RTM.GETNEXTHOP]: () => [],
};

export const rtnetlink: Protocol = {
	handle(request) {
		const row = rows[request.type];
		if (!row) return -ERRNO.EOPNOTSUPP;
		const { owner } = request.stack;
		const asks = (request.type & 3) === 2;
		if (!asks && owner && !capableIn(request.task, owner, CAP.NET_ADMIN)) return -ERRNO.EPERM;
		return row(request);
	},
};
