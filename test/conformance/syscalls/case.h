// What every program of this folder is made of: cases that make raw system calls and print what came of them.
// README.md beside this file says how to add one.
#ifndef CASE_H
#define CASE_H
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <sys/xattr.h>
#include <time.h>
#include <unistd.h>
#include <linux/capability.h>

#ifndef SYS_cachestat
#define SYS_cachestat 451
#endif
#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif

struct test_case {
	const char *name;
	void (*run)(void);
};
/** CASE(name) { … }: runs in a child of its own, in an empty directory of its own, as root, umask 022; 20 seconds at most. */
#define CASE(id)                                                                                                        \
	static void case_##id(void);                                                                                           \
	static const struct test_case entry_##id = {#id, case_##id};                                                           \
	static const struct test_case *const pointer_##id __attribute__((used, section("cases"))) = &entry_##id;               \
	static void case_##id(void)
extern const struct test_case *const __start_cases[];
extern const struct test_case *const __stop_cases[];

static inline long raw(long n, long a, long b, long c, long d, long e, long f) {
	long result;
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	__asm__ volatile("syscall"
					 : "=a"(result)
					 : "a"(n), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
					 : "rcx", "r11", "memory");
	return result;
}

/** A line of the output, in one write: what a case did is there even if it is killed next. */
static void note(const char *format, ...) {
	char line[1024];
	va_list list;
	va_start(list, format);
	int length = vsnprintf(line, sizeof line - 1, format, list);
	va_end(list);
	if (length > (int)sizeof line - 2) length = sizeof line - 2;
	line[length++] = '\n';
	raw(SYS_write, 1, (long)line, length, 0, 0, 0);
}
static const char *error_name(long result) {
	const char *name = strerrorname_np((int)-result);
	return name ? name : "?";
}
static long report(const char *call, const char *title, long result, bool hidden) {
	if (result < 0 && result >= -4095) note("%s(%s): -1 %s", call, title, error_name(result));
	else if (hidden) note("%s(%s): ok", call, title);
	else note("%s(%s): %ld", call, title, result);
	return result;
}
#define ARGUMENTS(a, b, c, d, e, f, ...) (long)(a), (long)(b), (long)(c), (long)(d), (long)(e), (long)(f)
/** The call without a word: the result, or a negative errno. For what a case needs beforehand. */
#define S(call, ...) raw(SYS_##call, ARGUMENTS(__VA_ARGS__ __VA_OPT__(, ) 0, 0, 0, 0, 0, 0))
/** T("what is special", call, arguments…): makes the call, prints `call(what is special): result`, gives the result. */
#define T(title, call, ...) report(#call, title, S(call, ##__VA_ARGS__), false)
/** The same where the result is a number that differs from run to run (an address, a PID): prints "ok". */
#define TOK(title, call, ...) report(#call, title, S(call, ##__VA_ARGS__), true)

/** A file with this content. */
static void put_file(const char *path, const char *content) {
	long fd = S(open, path, O_CREAT | O_WRONLY | O_TRUNC, 0644);
	S(write, fd, content, strlen(content));
	S(close, fd);
}
/** Prints a file's content (at most 200 bytes), as `title: "…"`. */
static void show_file(const char *title, const char *path) {
	char text[201];
	long fd = S(open, path, O_RDONLY, 0);
	if (fd < 0) {
		note("  %s: %s", title, error_name(fd));
		return;
	}
	long count = S(read, fd, text, 200);
	S(close, fd);
	text[count < 0 ? 0 : count] = 0;
	for (long i = 0; i < count; i++)
		if (text[i] == '\n' || text[i] == 0) text[i] = text[i] ? '|' : '.';
	note("  %s: \"%s\"", title, text);
}
static void show_mode(const char *title, const char *path) {
	struct stat st;
	long r = S(lstat, path, &st);
	if (r < 0) note("  %s: %s", title, error_name(r));
	else note("  %s: %06o %u:%u links %lu size %ld", title, st.st_mode, st.st_uid, st.st_gid, (unsigned long)st.st_nlink, S_ISDIR(st.st_mode) ? 0L : (long)st.st_size);
}
static void sleep_ms(long ms) {
	struct timespec t = {ms / 1000, (ms % 1000) * 1000000};
	S(nanosleep, &t, 0);
}
/** Waits until this task of this process (or of any, by its leader's number) sleeps in a call: at most ten seconds. */
static void asleep(long pid) {
	char path[64], text[200];
	sprintf(path, "/proc/%ld/stat", pid);
	for (int i = 0; i < 10000; i++) {
		long fd = S(open, path, O_RDONLY, 0);
		long count = S(read, fd, text, sizeof text - 1);
		S(close, fd);
		if (count <= 0) return;
		text[count] = 0;
		char *end = strrchr(text, ')');
		if (end && end[1] == ' ' && end[2] == 'S') return;
		sleep_ms(1);
	}
}
static long now_ms(void) {
	struct timespec t;
	S(clock_gettime, CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000 + t.tv_nsec / 1000000;
}
/** A child that runs `act` and ends with what it returns; waits for it. Gives the status as wait(2) encodes it. */
static int in_child(int (*act)(void)) {
	long pid = S(fork);
	if (pid == 0) S(exit_group, act());
	int status = -1;
	S(wait4, pid, &status, 0, 0);
	return status;
}
/** Becomes an ordinary user, without groups and capabilities. */
static void become_nobody(void) {
	S(setgroups, 0, 0);
	S(setresgid, 65534, 65534, 65534);
	S(setresuid, 65534, 65534, 65534);
}
static void ignore_signal(int number) {
	struct sigaction action = {.sa_handler = SIG_IGN};
	sigaction(number, &action, NULL);
}
/** An address that nothing is mapped at. */
#define BAD ((void *)0x10)
/** Two pages of which the second is not mapped: the address of the last byte but `n` of the first. */
static char *edge(long n) {
	char *pages = (char *)S(mmap, 0, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	S(munmap, pages + 4096, 4096);
	return pages + 4096 - n;
}

/** CAP_SYS_RESOURCE is not had everywhere that this runs natively: without it everywhere, all runs are alike. */
static void drop_resource(void) {
	S(prctl, PR_CAPBSET_DROP, CAP_SYS_RESOURCE, 0, 0, 0);
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2];
	if (S(capget, &header, data) < 0) return;
	data[0].effective &= ~(1u << CAP_SYS_RESOURCE);
	data[0].permitted &= ~(1u << CAP_SYS_RESOURCE);
	S(capset, &header, data);
}

static void run_case(const struct test_case *one, const char *only) {
	if (only && strcmp(only, one->name) != 0) return;
	note("# %s", one->name);
	S(mkdir, one->name, 0755);
	long pid = S(fork);
	if (pid == 0) {
		S(chdir, one->name);
		S(alarm, 20);
		one->run();
		S(exit_group, 0);
	}
	int status = 0;
	while (S(wait4, pid, &status, 0, 0) == -EINTR) {}
	if (status & 0x7f) note("  ended by signal %d", status & 0x7f);
	else if (status) note("  ended with %d", status >> 8);
}
/** program DIRECTORY [CASE]: all cases in order, or one, each in a directory of its own below the empty one that is given. */
int main(int argc, char **argv) {
	S(chdir, argv[1]);
	S(umask, 022);
	drop_resource();
	for (const struct test_case *const *at = __start_cases; at < __stop_cases; at++) run_case(*at, argc > 2 ? argv[2] : NULL);
	return 0;
}
#endif
