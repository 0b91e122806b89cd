// Handlers, masks, alternate stacks, faults, stop and continue, timers: what man 7 signal promises, printed.
#define _GNU_SOURCE
#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

static volatile int count;
static sigjmp_buf jump;
static char *alt;

static void plain(int sig) { count++; printf("handler %d\n", sig); }
static void info(int sig, siginfo_t *si, void *context) {
	ucontext_t *uc = context;
	printf("info %d code %d self %d value %d rip %d\n", sig, si->si_code, si->si_pid == getpid(), si->si_value.sival_int,
	       uc->uc_mcontext.gregs[REG_RIP] != 0);
}
static void fault(int sig, siginfo_t *si, void *context) {
	ucontext_t *uc = context;
	printf("fault %d code %d addr %lx trap %lld err %lld\n", sig, si->si_code,
	       sig == SIGSEGV ? (unsigned long)si->si_addr : 0ul, uc->uc_mcontext.gregs[REG_TRAPNO], uc->uc_mcontext.gregs[REG_ERR]);
	siglongjmp(jump, sig);
}
static void on_alt(int sig) { char here; printf("alt %d %d\n", sig, &here > alt && &here < alt + 65536); }
static void nested(int sig) {
	static int depth;
	depth++;
	printf("nested %d depth %d\n", sig, depth);
	if (depth < 3) raise(sig);
	depth--;
}
static void set(int sig, void (*h)(int), int flags) {
	struct sigaction sa = {.sa_handler = h, .sa_flags = flags};
	sigaction(sig, &sa, NULL);
}
static void setinfo(int sig, void (*h)(int, siginfo_t *, void *), int flags) {
	struct sigaction sa = {.sa_sigaction = h, .sa_flags = flags | SA_SIGINFO};
	sigaction(sig, &sa, NULL);
}

int main(void) {
	setvbuf(stdout, NULL, _IOLBF, 0);
	set(SIGUSR1, plain, 0);
	raise(SIGUSR1);
	setinfo(SIGUSR2, info, 0);
	kill(getpid(), SIGUSR2);
	union sigval value = {.sival_int = 77};
	sigqueue(getpid(), SIGUSR2, value);
	// Blocked signals wait; standard ones once, real-time ones each.
	sigset_t block, old, pending;
	sigemptyset(&block);
	sigaddset(&block, SIGUSR1);
	sigaddset(&block, SIGRTMIN + 1);
	sigprocmask(SIG_BLOCK, &block, &old);
	set(SIGRTMIN + 1, plain, 0);
	raise(SIGUSR1);
	raise(SIGUSR1);
	raise(SIGRTMIN + 1);
	raise(SIGRTMIN + 1);
	sigpending(&pending);
	printf("pending %d %d %d\n", sigismember(&pending, SIGUSR1), sigismember(&pending, SIGRTMIN + 1), sigismember(&pending, SIGINT));
	sigprocmask(SIG_SETMASK, &old, NULL);
	printf("count %d\n", count);
	// sigtimedwait takes without delivering.
	sigprocmask(SIG_BLOCK, &block, NULL);
	raise(SIGUSR1);
	siginfo_t si;
	struct timespec none = {0, 1000000};
	printf("timedwait %d code %d\n", sigtimedwait(&block, &si, &none), si.si_code);
	printf("timedwait again %d %s\n", sigtimedwait(&block, &si, &none), strerror(errno));
	sigprocmask(SIG_UNBLOCK, &block, NULL);
	// SA_RESETHAND, SA_NODEFER.
	set(SIGUSR1, plain, SA_RESETHAND);
	raise(SIGUSR1);
	struct sigaction now;
	sigaction(SIGUSR1, NULL, &now);
	printf("reset %d\n", now.sa_handler == SIG_DFL);
	set(SIGUSR1, nested, SA_NODEFER);
	raise(SIGUSR1);
	// The alternate stack.
	alt = malloc(65536);
	stack_t ss = {.ss_sp = alt, .ss_size = 65536};
	sigaltstack(&ss, NULL);
	set(SIGUSR1, on_alt, SA_ONSTACK);
	raise(SIGUSR1);
	stack_t was;
	sigaltstack(NULL, &was);
	printf("altstack %d %d\n", was.ss_sp == alt, was.ss_flags);
	// Faults.
	setinfo(SIGSEGV, fault, SA_NODEFER);
	setinfo(SIGFPE, fault, SA_NODEFER);
	setinfo(SIGILL, fault, SA_NODEFER);
	setinfo(SIGTRAP, fault, SA_NODEFER);
	if (!sigsetjmp(jump, 1)) *(volatile int *)0x10 = 1;
	if (!sigsetjmp(jump, 1)) (void)*(volatile int *)0x20;
	char *page = mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	mprotect(page, 4096, PROT_READ);
	struct sigaction quiet = {.sa_handler = SIG_DFL};
	volatile int zero = 0;
	if (!sigsetjmp(jump, 1)) printf("%d\n", 1 / zero);
	if (!sigsetjmp(jump, 1)) __asm__ volatile("ud2");
	if (!sigsetjmp(jump, 1)) __asm__ volatile("int3");
	(void)quiet;
	// Floating-point registers survive a handler.
	set(SIGUSR1, plain, 0);
	volatile double x = 1.5;
	double y = x * 3;
	raise(SIGUSR1);
	printf("%.2f\n", y + x);
	// EINTR and SA_RESTART.
	int fds[2];
	if (pipe(fds)) return 1;
	struct itimerval timer = {.it_value = {0, 20000}};
	set(SIGALRM, plain, 0);
	setitimer(ITIMER_REAL, &timer, NULL);
	char byte;
	printf("read %zd %s\n", read(fds[0], &byte, 1), strerror(errno));
	set(SIGALRM, plain, SA_RESTART);
	if (fork() == 0) {
		usleep(60000);
		_exit(write(fds[1], "z", 1) != 1);
	}
	setitimer(ITIMER_REAL, &timer, NULL);
	printf("restarted %zd %c\n", read(fds[0], &byte, 1), byte);
	wait(NULL);
	struct timespec sleep = {1, 0}, rest = {0, 0};
	setitimer(ITIMER_REAL, &timer, NULL);
	int slept = nanosleep(&sleep, &rest);
	printf("nanosleep %d %s rest %d\n", slept, strerror(errno), rest.tv_nsec > 0 && rest.tv_sec == 0);
	set(SIGALRM, plain, 0);
	alarm(10);
	printf("alarm left %u\n", alarm(0));
	// sigsuspend, pause.
	sigemptyset(&block);
	sigaddset(&block, SIGALRM);
	sigprocmask(SIG_BLOCK, &block, &old);
	setitimer(ITIMER_REAL, &timer, NULL);
	int suspended = sigsuspend(&old);
	printf("sigsuspend %d %s\n", suspended, strerror(errno));
	sigprocmask(SIG_SETMASK, NULL, &now.sa_mask);
	printf("mask is back %d\n", sigismember(&now.sa_mask, SIGALRM));
	// Children: stopped, continued, killed.
	pid_t child = fork();
	if (child == 0) for (;;) pause();
	int status;
	kill(child, SIGSTOP);
	waitpid(child, &status, WUNTRACED);
	printf("stopped %d by %d\n", WIFSTOPPED(status), WSTOPSIG(status));
	kill(child, SIGCONT);
	waitpid(child, &status, WCONTINUED);
	printf("continued %d\n", WIFCONTINUED(status));
	kill(child, SIGTERM);
	siginfo_t ended;
	memset(&ended, 0, sizeof ended);
	printf("waitid %d code %d status %d pid %d\n", waitid(P_PID, child, &ended, WEXITED | WNOWAIT), ended.si_code, ended.si_status, ended.si_pid == child);
	waitpid(child, &status, 0);
	printf("killed %d by %d core %d\n", WIFSIGNALED(status), WTERMSIG(status), WCOREDUMP(status));
	// SIGCHLD's facts; SIG_IGN reaps.
	sigprocmask(SIG_UNBLOCK, &block, NULL);
	signal(SIGCHLD, SIG_IGN);
	if (fork() == 0) _exit(5);
	printf("ignored child %d %s\n", wait(&status), strerror(errno));
	errno = 0;
	printf("bad signals %d", kill(getpid(), 99));
	printf(" %s\n", strerror(errno));
	printf("sigkill cannot be caught %d\n", signal(SIGKILL, plain) == SIG_ERR);
	fflush(stdout);
	signal(SIGSEGV, SIG_DFL);
	*(volatile int *)page = 1;
	return 0;
}
