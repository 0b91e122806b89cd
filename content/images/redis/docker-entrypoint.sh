#!/bin/sh
# What the container runs. Options alone mean redis-server with them; redis-server gives root up first, and answers other
# containers too: what can reach it is what Docker's networks let through.
set -e

case "${1#-}" in
"$1") ;;
*) set -- redis-server "$@" ;;
esac

if [ "$1" = redis-server ]; then
	shift
	case "${1:-}" in
	"" | -*) set -- --protected-mode no "$@" ;;
	esac
	if [ "$(id -u)" = 0 ]; then
		find /data \! -user redis -exec chown redis:redis '{}' +
		exec setpriv --reuid redis --regid redis --clear-groups redis-server "$@"
	fi
	exec redis-server "$@"
fi

exec "$@"
