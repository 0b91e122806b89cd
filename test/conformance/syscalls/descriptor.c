// Descriptors: dup, close_range, fcntl, locks, signal-driven input, memfd and its seals.
#include "case.h"
#include <sys/file.h>
#include <linux/memfd.h>

#ifndef F_DUPFD_QUERY
#define F_DUPFD_QUERY 1027
#define F_CREATED_QUERY 1028
#endif

CASE(dups) {
	put_file("f", "0123456789");
	char b[4];
	long fd = S(open, "f", O_RDONLY | O_CLOEXEC);
	T("lowest", dup, fd);
	T("no close-on-exec", fcntl, 4, F_GETFD);
	S(read, fd, b, 3);
	T("shared position", lseek, 4, 0, SEEK_CUR);
	T("onto 10", dup2, fd, 10);
	T("onto itself", dup2, fd, fd);
	T("flag stays", fcntl, fd, F_GETFD);
	T("not open", dup, 99);
	T("not open", dup2, 99, 5);
	T("not open onto itself", dup2, 99, 99);
	T("onto -1", dup2, fd, -1);
	T("onto too much", dup2, fd, 100000);
	T("cloexec", dup3, fd, 11, O_CLOEXEC);
	T("its flag", fcntl, 11, F_GETFD);
	T("onto itself", dup3, fd, fd, 0);
	T("unknown flags", dup3, fd, 12, O_NONBLOCK);
	T("not open", dup3, 99, 12, 0);
	T("onto -1", dup3, fd, -1, 0);
	T("from 20 on", fcntl, fd, F_DUPFD, 20);
	T("from 20 on, cloexec", fcntl, fd, F_DUPFD_CLOEXEC, 20);
	T("its flag", fcntl, 21, F_GETFD);
	T("from -1", fcntl, fd, F_DUPFD, -1);
	T("from too much", fcntl, fd, F_DUPFD, 100000);
	T("the same", fcntl, fd, F_DUPFD_QUERY, 4);
	T("another", fcntl, fd, F_DUPFD_QUERY, 0);
	T("with what is not open", fcntl, fd, F_DUPFD_QUERY, 99);
	struct rlimit limit = {22, 22};
	S(setrlimit, RLIMIT_NOFILE, &limit);
	for (int i = 0; i < 20; i++) S(dup, fd);
	T("too many", dup, fd);
	T("too many", open, "f", O_RDONLY);
	T("too many", fcntl, fd, F_DUPFD, 0);
	T("onto an open one", dup2, fd, 5);
}
CASE(close_ranges) {
	for (int i = 0; i < 8; i++) S(dup, 0);
	T("5 to 7", close_range, 5, 7, 0);
	T("closed", fcntl, 6, F_GETFD);
	T("open", fcntl, 8, F_GETFD);
	T("cloexec from 8 on", close_range, 8, ~0u, CLOSE_RANGE_CLOEXEC);
	T("flag", fcntl, 8, F_GETFD);
	T("the wrong way round", close_range, 7, 5, 0);
	T("unknown flags", close_range, 5, 7, 16);
	T("none open", close_range, 500, 700, 0);
	T("unshared", close_range, 8, ~0u, CLOSE_RANGE_UNSHARE);
	T("closed", fcntl, 8, F_GETFD);
}
CASE(fcntl_flags) {
	put_file("f", "0123456789");
	long fd = S(open, "f", O_RDWR | O_APPEND | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC);
	T("mode", fcntl, fd, F_GETFL);
	T("set", fcntl, fd, F_SETFL, O_NONBLOCK);
	T("mode", fcntl, fd, F_GETFL);
	T("access mode stays", fcntl, fd, F_SETFL, O_RDONLY | O_NOATIME | O_SYNC);
	T("mode", fcntl, fd, F_GETFL);
	T("direct", fcntl, fd, F_SETFL, O_DIRECT);
	T("mode", fcntl, fd, F_GETFL);
	T("flag", fcntl, fd, F_GETFD);
	T("set", fcntl, fd, F_SETFD, 0);
	T("flag", fcntl, fd, F_GETFD);
	T("other bits", fcntl, fd, F_SETFD, 6);
	T("flag", fcntl, fd, F_GETFD);
	T("unknown", fcntl, fd, 77, 0);
	T("not open", fcntl, 99, F_GETFL);
	long path = S(open, "f", O_PATH);
	T("mode of O_PATH", fcntl, path, F_GETFL);
	T("O_PATH", fcntl, path, F_SETFL, 0);
	T("O_PATH", fcntl, path, F_GETOWN);
	T("dup of O_PATH", fcntl, path, F_DUPFD, 0);
	long dir = S(open, ".", O_RDONLY | O_DIRECTORY);
	T("mode of a directory", fcntl, dir, F_GETFL);
	T("mode of standard input", fcntl, 0, F_GETFL);
	T("made", fcntl, S(open, "new", O_CREAT | O_RDWR, 0644), F_CREATED_QUERY);
	T("not made", fcntl, S(open, "new", O_CREAT | O_RDWR, 0644), F_CREATED_QUERY);
	long sync = S(open, "f", O_RDWR | O_SYNC | O_DSYNC | O_NOCTTY | O_LARGEFILE);
	T("mode with O_SYNC", fcntl, sync, F_GETFL);
	S(chmod, "f", 0666);
	become_nobody();
	long other = S(open, "f", O_RDONLY);
	T("another's O_NOATIME", fcntl, other, F_SETFL, O_NOATIME);
	T("another's O_NOATIME", open, "f", O_RDONLY | O_NOATIME);
}

static volatile int seen, seen_code, seen_fd;
static void on_signal(int number, siginfo_t *info, void *context) {
	seen = number;
	seen_code = info->si_code;
	seen_fd = info->si_fd;
}
static void listen_to(int number) {
	struct sigaction action = {.sa_sigaction = on_signal, .sa_flags = SA_SIGINFO};
	sigaction(number, &action, 0);
}
CASE(owners) {
	int p[2];
	S(pipe2, p, O_NONBLOCK);
	long me = S(getpid);
	struct { int type, pid; } ex = {9, 9};
	T("nobody", fcntl, p[0], F_GETOWN);
	T("nobody", fcntl, p[0], F_GETOWN_EX, &ex);
	note("  %d %d", ex.type, ex.pid);
	T("nobody there", fcntl, p[0], F_SETOWN, 99999);
	T("me", fcntl, p[0], F_SETOWN, me);
	note("  me %d", S(fcntl, p[0], F_GETOWN) == me);
	T("me", fcntl, p[0], F_GETOWN_EX, &ex);
	note("  %d me %d", ex.type, ex.pid == me);
	ex.type = 0;
	T("thread", fcntl, p[0], F_SETOWN_EX, &ex);
	ex.type = 5;
	T("no such type", fcntl, p[0], F_SETOWN_EX, &ex);
	T("from nowhere", fcntl, p[0], F_SETOWN_EX, BAD);
	T("to nowhere", fcntl, p[0], F_GETOWN_EX, BAD);
	T("signal", fcntl, p[0], F_GETSIG);
	T("no signal", fcntl, p[0], F_SETSIG, 65);
	listen_to(SIGIO);
	T("asynchronous", fcntl, p[0], F_SETFL, O_ASYNC | O_NONBLOCK);
	T("mode", fcntl, p[0], F_GETFL);
	S(write, p[1], "x", 1);
	note("  got %d", seen);
	seen = 0;
	T("SIGUSR1", fcntl, p[0], F_SETSIG, SIGUSR1);
	T("signal", fcntl, p[0], F_GETSIG);
	listen_to(SIGUSR1);
	S(write, p[1], "x", 1);
	note("  got %d code %d descriptor %d", seen, seen_code, seen_fd == p[0]);
	seen = 0;
	T("not any more", fcntl, p[0], F_SETFL, O_NONBLOCK);
	S(write, p[1], "x", 1);
	note("  got %d", seen);
	T("nobody", fcntl, p[0], F_SETOWN, 0);
	T("nobody", fcntl, p[0], F_GETOWN);
	int on = 1;
	T("FIOASYNC", ioctl, p[0], FIOASYNC, &on);
	T("mode", fcntl, p[0], F_GETFL);
	put_file("f", "");
	long file = S(open, "f", O_RDWR);
	T("a file", fcntl, file, F_SETFL, O_ASYNC);
	T("mode", fcntl, file, F_GETFL);
	T("a file", ioctl, file, FIOASYNC, &on);
}

static struct flock lock(int type, long start, long length) {
	return (struct flock){.l_type = type, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
}
static void ask(const char *title, long fd, int command, int type, long start, long length) {
	struct flock l = lock(type, start, length);
	T(title, fcntl, fd, command, &l);
}
static void who(const char *title, long fd, int command, int type, long start, long length) {
	struct flock l = lock(type, start, length);
	l.l_pid = 0;
	long r = S(fcntl, fd, command, &l);
	note("  %s: %s%d %d %ld+%ld %s", title, r < 0 ? error_name(r) : "", l.l_type, l.l_whence, (long)l.l_start, (long)l.l_len,
		l.l_pid == 0 ? "none" : l.l_pid == S(getpid) ? "me" : l.l_pid == S(getppid) ? "parent" : l.l_pid == -1 ? "-1" : "other");
}
static long shared_fd;
static int other_process(void) {
	long fd = S(open, "f", O_RDWR);
	who("all", fd, F_GETLK, F_WRLCK, 0, 0);
	who("from 20 on, to read", fd, F_GETLK, F_RDLCK, 20, 0);
	who("from 50 on", fd, F_GETLK, F_WRLCK, 50, 0);
	ask("where it is locked", fd, F_SETLK, F_WRLCK, 5, 1);
	ask("reading where it is read", fd, F_SETLK, F_RDLCK, 25, 1);
	ask("writing where it is read", fd, F_SETLK, F_WRLCK, 25, 1);
	ask("free", fd, F_SETLK, F_WRLCK, 100, 10);
	ask("by inheritance", shared_fd, F_SETLK, F_WRLCK, 0, 10);
	return 0;
}
CASE(record_locks) {
	put_file("f", "0123456789");
	long fd = shared_fd = S(open, "f", O_RDWR), rd = S(open, "f", O_RDONLY), wr = S(open, "f", O_WRONLY);
	ask("0 to 9", fd, F_SETLK, F_WRLCK, 0, 10);
	ask("again", fd, F_SETLK, F_WRLCK, 0, 10);
	ask("20 to 29, reading", fd, F_SETLK, F_RDLCK, 20, 10);
	ask("a hole", fd, F_SETLK, F_UNLCK, 3, 2);
	who("my own", fd, F_GETLK, F_WRLCK, 0, 0);
	in_child(other_process);
	who("after the child's end", fd, F_GETLK, F_WRLCK, 100, 10);
	ask("for reading only", rd, F_SETLK, F_WRLCK, 0, 10);
	ask("for writing only", wr, F_SETLK, F_RDLCK, 0, 10);
	ask("unlock for reading", rd, F_SETLK, F_UNLCK, 200, 10);
	ask("no such type", fd, F_SETLK, 7, 0, 10);
	ask("type of F_GETLK", fd, F_GETLK, F_UNLCK, 0, 10);
	ask("before the beginning", fd, F_SETLK, F_WRLCK, -5, 10);
	ask("backwards", fd, F_SETLK, F_WRLCK, 60, -10);
	struct flock l = lock(F_WRLCK, 0, 0);
	l.l_whence = 9;
	T("no such whence", fcntl, fd, F_SETLK, &l);
	l.l_whence = SEEK_END;
	l.l_start = -4;
	l.l_len = 2;
	T("from the end", fcntl, fd, F_SETLK, &l);
	T("from nowhere", fcntl, fd, F_SETLK, BAD);
	T("not open", fcntl, 99, F_SETLK, &l);
	in_child(other_process);
	note(" any close ends them");
	S(close, rd);
	in_child(other_process);
	int p[2];
	S(pipe2, p, 0);
	ask("a pipe", p[0], F_SETLK, F_RDLCK, 0, 1);
	ask("a directory", S(open, ".", O_RDONLY), F_SETLK, F_RDLCK, 0, 1);
}
static int about_to_wait[2];
static int waits_for_lock(void) {
	long fd = S(open, "f", O_RDWR);
	long before = now_ms();
	S(write, about_to_wait[1], "x", 1);
	ask("waits", fd, F_SETLKW, F_WRLCK, 0, 10);
	note("  waited %d", now_ms() - before >= 15);
	return 0;
}
static volatile int alarms;
static void on_alarm(int number) { alarms++; }
static int interrupted_lock(void) {
	struct sigaction action = {.sa_handler = on_alarm};
	sigaction(SIGALRM, &action, 0);
	struct itimerval it = {{0, 20000}, {0, 20000}};
	S(setitimer, ITIMER_REAL, &it, 0);
	long fd = S(open, "f", O_RDWR);
	ask("a signal", fd, F_SETLKW, F_WRLCK, 0, 10);
	return 0;
}
CASE(record_waits) {
	put_file("f", "0123456789");
	long fd = S(open, "f", O_RDWR);
	ask("0 to 9", fd, F_SETLK, F_WRLCK, 0, 10);
	in_child(interrupted_lock);
	S(pipe2, about_to_wait, 0);
	long pid = S(fork);
	if (pid == 0) S(exit_group, waits_for_lock());
	char b;
	S(read, about_to_wait[0], &b, 1);
	asleep(pid);
	sleep_ms(30);
	struct flock whole = lock(F_UNLCK, 0, 10);
	S(fcntl, fd, F_SETLK, &whole);
	S(wait4, pid, 0, 0, 0);
}
CASE(deadlock) {
	put_file("f", "0123456789");
	long fd = S(open, "f", O_RDWR);
	ask("first", fd, F_SETLK, F_WRLCK, 0, 1);
	S(pipe2, about_to_wait, 0);
	long pid = S(fork);
	if (pid == 0) {
		long fd = S(open, "f", O_RDWR);
		S(fcntl, fd, F_SETLK, &(struct flock){});
		struct flock l = lock(F_WRLCK, 1, 1);
		S(fcntl, fd, F_SETLK, &l);
		l = lock(F_WRLCK, 0, 1);
		S(write, about_to_wait[1], "x", 1);
		S(fcntl, fd, F_SETLKW, &l);
		S(exit_group, 0);
	}
	char b;
	S(read, about_to_wait[0], &b, 1);
	asleep(pid);
	ask("the second, which waits for the first", fd, F_SETLKW, F_WRLCK, 1, 1);
	ask("unlock", fd, F_SETLK, F_UNLCK, 0, 1);
	S(wait4, pid, 0, 0, 0);
}
CASE(description_locks) {
	put_file("f", "0123456789");
	long a = S(open, "f", O_RDWR), b = S(open, "f", O_RDWR), copy = S(dup, a);
	ask("one description", a, F_OFD_SETLK, F_WRLCK, 0, 10);
	ask("another", b, F_OFD_SETLK, F_WRLCK, 5, 1);
	ask("its copy", copy, F_OFD_SETLK, F_RDLCK, 5, 1);
	who("who", b, F_OFD_GETLK, F_WRLCK, 0, 0);
	ask("against a record lock", b, F_SETLK, F_WRLCK, 0, 1);
	ask("free", b, F_SETLK, F_WRLCK, 50, 1);
	ask("the other way", a, F_OFD_SETLK, F_WRLCK, 50, 1);
	struct flock l = lock(F_WRLCK, 0, 1);
	l.l_pid = 5;
	T("a number", fcntl, a, F_OFD_SETLK, &l);
	S(close, a);
	ask("its copy is open", b, F_OFD_SETLK, F_WRLCK, 0, 1);
	S(close, copy);
	ask("all closed", b, F_OFD_SETLK, F_WRLCK, 0, 1);
}
CASE(whole_locks) {
	put_file("f", "0123456789");
	long a = S(open, "f", O_RDONLY), b = S(open, "f", O_RDONLY), copy = S(dup, a);
	T("exclusive", flock, a, LOCK_EX);
	T("another", flock, b, LOCK_SH | LOCK_NB);
	T("its copy", flock, copy, LOCK_SH | LOCK_NB);
	T("shared", flock, b, LOCK_SH | LOCK_NB);
	T("exclusive of two", flock, a, LOCK_EX | LOCK_NB);
	T("what it had is lost", flock, b, LOCK_EX | LOCK_NB);
	T("unlock", flock, b, LOCK_UN);
	T("unlock again", flock, b, LOCK_UN | LOCK_NB);
	T("no such kind", flock, a, 3);
	T("none", flock, a, 0);
	T("not open", flock, 99, LOCK_EX);
	T("O_PATH", flock, S(open, "f", O_PATH), LOCK_EX);
	T("a directory", flock, S(open, ".", O_RDONLY), LOCK_EX | LOCK_NB);
	int p[2];
	S(pipe2, p, 0);
	T("a pipe", flock, p[0], LOCK_EX | LOCK_NB);
	S(flock, a, LOCK_EX);
	S(close, a);
	T("its copy is open", flock, b, LOCK_EX | LOCK_NB);
	S(close, copy);
	T("all closed", flock, b, LOCK_EX | LOCK_NB);
	long parent = S(getpid), pid = S(fork);
	if (pid == 0) {
		asleep(parent);
		S(flock, b, LOCK_UN);
		S(exit_group, 0);
	}
	long c = S(open, "f", O_RDONLY);
	T("waits", flock, c, LOCK_EX);
	S(wait4, pid, 0, 0, 0);
}
CASE(leases) {
	put_file("f", "0123456789");
	long fd = S(open, "f", O_RDONLY);
	T("none", fcntl, fd, F_GETLEASE);
	T("no such type", fcntl, fd, F_SETLEASE, 7);
	T("release of none", fcntl, fd, F_SETLEASE, F_UNLCK);
	T("of a directory", fcntl, S(open, ".", O_RDONLY), F_SETLEASE, F_RDLCK);
}
CASE(memfd) {
	char long_name[300];
	memset(long_name, 'n', 299);
	long_name[299] = 0;
	T("unknown flags", memfd_create, "m", 0x8000);
	T("from nowhere", memfd_create, BAD, 0);
	T("a long name", memfd_create, long_name, 0);
	long_name[249] = 0;
	T("a name just so long", memfd_create, long_name, 0);
	T("both", memfd_create, "m", 8 | 16);
	long fd = T("plain", memfd_create, "plain", MFD_CLOEXEC);
	T("flag", fcntl, fd, F_GETFD);
	T("mode", fcntl, fd, F_GETFL);
	T("seals", fcntl, fd, F_GET_SEALS);
	T("sealing", fcntl, fd, F_ADD_SEALS, F_SEAL_WRITE);
	char link[200] = "";
	char path[50];
	sprintf(path, "/proc/self/fd/%ld", fd);
	S(readlink, path, link, 199);
	note("  %s", link);
	struct stat st;
	S(fstat, fd, &st);
	note("  %o links %ld", st.st_mode, (long)st.st_nlink);
	T("write", write, fd, "hello", 5);
	long again = T("opened again", open, path, O_RDONLY);
	char b[8] = "";
	T("read", read, again, b, 8);
	note("  %s", b);
}
CASE(seals) {
	long fd = T("with sealing", memfd_create, "m", MFD_ALLOW_SEALING);
	char path[50];
	sprintf(path, "/proc/self/fd/%ld", fd);
	T("none yet", fcntl, fd, F_GET_SEALS);
	S(write, fd, "0123456789", 10);
	T("unknown", fcntl, fd, F_ADD_SEALS, 0x100);
	T("shrink", fcntl, fd, F_ADD_SEALS, F_SEAL_SHRINK);
	T("smaller", ftruncate, fd, 5);
	T("larger", ftruncate, fd, 15);
	T("grow", fcntl, fd, F_ADD_SEALS, F_SEAL_GROW);
	T("larger", ftruncate, fd, 20);
	T("beyond the end", pwrite64, fd, "abcdefgh", 8, 10);
	T("within", pwrite64, fd, "ab", 2, 0);
	T("allocation", fallocate, fd, 0, 0, 100);
	T("seals", fcntl, fd, F_GET_SEALS);
	char *map = (char *)TOK("shared", mmap, 0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	T("write, while mapped", fcntl, fd, F_ADD_SEALS, F_SEAL_WRITE);
	S(munmap, map, 4096);
	T("write", fcntl, fd, F_ADD_SEALS, F_SEAL_WRITE);
	T("within", pwrite64, fd, "ab", 2, 0);
	T("a hole", fallocate, fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 0, 5);
	T("shared for writing", mmap, 0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	TOK("private", mmap, 0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	TOK("shared for reading", mmap, 0, 4096, PROT_READ, MAP_SHARED, fd, 0);
	T("seal", fcntl, fd, F_ADD_SEALS, F_SEAL_SEAL);
	T("more", fcntl, fd, F_ADD_SEALS, F_SEAL_SHRINK);
	T("seals", fcntl, fd, F_GET_SEALS);
	long rd = S(open, path, O_RDONLY);
	T("read through another", fcntl, rd, F_GET_SEALS);
	T("through one for reading", fcntl, rd, F_ADD_SEALS, F_SEAL_SHRINK);
	put_file("f", "x");
	long file = S(open, "f", O_RDWR);
	int p[2];
	S(pipe2, p, 0);
	T("a pipe", fcntl, p[1], F_GET_SEALS);
	T("a pipe", fcntl, p[1], F_ADD_SEALS, F_SEAL_SHRINK);
	long x = T("not executable", memfd_create, "x", 8);
	T("its seals", fcntl, x, F_GET_SEALS);
	T("executable", fchmod, x, 0777);
}
static int run_memfd(void) {
	long fd = S(memfd_create, "program", MFD_CLOEXEC);
	long self = S(open, "/proc/self/exe", O_RDONLY);
	S(sendfile, fd, self, 0, 1 << 30);
	char *argv[] = {"program", "/w/memfd_exec", "no such case", 0}, *envp[] = {0};
	T("from memory", execveat, fd, "", argv, envp, AT_EMPTY_PATH);
	return 1;
}
CASE(memfd_exec) {
	int status = in_child(run_memfd);
	note("  ended with %d", status);
}

CASE(positions_of_streams) {
	int fds[2];
	char byte = 0;
	struct iovec one = {&byte, 1};
	S(pipe2, fds, 0);
	T("the end that writes", pread64, fds[1], &byte, 1, 0);
	T("the end that reads", pwrite64, fds[0], &byte, 1, 0);
	T("before the start", pread64, fds[0], &byte, 1, -1);
	T("no file, before the start", pread64, 99, &byte, 1, -1);
	T("the end that writes", preadv, fds[1], &one, 1, 0, 0);
	T("the end that reads", pwritev2, fds[0], &one, 1, 0, 0, 0);
}
CASE(lock_that_cannot_be_written) {
	int fd = open("f", O_RDWR | O_CREAT, 0600);
	struct flock *lock = (struct flock *)S(mmap, 0, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	lock->l_type = F_WRLCK;
	S(mprotect, lock, 4096, PROT_READ);
	T("set", fcntl, fd, F_SETLK, lock);
	T("ask", fcntl, fd, F_GETLK, lock);
	T("bad", fcntl, fd, F_SETLK, BAD);
}
CASE(cloning) {
	int f = open("f", O_RDWR | O_CREAT, 0600), reader = open("f", O_RDONLY), directory = open(".", O_RDONLY), null = open("/dev/null", O_RDWR);
	int place = open("f", O_PATH), fds[2];
	S(pipe2, fds, 0);
	const long clone = 0x40049409, range = 0x4020940d;
	T("to a pipe", ioctl, fds[1], clone, f);
	T("from a directory", ioctl, f, clone, directory);
	T("from nothing", ioctl, f, clone, 99);
	T("from a place", ioctl, f, clone, place);
	T("to who reads", ioctl, reader, clone, f);
	T("from a device", ioctl, f, clone, null);
	T("bad", ioctl, f, range, BAD);
}

CASE(sending_from_read_only) {
	int from = open("f", O_RDWR | O_CREAT, 0600), to = open("t", O_RDWR | O_CREAT, 0600);
	long *at = (long *)S(mmap, 0, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	T("of nothing", sendfile, to, from, at, 10);
	write(from, "abc", 3);
	T("of something", sendfile, to, from, at, 10);
	T("room without end", getcwd, 0, -1);
}
