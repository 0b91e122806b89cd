// ptrace: attaching and letting go, the stops of every kind, registers, memory, what waits and signals are like for a traced program.
#include "case.h"
#include <elf.h>
#include <linux/ptrace.h>
#include <sys/user.h>

#define SEIZE 0x4206
#define O_ALL_EVENTS 0x7e

static void show_status(const char *title, int status) {
	if (WIFEXITED(status)) note("  %s: exited %d", title, WEXITSTATUS(status));
	else if (WIFSIGNALED(status)) note("  %s: killed by %d", title, WTERMSIG(status));
	else if (WIFCONTINUED(status)) note("  %s: continued", title);
	else if (WIFSTOPPED(status)) note("  %s: stopped %x", title, status >> 8);
	else note("  %s: %x", title, status);
}
/** Waits for a change of this task, and shows it. */
static int wait_show(const char *title, long pid) {
	int status = 0;
	long r;
	while ((r = S(wait4, pid, &status, __WALL, 0)) == -EINTR) {}
	if (r < 0) note("  %s: wait4 %s", title, error_name(r));
	else show_status(title, status);
	return r < 0 ? -1 : status;
}
static long req(long request, long pid, long addr, long data) { return S(ptrace, request, pid, addr, data); }
/** Lets it go and waits for what comes next. What it writes on the way is before both answers, whoever of the two is faster. */
static void go_on(const char *title, long pid, long signal, const char *next) {
	long r = req(PTRACE_CONT, pid, 0, signal);
	int status = 0;
	while (S(wait4, pid, &status, __WALL, 0) == -EINTR) {}
	report("ptrace", title, r, false);
	show_status(next, status);
}
static void show_info(const char *title, long pid) {
	siginfo_t info;
	memset(&info, 0xee, sizeof info);
	long r = req(0x4202, pid, 0, (long)&info);
	if (r < 0) note("  %s: siginfo %s", title, error_name(r));
	else note("  %s: siginfo signal %d code %x errno %d from %s", title, info.si_signo, info.si_code, info.si_errno,
		 info.si_pid == pid ? "itself" : info.si_pid == S(getpid) ? "the tracer" : info.si_pid ? "another" : "0");
}
static void show_state(const char *title, long pid) {
	char path[64], text[2000];
	sprintf(path, "/proc/%ld/status", pid);
	long fd = S(open, path, O_RDONLY, 0), count = S(read, fd, text, sizeof text - 1);
	S(close, fd);
	text[count > 0 ? count : 0] = 0;
	char *state = strstr(text, "State:"), *tracer = strstr(text, "TracerPid:");
	note("  %s: %.*s, traced by %s", title, (int)(strchr(state, '\n') - state - 7), state + 7, atol(tracer + 10) == S(getpid) ? "me" : atol(tracer + 10) ? "another" : "nobody");
}
/** A child that is traced by its parent, and stands still at SIGSTOP. */
static long traced(void (*act)(void)) {
	long pid = S(fork);
	if (pid == 0) {
		req(0, 0, 0, 0);
		S(kill, S(getpid), SIGSTOP);
		act();
		S(exit_group, 7);
	}
	int status;
	S(wait4, pid, &status, __WALL, 0);
	return pid;
}
static void nothing(void) {}
static void endless(void) { for (;;) S(pause); }

CASE(errors) {
	T("request", ptrace, 77, 1, 0, 0);
	T("nobody", ptrace, PTRACE_ATTACH, 999999, 0, 0);
	T("zero", ptrace, PTRACE_ATTACH, 0, 0, 0);
	T("negative", ptrace, PTRACE_CONT, -1, 0, 0);
	T("myself", ptrace, PTRACE_ATTACH, S(getpid), 0, 0);
	long pid = S(fork);
	if (pid == 0) endless();
	asleep(pid);
	T("not traced", ptrace, PTRACE_CONT, pid, 0, 0);
	T("options of seize", ptrace, SEIZE, pid, 0, 1 << 30);
	T("address of seize", ptrace, SEIZE, pid, 8, 0);
	T("seize", ptrace, SEIZE, pid, 0, 0);
	T("twice", ptrace, SEIZE, pid, 0, 0);
	T("twice", ptrace, PTRACE_ATTACH, pid, 0, 0);
	T("while it runs", ptrace, PTRACE_CONT, pid, 0, 0);
	T("while it runs", ptrace, PTRACE_GETREGS, pid, 0, 0);
	T("while it runs", ptrace, PTRACE_DETACH, pid, 0, 0);
	T("interrupt", ptrace, PTRACE_INTERRUPT, pid, 0, 0);
	wait_show("interrupt", pid);
	T("unknown", ptrace, 0x42ff, pid, 0, 0);
	T("a signal too high", ptrace, PTRACE_CONT, pid, 0, 65);
	T("nowhere to put it", ptrace, PTRACE_GETREGS, pid, 0, BAD);
	T("nothing mapped", ptrace, PTRACE_PEEKDATA, pid, BAD, &pid);
	T("nothing mapped", ptrace, PTRACE_POKEDATA, pid, BAD, 1);
	T("options", ptrace, PTRACE_SETOPTIONS, pid, 0, 1 << 30);
	T("listen at an interrupt", ptrace, PTRACE_LISTEN, pid, 0, 0);
	T("interrupt while it listens", ptrace, PTRACE_INTERRUPT, pid, 0, 0);
	wait_show("interrupt", pid);
	T("kill", ptrace, PTRACE_KILL, pid, 0, 0);
	wait_show("kill", pid);
}
CASE(nothing_to_take_up) { T("nothing", restart_syscall); }
CASE(permission) {
	long pid = S(fork);
	if (pid == 0) endless();
	long other = S(fork);
	if (other == 0) {
		become_nobody();
		T("another user's", ptrace, PTRACE_ATTACH, pid, 0, 0);
		T("another user's", ptrace, SEIZE, pid, 0, 0);
		S(exit_group, 0);
	}
	int status;
	S(wait4, other, &status, 0, 0);
	S(kill, pid, SIGKILL);
	S(wait4, pid, &status, 0, 0);
}
CASE(traceme) {
	long pid = S(fork);
	if (pid == 0) {
		T("parent", ptrace, PTRACE_TRACEME, 0, 0, 0);
		T("twice", ptrace, PTRACE_TRACEME, 0, 0, 0);
		S(kill, S(getpid), SIGUSR1);
		note("goes on");
		S(kill, S(getpid), SIGCHLD);
		S(exit_group, 5);
	}
	wait_show("before a signal that would kill", pid);
	show_state("in the stop", pid);
	show_info("sent by itself", pid);
	go_on("dropped", pid, 0, "one that is ignored");
	T("go on", ptrace, PTRACE_CONT, pid, 0, SIGCHLD);
	wait_show("end", pid);
	pid = traced(nothing);
	show_info("of SIGSTOP", pid);
	T("another signal", ptrace, PTRACE_CONT, pid, 0, SIGTERM);
	wait_show("end", pid);
}
static volatile int handled;
static void handler(int signal, siginfo_t *info, void *context) {
	(void)context;
	handled = signal * 1000 + (info->si_code & 0xff);
}
static void handles(void) {
	struct sigaction action = {.sa_sigaction = handler, .sa_flags = SA_SIGINFO};
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGUSR2, &action, NULL);
	S(kill, S(getpid), SIGUSR1);
	note("handled %d", handled);
	handled = 0;
	S(kill, S(getpid), SIGUSR1);
	note("handled %d", handled);
	S(kill, S(getpid), SIGUSR1);
	note("handled %d", handled);
}
CASE(signals) {
	long pid = traced(handles);
	req(PTRACE_CONT, pid, 0, 0);
	wait_show("usr1", pid);
	go_on("as it is", pid, SIGUSR1, "usr1");
	go_on("none", pid, 0, "usr1");
	siginfo_t info;
	req(0x4202, pid, 0, (long)&info);
	info.si_signo = SIGUSR2;
	info.si_code = -9;
	T("changed", ptrace, 0x4203, pid, 0, &info);
	go_on("another", pid, SIGUSR2, "end");
}
static void calls(void) {
	S(getppid);
	S(write, -1, "x", 1);
	S(lseek, 5, 6, 7);
}
static void show_call(const char *title, long pid) {
	struct user_regs_struct regs;
	struct { uint8_t op, pad[3]; uint32_t arch; uint64_t ip, sp; union { struct { uint64_t nr, args[6]; } entry; struct { int64_t rval; uint8_t is_error; } exit; }; } info = {0};
	req(PTRACE_GETREGS, pid, 0, (long)&regs);
	long size = req(0x420e, pid, sizeof info, (long)&info);
	long parent = (long)regs.rax == S(getpid);
	note("  %s: rax %s%lld orig_rax %lld", title, parent ? "parent " : "", parent ? 0 : (long long)regs.rax, (long long)regs.orig_rax);
	note("    size %ld op %d arch %x at rip %d rsp %d rcx %d", size, info.op, info.arch, info.ip == regs.rip, info.sp == regs.rsp, regs.rcx == regs.rip);
	if (info.op == 1) note("    call %llu %llx %llx", (unsigned long long)info.entry.nr, (unsigned long long)info.entry.args[0], (unsigned long long)info.entry.args[2]);
	if (info.op == 2 && !parent) note("    result %lld error %d", (long long)info.exit.rval, info.exit.is_error);
}
CASE(system_calls) {
	long pid = traced(calls);
	T("options", ptrace, PTRACE_SETOPTIONS, pid, 0, 1);
	show_call("at the signal", pid);
	for (int i = 0; i < 8; i++) {
		req(PTRACE_SYSCALL, pid, 0, 0);
		wait_show("stop", pid);
		show_info("stop", pid);
		show_call("stop", pid);
	}
	T("without tracing", ptrace, PTRACE_CONT, pid, 0, 0);
	wait_show("end", pid);
}
static void asks(void) {
	note("getppid gives %ld", S(getppid));
	note("close gives %ld", S(close, 99));
	note("getuid gives %ld", S(getuid));
}
static long next_call(long pid, long number) {
	struct user_regs_struct regs;
	for (int i = 0; i < 100; i++) {
		int status;
		req(PTRACE_SYSCALL, pid, 0, 0);
		S(wait4, pid, &status, __WALL, 0);
		req(PTRACE_GETREGS, pid, 0, (long)&regs);
		if ((long)regs.orig_rax == number && (long)regs.rax == -ENOSYS) return 0;
	}
	return -1;
}
CASE(changed_calls) {
	long pid = traced(asks);
	struct user_regs_struct regs;
	note("  at getppid %ld", next_call(pid, SYS_getppid));
	req(PTRACE_GETREGS, pid, 0, (long)&regs);
	regs.orig_rax = -1;
	regs.rax = 1234;
	T("not made", ptrace, PTRACE_SETREGS, pid, 0, &regs);
	note("  at close %ld", next_call(pid, SYS_close));
	T("another", ptrace, PTRACE_POKEUSR, pid, offsetof(struct user, regs.orig_rax), SYS_umask);
	T("its argument", ptrace, PTRACE_POKEUSR, pid, offsetof(struct user, regs.rdi), 077);
	note("  at getuid %ld", next_call(pid, SYS_getuid));
	req(PTRACE_SYSCALL, pid, 0, 0);
	wait_show("exit", pid);
	T("its result", ptrace, PTRACE_POKEUSR, pid, offsetof(struct user, regs.rax), 4321);
	req(PTRACE_CONT, pid, 0, 0);
	wait_show("end", pid);
	pid = traced(asks);
	T("emulated", ptrace, 31, pid, 0, 0);
	wait_show("entry", pid);
	req(PTRACE_GETREGS, pid, 0, (long)&regs);
	note("  call %lld rax %lld", (long long)regs.orig_rax, (long long)regs.rax);
	req(PTRACE_POKEUSR, pid, offsetof(struct user, regs.rax), 55);
	req(PTRACE_CONT, pid, 0, 0);
	wait_show("end", pid);
}
CASE(registers) {
	long pid = traced(nothing), word = 0;
	struct user_regs_struct regs, again;
	T("all", ptrace, PTRACE_GETREGS, pid, 0, &regs);
	note("  cs %llx ss %llx ds %llx flags %d", regs.cs, regs.ss, regs.ds, (regs.eflags & 0x202) == 0x202);
	T("one", ptrace, PTRACE_PEEKUSR, pid, offsetof(struct user, regs.rip), &word);
	note("  the same %d", (unsigned long)word == regs.rip);
	T("odd", ptrace, PTRACE_PEEKUSR, pid, 4, &word);
	T("behind", ptrace, PTRACE_PEEKUSR, pid, sizeof(struct user), &word);
	T("between", ptrace, PTRACE_PEEKUSR, pid, offsetof(struct user, u_comm), &word);
	T("a debug register", ptrace, PTRACE_PEEKUSR, pid, offsetof(struct user, u_debugreg[7]), &word);
	T("one", ptrace, PTRACE_POKEUSR, pid, offsetof(struct user, regs.r15), 0x1234567890abcdef);
	T("flags", ptrace, PTRACE_POKEUSR, pid, offsetof(struct user, regs.eflags), 0xfff);
	T("odd", ptrace, PTRACE_POKEUSR, pid, 4, 1);
	T("a bad selector", ptrace, PTRACE_POKEUSR, pid, offsetof(struct user, regs.cs), 0);
	struct iovec vector = {&again, sizeof again};
	T("set", ptrace, 0x4204, pid, NT_PRSTATUS, &vector);
	note("  %zu r15 %llx flags %llx", vector.iov_len, again.r15, again.eflags);
	vector.iov_len = 16;
	T("a part", ptrace, 0x4204, pid, NT_PRSTATUS, &vector);
	note("  %zu", vector.iov_len);
	vector.iov_len = 12;
	T("an odd part", ptrace, 0x4204, pid, NT_PRSTATUS, &vector);
	T("what", ptrace, 0x4204, pid, 999, &vector);
	again.eflags = 0x202;
	again.r15 = 5;
	vector = (struct iovec){&again, sizeof again};
	T("set", ptrace, 0x4205, pid, NT_PRSTATUS, &vector);
	req(PTRACE_GETREGS, pid, 0, (long)&regs);
	note("  r15 %llx", regs.r15);
	struct user_fpregs_struct floating;
	T("floating", ptrace, PTRACE_GETFPREGS, pid, 0, &floating);
	note("  mxcsr %x control %x", floating.mxcsr, floating.cwd);
	floating.mxcsr = 0x1f00;
	T("floating", ptrace, PTRACE_SETFPREGS, pid, 0, &floating);
	memset(&floating, 0, sizeof floating);
	vector = (struct iovec){&floating, sizeof floating};
	T("floating", ptrace, 0x4204, pid, NT_FPREGSET, &vector);
	note("  %zu mxcsr %x", vector.iov_len, floating.mxcsr);
	uint64_t mask = 0;
	T("mask", ptrace, 0x420a, pid, 8, &mask);
	note("  %llx", (unsigned long long)mask);
	mask = ~0ull;
	T("mask", ptrace, 0x420b, pid, 8, &mask);
	T("mask", ptrace, 0x420a, pid, 8, &mask);
	note("  %llx", (unsigned long long)mask);
	T("size of the mask", ptrace, 0x420a, pid, 4, &mask);
	S(kill, pid, SIGKILL);
	wait_show("end", pid);
}
static volatile long cell = 0x1122334455667788;
static const long fixed = 0x0102030405060708;
__attribute__((noinline)) static long answer(void) { return 42; }
static void reads_cells(void) {
	note("cell %lx fixed %lx", cell, *(volatile const long *)&fixed);
	long pid = S(getpid);
	S(kill, pid, SIGSTOP);
	long (*volatile call)(void) = answer;
	note("answer %ld", call());
}
CASE(memory) {
	long pid = traced(reads_cells), word = 0;
	T("data", ptrace, PTRACE_PEEKDATA, pid, &cell, &word);
	note("  %lx", word);
	T("text", ptrace, PTRACE_PEEKTEXT, pid, &fixed, &word);
	note("  %lx", word);
	T("odd", ptrace, PTRACE_PEEKDATA, pid, (char *)&cell + 3, &word);
	T("data", ptrace, PTRACE_POKEDATA, pid, &cell, 0xaabb);
	T("what is not writable", ptrace, PTRACE_POKETEXT, pid, &fixed, 0xccdd);
	note("  mine %lx %lx", cell, *(volatile const long *)&fixed);
	char path[64];
	sprintf(path, "/proc/%ld/mem", pid);
	long fd = TOK("mem", open, path, O_RDWR, 0);
	note("  reads %ld %lx", S(pread64, fd, &word, 8, &cell), word);
	note("  writes %ld", S(pwrite64, fd, &word, 8, &fixed));
	note("  nothing there %ld", S(pread64, fd, &word, 8, BAD));
	note("  seeks %d", S(lseek, fd, &cell, SEEK_SET) == (long)&cell);
	note("  from the end %ld", S(lseek, fd, 0, SEEK_END));
	S(close, fd);
	req(PTRACE_CONT, pid, 0, 0);
	wait_show("stop", pid);
	req(PTRACE_PEEKTEXT, pid, (long)answer, (long)&word);
	T("a breakpoint", ptrace, PTRACE_POKETEXT, pid, answer, (word & ~0xffl) | 0xcc);
	req(PTRACE_CONT, pid, 0, 0);
	wait_show("breakpoint", pid);
	show_info("breakpoint", pid);
	struct user_regs_struct regs;
	req(PTRACE_GETREGS, pid, 0, (long)&regs);
	note("  behind it %d", regs.rip == (unsigned long)answer + 1);
	req(PTRACE_POKETEXT, pid, (long)answer, word);
	req(PTRACE_POKEUSR, pid, offsetof(struct user, regs.rip), (long)answer);
	req(PTRACE_CONT, pid, 0, 0);
	wait_show("end", pid);
}
static void steps(void) {
	__asm__ volatile("mov $5, %%rcx\n1: dec %%rcx\njnz 1b\nmov $39, %%eax\nsyscall\nnop\nint3\nnop" ::: "rax", "rcx", "r11", "memory");
}
CASE(single_steps) {
	long pid = traced(steps), start = 0;
	struct user_regs_struct regs;
	int status = 0;
	// From the stop's call to the beginning of the piece that is known; the compiler's part before it has no fixed length.
	for (int i = 0; i < 3000 && !start; i++) {
		long word = 0;
		req(PTRACE_GETREGS, pid, 0, (long)&regs);
		req(PTRACE_PEEKTEXT, pid, regs.rip, (long)&word);
		if ((word & 0xffffffffffffff) == 0x00000005c1c748 || (word & 0xffffffffff) == 0x5b9) start = regs.rip;
		else {
			req(PTRACE_SINGLESTEP, pid, 0, 0);
			S(wait4, pid, &status, __WALL, 0);
		}
	}
	note("  found %d", start != 0);
	for (int i = 0; i < 16; i++) {
		T("step", ptrace, PTRACE_SINGLESTEP, pid, 0, 0);
		S(wait4, pid, &status, __WALL, 0);
		siginfo_t info;
		memset(&info, 0, sizeof info);
		req(0x4202, pid, 0, (long)&info);
		req(PTRACE_GETREGS, pid, 0, (long)&regs);
		note("  %x at +%lld rcx %lld code %x TF %d", status, regs.rip - start, (long long)regs.rcx < 10 ? (long long)regs.rcx : -1, info.si_code, (regs.eflags >> 8) & 1);
	}
	T("goes on", ptrace, PTRACE_CONT, pid, 0, 0);
	wait_show("int3", pid);
	T("goes on", ptrace, PTRACE_CONT, pid, 0, 0);
	wait_show("end", pid);
}
static void writes_cell(void) {
	cell = 1;
	note("one");
	cell = 2;
	note("two %ld", answer());
}
#define DR(n) offsetof(struct user, u_debugreg[n])
CASE(debug_registers) {
	long pid = traced(writes_cell), word = 0;
	T("an address", ptrace, PTRACE_POKEUSR, pid, DR(0), &cell);
	T("a kernel's address", ptrace, PTRACE_POKEUSR, pid, DR(1), -8);
	T("eight bytes that are written", ptrace, PTRACE_POKEUSR, pid, DR(7), 0x90001);
	T("execution", ptrace, PTRACE_POKEUSR, pid, DR(1), answer);
	T("both", ptrace, PTRACE_POKEUSR, pid, DR(7), 0x90005);
	for (int i = 0; i < 2; i++) {
		req(PTRACE_CONT, pid, 0, 0);
		wait_show("hit", pid);
		siginfo_t info;
		req(0x4202, pid, 0, (long)&info);
		req(PTRACE_PEEKDATA, pid, (long)&cell, (long)&word);
		note("  code %d cell %ld", info.si_code, word);
		req(PTRACE_PEEKUSR, pid, DR(6), (long)&word);
		note("  which %lx", word & 15);
	}
	T("none", ptrace, PTRACE_POKEUSR, pid, DR(7), 0);
	req(PTRACE_CONT, pid, 0, 0);
	wait_show("end", pid);
}
static int ends[2];
static void waits_for_bytes(void) {
	char byte;
	note("read gives %ld", S(read, ends[0], &byte, 1));
	struct timespec t = {0, 30000000};
	note("nanosleep gives %ld", S(nanosleep, &t, 0));
}
static void show_interrupted(const char *title, long pid) {
	struct user_regs_struct regs;
	req(PTRACE_GETREGS, pid, 0, (long)&regs);
	note("  %s: rax %lld orig_rax %lld", title, (long long)regs.rax, (long long)regs.orig_rax);
}
CASE(attach) {
	S(pipe, ends);
	long pid = S(fork);
	if (pid == 0) {
		waits_for_bytes();
		S(exit_group, 3);
	}
	asleep(pid);
	T("attach", ptrace, PTRACE_ATTACH, pid, 0, 0);
	wait_show("attached", pid);
	show_info("attached", pid);
	show_state("attached", pid);
	show_interrupted("in a read", pid);
	T("goes on", ptrace, PTRACE_CONT, pid, 0, 0);
	asleep(pid);
	S(kill, pid, SIGUSR1);
	wait_show("a signal", pid);
	show_interrupted("in a read", pid);
	T("dropped", ptrace, PTRACE_CONT, pid, 0, 0);
	asleep(pid);
	S(kill, pid, SIGSTOP);
	wait_show("stop", pid);
	T("let through", ptrace, PTRACE_CONT, pid, 0, SIGSTOP);
	wait_show("the whole process", pid);
	show_info("the whole process", pid);
	T("detach", ptrace, PTRACE_DETACH, pid, 0, 0);
	sleep_ms(50);
	show_state("detached", pid);
	S(kill, pid, SIGCONT);
	S(write, ends[1], "x", 1);
	wait_show("end", pid);
}
CASE(interrupted_sleep) {
	long pid = S(fork);
	if (pid == 0) {
		struct timespec t = {0, 200000000};
		long began = now_ms(), r = S(nanosleep, &t, 0);
		note("nanosleep gives %ld, late enough %d", r, now_ms() - began >= 200);
		struct pollfd none = {-1, 0, 0};
		began = now_ms();
		r = S(poll, &none, 1, 200);
		note("poll gives %ld, late enough %d", r, now_ms() - began >= 200);
		sigset_t set;
		sigemptyset(&set);
		t.tv_nsec = 100000000;
		r = S(rt_sigtimedwait, &set, 0, &t, 8);
		note("sigtimedwait gives %ld", r);
		S(exit_group, 0);
	}
	asleep(pid);
	for (int i = 0; i < 3; i++) {
		T("attach", ptrace, PTRACE_ATTACH, pid, 0, 0);
		wait_show("attached", pid);
		show_interrupted("in a call", pid);
		req(PTRACE_SYSCALL, pid, 0, 0);
		if (i < 2) {
			wait_show("entry", pid);
			show_interrupted("entry", pid);
			req(PTRACE_SYSCALL, pid, 0, 0);
			wait_show("exit", pid);
			show_interrupted("exit", pid);
		} else {
			wait_show("next", pid);
			show_interrupted("next", pid);
		}
		req(PTRACE_DETACH, pid, 0, 0);
		if (i < 2) asleep(pid);
	}
	wait_show("end", pid);
}
static char stack[65536] __attribute__((aligned(16)));
static int thread_act(void *nothing) {
	(void)nothing;
	S(exit, 9);
	return 0;
}
static void births(void) {
	int status;
	long pid = S(fork);
	if (pid == 0) S(exit_group, 1);
	S(wait4, pid, &status, 0, 0);
	pid = S(vfork);
	if (pid == 0) S(exit_group, 2);
	S(wait4, pid, &status, 0, 0);
	int done = 1;
	clone(thread_act, stack + sizeof stack, CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | CLONE_THREAD | CLONE_CHILD_CLEARTID | CLONE_CHILD_SETTID, 0, 0, 0, &done);
	while (*(volatile int *)&done) S(sched_yield);
	char *argv[] = {"/p/program", "/w", "none", NULL};
	S(execve, "/proc/self/exe", argv, NULL);
}
/** Everything that is traced is led to its end; in the order of births, since that of ends is nobody's. */
CASE(events) {
	long pid = traced(births), message = 0;
	T("options", ptrace, PTRACE_SETOPTIONS, pid, 0, O_ALL_EVENTS);
	req(PTRACE_CONT, pid, 0, 0);
	for (int i = 0; i < 12; i++) {
		int status = wait_show("the program", pid);
		if (!WIFSTOPPED(status)) break;
		int event = status >> 16;
		message = 0;
		long r = req(0x4201, pid, 0, (long)&message);
		if (event == PTRACE_EVENT_EXIT) note("    message %lx", message);
		else note("    message %s", r < 0 ? error_name(r) : message == pid ? "itself" : message > 0 ? "a number" : "none");
		show_info("the program", pid);
		if (event >= 1 && event <= 3) {
			int begun = wait_show("the new one", message);
			show_info("the new one", message);
			req(PTRACE_CONT, message, 0, 0);
			wait_show("the new one", message);
			req(PTRACE_CONT, message, 0, 0);
			wait_show("the new one", message);
			(void)begun;
		}
		req(PTRACE_CONT, pid, 0, event ? 0 : status >> 8 == SIGCHLD ? SIGCHLD : 0);
	}
}
CASE(exec_without_event) {
	long pid = traced(births);
	int status;
	req(PTRACE_CONT, pid, 0, 0);
	for (int i = 0; i < 6; i++) {
		status = wait_show("the program", pid);
		if (!WIFSTOPPED(status)) break;
		show_info("the program", pid);
		req(PTRACE_CONT, pid, 0, 0);
	}
}
CASE(seize) {
	S(pipe, ends);
	long pid = S(fork);
	if (pid == 0) {
		waits_for_bytes();
		S(exit_group, 3);
	}
	asleep(pid);
	T("seize", ptrace, SEIZE, pid, 0, 1);
	show_state("runs", pid);
	T("interrupt", ptrace, PTRACE_INTERRUPT, pid, 0, 0);
	wait_show("interrupted", pid);
	show_info("interrupted", pid);
	show_interrupted("in a read", pid);
	T("goes on", ptrace, PTRACE_CONT, pid, 0, 0);
	asleep(pid);
	S(kill, pid, SIGSTOP);
	wait_show("a signal", pid);
	show_info("a signal", pid);
	T("not listening at a signal", ptrace, PTRACE_LISTEN, pid, 0, 0);
	T("let through", ptrace, PTRACE_CONT, pid, 0, SIGSTOP);
	wait_show("the whole process", pid);
	show_info("the whole process", pid);
	T("listen", ptrace, PTRACE_LISTEN, pid, 0, 0);
	T("while it listens", ptrace, PTRACE_GETREGS, pid, 0, 0);
	S(kill, pid, SIGCONT);
	wait_show("continued", pid);
	show_info("continued", pid);
	T("goes on", ptrace, PTRACE_CONT, pid, 0, 0);
	wait_show("SIGCONT itself", pid);
	T("goes on", ptrace, PTRACE_CONT, pid, 0, SIGCONT);
	asleep(pid);
	S(write, ends[1], "x", 1);
	wait_show("end", pid);
}
static void on_child(int signal, siginfo_t *info, void *context) {
	(void)signal;
	(void)context;
	handled = info->si_code * 1000 + info->si_status;
}
CASE(told) {
	struct sigaction action = {.sa_sigaction = on_child, .sa_flags = SA_SIGINFO};
	sigaction(SIGCHLD, &action, NULL);
	long pid = traced(nothing);
	note("SIGCHLD %d", handled);
	siginfo_t info = {0};
	req(PTRACE_CONT, pid, 0, SIGUSR1);
	T("ended", waitid, P_PID, pid, &info, WEXITED | WSTOPPED | WNOWAIT, 0);
	note("  code %d status %d; SIGCHLD %d", info.si_code, info.si_status, handled);
	S(wait4, pid, 0, 0, 0);
	pid = traced(nothing);
	req(PTRACE_SYSCALL, pid, 0, 0);
	while (S(waitid, P_PID, pid, &info, WEXITED | WNOWAIT, 0) == -EINTR) {}
	T("not asked for", waitid, P_PID, pid, &info, WEXITED, 0);
}
CASE(two_waiters) {
	S(pipe, ends);
	long pid = S(fork);
	if (pid == 0) {
		S(pause);
		S(exit_group, 3);
	}
	asleep(pid);
	long tracer = S(fork);
	if (tracer == 0) {
		char byte;
		T("a brother", ptrace, PTRACE_ATTACH, pid, 0, 0);
		wait_show("brother", pid);
		S(write, ends[1], "x", 1);
		sleep_ms(50);
		S(read, ends[0], &byte, 1);
		T("ends it", ptrace, PTRACE_CONT, pid, 0, SIGTERM);
		sleep_ms(20);
		wait_show("brother", pid);
		T("no more", wait4, pid, 0, 0, 0);
		S(exit_group, 0);
	}
	char byte;
	int status = 0;
	S(read, ends[0], &byte, 1);
	T("the parent does not see its stop", wait4, pid, &status, WUNTRACED | WNOHANG, 0);
	S(write, ends[1], "x", 1);
	S(wait4, tracer, &status, 0, 0);
	note("  parent: the end %d", S(wait4, pid, &status, 0, 0) == pid);
	show_status("parent", status);
}
CASE(tracer_ends) {
	int status;
	for (int kills = 0; kills < 2; kills++) {
		S(pipe, ends);
		long pid = S(fork);
		if (pid == 0) {
			char byte;
			S(close, ends[1]);
			S(read, ends[0], &byte, 1);
			S(exit_group, 3);
		}
		asleep(pid);
		long tracer = S(fork);
		if (tracer == 0) {
			req(SEIZE, pid, 0, kills ? PTRACE_O_EXITKILL : 0);
			req(PTRACE_INTERRUPT, pid, 0, 0);
			S(wait4, pid, &status, __WALL, 0);
			S(exit_group, 0);
		}
		S(wait4, tracer, &status, 0, 0);
		if (!kills) {
			show_state("free again", pid);
			S(write, ends[1], "x", 1);
		}
		S(wait4, pid, &status, 0, 0);
		show_status("end", status);
	}
}
static void faults(void) { *(volatile int *)8 = 1; }
CASE(a_fault) {
	long pid = traced(faults);
	req(PTRACE_CONT, pid, 0, 0);
	wait_show("fault", pid);
	siginfo_t info;
	req(0x4202, pid, 0, (long)&info);
	note("  code %d address %p", info.si_code, info.si_addr);
	T("let through", ptrace, PTRACE_CONT, pid, 0, SIGSEGV);
	wait_show("end", pid);
}
