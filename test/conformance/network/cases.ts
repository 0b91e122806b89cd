// Scripts of the network's own tools, for a network namespace that is new: each runs natively and in the engine, and must print the
// same. `ip`, `ss` and `bridge` are iproute2's; what is random (hardware addresses) and what ages is taken out by the scripts.

export interface Case {
	name: string;
	script: string;
}
const tidy = `sed 's/link.ether ..:..:..:..:..:../link MAC/; s/inet6 fe80:[0-9a-f:]*/inet6 LL/; s/fe80:[0-9a-f:]*/LL/; s/lladdr ..:..:..:..:..:../lladdr MAC/'`;
/** What scripts begin with. */
export const PRELUDE = `
ip() { /usr/sbin/ip "$@"; }; ss() { /usr/bin/ss "$@"; }; iptables() { iptables-legacy "$@"; }
links() { ip -o link "$@" | ${tidy}; }
addresses() { ip "$@" addr | ${tidy} | grep -v valid_lft; }
pings() { ping "$@" | sed 's/time=.*//; s/^round-trip.*//'; }
neighbours() { ip neigh "$@" | ${tidy} | sed 's/ [A-Z]*$//' | sort; }
# two hosts on a bridge: a is 10.0.0.2, b is 10.0.0.3, the bridge's own host 10.0.0.1
lan() {
  ip link set lo up; ip link add br0 type bridge; ip addr add 10.0.0.1/24 dev br0; ip link set br0 up
  for n in a b; do
    ip netns add $n; ip link add v$n type veth peer name eth0 netns $n; ip link set v$n master br0 up
    ip -n $n link set lo up; ip -n $n link set eth0 up
  done
  ip -n a addr add 10.0.0.2/24 dev eth0; ip -n b addr add 10.0.0.3/24 dev eth0
  ip -n a route add default via 10.0.0.1; ip -n b route add default via 10.0.0.1
}
# a host beyond a router's other leg: c is 192.168.9.2, the router there 192.168.9.1
wan() {
  ip netns add c; ip link add wan0 type veth peer name eth0 netns c; ip addr add 192.168.9.1/24 dev wan0; ip link set wan0 up
  ip -n c link set lo up; ip -n c link set eth0 up; ip -n c addr add 192.168.9.2/24 dev eth0
}
A() { ip netns exec a "$@"; }; B() { ip netns exec b "$@"; }; C() { ip netns exec c "$@"; }
# answers one connection with a line that says who came
greet() { timeout 20 nc -l -p "$1" -e sh -c 'netstat -tn | grep ESTAB | sed "s/:[0-9]* *EST/:PORT EST/"'; }
`;

export const cases: Case[] = [
	{
		name: "a fresh namespace",
		script:
			"ip link; ip addr; ip route; ip -6 route; ip route show table local; ip rule; ip -6 rule; ip neigh; ss -tan; cat /proc/net/dev; ls /sys/class/net",
	},
	{
		name: "the loopback up and down",
		script: "ip link set lo up; ip addr; ip route show table all; ip link set lo down; ip addr; ip route show table all",
	},
	{
		name: "veth: states of both ends",
		script:
			"ip link add v0 type veth peer name v1; links; ip link set v0 up; sleep 1.2; links; ip link set v1 up; sleep 1.2; links; ip link set v0 down; sleep 1.2; links; ip link del v0; links",
	},
	{
		name: "veth: names, addresses, sizes",
		script:
			"ip link add v0 mtu 1400 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02 mtu 1300; ip link; ip link set v0 mtu 9000; ip link set v0 name left; ip link set v1 alias 'the right one' txqueuelen 50; ip link; ip link set left address 02:00:00:00:00:05; ip link show left; ip link show v0; echo $?",
	},
	{
		name: "names that are taken, too long, wrong",
		script:
			"ip link add lo type bridge; echo $?; ip link add abcdefghijklmnop type bridge; echo $?; ip link add x type foo; echo $?; ip link add a/b type bridge; echo $?; ip link add b0 type bridge; ip link set b0 name lo; echo $?; ip link set b0 name b1; echo $?; links",
	},
	{
		name: "devices that are not there",
		script:
			"ip link del nope; echo $?; ip link set nope up; echo $?; ip addr add 1.2.3.4/24 dev nope; echo $?; ip link show nope; echo $?; ip link set lo master nope; echo $?; ip link del lo; echo $?",
	},
	{
		name: "names by pattern",
		script: "ip link add type veth; ip link add type veth; ip link add type bridge; ip link add name 'x%d' type bridge; links",
	},
	{
		name: "bridge: ports come and go",
		script:
			"ip link add br0 type bridge; ip link add v0 type veth peer name v1; ip link add v2 type veth peer name v3; ip link set v0 master br0; ip link set v2 master br0; for d in br0 v0 v1 v2 v3; do ip link set $d up; done; sleep 1.3; links; bridge link; ip link set v0 nomaster; bridge link; ip link set br0 master br0; echo $?; ip link set lo master br0; echo $?; ip link del br0; links",
	},
	{
		name: "bridge: takes the lowest address of its ports",
		script:
			"ip link add br0 type bridge; ip link add v0 address 02:00:00:00:00:09 type veth peer name v1; ip link add v2 address 02:00:00:00:00:03 type veth peer name v3; ip link set v0 master br0; ip link show br0; ip link set v2 master br0; ip link show br0; ip link set v2 nomaster; ip link show br0; ip link set br0 address 02:00:00:00:00:77; ip link set v2 master br0; ip link show br0",
	},
	{
		name: "bridge: isolated and hairpin",
		script:
			"ip link add br0 type bridge; ip link add v0 type veth peer name v1; ip link set v0 master br0; bridge link set dev v0 hairpin on isolated on; bridge -d link | head -3 | grep -o 'hairpin [a-z]*\\|isolated [a-z]*'; bridge link set dev v1 hairpin on; echo $?",
	},
	{
		name: "addresses: added, doubled, removed",
		script:
			"ip link set lo up; ip addr add 10.0.0.1/24 dev lo; ip addr add 10.0.0.2/24 dev lo; ip addr add 10.0.0.1/24 dev lo; echo $?; ip addr; ip route show table local; ip addr del 10.0.0.9/24 dev lo; echo $?; ip addr del 10.0.0.1/24 dev lo; ip addr; ip addr add 1.2.3.4/33 dev lo; echo $?; ip addr add 300.2.3.4/8 dev lo; echo $?",
	},
	{
		name: "addresses: broadcast, label, scope, peer, lifetime",
		script:
			"ip link add v0 type veth peer name v1; ip link set v0 up; ip link set v1 up; ip addr add 10.1.0.1/16 brd + dev v0 label v0:one; ip addr add 10.2.0.1 peer 10.2.0.9 dev v0; ip addr add 10.3.0.1/24 scope link dev v0; ip addr add 10.4.0.1/24 dev v0 valid_lft 100 preferred_lft 50; ip -4 addr show v0 | sed 's/valid_lft 99sec preferred_lft 49sec/valid_lft 100sec preferred_lft 50sec/'; ip -4 route; ip -4 route show table local; ip -4 addr flush dev v0; ip -4 addr; ip -4 route",
	},
	{
		name: "addresses of IPv6",
		script:
			"ip link add v0 address 02:00:00:00:00:01 type veth peer name v1 address 02:00:00:00:00:02; ip addr add fd00::1/64 dev v0 nodad; ip link set v0 up; ip link set v1 up; sleep 3; ip -6 addr; ip -6 route; ip -6 route show table local; ip addr add fd00::1/64 dev v0; echo $?; ip addr del fd00::7/64 dev v0; echo $?; ip link set v0 down; sleep 1.3; ip -6 addr; ip -6 route",
	},
	{
		name: "IPv6 can be switched off",
		script:
			"ip link add v0 type veth peer name v1; echo 1 > /proc/sys/net/ipv6/conf/v0/disable_ipv6; ip link set v0 up; ip link set v1 up; sleep 2.5; addresses -6 | wc -l; ip -6 addr add fd00::5/64 dev v0; echo $?; echo 0 > /proc/sys/net/ipv6/conf/v0/disable_ipv6; sleep 2.5; ip -6 addr show v0 | grep -c 'scope link'",
	},
	{
		name: "routes: added, doubled, replaced, removed",
		script:
			"ip link add br0 type bridge; ip addr add 172.17.0.1/16 brd + dev br0; ip link set br0 up; sleep 1.3; ip route; ip route add default via 172.17.0.254; ip route add default via 172.17.0.254; echo $?; ip route add 10.1.0.0/16 dev br0 metric 50; ip route add 10.1.0.0/16 dev br0 metric 60 src 172.17.0.1; ip route; ip route replace default via 172.17.0.253; ip route change 10.1.0.0/16 dev br0 metric 60; ip route; ip route del 10.1.0.0/16; ip route del 10.7.0.0/16; echo $?; ip route; ip route flush 10.1.0.0/16; ip route",
	},
	{
		name: "routes: what cannot be",
		script:
			"ip link add br0 type bridge; ip addr add 10.0.0.1/24 dev br0; ip route add 10.5.0.0/16 dev br0; echo $?; ip link set br0 up; sleep 1.3; ip route add 10.1.0.0/16 via 10.9.9.9; echo $?; ip route add 10.1.0.1/16 dev br0; echo $?; ip route add 10.1.0.0/16 dev nope; echo $?; ip route add 10.2.0.0/16 dev br0 src 9.9.9.9; echo $?; ip route add 10.2.0.0/16 via 10.0.0.1; echo $?; ip route",
	},
	{
		name: "routes: which one is taken",
		script:
			"ip link set lo up; ip link add br0 type bridge; ip addr add 10.0.0.1/24 dev br0; ip link set br0 up; sleep 1.3; ip route add default via 10.0.0.254; ip route add 10.8.0.0/16 via 10.0.0.7; ip route add 10.8.1.0/24 via 10.0.0.8; ip route add unreachable 10.66.0.0/16; ip route add blackhole 10.67.0.0/16; ip route add prohibit 10.68.0.0/16; for d in 10.0.0.9 10.8.0.1 10.8.1.1 8.8.8.8 127.0.0.1 10.0.0.1 10.66.0.1 10.67.0.1 10.68.0.1; do ip route get $d | sed 's/ uid 0//'; done; ip route; ip route get 1.1.1.1 from 10.0.0.1 | sed 's/ uid 0//'",
	},
	{
		name: "rules",
		script:
			"ip rule add from 10.0.0.0/8 table 100; ip rule add fwmark 5 lookup 7 prio 100; ip rule add to 1.2.3.0/24 iif lo table main prio 50; ip rule; ip rule del prio 100; ip rule del prio 100; echo $?; ip rule; ip link set lo up; ip route add 10.5.0.0/16 dev lo table 100; ip route show table 100; ip route show",
	},
	{
		name: "neighbours by hand",
		script:
			"ip link add v0 type veth peer name v1; ip addr add 10.0.0.1/24 dev v0; ip link set v0 up; ip link set v1 up; ip neigh add 10.0.0.5 lladdr 02:00:00:00:00:05 dev v0; ip neigh add 10.0.0.5 lladdr 02:00:00:00:00:06 dev v0; echo $?; ip neigh; ip neigh replace 10.0.0.5 lladdr 02:00:00:00:00:07 dev v0; ip neigh; ip neigh del 10.0.0.5 dev v0; ip neigh; ip neigh del 10.0.0.5 dev v0; echo $?; ip neigh add 10.0.0.6 dev v0; echo $?",
	},
	{
		name: "namespaces: devices move",
		script:
			"ip netns add a; ip netns; ip link add v0 type veth peer name eth0 netns a; links; ip -n a -o link | " +
			tidy +
			"; ip netns; ip link set v0 netns a; links; ip -n a -o link | " +
			tidy +
			"; ip link set lo netns a; echo $?; ip netns del a; ip netns; ip netns del a; echo $?",
	},
	{
		name: "namespaces: devices go with them",
		script:
			"ip netns add a; ip link add v0 type veth peer name eth0 netns a; ip link add v1 type veth peer name eth1; ip link set eth1 netns a; ip netns del a; sleep 1; links",
	},
	{
		name: "listening, as ss and netstat show it",
		script:
			"ip link set lo up; timeout 10 nc -l -p 5555 & timeout 10 nc -l -s 127.0.0.1 -p 5556 & wait $!; sleep 0.5; ss -tln; netstat -tln | sort; cat /proc/net/tcp6 | wc -l; ss -tl sport = :5556",
	},
	{
		name: "a connection, as ss shows it",
		script:
			"ip link set lo up; timeout 10 nc -l -s 127.0.0.1 -p 5555 & sleep 0.4; (sleep 3) | timeout 5 nc 127.0.0.1 5555 & sleep 0.6; ss -tan | sed 's/127.0.0.1:[0-68-9][0-9]*/127.0.0.1:PORT/g; s/ *$//' | sort | head -3 | tr -s ' ' | sed 's/:[1-46-9][0-9]*/:PORT/g'",
	},
	{
		name: "ping over the loopback and to nowhere",
		script:
			"ping -c1 127.0.0.1; echo $?; ip link set lo up; pings -c 2 127.0.0.1; pings -c1 127.1.2.3; ping -c1 8.8.8.8; echo $?",
	},
	{
		name: "a bridge between two hosts and its own",
		script:
			"lan; sleep 2; A pings -c1 10.0.0.3 2>/dev/null || A ping -c1 10.0.0.3 | sed 's/time=.*//; s/^round-trip.*//'; A ping -c1 10.0.0.1 | sed 's/time=.*//; s/^round-trip.*//'; ping -c1 10.0.0.3 | sed 's/time=.*//; s/^round-trip.*//'; B sh -c 'echo hello | timeout 9 nc -l -p 80' & sleep 0.6; A nc 10.0.0.3 80; A nc 10.0.0.3 81; echo $?; A nc -w 9 10.0.0.77 81; echo $?; A ip neigh | " +
			tidy +
			" | sed 's/ [A-Z]*$//' | sort",
	},
	{
		name: "a router that forwards only when it is told to",
		script:
			"lan; wan; C ip route add default via 192.168.9.1; echo 0 > /proc/sys/net/ipv4/ip_forward; A ping -c1 -W1 192.168.9.2 | tail -2; echo 1 > /proc/sys/net/ipv4/ip_forward; A ping -c1 192.168.9.2 | sed 's/time=.*//; s/^round-trip.*//'; A ping -c1 -t1 192.168.9.2 | sed 's/time=.*//'; C ping -c1 10.77.0.1 | tail -2; cat /proc/sys/net/ipv4/conf/br0/forwarding",
	},
	{
		name: "masquerade",
		script:
			"lan; wan; echo 1 > /proc/sys/net/ipv4/ip_forward; iptables -t nat -A POSTROUTING -s 10.0.0.0/24 ! -o br0 -j MASQUERADE; C sh -c 'timeout 9 nc -l -p 80 -e sh -c \"netstat -tn | grep ESTAB | sed s/:[0-9]*\\ *EST/:PORT\\ EST/\"' & sleep 0.6; A nc -w 5 192.168.9.2 80; A ping -c1 192.168.9.2 | sed 's/time=.*//; s/^round-trip.*//'; iptables -t nat -S",
	},
	{
		name: "a published port",
		script:
			"lan; wan; echo 1 > /proc/sys/net/ipv4/ip_forward; iptables -t nat -N DOCKER; iptables -t nat -A PREROUTING -m addrtype --dst-type LOCAL -j DOCKER; iptables -t nat -A DOCKER ! -i br0 -p tcp --dport 8080 -j DNAT --to-destination 10.0.0.2:80; for i in 1 2; do A sh -c 'timeout 9 nc -l -p 80 -e sh -c \"netstat -tn | grep ESTAB | sed s/:[0-9]*\\ *EST/:PORT\\ EST/\"'; done & sleep 0.6; C nc -w 5 192.168.9.1 8080; sleep 0.3; iptables -t nat -A OUTPUT ! -d 127.0.0.0/8 -m addrtype --dst-type LOCAL -j DOCKER; nc -w 5 192.168.9.1 8080; C nc -w 5 192.168.9.1 8081; echo $?",
	},
	{
		name: "rules that drop and reject",
		script:
			"lan; wan; C ip route add default via 192.168.9.1; echo 1 > /proc/sys/net/ipv4/ip_forward; A sh -c 'for i in 1 2 3; do echo hi | timeout 9 nc -l -p 80; done' & sleep 0.5; iptables -A FORWARD -p tcp -j DROP; C nc -w 2 10.0.0.2 80; echo $?; iptables -F FORWARD; iptables -A FORWARD -p tcp -j REJECT --reject-with tcp-reset; C nc -w 5 10.0.0.2 80; echo $?; iptables -F FORWARD; iptables -A FORWARD -j REJECT --reject-with icmp-host-unreachable; C ping -c1 -W2 10.0.0.2 | tail -2; iptables -F FORWARD; iptables -P FORWARD DROP; iptables -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT; iptables -A FORWARD -o br0 -p tcp --dport 80 -j ACCEPT; C nc -w 5 10.0.0.2 80; echo $?",
	},
	{
		name: "iptables: chains and rules are listed as they were made",
		script:
			"iptables -N DOCKER; iptables -N DOCKER; echo $?; iptables -A FORWARD -m conntrack --ctstate RELATED,ESTABLISHED -j ACCEPT; iptables -A FORWARD -j DOCKER; iptables -A DOCKER -d 172.17.0.2/32 -p tcp -m tcp --dport 80 -j ACCEPT; iptables -P FORWARD DROP; iptables -A INPUT -p tcp --dport 22 -m comment --comment 'hi there' -j LOG --log-prefix 'x '; iptables -A INPUT -p udp -m multiport --dports 1,2,5:10 -j REJECT; iptables -A INPUT -p icmp --icmp-type 8 -j DROP; iptables -A INPUT -m mark --mark 0x1/0xff -j RETURN; iptables -A INPUT -m limit --limit 5/min -j ACCEPT; iptables -t mangle -A PREROUTING -j MARK --set-mark 5; iptables -S; iptables -t mangle -S; iptables -L -n; iptables-legacy-save -t filter | grep -v '^#'",
	},
	{
		name: "iptables: changes and refusals",
		script:
			"iptables -A INPUT -p icmp -j DROP; iptables -I INPUT 1 -s 10.0.0.0/8 -j ACCEPT; iptables -C INPUT -p icmp -j DROP; echo $?; iptables -C INPUT -p tcp -j DROP; echo $?; iptables -R INPUT 1 -s 10.0.0.0/9 -j ACCEPT; iptables -S INPUT; iptables -D INPUT 1; iptables -D INPUT 7; echo $?; iptables -A INPUT -j NOPE; echo $?; iptables -A NOCHAIN -j ACCEPT; echo $?; iptables -N X; iptables -A INPUT -j X; iptables -X X; echo $?; iptables -F; iptables -X X; echo $?; iptables -t nope -S; echo $?; iptables -t nat -A INPUT -j MASQUERADE; echo $?; iptables -S",
	},
	{
		name: "iptables: counters",
		script:
			"ip link set lo up; iptables -A INPUT -p icmp -j ACCEPT; iptables -A OUTPUT -p icmp --icmp-type 8 -j ACCEPT; ping -c 3 -i 0.2 127.0.0.1 > /dev/null; iptables -L -n -v; iptables -Z INPUT; iptables -L INPUT -n -v -x",
	},
	{
		name: "iptables of IPv6",
		script:
			"ip6tables-legacy -S; ip6tables-legacy -A INPUT -p ipv6-icmp -j ACCEPT; ip6tables-legacy -A INPUT -s fd00::/8 -j DROP; ip6tables-legacy -t nat -A POSTROUTING -s fd00::/64 -j MASQUERADE; ip6tables-legacy -L -n; ip6tables-legacy -t nat -S",
	},
	{
		name: "busybox's tools see the same",
		script:
			"ip link add br0 address 02:00:00:00:00:01 type bridge; ip link set br0 up; ifconfig br0 10.0.0.1 netmask 255.255.255.0; ifconfig lo 127.0.0.1 up; ifconfig lo | head -6; route add -net 10.9.0.0 netmask 255.255.0.0 gw 10.0.0.9; route add default gw 10.0.0.8; route -n; arp -s 10.0.0.7 02:00:00:00:00:07; arp -an; busybox ip addr show br0 | head -3; ifconfig br0 down; route -n; netstat -rn",
	},
	{
		name: "/proc/net",
		script:
			"ip link set lo up; ip link add br0 type bridge; ip addr add 10.0.0.1/24 dev br0; ip link set br0 up; sleep 1.3; ip route add default via 10.0.0.9; cat /proc/net/route /proc/net/arp; head -2 /proc/net/dev; wc -l < /proc/net/if_inet6; head -1 /proc/net/tcp /proc/net/udp /proc/net/raw /proc/net/unix /proc/net/netlink; cat /proc/net/psched; cat /proc/net/ip_tables_names",
	},
	{
		name: "settings",
		script:
			"cd /proc/sys/net; cat ipv4/ip_local_port_range ipv4/ping_group_range core/somaxconn; echo 1 > ipv4/ip_forward; cat ipv4/conf/all/forwarding ipv4/conf/default/forwarding ipv4/conf/lo/forwarding; echo x > ipv4/ip_forward; echo $?; ip link add v0 type veth peer name v1; ls ipv4/conf; echo 1 > ipv4/conf/v0/rp_filter; cat ipv4/conf/v0/rp_filter ipv4/conf/v1/rp_filter",
	},
	{
		name: "watching changes",
		script:
			"timeout 3 /usr/sbin/ip monitor link > /w/seen 2>&1 & sleep 0.6; ip link add br0 type bridge; ip link del br0; sleep 0.6; grep -c 'br0' /w/seen; grep -c Deleted /w/seen",
	},
	{
		name: "UDP and ICMP errors, as traceroute sees them",
		script:
			"lan; wan; echo 1 > /proc/sys/net/ipv4/ip_forward; C ip route add default via 192.168.9.1; for to in 192.168.9.2 10.0.0.3 192.168.9.1; do A traceroute -n -q 1 -w 2 -m 4 $to | sed 's/  [0-9.]* ms/ ms/'; done; A traceroute -I -n -q 1 -w 2 -m 4 192.168.9.2 | sed 's/  [0-9.]* ms/ ms/'; A traceroute -n -q 1 -w 1 -m 2 10.77.0.1 | sed 's/  [0-9.]* ms/ ms/'; cat /proc/net/snmp | grep -c Udp:",
	},
	{
		name: "a link that is cut and joined again",
		script:
			"lan; B sh -c 'timeout 9 nc -l -p 80 > /w/got' & sleep 0.5; (echo one; sleep 1; echo two; sleep 1.5) | A timeout 8 nc 10.0.0.3 80 & sleep 1; ip link set vb down; sleep 1.2; cat /w/got; ip link set vb up; sleep 3; cat /w/got",
	},
];
