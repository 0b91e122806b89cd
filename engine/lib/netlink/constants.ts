// Numbers of linux/netlink.h, rtnetlink.h, if_link.h, if_addr.h, neighbour.h and if.h.

/** Protocols of socket(AF_NETLINK, …). */
export const NETLINK = { ROUTE: 0, SOCK_DIAG: 4, NETFILTER: 12, KOBJECT_UEVENT: 15, GENERIC: 16 } as const;
export const SOL_NETLINK = 270;

export const NLMSG = { NOOP: 1, ERROR: 2, DONE: 3, OVERRUN: 4 } as const;
export const NLM_F = {
	REQUEST: 0x1,
	MULTI: 0x2,
	ACK: 0x4,
	ECHO: 0x8,
	DUMP_INTR: 0x10,
	DUMP_FILTERED: 0x20,
	/** GET */
	ROOT: 0x100,
	MATCH: 0x200,
	DUMP: 0x300,
	/** NEW */
	REPLACE: 0x100,
	EXCL: 0x200,
	CREATE: 0x400,
	APPEND: 0x800,
	/** in an NLMSG_ERROR */
	CAPPED: 0x100,
	ACK_TLVS: 0x200,
} as const;
/** Extended acknowledgements. */
export const NLMSGERR_ATTR = { MSG: 1, OFFS: 2, COOKIE: 3 } as const;

export const RTM = {
	NEWLINK: 16,
	DELLINK: 17,
	GETLINK: 18,
	SETLINK: 19,
	NEWADDR: 20,
	DELADDR: 21,
	GETADDR: 22,
	NEWROUTE: 24,
	DELROUTE: 25,
	GETROUTE: 26,
	NEWNEIGH: 28,
	DELNEIGH: 29,
	GETNEIGH: 30,
	NEWRULE: 32,
	DELRULE: 33,
	GETRULE: 34,
	GETQDISC: 38,
	GETNEIGHTBL: 66,
	GETNETCONF: 82,
	NEWNETCONF: 80,
	GETMDB: 86,
	NEWNSID: 88,
	DELNSID: 89,
	GETNSID: 90,
	NEWSTATS: 92,
	GETSTATS: 94,
	GETNEXTHOP: 106,
} as const;

/** Multicast groups of NETLINK_ROUTE: bit n - 1 of a mask. */
export const RTNLGRP = {
	LINK: 1,
	NOTIFY: 2,
	NEIGH: 3,
	IPV4_IFADDR: 5,
	IPV4_ROUTE: 7,
	IPV4_RULE: 8,
	IPV6_IFADDR: 9,
	IPV6_ROUTE: 11,
	IPV6_RULE: 19,
	NSID: 28,
} as const;

export const IFLA = {
	ADDRESS: 1,
	BROADCAST: 2,
	IFNAME: 3,
	MTU: 4,
	LINK: 5,
	QDISC: 6,
	STATS: 7,
	MASTER: 10,
	PROTINFO: 12,
	TXQLEN: 13,
	MAP: 14,
	OPERSTATE: 16,
	LINKMODE: 17,
	LINKINFO: 18,
	NET_NS_PID: 19,
	IFALIAS: 20,
	NUM_VF: 21,
	STATS64: 23,
	AF_SPEC: 26,
	GROUP: 27,
	NET_NS_FD: 28,
	EXT_MASK: 29,
	PROMISCUITY: 30,
	NUM_TX_QUEUES: 31,
	NUM_RX_QUEUES: 32,
	CARRIER: 33,
	CARRIER_CHANGES: 35,
	LINK_NETNSID: 37,
	PROTO_DOWN: 39,
	GSO_MAX_SEGS: 40,
	GSO_MAX_SIZE: 41,
	TARGET_NETNSID: 46,
	CARRIER_UP_COUNT: 47,
	CARRIER_DOWN_COUNT: 48,
	MIN_MTU: 50,
	MAX_MTU: 51,
	PROP_LIST: 52,
	ALT_IFNAME: 53,
	PERM_ADDRESS: 54,
	ALLMULTI: 61,
	GRO_MAX_SIZE: 58,
	TSO_MAX_SIZE: 59,
	TSO_MAX_SEGS: 60,
} as const;
/** In IFLA_LINKINFO. */
export const IFLA_INFO = { KIND: 1, DATA: 2, SLAVE_KIND: 4, SLAVE_DATA: 5 } as const;
/** In the IFLA_INFO_DATA of a veth: struct ifinfomsg and attributes of the other end. */
export const VETH_INFO_PEER = 1;
/** In the IFLA_INFO_DATA of a bridge. */
export const IFLA_BR = {
	FORWARD_DELAY: 1,
	HELLO_TIME: 2,
	MAX_AGE: 3,
	AGEING_TIME: 4,
	STP_STATE: 5,
	PRIORITY: 6,
	VLAN_FILTERING: 7,
	VLAN_PROTOCOL: 8,
	GROUP_FWD_MASK: 9,
	ROOT_ID: 10,
	BRIDGE_ID: 11,
	ROOT_PORT: 12,
	ROOT_PATH_COST: 13,
	MCAST_SNOOPING: 23,
} as const;
/** In the IFLA_PROTINFO of a bridge's port. */
export const IFLA_BRPORT = {
	STATE: 1,
	PRIORITY: 2,
	COST: 3,
	MODE: 4,
	GUARD: 5,
	PROTECT: 6,
	FAST_LEAVE: 7,
	LEARNING: 8,
	UNICAST_FLOOD: 9,
	PROXYARP: 10,
	ISOLATED: 33,
} as const;

export const IFA = {
	ADDRESS: 1,
	LOCAL: 2,
	LABEL: 3,
	BROADCAST: 4,
	ANYCAST: 5,
	CACHEINFO: 6,
	MULTICAST: 7,
	FLAGS: 8,
	RT_PRIORITY: 9,
	TARGET_NETNSID: 10,
	PROTO: 11,
} as const;
export const IFA_F = { SECONDARY: 0x01, NODAD: 0x02, TENTATIVE: 0x40, PERMANENT: 0x80, NOPREFIXROUTE: 0x200 } as const;

export const RTA = {
	DST: 1,
	SRC: 2,
	IIF: 3,
	OIF: 4,
	GATEWAY: 5,
	PRIORITY: 6,
	PREFSRC: 7,
	METRICS: 8,
	MULTIPATH: 9,
	FLOW: 11,
	CACHEINFO: 12,
	TABLE: 15,
	MARK: 16,
	PREF: 20,
	EXPIRES: 23,
	UID: 25,
} as const;
export const RTN = {
	UNSPEC: 0,
	UNICAST: 1,
	LOCAL: 2,
	BROADCAST: 3,
	ANYCAST: 4,
	MULTICAST: 5,
	BLACKHOLE: 6,
	UNREACHABLE: 7,
	PROHIBIT: 8,
	THROW: 9,
} as const;
export const RTPROT = { UNSPEC: 0, REDIRECT: 1, KERNEL: 2, BOOT: 3, STATIC: 4, RA: 9 } as const;
export const RT_SCOPE = { UNIVERSE: 0, SITE: 200, LINK: 253, HOST: 254, NOWHERE: 255 } as const;
export const RT_TABLE = { UNSPEC: 0, DEFAULT: 253, MAIN: 254, LOCAL: 255 } as const;
export const RTNH_F = { DEAD: 1, ONLINK: 4, LINKDOWN: 16 } as const;
export const RTM_F = { NOTIFY: 0x100, CLONED: 0x200, LOOKUP_TABLE: 0x1000, FIB_MATCH: 0x2000 } as const;

export const NDA = { DST: 1, LLADDR: 2, CACHEINFO: 3, PROBES: 4, VLAN: 5, IFINDEX: 8, MASTER: 9 } as const;
export const NUD = {
	NONE: 0x00,
	INCOMPLETE: 0x01,
	REACHABLE: 0x02,
	STALE: 0x04,
	DELAY: 0x08,
	PROBE: 0x10,
	FAILED: 0x20,
	NOARP: 0x40,
	PERMANENT: 0x80,
} as const;
export const NTF = { SELF: 0x02, MASTER: 0x04, PROXY: 0x08, ROUTER: 0x80 } as const;

export const FRA = {
	DST: 1,
	SRC: 2,
	IIFNAME: 3,
	GOTO: 4,
	PRIORITY: 6,
	FWMARK: 10,
	SUPPRESS_PREFIXLEN: 14,
	TABLE: 15,
	FWMASK: 16,
	OIFNAME: 17,
	PROTOCOL: 21,
} as const;
export const FR_ACT = { TO_TBL: 1, BLACKHOLE: 6, UNREACHABLE: 7, PROHIBIT: 8 } as const;

export const NETNSA = { NSID: 1, PID: 2, FD: 3 } as const;

export const IFF = {
	UP: 0x1,
	BROADCAST: 0x2,
	LOOPBACK: 0x8,
	POINTOPOINT: 0x10,
	RUNNING: 0x40,
	NOARP: 0x80,
	PROMISC: 0x100,
	ALLMULTI: 0x200,
	MULTICAST: 0x1000,
	LOWER_UP: 0x10000,
} as const;
export const ARPHRD = { ETHER: 1, LOOPBACK: 772 } as const;
/** IFLA_OPERSTATE (RFC 2863). */
export const IF_OPER = { UNKNOWN: 0, NOTPRESENT: 1, DOWN: 2, LOWERLAYERDOWN: 3, UP: 6 } as const;

export const AF = { UNSPEC: 0, UNIX: 1, INET: 2, BRIDGE: 7, INET6: 10 } as const;
