// Services of the host that are not started by themselves: scripts as Debian's /etc/init.d has them, and `service` to call them.

import { SECOND } from "./second";

const SERVICE = `#!/bin/sh
# service NAME start|stop|restart|status
[ $# -ge 2 ] || { echo "Usage: service < option > | --status-all | [ service_name [ command ] ]" >&2; exit 1; }
name=$1
shift
[ -x "/etc/init.d/$name" ] || { echo "$name: unrecognized service" >&2; exit 1; }
exec "/etc/init.d/$name" "$@"
`;

const REGISTRY = `#!/bin/sh
# The host's own registry, on port 5000; /etc/docker/registry/config.yml says how.
program=/usr/bin/registry
config=/etc/docker/registry/config.yml
pid=/run/registry.pid
log=/var/log/registry.log

running() {
	[ -s $pid ] && kill -0 "$(cat $pid)" 2>/dev/null
}
# until it answers, or has ended
wait_for() {
	for turn in 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20; do
		grep -q listening $log && return 0
		running || break
		sleep 0.1
	done
	return 1
}
start() {
	running && { echo "registry is already running."; return 0; }
	: >$log
	start-stop-daemon -S -q -b -m -p $pid -x /bin/sh -- -c "exec $program serve $config >>$log 2>&1"
	wait_for || { echo "registry did not start:" >&2; cat $log >&2; return 1; }
}
stop() {
	running || return 0
	kill "$(cat $pid)"
	while running; do sleep 0.1; done
	rm -f $pid
}

case "$1" in
start) start ;;
stop) stop ;;
restart | force-reload) stop && start ;;
status)
	running && { echo "registry is running."; exit 0; }
	echo "registry is not running."
	exit 3
	;;
*)
	echo "Usage: /etc/init.d/registry {start|stop|restart|status}" >&2
	exit 2
	;;
esac
`;

const REGISTRY_CONFIG = `version: 0.1
storage:
  filesystem:
    rootdirectory: /var/lib/registry
  delete:
    enabled: true
http:
  addr: :5000
# Users: htpasswd -Bbc /etc/docker/registry/htpasswd NAME PASSWORD, and then
# auth:
#   htpasswd:
#     realm: Registry Realm
#     path: /etc/docker/registry/htpasswd
#   token:
#     service: registry
`;

/** Path → mode and content. */
export const serviceFiles: ReadonlyArray<readonly [path: string, mode: number, content: string]> = [
	["etc/init.d/registry", 0o755, REGISTRY],
	["etc/init.d/second", 0o755, SECOND],
	["etc/docker/registry/config.yml", 0o644, REGISTRY_CONFIG],
	["usr/sbin/service", 0o755, SERVICE],
];
export const serviceDirectories: ReadonlyArray<readonly [path: string, mode: number]> = [
	["etc/docker/registry", 0o755],
	["etc/init.d", 0o755],
];
