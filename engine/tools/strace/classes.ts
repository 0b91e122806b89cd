// The groups of system calls that -e trace=%NAME selects (man 1 strace).

const of = (names: string): readonly string[] => names.trim().split(/\s+/);

export const classes: Readonly<Record<string, readonly string[]>> = {
	file: of(`open openat openat2 creat stat lstat newfstatat statx access faccessat faccessat2 execve execveat chdir chroot
		getcwd mkdir mkdirat rmdir rename renameat renameat2 link linkat unlink unlinkat symlink symlinkat readlink readlinkat
		mknod mknodat chmod fchmodat chown lchown fchownat truncate utime utimes futimesat utimensat statfs mount umount2
		pivot_root getxattr setxattr lgetxattr lsetxattr listxattr llistxattr removexattr inotify_add_watch
		lchown lstat mkdir umount`),
	process: of(`fork vfork clone clone3 execve execveat exit exit_group wait4 waitid kill tkill tgkill rt_sigqueueinfo
		pidfd_open pidfd_send_signal unshare`),
	network: of(`socket socketpair bind listen accept accept4 connect getsockname getpeername sendto recvfrom sendmsg recvmsg
		sendmmsg recvmmsg setsockopt getsockopt shutdown`),
	desc: of(`read write open openat creat close lseek ioctl fcntl flock pread64 pwrite64 readv writev preadv pwritev dup dup2
		dup3 pipe pipe2 select pselect6 poll ppoll epoll_create epoll_create1 epoll_ctl epoll_wait epoll_pwait eventfd eventfd2
		timerfd_create timerfd_settime timerfd_gettime signalfd signalfd4 inotify_init inotify_init1 fstat ftruncate fsync
		fdatasync getdents getdents64 fchdir fchmod fchown sendfile splice tee fallocate memfd_create mmap close_range`),
	memory: of("mmap munmap mprotect mremap msync madvise mincore mlock munlock mlockall munlockall brk memfd_create shmat shmdt"),
	signal: of(`rt_sigaction rt_sigprocmask rt_sigreturn rt_sigpending rt_sigsuspend rt_sigtimedwait rt_sigqueueinfo sigaltstack
		kill tkill tgkill pause signalfd signalfd4`),
	ipc: of("shmget shmat shmctl shmdt semget semop semctl semtimedop msgget msgsnd msgrcv msgctl"),
	creds: of(`getuid geteuid getgid getegid setuid setgid setreuid setregid setresuid setresgid getresuid getresgid setfsuid
		setfsgid getgroups setgroups capget capset prctl`),
	clock: of("clock_gettime clock_settime clock_getres gettimeofday settimeofday time adjtimex"),
};
