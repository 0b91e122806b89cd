// Executes single instructions on this machine's processor. Cases come from a file, results go to one (see case.ts).
//
// Everything happens in signal handlers: a case's registers are put into the signal frame, and returning from the handler
// runs the instruction; the int3 behind it, or its own fault, comes back with the registers after it. With TF in its flags a
// case is one instruction, whatever is behind it, and a repeated one goes on until it is done.
//
// FS and GS are the cases' own, so nothing between two cases may use thread-local storage. No case can make a system call.

#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <asm/prctl.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <unistd.h>
#include <ucontext.h>

enum { CODE = 0x5000000, DATA = 0x6000000, DATA_SIZE = 8192, WINDOW = 0x6000e00, WINDOW_SIZE = 0x400, SLOT = 256, ENTRY = 32, FXSAVE_SIZE = 416, GS_BASE = 0x40, FS_BASE = 0x80, MOST_STEPS = 300, MOST_TICKS = 5 };

struct input {
	uint8_t code[SLOT];
	uint64_t registers[16];
	uint64_t flags;
	uint8_t fxsave[FXSAVE_SIZE];
	uint8_t memory[WINDOW_SIZE];
};
struct output {
	uint32_t signal, code;
	uint64_t address, rip, registers[16], flags;
	uint8_t fxsave[FXSAVE_SIZE];
	uint8_t memory[WINDOW_SIZE];
};

// The manual's register order, as the kernel names them.
static const int ORDER[16] = {REG_RAX, REG_RCX, REG_RDX, REG_RBX, REG_RSP, REG_RBP, REG_RSI, REG_RDI,
                              REG_R8,  REG_R9,  REG_R10, REG_R11, REG_R12, REG_R13, REG_R14, REG_R15};
static struct input *inputs;
static struct output *outputs;
static long count, next;
static int running, steps, results;
/** Selectors of CS and SS among others, as they were at first. */
static greg_t selectors;

static long call(long number, long a, long b, long c) {
	long result;
	__asm__ volatile("syscall" : "=a"(result) : "0"(number), "D"(a), "S"(b), "d"(c) : "rcx", "r11", "memory");
	return result;
}

static void finish(void) {
	char *from = (char *)outputs, *end = (char *)(outputs + count);
	while (from < end) {
		long written = call(SYS_write, results, (long)from, end - from);
		if (written <= 0) call(SYS_exit_group, 3, 0, 0);
		from += written;
	}
	call(SYS_exit_group, 0, 0, 0);
}

/** Selectors and bases as every case finds them. */
static void reset_segments(void) {
	__asm__ volatile("mov %0, %%ds; mov %0, %%es" ::"r"(0));
	// NT and ID are none of those that a signal frame brings back.
	__asm__ volatile("pushfq; andq $~0x204000, (%%rsp); popfq" ::: "memory", "cc");
	call(SYS_arch_prctl, ARCH_SET_GS, GS_BASE, 0);
	call(SYS_arch_prctl, ARCH_SET_FS, FS_BASE, 0);
}

/** From here on there are only the system calls that this program needs itself; others are SIGSYS. */
static void confine(void) {
#define ALLOW(number) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, 1), BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW)
	struct sock_filter filter[] = {
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, arch)),
	    BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AUDIT_ARCH_X86_64, 1, 0),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
	    BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
	    ALLOW(SYS_rt_sigreturn), ALLOW(SYS_arch_prctl), ALLOW(SYS_write), ALLOW(SYS_exit_group),
	    BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_TRAP),
	};
	struct sock_fprog program = {sizeof filter / sizeof *filter, filter};
	prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program);
}

static void on_signal(int number, siginfo_t *info, void *context) {
	ucontext_t *u = context;
	greg_t *g = u->uc_mcontext.gregs;
	uint8_t *fp = (uint8_t *)u->uc_mcontext.fpregs;
	if (number == SIGVTALRM) {
		// A case that is met at many ticks goes round for ever. Linux may hold up a single instruction: that with a lock over a cache line's end.
		static long last = -1, met;
		met = last == next ? met + 1 : 0;
		last = next;
		int stepped = running && inputs[next].flags & 0x100;
		int inside = g[REG_RIP] >= CODE && g[REG_RIP] < CODE + count * SLOT;
		if (!inside || stepped || met < MOST_TICKS) return;
	}
	if (running) {
		int stepped = number == SIGTRAP && info->si_code == TRAP_TRACE;
		if (stepped && g[REG_RIP] == CODE + next * SLOT + ENTRY && ++steps < MOST_STEPS) return;
		struct output *out = &outputs[next];
		out->signal = number;
		out->code = info->si_code;
		out->address = (uint64_t)info->si_addr;
		out->rip = g[REG_RIP];
		for (int i = 0; i < 16; i++) out->registers[i] = g[ORDER[i]];
		out->flags = g[REG_EFL];
		memcpy(out->fxsave, fp, FXSAVE_SIZE);
		memcpy(out->memory, (void *)WINDOW, WINDOW_SIZE);
		next++;
	}
	if (next == count) finish();
	if (!running) selectors = g[REG_CSGSFS];
	g[REG_CSGSFS] = selectors;
	running = 1;
	steps = 0;
	reset_segments();
	struct input *in = &inputs[next];
	// Around the window too, where bit strings reach: no case begins with what another has left.
	memset((void *)DATA, 0, DATA_SIZE);
	memcpy((void *)WINDOW, in->memory, WINDOW_SIZE);
	for (int i = 0; i < 16; i++) g[ORDER[i]] = in->registers[i];
	g[REG_EFL] = in->flags;
	g[REG_RIP] = CODE + next * SLOT + ENTRY;
	memcpy(fp, in->fxsave, FXSAVE_SIZE);
	// XSAVE's header: x87 and SSE state are in the frame.
	*(uint64_t *)(fp + 512) |= 3;
}

int main(int argc, char **argv) {
	if (argc != 3) return 2;
	// The heap of a program at a random place (anywhere within 1 GiB) would now and then lie where the cases' pages are, or where they must fault.
	int persona = personality(0xffffffff);
	if (persona != -1 && !(persona & ADDR_NO_RANDOMIZE) && personality(persona | ADDR_NO_RANDOMIZE) != -1) execv("/proc/self/exe", argv);
	FILE *file = fopen(argv[1], "rb");
	if (!file) return 2;
	fseek(file, 0, SEEK_END);
	long bytes = ftell(file);
	rewind(file);
	count = bytes / sizeof(struct input);
	inputs = malloc(bytes);
	outputs = calloc(count, sizeof *outputs);
	if (!inputs || !outputs || fread(inputs, sizeof *inputs, count, file) != (size_t)count) return 2;
	results = open(argv[2], O_CREAT | O_WRONLY | O_TRUNC, 0600);
	if (results < 0) return 2;
	int flags = MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED;
	uint8_t *code = mmap((void *)CODE, count * SLOT + 4096, PROT_READ | PROT_WRITE | PROT_EXEC, flags, -1, 0);
	if (code == MAP_FAILED) return 2;
	if (mmap((void *)DATA, DATA_SIZE, PROT_READ | PROT_WRITE, flags, -1, 0) == MAP_FAILED) return 2;
	memset(code, 0xcc, count * SLOT + 4096);
	for (long i = 0; i < count; i++) memcpy(code + i * SLOT, inputs[i].code, SLOT);
	static uint8_t stack[1 << 16];
	stack_t alternate = {.ss_sp = stack, .ss_size = sizeof stack};
	sigaltstack(&alternate, 0);
	struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO | SA_ONSTACK | SA_NODEFER};
	int signals[] = {SIGTRAP, SIGSEGV, SIGILL, SIGFPE, SIGBUS, SIGSYS, SIGVTALRM};
	for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, 0);
	struct itimerval tick = {{0, 20000}, {0, 20000}};
	setitimer(ITIMER_VIRTUAL, &tick, 0);
	confine();
	__asm__ volatile("int3");
	return 4;
}
