// Signals: actions, masks, queues, frames, faults, and what they do to calls that wait.
#include "case.h"
#include <setjmp.h>
#include <sys/epoll.h>
#include <sys/signalfd.h>
#include <ucontext.h>

struct ksigaction {
	void *handler;
	unsigned long flags;
	void *restorer;
	unsigned long mask;
};
static volatile int caught, order[64], ordered;
static siginfo_t last;
static void count_one(int signal) {
	caught++;
	if (ordered < 64) order[ordered++] = signal;
}
static void keep_info(int signal, siginfo_t *info, void *context) {
	(void)context;
	caught++;
	last = *info;
	if (ordered < 64) order[ordered++] = signal;
}
static void on(int signal, void (*act)(int), int flags) {
	struct sigaction action = {.sa_handler = act, .sa_flags = flags};
	sigaction(signal, &action, NULL);
}
static void on_info(int signal, int flags) {
	struct sigaction action = {.sa_sigaction = keep_info, .sa_flags = flags | SA_SIGINFO};
	sigaction(signal, &action, NULL);
}
#define BIT(n) (1ul << ((n)-1))
static void block(unsigned long set) { S(rt_sigprocmask, SIG_BLOCK, &set, 0, 8); }
static void unblock(unsigned long set) { S(rt_sigprocmask, SIG_UNBLOCK, &set, 0, 8); }
static void show_pending(void) {
	unsigned long set = 0;
	S(rt_sigpending, &set, 8);
	note("  pending %016lx", set);
}
static void show_last(void) {
	note("  signal %d code %d from self %d uid %d value %d", last.si_signo, last.si_code, last.si_pid == getpid(), last.si_uid, last.si_value.sival_int);
}
/** A child that sends `signal` to the case when that waits. */
static long sender(int signal) {
	long target = getpid();
	long pid = S(fork);
	if (pid == 0) {
		asleep(target);
		S(kill, target, signal);
		S(exit_group, 0);
	}
	return pid;
}
static void reap(long pid) {
	while (S(wait4, pid, 0, 0, 0) == -EINTR) {}
}

CASE(action_errors) {
	struct ksigaction action = {SIG_IGN, 0, 0, 0};
	T("signal 0", rt_sigaction, 0, &action, 0, 8);
	T("signal 65", rt_sigaction, 65, &action, 0, 8);
	T("signal 64", rt_sigaction, 64, &action, 0, 8);
	T("SIGKILL", rt_sigaction, SIGKILL, &action, 0, 8);
	T("SIGSTOP", rt_sigaction, SIGSTOP, &action, 0, 8);
	T("SIGKILL, asking", rt_sigaction, SIGKILL, 0, &action, 8);
	T("size", rt_sigaction, SIGUSR1, &action, 0, 16);
	T("bad new", rt_sigaction, SIGUSR1, BAD, 0, 8);
	T("bad old", rt_sigaction, SIGUSR1, 0, BAD, 8);
}
CASE(action_keeps) {
	struct ksigaction action = {count_one, SA_RESTART | SA_NODEFER | 0x400 | 0x4, 0, BIT(SIGKILL) | BIT(SIGHUP)}, old;
	T("new", rt_sigaction, SIGUSR1, &action, 0, 8);
	T("back", rt_sigaction, SIGUSR1, 0, &old, 8);
	note("  handler %d flags %lx mask %lx", old.handler == count_one, old.flags, old.mask);
}
CASE(mask) {
	unsigned long set = BIT(SIGUSR1) | BIT(SIGKILL) | BIT(SIGSTOP) | BIT(40), old = 0;
	T("block", rt_sigprocmask, SIG_BLOCK, &set, &old, 8);
	T("ask", rt_sigprocmask, 99, 0, &old, 8);
	note("  mask %016lx", old);
	set = BIT(40);
	T("unblock", rt_sigprocmask, SIG_UNBLOCK, &set, 0, 8);
	T("set", rt_sigprocmask, SIG_SETMASK, &set, &old, 8);
	note("  mask was %016lx", old);
	T("how", rt_sigprocmask, 7, &set, 0, 8);
	T("size", rt_sigprocmask, SIG_BLOCK, &set, 0, 4);
	T("bad", rt_sigprocmask, SIG_BLOCK, BAD, 0, 8);
	T("bad old", rt_sigprocmask, SIG_BLOCK, &set, BAD, 8);
}
CASE(kill_errors) {
	T("no such process", kill, 4000000, 0);
	T("bad signal", kill, getpid(), 65);
	T("negative signal", kill, getpid(), -1);
	T("self, nothing", kill, getpid(), 0);
	T("no such group", kill, -4000000, 0);
	T("lowest", kill, INT_MIN, 0);
	T("tkill 0", tkill, 0, 0);
	T("tkill none", tkill, 4000000, 0);
	T("tkill bad signal", tkill, getpid(), 65);
	T("tgkill 0", tgkill, 0, getpid(), 0);
	T("tgkill other group", tgkill, 1, getpid(), 0);
	T("tgkill self", tgkill, getpid(), getpid(), 0);
	long pid = S(fork);
	if (pid == 0) for (;;) S(pause);
	long other = S(fork);
	if (other == 0) {
		become_nobody();
		T("another user's", kill, pid, SIGTERM);
		T("another user's, SIGCONT in the session", kill, pid, SIGCONT);
		T("another user's, tgkill", tgkill, pid, pid, SIGTERM);
		S(exit_group, 0);
	}
	reap(other);
	T("child", kill, pid, SIGTERM);
	int status;
	S(wait4, pid, &status, 0, 0);
	note("  status %x", status);
	T("reaped", kill, pid, 0);
}
CASE(kill_zombie) {
	long pid = S(fork);
	if (pid == 0) S(exit_group, 3);
	siginfo_t info;
	S(waitid, P_PID, pid, &info, WEXITED | WNOWAIT, 0);
	T("zombie", kill, pid, SIGTERM);
	int status;
	S(wait4, pid, &status, 0, 0);
	note("  status %x", status);
}
CASE(kill_group) {
	S(setpgid, 0, 0);
	on_info(SIGUSR1, 0);
	long pid = S(fork);
	if (pid == 0) {
		for (;;) S(pause);
	}
	T("own group", kill, 0, SIGUSR1);
	note("  caught %d", caught);
	S(setpgid, pid, pid);
	T("another group", kill, -pid, SIGKILL);
	int status;
	S(wait4, -pid, &status, 0, 0);
	note("  status %x", status);
}
CASE(info_of_kinds) {
	on_info(SIGUSR1, 0);
	S(kill, getpid(), SIGUSR1);
	show_last();
	S(tgkill, getpid(), getpid(), SIGUSR1);
	show_last();
	siginfo_t info;
	memset(&info, 0, sizeof info);
	info.si_code = SI_QUEUE;
	info.si_pid = getpid();
	info.si_value.sival_int = 77;
	T("queue", rt_sigqueueinfo, getpid(), SIGUSR1, &info);
	show_last();
	info.si_code = -60;
	info.si_uid = 12;
	T("a code of one's own", rt_sigqueueinfo, getpid(), SIGUSR1, &info);
	note("  signal %d code %d uid %d value %d", last.si_signo, last.si_code, last.si_uid, last.si_value.sival_int);
	info.si_code = SI_USER;
	T("as kill, to oneself", rt_sigqueueinfo, getpid(), SIGUSR1, &info);
	T("thread", rt_tgsigqueueinfo, getpid(), getpid(), SIGUSR1, &info);
	T("thread, 0", rt_tgsigqueueinfo, 0, getpid(), SIGUSR1, &info);
	T("as kill, to another", rt_sigqueueinfo, getppid(), SIGUSR1, &info);
	info.si_code = SI_TKILL;
	T("as tkill, to another", rt_sigqueueinfo, getppid(), SIGUSR1, &info);
	info.si_code = SI_QUEUE;
	T("no such process", rt_sigqueueinfo, 4000000, SIGUSR1, &info);
	T("bad signal", rt_sigqueueinfo, getpid(), 65, &info);
	T("bad address", rt_sigqueueinfo, getpid(), SIGUSR1, BAD);
	T("signal 0", rt_sigqueueinfo, getpid(), 0, &info);
}
CASE(standard_signals_are_kept_once) {
	on_info(SIGUSR1, 0);
	on_info(SIGUSR2, 0);
	block(BIT(SIGUSR1) | BIT(SIGUSR2));
	for (int i = 0; i < 3; i++) S(kill, getpid(), SIGUSR2);
	S(kill, getpid(), SIGUSR1);
	show_pending();
	T("size 4", rt_sigpending, &(unsigned long){0}, 4);
	T("size 9", rt_sigpending, &(unsigned long){0}, 9);
	T("bad", rt_sigpending, BAD, 8);
	unblock(BIT(SIGUSR1) | BIT(SIGUSR2));
	note("  caught %d", caught);
	show_pending();
}
CASE(real_time_signals_queue) {
	for (int signal = 34; signal < 40; signal++) on_info(signal, 0);
	unsigned long all = BIT(34) | BIT(35) | BIT(36);
	block(all);
	siginfo_t info;
	memset(&info, 0, sizeof info);
	info.si_code = SI_QUEUE;
	for (int i = 0; i < 3; i++)
		for (int signal = 36; signal >= 34; signal--) {
			info.si_value.sival_int = i * 10 + signal;
			S(rt_sigqueueinfo, getpid(), signal, &info);
		}
	show_pending();
	struct timespec none = {0, 0};
	for (int i = 0; i < 3; i++) {
		long got = S(rt_sigtimedwait, &all, &last, &none, 8);
		note("  took %ld value %d", got, last.si_value.sival_int);
	}
	unblock(all);
	char line[200] = "";
	for (int i = 0; i < ordered; i++) sprintf(line + strlen(line), " %d", order[i]);
	note("  handled%s, last value %d", line, last.si_value.sival_int);
}
CASE(pending_limit) {
	become_nobody();
	struct rlimit limit = {3, 3};
	S(prlimit64, 0, RLIMIT_SIGPENDING, &limit, 0);
	block(BIT(40) | BIT(SIGUSR1));
	siginfo_t info;
	memset(&info, 0, sizeof info);
	info.si_code = SI_QUEUE;
	for (int i = 0; i < 5; i++) T("queue", rt_sigqueueinfo, getpid(), 40, &info);
	T("an ordinary one still comes", rt_sigqueueinfo, getpid(), SIGUSR1, &info);
	show_pending();
}
CASE(timedwait) {
	unsigned long set = BIT(SIGUSR1) | BIT(SIGCHLD);
	block(set);
	struct timespec none = {0, 0}, some = {0, 10000000}, wrong = {0, 2000000000}, negative = {-1, 0};
	T("nothing there", rt_sigtimedwait, &set, 0, &none, 8);
	T("nothing in time", rt_sigtimedwait, &set, 0, &some, 8);
	T("no time", rt_sigtimedwait, &set, 0, &wrong, 8);
	T("negative", rt_sigtimedwait, &set, 0, &negative, 8);
	T("size", rt_sigtimedwait, &set, 0, &none, 4);
	T("bad set", rt_sigtimedwait, BAD, 0, &none, 8);
	T("bad time", rt_sigtimedwait, &set, 0, BAD, 8);
	S(kill, getpid(), SIGUSR1);
	T("there", rt_sigtimedwait, &set, &last, &none, 8);
	show_last();
	long pid = S(fork);
	if (pid == 0) S(exit_group, 5);
	T("SIGCHLD, ignored by default, is taken", rt_sigtimedwait, &set, &last, 0, 8);
	note("  code %d status %d child %d", last.si_code, last.si_status, last.si_pid == pid);
	reap(pid);
	on(SIGUSR2, count_one, SA_RESTART);
	long other = sender(SIGUSR2);
	unsigned long only = BIT(SIGUSR1); // the sender's own end is no answer
	T("a handler ends it", rt_sigtimedwait, &only, 0, 0, 8);
	reap(other);
	S(kill, getpid(), SIGUSR1);
	T("bad info", rt_sigtimedwait, &set, BAD, &none, 8);
}
CASE(suspend) {
	on(SIGUSR1, count_one, 0);
	block(BIT(SIGUSR1));
	S(kill, getpid(), SIGUSR1);
	unsigned long none = 0, old;
	T("pending", rt_sigsuspend, &none, 8);
	S(rt_sigprocmask, 0, 0, &old, 8);
	note("  caught %d mask %lx", caught, old);
	T("size", rt_sigsuspend, &none, 4);
	T("bad", rt_sigsuspend, BAD, 8);
	long pid = sender(SIGUSR1);
	T("later", rt_sigsuspend, &none, 8);
	reap(pid);
	unblock(BIT(SIGUSR1));
	pid = sender(SIGUSR1);
	T("pause", pause);
	note("  caught %d", caught);
	reap(pid);
}
static volatile int depth, deepest, rounds;
static void nested(int signal) {
	depth++;
	if (depth > deepest) deepest = depth;
	if (++rounds < 3) S(kill, getpid(), signal);
	depth--;
}
CASE(nodefer_resethand) {
	on(SIGUSR1, nested, SA_NODEFER);
	S(kill, getpid(), SIGUSR1);
	note("  nodefer: depth %d", deepest);
	deepest = rounds = 0;
	on(SIGUSR1, nested, 0);
	S(kill, getpid(), SIGUSR1);
	note("  deferred: depth %d", deepest);
	on(SIGUSR2, count_one, SA_RESETHAND);
	S(kill, getpid(), SIGUSR2);
	struct ksigaction now;
	S(rt_sigaction, SIGUSR2, 0, &now, 8);
	note("  reset to %ld flags %lx", (long)now.handler, now.flags);
	S(kill, getpid(), SIGUSR2);
	note("  not reached");
}
static void mask_inside(int signal) {
	unsigned long set;
	S(rt_sigprocmask, 0, 0, &set, 8);
	note("  inside %d: %016lx", signal, set);
}
CASE(mask_of_a_handler) {
	struct sigaction action = {.sa_handler = mask_inside};
	sigaddset(&action.sa_mask, SIGHUP);
	sigaddset(&action.sa_mask, 50);
	sigaction(SIGUSR1, &action, NULL);
	block(BIT(SIGUSR2));
	S(kill, getpid(), SIGUSR1);
	unsigned long set;
	S(rt_sigprocmask, 0, 0, &set, 8);
	note("  after: %016lx", set);
}

static char stack[65536] __attribute__((aligned(16)));
static volatile int on_stack;
static void where(int signal, siginfo_t *info, void *context) {
	(void)info;
	ucontext_t *uc = context;
	char here;
	on_stack = &here > stack && &here < stack + sizeof stack;
	stack_t now;
	S(sigaltstack, 0, &now);
	note("  handler %d on the other stack %d, flags now %x, in the frame %x size %ld", signal, on_stack, now.ss_flags, uc->uc_stack.ss_flags, (long)uc->uc_stack.ss_size);
	stack_t next = {stack, 0, 8192};
	T("change inside", sigaltstack, &next, 0);
}
CASE(alternate_stack) {
	stack_t none, one = {stack, 0, sizeof stack}, small = {stack, 0, 1000}, odd = {stack, 8, sizeof stack}, off = {0, SS_DISABLE, 0};
	T("none yet", sigaltstack, 0, &none);
	note("  flags %x size %ld", none.ss_flags, (long)none.ss_size);
	T("small", sigaltstack, &small, 0);
	T("odd flags", sigaltstack, &odd, 0);
	T("bad", sigaltstack, BAD, 0);
	T("bad old", sigaltstack, 0, BAD);
	T("one", sigaltstack, &one, 0);
	T("back", sigaltstack, 0, &none);
	note("  flags %x size %ld", none.ss_flags, (long)none.ss_size);
	struct sigaction action = {.sa_sigaction = where, .sa_flags = SA_SIGINFO | SA_ONSTACK};
	sigaction(SIGUSR1, &action, NULL);
	S(kill, getpid(), SIGUSR1);
	action.sa_flags = SA_SIGINFO;
	sigaction(SIGUSR1, &action, NULL);
	S(kill, getpid(), SIGUSR1);
	stack_t disarm = {stack, (int)(1u << 31), sizeof stack};
	T("autodisarm", sigaltstack, &disarm, 0);
	action.sa_flags = SA_SIGINFO | SA_ONSTACK;
	sigaction(SIGUSR1, &action, NULL);
	S(kill, getpid(), SIGUSR1);
	T("after", sigaltstack, 0, &none);
	note("  flags %x size %ld", none.ss_flags, (long)none.ss_size);
	T("off", sigaltstack, &off, 0);
	T("off", sigaltstack, 0, &none);
	note("  flags %x", none.ss_flags);
}

static sigjmp_buf away;
static void *faulted;
static long registers[3];
static void fault(int signal, siginfo_t *info, void *context) {
	ucontext_t *uc = context;
	faulted = info->si_addr;
	registers[0] = uc->uc_mcontext.gregs[REG_TRAPNO];
	registers[1] = uc->uc_mcontext.gregs[REG_ERR];
	registers[2] = uc->uc_mcontext.gregs[REG_CR2];
	caught = info->si_code;
	siglongjmp(away, signal);
}
static void catch_faults(void) {
	static const int signals[] = {SIGSEGV, SIGILL, SIGFPE, SIGBUS, SIGTRAP};
	for (int i = 0; i < 5; i++) {
		struct sigaction action = {.sa_sigaction = fault, .sa_flags = SA_SIGINFO};
		sigaction(signals[i], &action, NULL);
	}
}
#define FAULT(title, act)                                                                                               \
	do {                                                                                                                   \
		int signal = sigsetjmp(away, 1);                                                                                      \
		if (signal == 0) {                                                                                                    \
			act;                                                                                                                 \
			note("  %s: nothing", title);                                                                                        \
		} else note("  %s: signal %d code %d", title, signal, caught);                                                        \
	} while (0)
static void full(int signal, siginfo_t *info, void *context) {
	(void)signal;
	(void)info;
	((ucontext_t *)context)->uc_mcontext.gregs[REG_RIP] += 2;
	((ucontext_t *)context)->uc_mcontext.gregs[REG_RAX] = 42;
}
CASE(faults) {
	catch_faults();
	volatile char *null = 0;
	FAULT("read of nothing", (void)*(null + 24));
	note("  address %ld trap %ld error %ld cr2 %ld", (long)faulted, registers[0], registers[1], registers[2]);
	FAULT("write to nothing", *(null + 8) = 1);
	note("  address %ld trap %ld error %ld", (long)faulted, registers[0], registers[1]);
	char *page = (char *)S(mmap, 0, 8192, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	(void)*(volatile char *)page;
	FAULT("write to a page to be read", *(volatile char *)(page + 5) = 1);
	note("  address %ld trap %ld error %ld", (long)((char *)faulted - page), registers[0], registers[1]);
	FAULT("write to text", *(volatile char *)(void *)count_one = 1);
	note("  address %d error %ld", faulted == (void *)count_one, registers[1]);
	FAULT("jump to nothing", ((void (*)(void))0x30)());
	note("  address %ld error %ld", (long)faulted, registers[1]);
	FAULT("jump to data", ((void (*)(void))page)());
	note("  address %ld error %ld", (long)((char *)faulted - page), registers[1]);
	volatile int zero = 0, one = 1;
	FAULT("division by zero", one = one / zero);
	note("  trap %ld", registers[0]);
	volatile int low = INT_MIN, minus = -1;
	FAULT("quotient too large", one = low / minus);
	FAULT("ud2", __asm__ volatile("ud2"));
	note("  trap %ld", registers[0]);
	FAULT("int3", __asm__ volatile("int3"));
	note("  trap %ld", registers[0]);
	FAULT("hlt", __asm__ volatile("hlt"));
	note("  trap %ld error %ld", registers[0], registers[1]);
	FAULT("address that is none", (void)*(volatile char *)0x8000000000000000ul);
	note("  address %ld trap %ld", (long)faulted, registers[0]);
	struct sigaction action = {.sa_sigaction = full, .sa_flags = SA_SIGINFO};
	sigaction(SIGILL, &action, NULL);
	long rax = 1;
	__asm__ volatile("ud2" : "+a"(rax));
	note("  a handler that goes on behind it: rax %ld", rax);
}
static int die_of_fault(void) {
	*(volatile char *)8 = 1;
	return 0;
}
static int blocked_fault(void) {
	block(BIT(SIGSEGV));
	catch_faults();
	*(volatile char *)8 = 1;
	return 0;
}
static int ignored_fault(void) {
	on(SIGSEGV, SIG_IGN, 0);
	*(volatile char *)8 = 1;
	return 0;
}
static int aborts(void) {
	abort();
}
static int no_stack(void) {
	on(SIGUSR1, count_one, 0);
	__asm__ volatile("mov $16, %%rsp\n mov $39, %%eax\n syscall\n mov %%eax, %%edi\n mov $10, %%esi\n mov $62, %%eax\n syscall\n hlt" ::: "memory");
	return 0;
}
CASE(deaths) {
	struct rlimit none = {0, 0};
	S(prlimit64, 0, RLIMIT_CORE, &none, 0);
	note("  fault %x", in_child(die_of_fault));
	note("  blocked %x", in_child(blocked_fault));
	note("  ignored %x", in_child(ignored_fault));
	note("  abort %x", in_child(aborts));
	note("  no stack for the handler %x", in_child(no_stack));
}
CASE(defaults) {
	static const int signals[] = {1, 2, 3, 6, 10, 12, 13, 14, 15, 16, 17, 18, 23, 24, 25, 26, 27, 28, 29, 30, 31, 34, 64};
	struct rlimit none = {0, 0};
	S(prlimit64, 0, RLIMIT_CORE, &none, 0);
	for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) {
		long pid = S(fork);
		if (pid == 0) {
			S(kill, getpid(), signals[i]);
			S(exit_group, 0);
		}
		int status;
		S(wait4, pid, &status, 0, 0);
		note("  %d: %x", signals[i], status);
	}
}
CASE(stop_and_continue) {
	long pid = S(fork);
	if (pid == 0) {
		S(kill, getpid(), SIGSTOP);
		for (;;) S(pause);
	}
	int status;
	siginfo_t info;
	memset(&info, 0, sizeof info);
	T("stopped, looked at", waitid, P_PID, pid, &info, WSTOPPED | WNOWAIT, 0);
	note("  code %d status %d", info.si_code, info.si_status);
	TOK("stopped", wait4, pid, &status, WUNTRACED, 0);
	note("  status %x", status);
	T("told once", wait4, pid, &status, WUNTRACED | WNOHANG, 0);
	S(kill, pid, SIGCONT);
	TOK("continued", wait4, pid, &status, WCONTINUED, 0);
	note("  status %x", status);
	S(kill, pid, SIGKILL);
	TOK("ended", wait4, pid, &status, 0, 0);
	note("  status %x", status);
	pid = S(fork);
	if (pid == 0) for (;;) S(pause);
	S(kill, pid, SIGSTOP);
	S(wait4, pid, &status, WUNTRACED, 0);
	S(kill, pid, SIGTERM);
	T("a stopped one does not die of SIGTERM", wait4, pid, &status, WNOHANG, 0);
	S(kill, pid, SIGCONT);
	S(wait4, pid, &status, 0, 0);
	note("  but when it goes on: %x", status);
	pid = S(fork);
	if (pid == 0) for (;;) S(pause);
	S(kill, pid, SIGSTOP);
	S(wait4, pid, &status, WUNTRACED, 0);
	S(kill, pid, SIGKILL);
	S(wait4, pid, &status, 0, 0);
	note("  of SIGKILL at once: %x", status);
}
CASE(children_told) {
	on_info(SIGCHLD, SA_NOCLDSTOP);
	long pid = S(fork);
	if (pid == 0) {
		S(kill, getpid(), SIGSTOP);
		S(exit_group, 9);
	}
	int status;
	while (S(wait4, pid, &status, WUNTRACED, 0) == -EINTR) {}
	note("  stop: told %d", caught);
	S(kill, pid, SIGCONT);
	while (S(wait4, pid, &status, 0, 0) == -EINTR) {}
	note("  end: told %d code %d status %d", caught, last.si_code, last.si_status);
	on(SIGCHLD, SIG_IGN, 0);
	pid = S(fork);
	if (pid == 0) S(exit_group, 1);
	T("ignored", wait4, pid, &status, 0, 0);
	caught = 0;
	on_info(SIGCHLD, SA_NOCLDWAIT);
	pid = S(fork);
	if (pid == 0) S(exit_group, 1);
	long result;
	while ((result = S(wait4, pid, &status, 0, 0)) == -EINTR) {}
	note("  no zombies: %s, told %d", error_name(result), caught);
}
CASE(restart) {
	int ends[2], status;
	char byte;
	S(pipe, ends);
	on(SIGUSR1, count_one, SA_RESTART);
	on(SIGUSR2, count_one, 0);
	long pid = S(fork);
	if (pid == 0) {
		long parent = getppid();
		asleep(parent);
		S(kill, parent, SIGUSR1);
		asleep(parent);
		S(write, ends[1], "x", 1);
		asleep(parent);
		S(kill, parent, SIGUSR2);
		S(exit_group, 0);
	}
	T("goes on after SA_RESTART", read, ends[0], &byte, 1);
	note("  caught %d", caught);
	T("EINTR without it", read, ends[0], &byte, 1);
	reap(pid);
	pid = S(fork);
	if (pid == 0)
		for (;;) S(pause);
	long waiting = getpid(), other = S(fork);
	if (other == 0) {
		asleep(waiting);
		S(kill, waiting, SIGUSR1);
		asleep(waiting);
		S(kill, pid, SIGKILL);
		S(exit_group, 0);
	}
	TOK("wait4 goes on", wait4, pid, &status, 0, 0);
	reap(other);
	struct pollfd one = {ends[0], POLLIN, 0};
	other = sender(SIGUSR1);
	T("poll never goes on", poll, &one, 1, 15000);
	reap(other);
	other = sender(SIGUSR1);
	struct timespec time = {15, 0}, rest = {9, 9};
	T("nor nanosleep", nanosleep, &time, &rest);
	note("  rest %d", rest.tv_sec != 9);
	reap(other);
	other = sender(SIGUSR1);
	T("nor clock_nanosleep", clock_nanosleep, CLOCK_MONOTONIC, 0, &time, 0);
	reap(other);
	other = sender(SIGUSR1);
	T("nor pause", pause);
	reap(other);
	other = sender(SIGUSR1);
	fd_set set;
	FD_ZERO(&set);
	FD_SET(ends[0], &set);
	struct timeval little = {15, 0};
	T("nor select", select, ends[0] + 1, &set, 0, 0, &little);
	reap(other);
	long epoll = S(epoll_create1, 0);
	struct epoll_event event = {EPOLLIN, {0}};
	S(epoll_ctl, epoll, EPOLL_CTL_ADD, ends[0], &event);
	other = sender(SIGUSR1);
	T("nor epoll_wait", epoll_wait, epoll, &event, 1, 15000);
	reap(other);
	static int word;
	other = sender(SIGUSR1);
	struct timespec long_time = {15, 0};
	T("futex with a time: EINTR", futex, &word, 0, 0, &long_time, 0, 0);
	reap(other);
	other = sender(SIGUSR2);
	T("futex", futex, &word, 0, 0, 0, 0, 0);
	reap(other);
}
CASE(ignored_do_not_interrupt) {
	on(SIGUSR1, SIG_IGN, 0);
	long other = sender(SIGUSR1);
	struct timespec time = {0, 20000000};
	T("ignored", nanosleep, &time, 0);
	reap(other);
	other = sender(SIGCHLD);
	T("ignored by default", nanosleep, &time, 0);
	reap(other);
	long pid = S(fork);
	if (pid == 0) {
		struct timespec some = {0, 30000000};
		S(exit_group, S(nanosleep, &some, 0) == 0 ? 1 : 2);
	}
	sleep_ms(5);
	S(kill, pid, SIGSTOP);
	sleep_ms(5);
	S(kill, pid, SIGCONT);
	int status;
	S(wait4, pid, &status, 0, 0);
	note("  a sleep goes on after a stop: %x", status);
}
CASE(masks_of_waiting_calls) {
	on(SIGUSR1, count_one, 0);
	block(BIT(SIGUSR1));
	S(kill, getpid(), SIGUSR1);
	unsigned long none = 0;
	struct timespec some = {0, 20000000};
	T("ppoll", ppoll, 0, 0, &some, &none, 8);
	note("  caught %d", caught);
	show_pending();
	struct {
		unsigned long *set;
		unsigned long size;
	} six = {&none, 8};
	S(kill, getpid(), SIGUSR1);
	T("pselect6", pselect6, 0, 0, 0, 0, &some, &six);
	note("  caught %d", caught);
	long epoll = S(epoll_create1, 0);
	struct epoll_event event;
	S(kill, getpid(), SIGUSR1);
	T("epoll_pwait", epoll_pwait, epoll, &event, 1, 20, &none, 8);
	note("  caught %d", caught);
	T("ppoll, nothing comes", ppoll, 0, 0, &some, &none, 8);
	unsigned long now;
	S(rt_sigprocmask, 0, 0, &now, 8);
	note("  mask %lx", now);
}
CASE(broken_pipe) {
	int ends[2];
	S(pipe, ends);
	S(close, ends[0]);
	on_info(SIGPIPE, 0);
	T("caught", write, ends[1], "x", 1);
	note("  signal %d code %d from self %d", last.si_signo, last.si_code, last.si_pid == getpid());
	on(SIGPIPE, SIG_IGN, 0);
	T("ignored", write, ends[1], "x", 1);
	on(SIGPIPE, SIG_DFL, 0);
	T("not", write, ends[1], "x", 1);
}
CASE(file_size_limit) {
	struct rlimit limit = {100, 100};
	long fd = S(open, "f", O_CREAT | O_RDWR, 0600);
	T("limit", prlimit64, 0, RLIMIT_FSIZE, &limit, 0);
	on_info(SIGXFSZ, 0);
	char bytes[90] = "";
	T("below", write, fd, bytes, 90);
	T("over", write, fd, bytes, 90);
	note("  caught %d", caught);
	T("at", write, fd, bytes, 1);
	note("  caught %d code %d", caught, last.si_code);
	T("truncate", ftruncate, fd, 200);
	note("  caught %d", caught);
	on(SIGXFSZ, SIG_IGN, 0);
	T("ignored", pwrite64, fd, bytes, 1, 100);
}
CASE(cpu_limit) {
	struct rlimit limit = {1, 2};
	long pid = S(fork);
	if (pid == 0) {
		S(prlimit64, 0, RLIMIT_CPU, &limit, 0);
		on(SIGXCPU, count_one, 0);
		while (!caught) {}
		note("  warned %d", caught);
		for (;;) {}
	}
	int status;
	S(wait4, pid, &status, 0, 0);
	note("  then %x", status);
}
CASE(inherited) {
	on(SIGUSR1, SIG_IGN, 0);
	on(SIGUSR2, count_one, 0);
	block(BIT(SIGHUP) | BIT(SIGTERM));
	S(kill, getpid(), SIGHUP);
	S(alarm, 50);
	long pid = S(fork);
	if (pid == 0) {
		show_pending();
		note("  alarm in the child %ld", S(alarm, 0));
		unsigned long mask;
		S(rt_sigprocmask, 0, 0, &mask, 8);
		note("  mask %lx", mask);
		S(kill, getpid(), SIGUSR2);
		note("  handler %d", caught);
		S(exit_group, 0);
	}
	reap(pid);
	show_pending();
}
static volatile long receiver;
static void *receives(void *argument) {
	unsigned long set = BIT(SIGUSR1);
	unblock(set);
	*(volatile int *)argument = 1;
	for (int i = 0; i < 5000 && !receiver; i++) sleep_ms(1);
	return 0;
}
static void who(int signal) {
	(void)signal;
	receiver = S(gettid);
}
CASE(threads_share) {
	on(SIGUSR1, who, 0);
	block(BIT(SIGUSR1));
	volatile int ready = 0;
	pthread_t thread;
	pthread_create(&thread, 0, receives, (void *)&ready);
	while (!ready) sleep_ms(1);
	S(kill, getpid(), SIGUSR1);
	pthread_join(thread, 0);
	note("  taken by the thread that does not block it: %d", receiver != 0 && receiver != getpid());
	receiver = 0;
	S(tgkill, getpid(), getpid(), SIGUSR1);
	show_pending();
	unblock(BIT(SIGUSR1));
	note("  by the leader: %d", receiver == getpid());
}
static volatile double kept;
static void spoil(int signal) {
	(void)signal;
	__asm__ volatile("pxor %%xmm0, %%xmm0\n pxor %%xmm7, %%xmm7\n fninit\n fld1\n fld1" ::: "memory");
}
CASE(frame_keeps_everything) {
	on(SIGUSR1, spoil, 0);
	double a = 1.5, b = 0, f = 0;
	long r12 = 12, flags = 0, pid = getpid();
	__asm__ volatile("movsd %4, %%xmm7\n fldpi\n mov $0x1234567, %%r12\n cmp %%r12, %%rsp\n std\n mov $62, %%eax\n mov %5, %%rdi\n mov $10, %%esi\n syscall\n"
					 "pushfq\n cld\n pop %1\n movsd %%xmm7, %0\n fstpl %2\n mov %%r12, %3"
					 : "=m"(b), "=r"(flags), "=m"(f), "=m"(r12)
					 : "m"(a), "r"(pid)
					 : "rax", "rdi", "rsi", "rcx", "r11", "r12", "xmm7", "memory", "cc");
	note("  xmm7 %g st0 %.6f r12 %lx direction %d", b, f, r12, (int)(flags >> 10 & 1));
}
static void leap(int signal) {
	(void)signal;
	siglongjmp(away, 1);
}
CASE(leaps_out) {
	on(SIGUSR1, leap, 0);
	for (volatile int i = 0; i < 3; i++)
		if (sigsetjmp(away, 1) == 0) S(kill, getpid(), SIGUSR1);
	unsigned long mask;
	S(rt_sigprocmask, 0, 0, &mask, 8);
	note("  mask %lx", mask);
}
CASE(signal_descriptor) {
	unsigned long set = BIT(SIGUSR1) | BIT(40);
	block(set);
	long fd = S(signalfd4, -1, &set, 8, SFD_NONBLOCK);
	struct signalfd_siginfo info[3];
	T("nothing", read, fd, info, sizeof info);
	S(kill, getpid(), SIGUSR1);
	siginfo_t with;
	memset(&with, 0, sizeof with);
	with.si_code = SI_QUEUE;
	with.si_value.sival_int = 5;
	S(rt_sigqueueinfo, getpid(), 40, &with);
	S(rt_sigqueueinfo, getpid(), 40, &with);
	T("three", read, fd, info, sizeof info);
	for (int i = 0; i < 3; i++) note("  %d code %d self %d int %d", info[i].ssi_signo, info[i].ssi_code, info[i].ssi_pid == (unsigned)getpid(), info[i].ssi_int);
}
CASE(sigreturn_from_nowhere) {
	struct rlimit none = {0, 0};
	S(prlimit64, 0, RLIMIT_CORE, &none, 0);
	long pid = S(fork);
	if (pid == 0) {
		__asm__ volatile("mov $64, %%rsp\n mov $15, %%eax\n syscall" ::: "memory");
	}
	int status;
	S(wait4, pid, &status, 0, 0);
	note("rt_sigreturn: %x", status);
}
