// System calls with random numbers and arguments, a few in each child: SEED BATCHES. Prints how the children ended, so that the same
// seed can be told from another. For our machine only: as root it does to a kernel what it can.

#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CALLS = 60, LAST = 462 };

static uint64_t state;
static uint64_t next(void) {
	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return state;
}
static uint64_t below(uint64_t limit) { return next() % limit; }

/** What would end the run, or take away what ends a call that waits. */
static int left_out(long number) {
	static const long all[] = {
		SYS_exit, SYS_exit_group, SYS_fork, SYS_vfork, SYS_clone, 435 /* clone3 */, SYS_kill, SYS_tkill, SYS_tgkill, SYS_rt_sigqueueinfo,
		SYS_rt_tgsigqueueinfo, 424 /* pidfd_send_signal */, SYS_reboot, SYS_rt_sigaction, SYS_rt_sigprocmask, SYS_rt_sigreturn,
		SYS_setitimer, SYS_alarm, SYS_pause, SYS_rt_sigsuspend, SYS_sched_yield, SYS_ptrace, SYS_vhangup, SYS_setrlimit, SYS_prlimit64,
	};
	for (unsigned i = 0; i < sizeof all / sizeof *all; i++)
		if (all[i] == number) return 1;
	return 0;
}

static char *area;
static const char *paths[] = { "x", "y", "/fuzz/x", "/fuzz/d/z", "/proc/self/mem", "/proc/self/fd/0", "/dev/null", "/dev/full", "", ".", "/", "/sys/fs/cgroup", "tmpfs", "overlay", "proc", "user.a" };

static uint64_t argument(void) {
	switch (below(14)) {
	case 0: return below(12);
	case 1: return below(4096);
	case 2: return next();
	case 3: return (uint64_t)-1 - below(3);
	case 4: return 1ULL << below(64);
	case 5: return 0;
	case 6: return 0x7fffffff + below(3);
	case 7: return (uint64_t)(area + 8 * below(512));
	case 8: return (uint64_t)(area + 8192 - below(24));
	case 9: return (uint64_t)paths[below(sizeof paths / sizeof *paths)];
	case 10: return 0xffff800000000000ULL + below(1 << 20);
	case 11: return AT_FDCWD;
	default: return (uint64_t)area;
	}
}

static void on_alarm(int number) { (void)number; }

static void child(void) {
	struct itimerval often = { { 0, 20000 }, { 0, 20000 } };
	struct sigaction interrupt = { .sa_handler = on_alarm };
	area = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	for (int at = 0; at < 8192; at += 8) {
		uint64_t word = below(3) ? below(64) : next();
		memcpy(area + at, &word, 8);
	}
	int pair[2];
	if (pipe(pair) || socketpair(AF_UNIX, SOCK_STREAM, 0, pair) || open("x", O_RDWR | O_CREAT, 0600) < 0 || socket(AF_INET, SOCK_STREAM, 0) < 0) _exit(99);
	sigaction(SIGALRM, &interrupt, NULL);
	setitimer(ITIMER_REAL, &often, NULL);
	for (int call = 0; call < CALLS; call++) {
		long number;
		do number = below(LAST);
		while (left_out(number));
		uint64_t a = argument(), b = argument(), c = argument(), d = argument(), e = argument(), f = argument();
		syscall(number, a, b, c, d, e, f);
	}
	syscall(SYS_exit_group, 0);
}

int main(int count, char **words) {
	if (count != 3) return 2;
	uint64_t seed = strtoull(words[1], NULL, 0);
	int exited = 0, killed = 0;
	for (int batch = 0; batch < atoi(words[2]); batch++) {
		state = seed * 0x9e3779b97f4a7c15ULL + batch + 1;
		pid_t pid = fork();
		if (pid < 0) return 3;
		if (pid == 0) {
			close(1);
			close(2);
			child();
		}
		int status = 0;
		for (int tries = 0; waitpid(pid, &status, WNOHANG) == 0; tries++) {
			usleep(10000);
			if (tries == 300) kill(pid, SIGKILL);
			if (tries == 3000) {
				printf("batch %d cannot be killed\n", batch);
				return 1;
			}
		}
		if (WIFEXITED(status)) exited++;
		else killed++;
	}
	printf("%d of %d batches ended\n", exited + killed, atoi(words[2]));
	return 0;
}
