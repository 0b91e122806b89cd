// Birth, end and waiting; groups and sessions; what execve keeps; descriptors of processes; who inherits orphans.
#include "case.h"
#include <linux/sched.h>

static int wait_for(long pid) {
	int status = -1;
	while (S(wait4, pid, &status, 0, 0) == -EINTR) {}
	return status;
}
static long child_exit(int code) {
	long pid = S(fork);
	if (pid == 0) S(exit_group, code);
	return pid;
}
static long child_pause(void) {
	long pid = S(fork);
	if (pid == 0) for (;;) S(pause);
	return pid;
}
static void nothing(int signal) { (void)signal; }

CASE(numbers) {
	note("getpid: %d", S(getpid) == S(gettid));
	note("getppid: %d", S(getppid) > 0);
	TOK("process", getpid);
	TOK("thread", gettid);
	TOK("parent", getppid);
	note("  the same %d", TOK("address", set_tid_address, 0) == S(gettid));
}
CASE(exit_codes) {
	note("exit: %x", wait_for(child_exit(3)));
	note("exit 256: %x", wait_for(child_exit(256)));
	note("exit -1: %x", wait_for(child_exit(-1)));
	long pid = S(fork);
	if (pid == 0) T("never seen", exit, 5);
	note("exit: %x", wait_for(pid));
	pid = S(fork);
	if (pid == 0) T("never seen", exit_group, 6);
	note("exit_group: %x", wait_for(pid));
	pid = TOK("fork", fork);
	if (pid == 0) S(exit_group, 0);
	wait_for(pid);
}
CASE(wait_errors) {
	int status;
	T("no children", wait4, -1, &status, 0, 0);
	T("options", wait4, -1, &status, 0x100, 0);
	T("lowest", wait4, INT_MIN, &status, 0, 0);
	T("not mine", wait4, 1, &status, 0, 0);
	siginfo_t info;
	T("no children", waitid, P_ALL, 0, &info, WEXITED, 0);
	T("no options", waitid, P_ALL, 0, &info, 0, 0);
	T("what", waitid, 9, 0, &info, WEXITED, 0);
	T("pid 0", waitid, P_PID, 0, &info, WEXITED, 0);
	T("negative group", waitid, P_PGID, -1, &info, WEXITED, 0);
	T("no descriptor", waitid, 3, 77, &info, WEXITED, 0);
	T("not a process", waitid, 3, 0, &info, WEXITED, 0);
	T("negative descriptor", waitid, 3, -1, &info, WEXITED, 0);
	long pid = child_pause();
	T("nothing yet", wait4, -1, &status, WNOHANG, 0);
	memset(&info, 1, sizeof info);
	T("nothing yet", waitid, P_ALL, 0, &info, WEXITED | WNOHANG, 0);
	note("  signal %d pid %d", info.si_signo, info.si_pid);
	S(kill, pid, SIGKILL);
	T("bad status", wait4, pid, BAD, 0, 0);
	T("it is gone", wait4, pid, &status, 0, 0);
}
CASE(wait_kinds) {
	long pid = child_exit(7);
	siginfo_t info;
	struct rusage use;
	memset(&info, 0, sizeof info);
	T("looked at", waitid, P_ALL, 0, &info, WEXITED | WNOWAIT, &use);
	note("  signal %d code %d status %d mine %d uid %d", info.si_signo, info.si_code, info.si_status, info.si_pid == pid, info.si_uid);
	T("own group", waitid, P_PGID, 0, &info, WEXITED, 0);
	T("gone", waitid, P_PID, pid, &info, WEXITED, 0);
	pid = child_pause();
	S(kill, pid, SIGTERM);
	T("killed", waitid, P_PID, pid, &info, WEXITED, 0);
	note("  code %d status %d", info.si_code, info.si_status);
	pid = child_pause();
	S(setpgid, pid, pid);
	S(kill, pid, SIGKILL);
	int status;
	TOK("by group", wait4, -pid, &status, 0, &use);
	note("  %x", status);
	pid = child_exit(1);
	T("no information wanted", waitid, P_PID, pid, 0, WEXITED, 0);
}
CASE(clone_children) {
	int status, pidfd = -1, set = 0;
	struct sigaction action = {.sa_handler = SIG_IGN};
	sigaction(SIGUSR1, &action, NULL);
	long pid = S(clone, CLONE_PARENT_SETTID | SIGUSR1, 0, &set, 0, 0);
	if (pid == 0) S(exit_group, 2);
	note("clone: %d", set == pid);
	T("not without __WALL", wait4, pid, &status, 0, 0);
	bool mine = S(wait4, pid, &status, __WALL, 0) == pid;
	note("wait4 with __WALL: %d %x", mine, status);
	pid = S(clone, SIGUSR1, 0, 0, 0, 0);
	if (pid == 0) S(exit_group, 3);
	mine = S(wait4, pid, &status, __WCLONE, 0) == pid;
	note("wait4 with __WCLONE: %d %x", mine, status);
	T("thread without handlers", clone, CLONE_THREAD, 0, 0, 0, 0);
	T("handlers without memory", clone, CLONE_SIGHAND, 0, 0, 0, 0);
	T("shared fs and a new namespace", clone, CLONE_FS | CLONE_NEWNS, 0, 0, 0, 0);
	T("pidfd and tid", clone, CLONE_PIDFD | CLONE_PARENT_SETTID | SIGCHLD, 0, &pidfd, 0, 0);
	pid = S(clone, CLONE_PIDFD | SIGCHLD, 0, &pidfd, 0, 0);
	if (pid == 0) S(exit_group, 4);
	note("clone with a pidfd: %d closed at exec %ld", pidfd > 2, S(fcntl, pidfd, F_GETFD));
	siginfo_t info;
	T("waits for it", waitid, 3, pidfd, &info, WEXITED, 0);
	note("  status %d", info.si_status);
}
CASE(clone_three) {
	struct clone_args args;
	memset(&args, 0, sizeof args);
	args.exit_signal = SIGCHLD;
	int pidfd = -1, status;
	args.flags = CLONE_PIDFD | CLONE_CLEAR_SIGHAND;
	args.pidfd = (uintptr_t)&pidfd;
	struct sigaction action = {.sa_handler = nothing};
	sigaction(SIGUSR1, &action, NULL);
	long pid = S(clone3, &args, sizeof args);
	if (pid == 0) {
		struct sigaction now;
		sigaction(SIGUSR1, NULL, &now);
		S(exit_group, now.sa_handler == SIG_DFL);
	}
	S(wait4, pid, &status, 0, 0);
	note("clone3: handlers cleared %x pidfd %d", status, pidfd > 2);
	T("small", clone3, &args, 32);
	T("large", clone3, &args, 8192);
	T("bad", clone3, BAD, sizeof args);
	args.flags = CLONE_DETACHED;
	T("detached", clone3, &args, sizeof args);
	args.flags = 1ull << 40;
	T("unknown flag", clone3, &args, sizeof args);
	args.flags = 0;
	args.exit_signal = 65;
	T("signal", clone3, &args, sizeof args);
	args.exit_signal = SIGCHLD;
	args.stack = 4096;
	T("a stack without a size", clone3, &args, sizeof args);
	args.stack = 0;
	args.flags = CLONE_THREAD;
	T("thread with a signal", clone3, &args, sizeof args);
}
CASE(vfork_waits) {
	static volatile int shared;
	long pid = TOK("child first", vfork);
	if (pid == 0) {
		shared = 5;
		S(exit_group, 1);
	}
	note("  shared %d", shared);
	note("  %x", wait_for(pid));
}
CASE(groups) {
	long pid = child_pause();
	T("child's group", setpgid, pid, pid);
	note("  own %d", S(getpgid, pid) == pid);
	TOK("mine", getpgrp);
	note("  %d", S(getpgrp) == S(getpgid, 0));
	T("back to mine", setpgid, pid, S(getpgrp));
	T("no such group", setpgid, pid, 4000000);
	T("no such process", setpgid, 4000000, 0);
	T("negative", setpgid, 0, -1);
	T("not a child", setpgid, 1, 0);
	T("no such process", getpgid, 4000000);
	T("no such process", getsid, 4000000);
	note("getsid: %d", S(getsid, 0) == S(getsid, pid));
	TOK("mine", getsid, 0);
	T("another group", setpgid, pid, pid);
	S(kill, pid, SIGKILL);
	wait_for(pid);
	pid = S(fork);
	if (pid == 0) {
		note("setsid: %d", S(setsid) == S(getpid));
		note("  session %d group %d", S(getsid, 0) == S(getpid), S(getpgrp) == S(getpid));
		T("again", setsid);
		T("a leader's group", setpgid, 0, 0);
		S(exit_group, 0);
	}
	wait_for(pid);
}
CASE(orphans) {
	S(prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	int ends[2];
	S(pipe, ends);
	long parent = getpid(), pid = S(fork);
	if (pid == 0) {
		long grandchild = S(fork);
		if (grandchild == 0) {
			while (S(getppid) != parent) sleep_ms(1);
			S(write, ends[1], "x", 1);
			S(exit_group, 8);
		}
		S(exit_group, 0);
	}
	wait_for(pid);
	char byte;
	T("it has a new parent", read, ends[0], &byte, 1);
	int status;
	TOK("which waits for it", wait4, -1, &status, 0, 0);
	note("  %x", status);
}
CASE(death_signal) {
	int ends[2];
	S(pipe, ends);
	S(prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	long pid = S(fork);
	if (pid == 0) {
		long other = S(fork);
		if (other == 0) {
			S(prctl, PR_SET_PDEATHSIG, SIGUSR2, 0, 0, 0);
			S(write, ends[1], "x", 1);
			for (;;) S(pause);
		}
		char byte;
		S(read, ends[0], &byte, 1);
		S(exit_group, 0);
	}
	wait_for(pid);
	int status;
	S(wait4, -1, &status, 0, 0);
	note("  ended by %d", status);
}
CASE(stopped_orphans) {
	S(prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	long pid = S(fork);
	if (pid == 0) {
		S(setsid);
		long other = S(fork);
		if (other == 0) {
			S(setpgid, 0, 0);
			S(kill, getpid(), SIGSTOP);
			for (;;) S(pause);
		}
		int status;
		S(wait4, other, &status, WUNTRACED, 0);
		S(exit_group, 0);
	}
	wait_for(pid);
	int status;
	S(wait4, -1, &status, 0, 0);
	note("  a stopped group that is left alone is hung up: %x", status);
}
CASE(descriptors_of_processes) {
	long pid = child_pause();
	long fd = TOK("open", pidfd_open, pid, 0);
	T("0", pidfd_open, 0, 0);
	T("flags", pidfd_open, pid, 7);
	T("no such", pidfd_open, 4000000, 0);
	note("  closed at exec %ld", S(fcntl, fd, F_GETFD));
	struct pollfd one = {fd, POLLIN, 0};
	T("poll", poll, &one, 1, 0);
	T("nothing", pidfd_send_signal, fd, 0, 0, 0);
	T("signal", pidfd_send_signal, fd, 65, 0, 0);
	T("flags", pidfd_send_signal, fd, SIGTERM, 0, 99);
	T("no process", pidfd_send_signal, 0, SIGTERM, 0, 0);
	T("not open", pidfd_send_signal, 77, SIGTERM, 0, 0);
	siginfo_t info;
	memset(&info, 0, sizeof info);
	info.si_signo = SIGUSR1;
	info.si_code = SI_QUEUE;
	T("another number", pidfd_send_signal, fd, SIGTERM, &info, 0);
	T("bad", pidfd_send_signal, fd, SIGTERM, BAD, 0);
	long copy = TOK("its output", pidfd_getfd, fd, 1, 0);
	note("  same file %d", S(fcntl, copy, F_GETFL) == S(fcntl, 1, F_GETFL));
	T("not open there", pidfd_getfd, fd, 99, 0);
	T("flags", pidfd_getfd, fd, 1, 1);
	T("no process", pidfd_getfd, 0, 1, 0);
	T("nonblocking wait", waitid, 3, S(pidfd_open, pid, O_NONBLOCK), &info, WEXITED, 0);
	char text[8];
	T("read", read, fd, text, 8);
	long other = S(fork);
	if (other == 0) {
		become_nobody();
		T("another's", pidfd_send_signal, fd, SIGTERM, 0, 0);
		T("another's", pidfd_getfd, fd, 1, 0);
		S(exit_group, 0);
	}
	wait_for(other);
	char path[64];
	sprintf(path, "/proc/%ld", pid);
	T("by its directory", pidfd_send_signal, S(open, path, O_RDONLY | O_DIRECTORY, 0), 0, 0, 0);
	T("kill", pidfd_send_signal, fd, SIGKILL, 0, 0);
	T("poll", poll, &one, 1, 15000);
	note("  %x", one.revents);
	T("wait", waitid, 3, fd, &info, WEXITED, 0);
	note("  code %d status %d", info.si_code, info.si_status);
	T("gone", pidfd_send_signal, fd, 0, 0, 0);
	T("again", waitid, 3, fd, &info, WEXITED, 0);
}
CASE(not_executable) {
	char *argv[] = {"p", 0}, *env[] = {0};
	put_file("text", "no program\n");
	T("not there", execve, "nothing", argv, env);
	T("not executable", execve, "text", argv, env);
	S(chmod, "text", 0755);
	T("no format", execve, "text", argv, env);
	T("directory", execve, ".", argv, env);
	T("bad path", execve, BAD, argv, env);
	T("bad arguments", execve, "/proc/self/exe", BAD, env);
	T("bad environment", execve, "/proc/self/exe", argv, BAD);
	T("empty", execve, "", argv, env);
	T("empty with a descriptor", execveat, -100, "", argv, env, 0);
	T("flags", execveat, -100, "text", argv, env, 0x8000);
	T("below a file", execve, "text/x", argv, env);
	put_file("script", "#!nothing-here\n");
	S(chmod, "script", 0755);
	T("interpreter not there", execve, "script", argv, env);
	put_file("loop", "#!./loop\n");
	S(chmod, "loop", 0755);
	T("interpreter of itself", execve, "loop", argv, env);
}
static long with_numbers(const char *title, unsigned long flags, int *numbers, long count) {
	struct clone_args args;
	memset(&args, 0, sizeof args);
	args.flags = flags;
	args.exit_signal = SIGCHLD;
	args.set_tid = (uintptr_t)numbers;
	args.set_tid_size = count;
	long pid = S(clone3, &args, sizeof args);
	if (pid == 0) {
		note("  %s: inside %ld", title, S(getpid));
		S(exit_group, 0);
	}
	if (pid > 0) S(wait4, pid, 0, 0, 0);
	return report("clone3", title, pid, false);
}
CASE(chosen_numbers) {
	int numbers[40] = {4321, 4322};
	with_numbers("chosen", 0, numbers, 1);
	with_numbers("free again", 0, numbers, 1);
	numbers[0] = S(getpid);
	struct clone_args taken = {.exit_signal = SIGCHLD, .set_tid = (uintptr_t)numbers, .set_tid_size = 1};
	T("taken", clone3, &taken, sizeof taken);
	numbers[0] = 0;
	with_numbers("none", 0, numbers, 1);
	numbers[0] = -1;
	with_numbers("negative", 0, numbers, 1);
	numbers[0] = 4194304;
	with_numbers("too large", 0, numbers, 1);
	numbers[0] = 4321;
	with_numbers("no count", 0, numbers, 0);
	with_numbers("no numbers", 0, 0, 1);
	with_numbers("too many", 0, numbers, 33);
	with_numbers("from nowhere", 0, BAD, 1);
	numbers[0] = 5;
	with_numbers("a namespace begins with 1", CLONE_NEWPID, numbers, 1);
	numbers[0] = 1;
	numbers[1] = 4323;
	with_numbers("within and without", CLONE_NEWPID, numbers, 2);
	become_nobody();
	numbers[0] = 4321;
	with_numbers("not allowed", 0, numbers, 1);
}

CASE(no_arguments) {
	if (getenv("NEVER")) return;
	char *none[] = {0};
	pid_t child = fork();
	if (child == 0) {
		char *words[] = {0};
		T("none", execve, "/nowhere", none, words);
		fflush(stdout);
		_exit(0);
	}
	waitpid(child, 0, 0);
}
CASE(about_a_descriptor_of_a_process) {
	struct { unsigned long mask, cgroup; int pid, tgid, ppid, ruid, rgid, euid, egid, suid, sgid, fsuid, fsgid, code; } info = {0};
	pid_t child = fork();
	if (child == 0) {
		pause();
		_exit(0);
	}
	long fd = S(pidfd_open, child, 0);
	const long request = 0xc000ff0b | (sizeof info << 16);
	T("told", ioctl, fd, request, &info);
	note("  %d %d %d, %d %d", info.pid == child, info.tgid == child, info.ppid == getpid(), info.ruid, info.fsgid);
	note("  number and users: %d", (info.mask & 3) == 3);
	T("nowhere", ioctl, fd, request, 0);
	T("bad", ioctl, fd, request, BAD);
	T("too small", ioctl, fd, 0xc000ff0b | (32 << 16), &info);
	kill(child, SIGKILL);
	waitpid(child, 0, 0);
	info.mask = 0;
	T("gone", ioctl, fd, request, &info);
	info.mask = 8;
	T("how it ended", ioctl, fd, request, &info);
	note("  %d, status %d", (int)(info.mask & 8) == 8, info.code);
}

CASE(into_no_control_group) {
	struct { uint64_t flags, pidfd, child, parent, signal, stack, size, tls, numbers, count, group; } args = {0};
	args.flags = 1UL << 33;
	args.signal = SIGCHLD;
	args.group = 99;
	T("not open", clone3, &args, sizeof args);
	args.group = open(".", O_RDONLY | O_DIRECTORY);
	T("a directory of another kind", clone3, &args, sizeof args);
	args.group = 1UL << 31;
	T("no descriptor", clone3, &args, sizeof args);
	args.group = 0;
	T("a structure from before", clone3, &args, 80);
	args.flags = 1UL << 34;
	T("unknown", clone3, &args, sizeof args);
}
