// seccomp(2): what filters are taken, what they see, and what becomes of calls that they do not allow.
#include "case.h"
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#define LOAD(offset) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offset)
#define NUMBER LOAD(offsetof(struct seccomp_data, nr))
#define ARGUMENT(n) LOAD(offsetof(struct seccomp_data, args[n]))
#define IF(k) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, k, 0, 1)
#define RETURN(k) BPF_STMT(BPF_RET | BPF_K, k)
#define INSTALL(title, ...) ({                                                                                         \
	struct sock_filter code[] = {__VA_ARGS__};                                                                             \
	struct sock_fprog program = {sizeof code / sizeof *code, code};                                                        \
	T(title, seccomp, SECCOMP_SET_MODE_FILTER, 0, &program);                                                               \
})
static void no_new_privileges(void) { S(prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0); }
static void show_status(void) {
	char text[8192];
	long fd = S(open, "/proc/self/status", O_RDONLY);
	long count = S(read, fd, text, sizeof text - 1);
	text[count] = 0;
	char *at = strstr(text, "Seccomp:");
	note("  mode %c filters %c", at[9], strchr(at, '\n')[18]);
	S(close, fd);
}
static int status_of(long pid) {
	int status = -1;
	S(wait4, pid, &status, 0, 0);
	return status;
}
static siginfo_t last;
static long accumulator;
static void heard(int signal, siginfo_t *info, void *context) {
	(void)signal;
	last = *info;
	accumulator = ((ucontext_t *)context)->uc_mcontext.gregs[REG_RAX];
}

CASE(errors) {
	struct sock_filter allow[] = {RETURN(SECCOMP_RET_ALLOW)};
	struct sock_fprog one = {1, allow}, none = {0, allow}, many = {4097, allow}, nowhere = {1, BAD};
	unsigned action = SECCOMP_RET_ALLOW, unknown = 0x12340000;
	T("operation", seccomp, 9, 0, 0);
	T("strict with an argument", seccomp, SECCOMP_SET_MODE_STRICT, 0, &one);
	T("strict with a flag", seccomp, SECCOMP_SET_MODE_STRICT, 1, 0);
	T("flags", seccomp, SECCOMP_SET_MODE_FILTER, 1 << 20, &one);
	T("bad", seccomp, SECCOMP_SET_MODE_FILTER, 0, BAD);
	T("no instructions", seccomp, SECCOMP_SET_MODE_FILTER, 0, &none);
	T("too many", seccomp, SECCOMP_SET_MODE_FILTER, 0, &many);
	T("bad instructions", seccomp, SECCOMP_SET_MODE_FILTER, 0, &nowhere);
	T("an action", seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &action);
	T("no action", seccomp, SECCOMP_GET_ACTION_AVAIL, 0, &unknown);
	T("a bad action", seccomp, SECCOMP_GET_ACTION_AVAIL, 0, BAD);
	T("an action with flags", seccomp, SECCOMP_GET_ACTION_AVAIL, 1, &action);
	unsigned short sizes[3];
	T("sizes", seccomp, SECCOMP_GET_NOTIF_SIZES, 0, sizes);
	note("  %d %d %d", sizes[0], sizes[1], sizes[2]);
	T("mode", prctl, PR_GET_SECCOMP);
	T("no mode", prctl, PR_SET_SECCOMP, 7, 0);
	T("bad", prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, BAD);
	T("root needs nothing", seccomp, SECCOMP_SET_MODE_FILTER, 0, &one);
	T("mode", prctl, PR_GET_SECCOMP);
	T("strict after a filter", seccomp, SECCOMP_SET_MODE_STRICT, 0, 0);
	show_status();
	become_nobody();
	T("not allowed", seccomp, SECCOMP_SET_MODE_FILTER, 0, &one);
	no_new_privileges();
	T("with no new privileges", seccomp, SECCOMP_SET_MODE_FILTER, 0, &one);
	T("by prctl", prctl, PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &one);
	show_status();
}
CASE(programs) {
	no_new_privileges();
	INSTALL("no return", NUMBER);
	INSTALL("unknown instruction", BPF_STMT(0xffff, 0), RETURN(0));
	INSTALL("half words", BPF_STMT(BPF_LD | BPF_H | BPF_ABS, 0), RETURN(SECCOMP_RET_ALLOW));
	INSTALL("odd offset", LOAD(2), RETURN(SECCOMP_RET_ALLOW));
	INSTALL("beyond the data", LOAD(64), RETURN(SECCOMP_RET_ALLOW));
	INSTALL("beyond the program", BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0, 1, 0), RETURN(SECCOMP_RET_ALLOW));
	INSTALL("far beyond", BPF_STMT(BPF_JMP | BPF_JA, 0xffffffff), RETURN(SECCOMP_RET_ALLOW));
	INSTALL("divides by zero", BPF_STMT(BPF_ALU | BPF_DIV | BPF_K, 0), RETURN(SECCOMP_RET_ALLOW));
	INSTALL("remainder", BPF_STMT(BPF_ALU | BPF_MOD | BPF_K, 3), RETURN(SECCOMP_RET_ALLOW));
	INSTALL("shifts too far", BPF_STMT(BPF_ALU | BPF_LSH | BPF_K, 32), RETURN(SECCOMP_RET_ALLOW));
	INSTALL("cell 16", BPF_STMT(BPF_ST, 16), RETURN(SECCOMP_RET_ALLOW));
	INSTALL("a cell that was not written", BPF_STMT(BPF_LD | BPF_MEM, 3), RETURN(SECCOMP_RET_ALLOW));
	INSTALL("on one way only", NUMBER, IF(1), BPF_STMT(BPF_ST, 3), BPF_STMT(BPF_LD | BPF_MEM, 3), RETURN(SECCOMP_RET_ALLOW));
	INSTALL("a cell", BPF_STMT(BPF_ST, 3), BPF_STMT(BPF_LD | BPF_MEM, 3), RETURN(SECCOMP_RET_ALLOW));
	INSTALL("length", BPF_STMT(BPF_LD | BPF_W | BPF_LEN, 0), RETURN(SECCOMP_RET_ALLOW));
	INSTALL("allows", RETURN(SECCOMP_RET_ALLOW));
}
CASE(refuses_by_number) {
	no_new_privileges();
	INSTALL("getuid", NUMBER, IF(SYS_getuid), RETURN(SECCOMP_RET_ERRNO | EXDEV), IF(SYS_getgid), RETURN(SECCOMP_RET_ERRNO | 5000), IF(SYS_geteuid), RETURN(SECCOMP_RET_ERRNO), IF(999), RETURN(SECCOMP_RET_ERRNO | EBUSY), RETURN(SECCOMP_RET_ALLOW));
	T("refused", getuid);
	note("  too large: %ld", S(getgid));
	T("error 0", geteuid);
	T("others", getegid);
	note("  no such call: %s", error_name(raw(999, 0, 0, 0, 0, 0, 0)));
	note("  no such call either: %s", error_name(raw(998, 0, 0, 0, 0, 0, 0)));
	long pid = S(fork);
	if (pid == 0) {
		T("a child", getuid);
		S(exit_group, 0);
	}
	status_of(pid);
	INSTALL("another", NUMBER, IF(SYS_getegid), RETURN(SECCOMP_RET_ERRNO | ENODEV), IF(SYS_getuid), RETURN(SECCOMP_RET_ERRNO | ENOTTY), RETURN(SECCOMP_RET_ALLOW));
	T("the newer one's", getuid);
	T("both count", getegid);
	show_status();
}
CASE(refuses_by_argument) {
	no_new_privileges();
	INSTALL("dup of 77", NUMBER, BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_dup, 0, 3), ARGUMENT(0), IF(77), RETURN(SECCOMP_RET_ERRNO | EUCLEAN), RETURN(SECCOMP_RET_ALLOW));
	INSTALL("upper half", NUMBER, BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_dup, 0, 3), LOAD(20), BPF_JUMP(BPF_JMP | BPF_JGT | BPF_K, 0, 0, 1), RETURN(SECCOMP_RET_ERRNO | EDOM), RETURN(SECCOMP_RET_ALLOW));
	INSTALL("the sixth", NUMBER, BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_mmap, 0, 3), ARGUMENT(5), BPF_JUMP(BPF_JMP | BPF_JSET | BPF_K, 1, 0, 1), RETURN(SECCOMP_RET_ERRNO | ESRCH), RETURN(SECCOMP_RET_ALLOW));
	T("77", dup, 77);
	T("76", dup, 76);
	T("77 and more", dup, 77 | 1l << 40);
	T("an odd offset", mmap, 0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 1);
	TOK("none", mmap, 0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	INSTALL("architecture", LOAD(4), IF(AUDIT_ARCH_X86_64), RETURN(SECCOMP_RET_ALLOW), RETURN(SECCOMP_RET_ERRNO | ENOSYS));
	T("of it", dup, 76);
}
CASE(computes) {
	no_new_privileges();
	// lseek fails with an error that is made of its arguments.
	INSTALL("a program", NUMBER, BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_lseek, 1, 0), RETURN(SECCOMP_RET_ALLOW), ARGUMENT(0), BPF_STMT(BPF_MISC | BPF_TAX, 0), ARGUMENT(1), BPF_STMT(BPF_ALU | BPF_ADD | BPF_X, 0), BPF_STMT(BPF_ALU | BPF_MUL | BPF_K, 3), BPF_STMT(BPF_ALU | BPF_SUB | BPF_K, 5), BPF_STMT(BPF_ALU | BPF_XOR | BPF_K, 6), BPF_STMT(BPF_ALU | BPF_RSH | BPF_K, 1), BPF_STMT(BPF_ALU | BPF_NEG, 0), BPF_STMT(BPF_ALU | BPF_NEG, 0), BPF_STMT(BPF_STX, 2), BPF_STMT(BPF_LDX | BPF_MEM, 2), BPF_STMT(BPF_ALU | BPF_DIV | BPF_X, 0), BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0xff), BPF_STMT(BPF_ALU | BPF_OR | BPF_K, SECCOMP_RET_ERRNO), BPF_STMT(BPF_RET | BPF_A, 0));
	for (int i = 1; i < 6; i++) note("  %d: %ld", i, S(lseek, i, 37 * i, 0));
}
CASE(traps) {
	struct sigaction action = {.sa_sigaction = heard, .sa_flags = SA_SIGINFO};
	sigaction(SIGSYS, &action, NULL);
	no_new_privileges();
	INSTALL("getuid", NUMBER, IF(SYS_getuid), RETURN(SECCOMP_RET_TRAP | 33), IF(SYS_getgid), RETURN(SECCOMP_RET_TRACE | 1), IF(SYS_getegid), RETURN(SECCOMP_RET_LOG), RETURN(SECCOMP_RET_ALLOW));
	note("getuid: %ld", S(getuid));
	note("  signal %d code %d errno %d call %d arch %x, rax was %ld", last.si_signo, last.si_code, last.si_errno, last.si_syscall, last.si_arch, accumulator);
	T("nobody traces", getgid);
	T("logged", getegid);
}
static void *in_thread(void *argument) {
	S(getuid);
	return (void *)7;
}
CASE(kills) {
	struct rlimit none = {0, 0};
	S(prlimit64, 0, RLIMIT_CORE, &none, 0);
	static const unsigned actions[] = {SECCOMP_RET_KILL_PROCESS, SECCOMP_RET_KILL_THREAD, SECCOMP_RET_TRAP, 0x12340000};
	for (int i = 0; i < 4; i++) {
		long pid = S(fork);
		if (pid == 0) {
			no_new_privileges();
			INSTALL("getuid", NUMBER, IF(SYS_getuid), RETURN(actions[i]), RETURN(SECCOMP_RET_ALLOW));
			S(getuid);
			S(exit_group, 9);
		}
		note("  %x: %x", actions[i], status_of(pid) & 0x7f);
	}
	long pid = S(fork);
	if (pid == 0) {
		no_new_privileges();
		INSTALL("getuid", NUMBER, IF(SYS_getuid), RETURN(SECCOMP_RET_KILL_THREAD), RETURN(SECCOMP_RET_ALLOW));
		pthread_t thread;
		pthread_create(&thread, 0, in_thread, 0);
		pthread_join(thread, 0);
		S(exit_group, 5);
	}
	note("  a thread of two: %x", status_of(pid));
	pid = S(fork);
	if (pid == 0) {
		T("strict", prctl, PR_SET_SECCOMP, SECCOMP_MODE_STRICT);
		note("  still writes");
		S(getuid);
		note("  not reached");
	}
	note("  strict: %x", status_of(pid));
	pid = S(fork);
	if (pid == 0) {
		T("strict", seccomp, SECCOMP_SET_MODE_STRICT, 0, 0);
		raw(SYS_exit, 4, 0, 0, 0, 0, 0);
	}
	note("  strict, ends: %x", status_of(pid));
}
CASE(strictest) {
	no_new_privileges();
	INSTALL("errno", NUMBER, IF(SYS_getuid), RETURN(SECCOMP_RET_ERRNO | EXDEV), RETURN(SECCOMP_RET_ALLOW));
	INSTALL("trace, which is less strict", NUMBER, IF(SYS_getuid), RETURN(SECCOMP_RET_TRACE | 7), RETURN(SECCOMP_RET_ALLOW));
	INSTALL("log", NUMBER, IF(SYS_getuid), RETURN(SECCOMP_RET_LOG), RETURN(SECCOMP_RET_ALLOW));
	T("of three", getuid);
}
static volatile int stage;
static long heard_by_thread;
static void *follows(void *argument) {
	(void)argument;
	stage = 1;
	while (stage == 1) sleep_ms(1);
	heard_by_thread = S(getuid);
	stage = 3;
	while (stage == 3) sleep_ms(1);
	return 0;
}
CASE(threads) {
	no_new_privileges();
	pthread_t thread;
	pthread_create(&thread, 0, follows, 0);
	while (stage != 1) sleep_ms(1);
	struct sock_filter code[] = {NUMBER, IF(SYS_getuid), RETURN(SECCOMP_RET_ERRNO | EXDEV), RETURN(SECCOMP_RET_ALLOW)};
	struct sock_fprog program = {4, code};
	T("all threads", seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_TSYNC, &program);
	stage = 2;
	while (stage != 3) sleep_ms(1);
	note("  the other: %s", error_name(heard_by_thread));
	T("this one", getuid);
	stage = 4;
	pthread_join(thread, 0);
}
