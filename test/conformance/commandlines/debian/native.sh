#!/bin/bash
# A script as PID 1 of fresh namespaces on this machine: native.sh ROOT MOUNTPOINT SCRIPT NAME=VALUE…
# ROOT is the lower layer of an overlay. The script's exit code goes to descriptor 3.

if [ "$1" != apart ]; then
	# With pipes as a container has them: those of the caller may be sockets, which a program can tell.
	for fd in $(ls "/proc/$$/fd"); do ((fd > 3)) && eval "exec $fd>&-"; done
	apart=(setsid --wait timeout --signal KILL 90 unshare --mount --net --uts --ipc bash "$0" apart "$@")
	{ cat | { "${apart[@]}" 3>&- 8>&-; echo $? >&3; } 2>&1 >&8 | cat >&2; } 8>&1 | cat
	exit
fi

lower=$2 at=$3 script=$4
root=$at/r
mount -t tmpfs tmpfs "$at" && mkdir "$at/u" "$at/w" "$root" &&
	mount -t overlay overlay -o "lowerdir=$lower,upperdir=$at/u,workdir=$at/w" "$root" &&
	mount -t devpts devpts -o newinstance,ptmxmode=0666,mode=0620,gid=5 "$root/dev/pts" &&
	mount -t tmpfs shm -o mode=1777 "$root/dev/shm" &&
	mount -t sysfs sysfs -o ro "$root/sys" &&
	hostname box && ip link set lo up && ulimit -c 0 && ulimit -s 8192 && ulimit -n 4096 && ulimit -Sn 1024 &&
	cd "$root" && pivot_root . mnt && cd / &&
	# umount2(2) with MNT_DETACH, since umount(8) wants /proc
	perl -e 'exit(syscall(166, my $old = "/mnt", 2) != 0)' &&
	exec setpriv --bounding-set=-sys_resource unshare --pid --fork --kill-child --mount-proc \
		env -i "${@:5}" /bin/bash -c "$script"
