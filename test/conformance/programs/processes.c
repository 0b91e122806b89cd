// Processes: exec, vfork, waits, groups, sessions, ids, limits, threads by clone, and the errors of each.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;
static const char *word(int result) { return result < 0 ? strerror(errno) : "ok"; }
static int finish(pid_t child) {
	int status;
	waitpid(child, &status, 0);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t full = PTHREAD_COND_INITIALIZER;
static int total, arrived;
static __thread int own;
static void *thread(void *argument) {
	for (int i = 0; i < 2000; i++) {
		pthread_mutex_lock(&lock);
		total++;
		pthread_mutex_unlock(&lock);
		own++;
	}
	pthread_mutex_lock(&lock);
	if (++arrived == 4) pthread_cond_broadcast(&full);
	while (arrived < 4) pthread_cond_wait(&full, &lock);
	pthread_mutex_unlock(&lock);
	return (void *)((long)argument + own);
}

int main(int argc, char **argv) {
	setvbuf(stdout, NULL, _IONBF, 0);
	if (argc > 1 && !strcmp(argv[1], "again")) {
		sigset_t mask;
		struct sigaction ignored, caught;
		sigprocmask(SIG_SETMASK, NULL, &mask);
		sigaction(SIGUSR1, NULL, &ignored);
		sigaction(SIGUSR2, NULL, &caught);
		printf("again %s fd7 %d fd8 %d mask %d ignored %d caught %d env %s\n", argv[2], fcntl(7, F_GETFD), fcntl(8, F_GETFD),
		       sigismember(&mask, SIGHUP), ignored.sa_handler == SIG_IGN, caught.sa_handler == SIG_DFL, getenv("X"));
		return 21;
	}
	// exec.
	dup2(1, 7);
	dup2(1, 8);
	fcntl(8, F_SETFD, FD_CLOEXEC);
	signal(SIGUSR1, SIG_IGN);
	signal(SIGUSR2, (void (*)(int))abort);
	sigset_t hup;
	sigemptyset(&hup);
	sigaddset(&hup, SIGHUP);
	sigprocmask(SIG_BLOCK, &hup, NULL);
	pid_t child = fork();
	if (child == 0) {
		char *args[] = {argv[0], "again", "with args", NULL}, *env[] = {"X=y z", NULL};
		execve(argv[0], args, env);
		_exit(99);
	}
	printf("exec gave %d\n", finish(child));
	char *none[] = {"x", NULL};
	printf("exec errors: %s", word(execve("/nope", none, environ)));
	printf(", %s", word(execve("/", none, environ)));
	close(open("plain", O_CREAT | O_WRONLY, 0644));
	printf(", %s", word(execve("plain", none, environ)));
	int fd = open("junk", O_CREAT | O_WRONLY, 0755);
	if (write(fd, "\x7f" "ELF\x01\x01\x01junk", 11) != 11) return 1;
	close(fd);
	printf(", %s", word(execve("junk", none, environ)));
	printf(", %s\n", word(execve("plain/x", none, environ)));
	// vfork shares memory until the child is done.
	volatile int shared = 1;
	child = vfork();
	if (child == 0) {
		shared = 2;
		_exit(4);
	}
	printf("vfork %d %d\n", shared, finish(child));
	// Waits.
	printf("no child: %s\n", word(wait(NULL)));
	child = fork();
	if (child == 0) {
		usleep(30000);
		_exit(300);
	}
	printf("not yet %d\n", waitpid(child, NULL, WNOHANG));
	printf("exit code is a byte: %d\n", finish(child));
	pid_t first = fork();
	if (first == 0) _exit(1);
	pid_t second = fork();
	if (second == 0) _exit(2);
	printf("in turn %d", finish(second));
	printf(" %d\n", finish(first));
	// Groups and sessions.
	printf("leader %d session %s\n", getpgrp() == getpid(), getsid(0) > 0 ? "yes" : "no");
	child = fork();
	if (child == 0) {
		int steps = setpgid(0, 0) == 0 && getpgrp() == getpid();
		printf("own group %d; setsid of a leader: %s", steps, word(setsid()));
		if (fork() == 0) _exit(setsid() == getpid() && getpgrp() == getpid() && getsid(0) == getpid() ? 11 : 12);
		int status;
		wait(&status);
		printf("; of a child: %d\n", WEXITSTATUS(status));
		_exit(0);
	}
	finish(child);
	printf("setpgid: %s", word(setpgid(1, 1)));
	printf(", %s", word(setpgid(0, 99999)));
	printf(", %s; getpgid %s; kill %s\n", word(setpgid(0, -1)), word(getpgid(99999)), word(kill(99999, 0)));
	// Ids.
	child = fork();
	if (child == 0) {
		gid_t groups[] = {5, 6};
		printf("setgroups %s", word(setgroups(2, groups)));
		printf(" setgid %s setuid %s", word(setresgid(10, 11, 12)), word(setresuid(1000, 1001, 1002)));
		uid_t r, e, s;
		getresuid(&r, &e, &s);
		printf(" %d %d %d groups %d", r, e, s, getgroups(0, NULL));
		printf(" root again: %s", word(setuid(0)));
		printf(" swap: %s %d\n", word(setreuid(-1, 1002)), geteuid());
		_exit(0);
	}
	finish(child);
	// Limits.
	struct rlimit limit = {10, 20};
	printf("setrlimit %s", word(setrlimit(RLIMIT_NOFILE, &limit)));
	getrlimit(RLIMIT_NOFILE, &limit);
	printf(" %lu %lu", (unsigned long)limit.rlim_cur, (unsigned long)limit.rlim_max);
	while ((fd = dup(0)) >= 0) {}
	printf(" dup: %s", strerror(errno));
	limit.rlim_cur = 30;
	printf(" soft over hard: %s\n", word(setrlimit(RLIMIT_NOFILE, &limit)));
	for (fd = 3; fd < 10; fd++) close(fd);
	// prctl.
	prctl(PR_SET_NAME, "a name longer than fifteen");
	char name[17] = {0};
	prctl(PR_GET_NAME, name);
	printf("name %s; no_new_privs %d", name, prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	printf(" %d; bad option %s\n", prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0), word(prctl(9999, 0, 0, 0, 0)));
	// Subreaper.
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	child = fork();
	if (child == 0) {
		if (fork() == 0) {
			usleep(30000);
			_exit(33);
		}
		_exit(0);
	}
	finish(child);
	int status;
	wait(&status);
	printf("adopted %d\n", WEXITSTATUS(status));
	// Priorities, scheduling, names.
	printf("nice %d", nice(5));
	printf(" priority %d yield %d\n", getpriority(PRIO_PROCESS, 0), sched_yield());
	struct utsname names;
	uname(&names);
	printf("%s %s\n", names.sysname, names.machine);
	// Threads.
	pthread_t threads[4];
	for (long i = 0; i < 4; i++) pthread_create(&threads[i], NULL, thread, (void *)(i * 10000));
	long sum = 0;
	for (int i = 0; i < 4; i++) {
		void *value;
		pthread_join(threads[i], &value);
		sum += (long)value;
	}
	printf("threads %d %ld own %d\n", total, sum, own);
	// Clocks.
	struct timespec t1, t2, zero = {0, 2000000};
	clock_gettime(CLOCK_MONOTONIC, &t1);
	clock_nanosleep(CLOCK_MONOTONIC, 0, &zero, NULL);
	clock_gettime(CLOCK_MONOTONIC, &t2);
	printf("slept %d; clocks %s", (t2.tv_sec - t1.tv_sec) * 1000000000l + t2.tv_nsec - t1.tv_nsec >= 2000000, word(clock_gettime(99, &t1)));
	struct timeval now;
	gettimeofday(&now, NULL);
	printf(" %d\n", llabs((long long)time(NULL) - now.tv_sec) <= 1);
	errno = 0;
	printf("no such call: %ld %s\n", syscall(500), strerror(errno));
	return 0;
}
