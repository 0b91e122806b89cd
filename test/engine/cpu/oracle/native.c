// Executes single instructions on this machine's processor. Cases come from a file, results go to one (see case.ts).
//
// Everything happens in signal handlers: a case's registers are put into the signal frame, and returning from the handler
// runs the instruction; the int3 behind it, or its own fault, comes back with the registers after it.

#define _GNU_SOURCE
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <asm/prctl.h>
#include <sys/mman.h>
#include <sys/personality.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <ucontext.h>

enum { CODE = 0x5000000, DATA = 0x6000000, DATA_SIZE = 8192, WINDOW = 0x6000e00, WINDOW_SIZE = 0x400, SLOT = 64, ENTRY = 32, FXSAVE_SIZE = 416, GS_BASE = 0x10000 };

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
static int running;
static const char *results;

static void finish(void) {
	FILE *file = fopen(results, "wb");
	if (!file || fwrite(outputs, sizeof *outputs, count, file) != (size_t)count || fclose(file)) _exit(3);
	_exit(0);
}

static void on_signal(int number, siginfo_t *info, void *context) {
	ucontext_t *u = context;
	greg_t *g = u->uc_mcontext.gregs;
	uint8_t *fp = (uint8_t *)u->uc_mcontext.fpregs;
	if (running) {
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
	running = 1;
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
	results = argv[2];
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
	syscall(SYS_arch_prctl, ARCH_SET_GS, (long)GS_BASE);
	int signals[] = {SIGTRAP, SIGSEGV, SIGILL, SIGFPE, SIGBUS};
	for (unsigned i = 0; i < sizeof signals / sizeof *signals; i++) sigaction(signals[i], &action, 0);
	__asm__ volatile("int3");
	return 4;
}
