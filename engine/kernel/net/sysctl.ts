// /proc/sys/net of a namespace: values as text, with what Linux begins with. Those per interface (conf/*, neigh/*) begin as "default".

/** Path below /proc/sys/net → the value at first. */
const initial: Readonly<Record<string, string | number>> = {
	"core/somaxconn": 4096,
	"core/rmem_default": 212992,
	"core/rmem_max": 212992,
	"core/wmem_default": 212992,
	"core/wmem_max": 212992,
	"core/optmem_max": 131072,
	"core/netdev_max_backlog": 1000,
	"core/default_qdisc": "fq_codel",
	"core/xfrm_acq_expires": 30,
	"ipv4/ip_forward": 0,
	"ipv4/ip_default_ttl": 64,
	"ipv4/ip_local_port_range": "32768\t60999",
	"ipv4/ip_local_reserved_ports": "",
	"ipv4/ip_nonlocal_bind": 0,
	"ipv4/ip_unprivileged_port_start": 1024,
	"ipv4/ping_group_range": "1\t0",
	"ipv4/icmp_echo_ignore_all": 0,
	"ipv4/icmp_echo_ignore_broadcasts": 1,
	"ipv4/tcp_congestion_control": "cubic",
	"ipv4/tcp_available_congestion_control": "reno cubic",
	"ipv4/tcp_fin_timeout": 60,
	"ipv4/tcp_keepalive_intvl": 75,
	"ipv4/tcp_keepalive_probes": 9,
	"ipv4/tcp_keepalive_time": 7200,
	"ipv4/tcp_max_syn_backlog": 512,
	"ipv4/tcp_max_tw_buckets": 8192,
	"ipv4/tcp_retries1": 3,
	"ipv4/tcp_retries2": 15,
	"ipv4/tcp_rmem": "4096\t131072\t6291456",
	"ipv4/tcp_wmem": "4096\t16384\t4194304",
	"ipv4/tcp_sack": 1,
	"ipv4/tcp_syn_linear_timeouts": 4,
	"ipv4/tcp_syn_retries": 6,
	"ipv4/tcp_synack_retries": 5,
	"ipv4/tcp_syncookies": 1,
	"ipv4/tcp_timestamps": 1,
	"ipv4/tcp_tw_reuse": 2,
	"ipv4/tcp_window_scaling": 1,
	"ipv4/tcp_fastopen": 1,
	"ipv4/tcp_ecn": 2,
	"ipv6/bindv6only": 0,
	"ipv6/ip_nonlocal_bind": 0,
	"bridge/bridge-nf-call-iptables": 1,
	"bridge/bridge-nf-call-ip6tables": 1,
	"bridge/bridge-nf-call-arptables": 1,
	"unix/max_dgram_qlen": 10,
};
/** Per interface, with "all" and "default". */
const perInterface: Readonly<Record<"ipv4" | "ipv6", Readonly<Record<string, number>>>> = {
	ipv4: {
		accept_local: 0,
		accept_redirects: 1,
		accept_source_route: 0,
		arp_accept: 0,
		arp_announce: 0,
		arp_filter: 0,
		arp_ignore: 0,
		arp_notify: 0,
		forwarding: 0,
		log_martians: 0,
		mc_forwarding: 0,
		promote_secondaries: 0,
		proxy_arp: 0,
		route_localnet: 0,
		rp_filter: 0,
		secure_redirects: 1,
		send_redirects: 1,
	},
	ipv6: {
		accept_dad: 1,
		accept_ra: 1,
		accept_redirects: 1,
		accept_source_route: 0,
		addr_gen_mode: 0,
		autoconf: 1,
		dad_transmits: 1,
		disable_ipv6: 0,
		forwarding: 0,
		hop_limit: 64,
		keep_addr_on_down: 0,
		mtu: 1280,
		proxy_ndp: 0,
		use_tempaddr: 0,
	},
};
const perNeighbourTable: Readonly<Record<string, number>> = {
	base_reachable_time_ms: 30000,
	delay_first_probe_time: 5,
	gc_stale_time: 60,
	mcast_solicit: 3,
	retrans_time_ms: 1000,
	ucast_solicit: 3,
	unres_qlen: 101,
};
const GC = { gc_interval: 30, gc_thresh1: 128, gc_thresh2: 512, gc_thresh3: 1024 };

export const SYSCTL_NAMES = { plain: initial, perInterface, perNeighbourTable, gc: GC } as const;

/** What a value must look like (EINVAL), where it is not simply numbers. */
export function acceptable(path: string, value: string): boolean {
	const before = initial[path];
	if (typeof before === "string" && !/^\d/.test(before)) return true;
	return /^-?\d+(\s+-?\d+)*$/.test(value);
}

export class Sysctl {
	private readonly values = new Map<string, string>();

	get(path: string): string {
		const set = this.values.get(path);
		if (set !== undefined) return set;
		const parts = path.split("/");
		const [family, kind, device, name] = parts as [string, string, string, string];
		if (kind === "conf" && parts.length === 4) {
			if (device !== "default" && device !== "all") return this.get(`${family}/conf/default/${name}`);
			return String(perInterface[family as "ipv4" | "ipv6"]?.[name] ?? 0);
		}
		if (kind === "neigh" && parts.length === 4) {
			if (device !== "default") return this.get(`${family}/neigh/default/${name}`);
			return String(perNeighbourTable[name] ?? GC[name as keyof typeof GC] ?? 0);
		}
		return String(initial[path] ?? 0);
	}
	number(path: string): number {
		return Number.parseInt(this.get(path), 10) || 0;
	}
	/** Two numbers: a range. */
	range(path: string): [low: number, high: number] {
		const [low = 0, high = 0] = this.get(path).split(/\s+/).map(Number);
		return [low, high];
	}
	/** Forwarding of all is every interface's, now and to come. */
	set(path: string, value: string, devices: readonly string[]): void {
		this.values.set(path, value.trim().replace(/\s+/g, "\t"));
		const all = path === "ipv4/ip_forward" ? "ipv4" : /^(ipv[46])\/conf\/all\/(forwarding|disable_ipv6)$/.exec(path)?.[1];
		if (!all) return;
		const name = path.endsWith("disable_ipv6") ? "disable_ipv6" : "forwarding";
		if (name === "forwarding" && all === "ipv4") {
			this.values.set("ipv4/ip_forward", value.trim());
			this.values.set("ipv4/conf/all/forwarding", value.trim());
		}
		for (const device of ["default", ...devices]) this.values.set(`${all}/conf/${device}/${name}`, value.trim());
	}
	/** A device got another name, or (undefined) is gone. */
	rename(from: string, to: string | undefined): void {
		for (const [path, value] of [...this.values]) {
			const parts = path.split("/");
			if ((parts[1] !== "conf" && parts[1] !== "neigh") || parts[2] !== from) continue;
			this.values.delete(path);
			if (to !== undefined) this.values.set([parts[0], parts[1], to, parts[3]].join("/"), value);
		}
	}
	/** For one interface: as "all" or its own says. */
	either(family: "ipv4" | "ipv6", device: string, name: string): boolean {
		return this.number(`${family}/conf/all/${name}`) !== 0 || this.number(`${family}/conf/${device}/${name}`) !== 0;
	}
}
