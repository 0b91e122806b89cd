// A second Docker host on this machine, for what takes two: `service second start`. It is made of namespaces and of nothing else, as
// a container is: processes, mounts, network and host name of its own, under this machine's kernel. In them run containerd
// and dockerd, the same programs, which find their usual paths; here those are /run/second and /var/lib/second.
//
//     drydock  10.99.0.1 ──second── veth ──eth0──  10.99.0.2  second
//              unix:///run/second/docker.sock                 unix:///var/run/docker.sock
//              tcp://second:2375                              tcp://0.0.0.0:2375
//
// Its localhost:5000 leads to this host's, by a docker-proxy, as an SSH tunnel would: both speak of the private registry by one name.

export const SECOND = `#!/bin/sh
# A second Docker host, made of namespaces. Its socket: unix:///run/second/docker.sock, tcp://second:2375
pid=/run/second.pid
run=/run/second
lib=/var/lib/second

running() {
	[ -s $pid ] && kill -0 "$(cat $pid)" 2>/dev/null
}
# its PID 1, as this host counts
init() {
	ps -o pid,ppid | awk -v parent="$(cat $pid)" '$2 == parent { print $1 }'
}
# PID 1 of the second host
boot() {
	mount --bind $run /run
	mount --bind $lib /var/lib
	mount -t proc proc /proc
	mount -t tmpfs tmpfs /tmp
	hostname second
	/usr/bin/ip link set lo up
	containerd >>/var/log/second.log 2>&1 &
	until [ -S /run/containerd/containerd.sock ]; do sleep 0.05; done
	until /usr/bin/ip route replace default via 10.99.0.1 2>/dev/null; do sleep 0.05; done
	docker-proxy -proto tcp -host-ip 127.0.0.1 -host-port 5000 -container-ip 10.99.0.1 -container-port 5000 3>/dev/null >/dev/null 2>&1 &
	dockerd -H unix:///var/run/docker.sock -H tcp://0.0.0.0:2375 >>/var/log/second.log 2>&1 &
	# a host's first process reaps what nobody waits for, and ends with its daemon
	wait $!
}
wire() {
	/usr/bin/ip link add second type veth peer name eth0 netns "$1"
	/usr/bin/ip addr add 10.99.0.1/24 dev second
	/usr/bin/ip link set second up
	nsenter -t "$1" -n /usr/bin/ip addr add 10.99.0.2/24 dev eth0
	nsenter -t "$1" -n /usr/bin/ip link set eth0 up
	grep -q '\\ssecond$' /etc/hosts || printf '10.99.0.1\\tdrydock\\n10.99.0.2\\tsecond\\n' >>/etc/hosts
}
# until it answers, or has ended
wait_for() {
	until curl -s http://10.99.0.2:2375/_ping >/dev/null; do
		running || return 1
		sleep 0.1
	done
}
start() {
	running && { echo "second is already running."; return 0; }
	rm -rf $run
	mkdir -p $run $lib
	: >/var/log/second.log
	start-stop-daemon -S -q -b -m -p $pid -x /usr/bin/unshare -- \\
		--mount --net --uts --pid --fork --kill-child /etc/init.d/second boot
	while running && [ -z "$(init)" ]; do sleep 0.05; done
	# until it has namespaces of its own
	while [ "$(readlink /proc/$(init)/ns/net)" = "$(readlink /proc/self/ns/net)" ]; do sleep 0.05; done
	wire "$(init)"
	wait_for || { echo "second did not start:" >&2; cat /var/log/second.log >&2; return 1; }
}
# as if its plug were pulled: with its PID 1 all that is in its PID namespace ends
stop() {
	running || return 0
	kill -KILL "$(init)"
	while running; do sleep 0.1; done
	rm -rf $pid $run
}

case "$1" in
boot) boot ;;
start) start ;;
stop) stop ;;
restart | force-reload) stop && start ;;
status)
	running && { echo "second is running."; exit 0; }
	echo "second is not running."
	exit 3
	;;
*)
	echo "Usage: /etc/init.d/second {start|stop|restart|status}" >&2
	exit 2
	;;
esac
`;
