// Scheduling, limits, looking into other processes, and what the machine says of itself.
#include "case.h"
#include <linux/kcmp.h>
#include <linux/sched.h>
#include <sys/sysinfo.h>
#include <sys/times.h>
#include <sys/timex.h>
#include <sys/utsname.h>

/** linux/sched/types.h, which does not go along with sched.h. */
struct sched_attr {
	uint32_t size, sched_policy;
	uint64_t sched_flags;
	int32_t sched_nice;
	uint32_t sched_priority;
	uint64_t sched_runtime, sched_deadline, sched_period;
	uint32_t sched_util_min, sched_util_max;
};

static void as_nobody(void (*act)(void)) {
	long pid = S(fork);
	if (pid == 0) {
		become_nobody();
		act();
		S(exit_group, 0);
	}
	S(wait4, pid, 0, 0, 0);
}
static void nobody_nice(void) {
	T("less important", setpriority, PRIO_PROCESS, 0, 5);
	T("back", setpriority, PRIO_PROCESS, 0, 0);
	T("another's", setpriority, PRIO_PROCESS, getppid(), 5);
	T("is", getpriority, PRIO_PROCESS, 0);
}
CASE(nice) {
	T("is", getpriority, PRIO_PROCESS, 0);
	T("what", getpriority, 3, 0);
	T("no such", getpriority, PRIO_PROCESS, 4000000);
	T("no such group", getpriority, PRIO_PGRP, 4000000);
	T("set", setpriority, PRIO_PROCESS, 0, 7);
	T("is", getpriority, PRIO_PROCESS, 0);
	T("too much", setpriority, PRIO_PROCESS, 0, 100);
	T("is", getpriority, PRIO_PROCESS, 0);
	T("more important", setpriority, PRIO_PROCESS, 0, -3);
	T("is", getpriority, PRIO_PROCESS, 0);
	S(setpgid, 0, 0);
	T("group", setpriority, PRIO_PGRP, 0, 2);
	T("group is", getpriority, PRIO_PGRP, 0);
	T("set what", setpriority, -1, 0, 0);
	S(setpriority, PRIO_PROCESS, 0, 0);
	as_nobody(nobody_nice);
}
static void nobody_policies(void) {
	struct sched_param param = {0}, one = {1};
	T("batch", sched_setscheduler, 0, SCHED_BATCH, &param);
	T("real-time", sched_setscheduler, 0, SCHED_FIFO, &one);
	T("another's", sched_setscheduler, getppid(), SCHED_BATCH, &param);
}
CASE(policies) {
	struct sched_param param = {0}, one = {1}, back;
	T("is", sched_getscheduler, 0);
	T("batch", sched_setscheduler, 0, SCHED_BATCH, &param);
	T("is", sched_getscheduler, 0);
	T("batch with a priority", sched_setscheduler, 0, SCHED_BATCH, &one);
	T("real-time without", sched_setscheduler, 0, SCHED_RR, &param);
	T("what", sched_setscheduler, 0, 77, &param);
	T("negative", sched_setscheduler, 0, -1, &param);
	T("no such", sched_setscheduler, 4000000, 0, &param);
	T("no such", sched_getscheduler, 4000000);
	T("negative", sched_getscheduler, -1);
	T("bad", sched_setscheduler, 0, 0, BAD);
	T("none", sched_setscheduler, 0, 0, 0);
	T("param", sched_getparam, 0, &back);
	note("  %d", back.sched_priority);
	T("param of none", sched_getparam, 4000000, &back);
	T("bad", sched_getparam, 0, BAD);
	T("set param", sched_setparam, 0, &param);
	T("set param", sched_setparam, 0, &one);
	T("reset", sched_setscheduler, 0, SCHED_OTHER | SCHED_RESET_ON_FORK, &param);
	T("is", sched_getscheduler, 0);
	as_nobody(nobody_policies);
	for (int policy = -1; policy < 9; policy++) {
		T("most", sched_get_priority_max, policy);
		T("least", sched_get_priority_min, policy);
	}
	struct timespec time;
	T("interval", sched_rr_get_interval, 0, &time);
	T("interval, no such", sched_rr_get_interval, 4000000, &time);
	T("yield", sched_yield);
}
CASE(attributes) {
	struct sched_attr attr;
	T("is", sched_getattr, 0, &attr, sizeof attr, 0);
	note("  policy %d nice %d priority %d flags %d", attr.sched_policy, attr.sched_nice, attr.sched_priority, (int)attr.sched_flags);
	T("small", sched_getattr, 0, &attr, 40, 0);
	T("flags", sched_getattr, 0, &attr, sizeof attr, 1);
	memset(&attr, 0, sizeof attr);
	attr.size = sizeof attr;
	attr.sched_policy = SCHED_BATCH;
	attr.sched_nice = 4;
	T("set", sched_setattr, 0, &attr, 0);
	T("is", getpriority, PRIO_PROCESS, 0);
	T("is", sched_getscheduler, 0);
	attr.size = 10;
	T("size", sched_setattr, 0, &attr, 0);
	T("flags", sched_setattr, 0, &attr, 1);
	T("bad", sched_setattr, 0, BAD, 0);
	T("none", sched_setattr, 0, 0, 0);
}
CASE(affinity) {
	unsigned long mask[16] = {1};
	T("this one", sched_setaffinity, 0, 8, mask);
	note("  asked %d", S(sched_getaffinity, 0, 128, mask) >= 8);
	note("  the first %ld", mask[0] & 1);
	T("odd size", sched_getaffinity, 0, 9, mask);
	T("no such", sched_getaffinity, 4000000, 128, mask);
	mask[0] = 0;
	T("none", sched_setaffinity, 0, 8, mask);
	T("bad", sched_setaffinity, 0, 8, BAD);
	T("no such", sched_setaffinity, 4000000, 8, mask);
	unsigned cpu = 99, node = 99;
	T("where", getcpu, &cpu, &node, 0);
	note("  %d node %u", cpu < 64, node);
	T("where, bad", getcpu, BAD, 0, 0);
}
CASE(io_priority) {
	T("is", ioprio_get, 1, 0);
	T("idle", ioprio_set, 1, 0, 3 << 13);
	T("is", ioprio_get, 1, 0);
	T("class", ioprio_set, 1, 0, 5 << 13);
	T("what", ioprio_set, 9, 0, 0);
	T("what", ioprio_get, 9, 0);
	T("no such", ioprio_get, 1, 4000000);
}
CASE(barriers) {
	note("  some %d", S(membarrier, 0, 0, 0) > 0);
	T("not registered", membarrier, 8, 0, 0);
	T("register", membarrier, 16, 0, 0);
	T("private", membarrier, 8, 0, 0);
	T("global", membarrier, 1, 0, 0);
	T("flags", membarrier, 1, 7, 0);
	T("two", membarrier, 3, 0, 0);
}
static char shared[32] = "over there";
CASE(other_memory) {
	char here[32] = "";
	long pid = S(fork);
	if (pid == 0) {
		strcpy(shared, "in the child");
		for (;;) S(pause);
	}
	asleep(pid);
	struct iovec local = {here, 32}, remote = {shared, 13}, two[2] = {{shared, 2}, {shared + 3, 3}}, nowhere = {BAD, 8};
	T("read", process_vm_readv, pid, &local, 1, &remote, 1, 0);
	note("  %s", here);
	T("gathered", process_vm_readv, pid, &local, 1, two, 2, 0);
	note("  %.5s", here);
	strcpy(here, "changed");
	local.iov_len = 8;
	T("write", process_vm_writev, pid, &local, 1, &remote, 1, 0);
	T("read back", process_vm_readv, pid, &local, 1, &remote, 1, 0);
	note("  %s, ours %s", here, shared);
	T("nowhere", process_vm_readv, pid, &local, 1, &nowhere, 1, 0);
	T("flags", process_vm_readv, pid, &local, 1, &remote, 1, 1);
	T("no such", process_vm_readv, 4000000, &local, 1, &remote, 1, 0);
	T("bad", process_vm_writev, pid, BAD, 1, &remote, 1, 0);
	note("kcmp(memory): %d", S(kcmp, getpid(), pid, KCMP_VM, 0, 0) != 0);
	T("the same file", kcmp, getpid(), pid, KCMP_FILE, 1, 1);
	T("not open", kcmp, getpid(), pid, KCMP_FILE, 77, 1);
	T("itself", kcmp, getpid(), getpid(), KCMP_FILES, 0, 0);
	T("what", kcmp, getpid(), getpid(), 99, 0, 0);
	T("no such", kcmp, getpid(), 4000000, KCMP_VM, 0, 0);
	long other = S(fork);
	if (other == 0) {
		become_nobody();
		T("another's", process_vm_readv, pid, &local, 1, &remote, 1, 0);
		T("another's", kcmp, getpid(), pid, KCMP_VM, 0, 0);
		S(exit_group, 0);
	}
	S(wait4, other, 0, 0, 0);
	S(kill, pid, SIGKILL);
}
CASE(limits) {
	struct rlimit limit = {10, 20};
	T("set", prlimit64, 0, RLIMIT_NOFILE, &limit, 0);
	T("old one", getrlimit, RLIMIT_NOFILE, &limit);
	note("  %ld %ld", (long)limit.rlim_cur, (long)limit.rlim_max);
	long fd = 0;
	while (fd >= 0) fd = S(dup, 0);
	note("  dup: %s", error_name(fd));
	limit.rlim_max = 30;
	T("raise the hard one", setrlimit, RLIMIT_NOFILE, &limit);
	limit.rlim_cur = 25;
	limit.rlim_max = 20;
	T("soft over hard", setrlimit, RLIMIT_NOFILE, &limit);
	T("what", setrlimit, 99, &limit);
	T("what", getrlimit, 99, &limit);
	T("bad", getrlimit, 1, BAD);
	T("bad", prlimit64, 0, 1, BAD, 0);
	T("no such", prlimit64, 4000000, 1, 0, &limit);
	limit.rlim_cur = limit.rlim_max = 1 << 20;
	S(prlimit64, 0, RLIMIT_DATA, &limit, 0);
	T("data", mmap, 0, 8 << 20, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	limit.rlim_cur = limit.rlim_max = 64 << 20;
	S(prlimit64, 0, RLIMIT_AS, &limit, 0);
	T("space", mmap, 0, 80 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}
static void nobody_forks(void) {
	struct rlimit limit = {1, 1};
	S(prlimit64, 0, RLIMIT_NPROC, &limit, 0);
	T("fork over the limit", fork);
}
CASE(process_limit) {
	as_nobody(nobody_forks);
}
CASE(usage) {
	struct rusage use;
	for (volatile long i = 0; i < 3000000; i++) {}
	T("self", getrusage, RUSAGE_SELF, &use);
	note("  used %d", use.ru_utime.tv_sec * 1000000 + use.ru_utime.tv_usec > 0);
	T("thread", getrusage, 1, &use);
	T("children", getrusage, RUSAGE_CHILDREN, &use);
	note("  none %ld", use.ru_utime.tv_sec);
	T("what", getrusage, 7, &use);
	T("bad", getrusage, 0, BAD);
	struct tms times;
	note("times: %d", S(times, &times) > 0);
	note("times: %d", S(times, 0) > 0);
	T("bad", times, BAD);
}
CASE(machine) {
	struct utsname names;
	T("names", uname, &names);
	note("  %s %s", names.sysname, names.machine);
	T("bad", uname, BAD);
	struct sysinfo info;
	T("info", sysinfo, &info);
	note("  unit %d memory %d processes %d", info.mem_unit, info.totalram > 0, info.procs > 0);
	T("bad", sysinfo, BAD);
	char bytes[16];
	T("random", getrandom, bytes, 16, 0);
	T("random, flags", getrandom, bytes, 16, 99);
	T("random, bad", getrandom, BAD, 16, 0);
	T("personality", personality, 0xffffffff);
	T("personality", personality, 0x0040000);
	T("personality", personality, 0xffffffff);
	struct timex timex;
	memset(&timex, 0, sizeof timex);
	note("adjtimex: %d", S(adjtimex, &timex) >= 0);
	T("bad", adjtimex, BAD);
	note("clock_adjtime: %d", S(clock_adjtime, CLOCK_REALTIME, &timex) >= 0);
	T("no such clock", clock_adjtime, 99, &timex);
	unsigned long base = 0;
	T("thread pointer", arch_prctl, 0x1003, &base);
	note("  %d", base != 0);
	T("what", arch_prctl, 0x9999, 0);
	T("bad", arch_prctl, 0x1003, BAD);
	T("log", syslog, 77, 0, 0);
	become_nobody();
	T("log, clear", syslog, 5, 0, 0);
	T("reboot", reboot, 0xfee1dead, 672274793, 0x1234567, 0);
	T("trace", ptrace, 16, 1, 0, 0);
}

CASE(slack_of_children) {
	T("set", prctl, PR_SET_TIMERSLACK, 70000);
	pid_t child = fork();
	if (child == 0) {
		T("inherited", prctl, PR_GET_TIMERSLACK);
		T("other", prctl, PR_SET_TIMERSLACK, 10);
		T("back", prctl, PR_SET_TIMERSLACK, 0);
		T("to the parent's", prctl, PR_GET_TIMERSLACK);
		fflush(stdout);
		_exit(0);
	}
	waitpid(child, 0, 0);
}
CASE(ioprio_of_everyone) {
	T("a hint beside the level", ioprio_set, 1, 0, 2 << 13 | 8);
	become_nobody();
	T("real time", ioprio_set, 1, 0, 1 << 13 | 4);
	T("best effort", ioprio_set, 1, 0, 2 << 13 | 4);
}

/* Nothing here may be right: the log and the console are the machine's own. */
CASE(log_wrongly) {
	char b[8];
	T("read to nowhere", syslog, 2, 0, 8);
	T("all to nowhere", syslog, 3, 0, 8);
	T("less than nothing", syslog, 3, b, -1);
	T("level below", syslog, 8, 0, 0);
	T("level above", syslog, 8, 0, 9);
}
