// poll, select, epoll.
#include "case.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>

static long pipes[2];
static int ints[2];
static void make_pipe(void) {
	S(pipe2, ints, O_NONBLOCK);
	pipes[0] = ints[0];
	pipes[1] = ints[1];
}
static volatile int handled;
static void handler(int signal) { handled++; }
static void handle(int signal, int flags) {
	struct sigaction action = {.sa_handler = handler, .sa_flags = flags};
	sigaction(signal, &action, 0);
}

CASE(poll_states) {
	make_pipe();
	put_file("f", "x");
	long file = S(open, "f", O_RDWR), dir = S(open, ".", O_RDONLY), path = S(open, "f", O_PATH);
	struct pollfd p[8] = {{pipes[0], POLLIN | POLLRDNORM}, {pipes[1], POLLOUT | POLLWRNORM | POLLIN}, {file, POLLIN | POLLOUT | POLLPRI}, {dir, POLLIN | POLLOUT}, {path, POLLIN}, {99, POLLIN}, {-1, POLLIN}, {0, POLLIN | POLLOUT}};
	T("many", poll, p, 8, 0);
	for (int i = 0; i < 8; i++) note("  %d: %#x", i, p[i].revents);
	S(write, pipes[1], "x", 1);
	T("after a write", poll, p, 2, 0);
	note("  %#x %#x", p[0].revents, p[1].revents);
	S(close, pipes[1]);
	T("no writer", poll, p, 1, 0);
	note("  %#x", p[0].revents);
	make_pipe();
	S(close, pipes[0]);
	p[0] = (struct pollfd){pipes[1], POLLOUT};
	T("no reader", poll, p, 1, 0);
	note("  %#x", p[0].revents);
	T("to nowhere", poll, BAD, 1, 0);
	T("none from nowhere", poll, BAD, 0, 0);
	T("too many", poll, p, 100000, 0);
	long before = now_ms();
	T("none, for a while", poll, 0, 0, 20);
	note("  in time %d", now_ms() - before >= 19);
}
CASE(poll_waits) {
	make_pipe();
	struct pollfd p = {pipes[0], POLLIN};
	if (S(fork) == 0) {
		sleep_ms(20);
		S(write, pipes[1], "x", 1);
		S(exit_group, 0);
	}
	T("for a child", poll, &p, 1, 15000);
	note("  %#x", p.revents);
	char b;
	S(read, pipes[0], &b, 1);
	handle(SIGALRM, SA_RESTART);
	struct itimerval it = {{0, 20000}, {0, 20000}};
	S(setitimer, ITIMER_REAL, &it, 0);
	T("until a signal", poll, &p, 1, 15000);
	fd_set set;
	FD_ZERO(&set);
	FD_SET(pipes[0], &set);
	T("until a signal", select, pipes[0] + 1, &set, 0, 0, 0);
	long epoll = S(epoll_create1, 0);
	struct epoll_event e;
	T("until a signal", epoll_wait, epoll, &e, 1, 15000);
	note("  handled %d", handled > 2);
}
CASE(ppoll_mask) {
	make_pipe();
	struct pollfd p = {pipes[0], POLLIN};
	struct timespec soon = {0, 20000000}, bad = {0, 1000000000}, negative = {-1, 0};
	uint64_t all = ~0ul, none = 0;
	handle(SIGUSR1, 0);
	T("a mask of 4 bytes", ppoll, &p, 1, &soon, &none, 4);
	T("a mask from nowhere", ppoll, &p, 1, &soon, BAD, 8);
	T("a time from nowhere", ppoll, &p, 1, BAD, 0, 8);
	T("no time", ppoll, &p, 1, &bad, 0, 8);
	T("a negative time", ppoll, &p, 1, &negative, 0, 8);
	T("time out", ppoll, &p, 1, &soon, 0, 8);
	note("  left %ld %ld", soon.tv_sec, soon.tv_nsec);
	S(rt_sigprocmask, SIG_SETMASK, &all, 0, 8);
	S(kill, S(getpid), SIGUSR1);
	soon.tv_sec = 15;
	T("a signal that waits", ppoll, &p, 1, &soon, &none, 8);
	note("  handled %d", handled);
	uint64_t now = 0;
	S(rt_sigprocmask, SIG_SETMASK, 0, &now, 8);
	note("  mask is back %d", now == (~0ul & ~(1ul << 8 | 1ul << 18)));
	S(kill, S(getpid), SIGUSR1);
	S(write, pipes[1], "x", 1);
	T("ready and a signal", ppoll, &p, 1, &soon, &none, 8);
	note("  handled %d", handled);
}
CASE(select_states) {
	make_pipe();
	fd_set r, w, x;
	struct timeval zero = {0, 0}, bad = {-1, 0}, soon = {0, 20000};
	FD_ZERO(&r);
	FD_SET(pipes[0], &r);
	FD_ZERO(&w);
	FD_SET(pipes[1], &w);
	FD_ZERO(&x);
	FD_SET(pipes[0], &x);
	T("writable", select, 10, &r, &w, &x, &zero);
	note("  %d %d %d", FD_ISSET(pipes[0], &r), FD_ISSET(pipes[1], &w), FD_ISSET(pipes[0], &x));
	FD_SET(pipes[0], &r);
	S(write, pipes[1], "x", 1);
	T("both", select, 10, &r, &w, 0, 0);
	T("negative count", select, -1, &r, 0, 0, &zero);
	T("negative time", select, 10, &r, 0, 0, &bad);
	T("from nowhere", select, 10, BAD, 0, 0, &zero);
	T("time from nowhere", select, 10, &r, 0, 0, BAD);
	FD_SET(50, &r);
	T("not open", select, 51, &r, 0, 0, &zero);
	T("not open, beyond the count", select, 10, &r, 0, 0, &zero);
	FD_ZERO(&r);
	T("nothing", select, 10, &r, 0, 0, &soon);
	note("  left %ld %ld", soon.tv_sec, soon.tv_usec);
	soon.tv_sec = 100;
	FD_SET(pipes[0], &r);
	T("at once", select, 10, &r, 0, 0, &soon);
	note("  left most %d", soon.tv_sec >= 50);
	struct timespec ts = {0, 1000000};
	struct { void *mask; size_t size; } sigs = {0, 8};
	T("a plain one", pselect6, 10, &r, 0, 0, &ts, &sigs);
	uint64_t none = 0;
	sigs.mask = &none;
	sigs.size = 4;
	T("a mask of 4 bytes", pselect6, 10, &r, 0, 0, &ts, &sigs);
	T("a mask from nowhere", pselect6, 10, &r, 0, 0, &ts, BAD);
	ts.tv_nsec = 1000000000;
	T("no time", pselect6, 10, &r, 0, 0, &ts, 0);
}
CASE(pselect_mask) {
	make_pipe();
	uint64_t all = ~0ul, none = 0;
	struct { void *mask; size_t size; } sigs = {&none, 8};
	struct timespec ts = {15, 0};
	handle(SIGUSR1, 0);
	S(rt_sigprocmask, SIG_SETMASK, &all, 0, 8);
	S(kill, S(getpid), SIGUSR1);
	T("a signal that waits", pselect6, 0, 0, 0, 0, &ts, &sigs);
	note("  handled %d", handled);
}

static struct epoll_event want(uint32_t events, uint64_t data) { return (struct epoll_event){events, {.u64 = data}}; }
static void wait_for(const char *title, long epoll) {
	struct epoll_event e[8];
	long count = S(epoll_wait, epoll, e, 8, 0);
	char line[200] = "";
	for (int i = 0; i < count; i++) sprintf(line + strlen(line), " %#x:%llu", e[i].events, (unsigned long long)e[i].data.u64);
	note("  %s: %ld%s", title, count, line);
}
CASE(epoll_errors) {
	struct epoll_event e = want(EPOLLIN, 1);
	T("0", epoll_create, 0);
	T("-1", epoll_create, -1);
	T("1", epoll_create, 1);
	T("unknown flags", epoll_create1, 1);
	long epoll = T("cloexec", epoll_create1, EPOLL_CLOEXEC);
	T("its flag", fcntl, epoll, F_GETFD);
	T("its mode", fcntl, epoll, F_GETFL);
	make_pipe();
	put_file("f", "x");
	T("no event", epoll_ctl, epoll, EPOLL_CTL_ADD, pipes[0], BAD);
	T("not open", epoll_ctl, 99, EPOLL_CTL_ADD, pipes[0], &e);
	T("what is not open", epoll_ctl, epoll, EPOLL_CTL_ADD, 99, &e);
	T("no epoll", epoll_ctl, pipes[0], EPOLL_CTL_ADD, pipes[1], &e);
	T("itself", epoll_ctl, epoll, EPOLL_CTL_ADD, epoll, &e);
	T("a file", epoll_ctl, epoll, EPOLL_CTL_ADD, S(open, "f", O_RDONLY), &e);
	T("a directory", epoll_ctl, epoll, EPOLL_CTL_ADD, S(open, ".", O_RDONLY), &e);
	T("/dev/null", epoll_ctl, epoll, EPOLL_CTL_ADD, 0, &e);
	T("O_PATH", epoll_ctl, epoll, EPOLL_CTL_ADD, S(open, "f", O_PATH), &e);
	T("no such operation", epoll_ctl, epoll, 7, pipes[0], &e);
	T("change of none", epoll_ctl, epoll, EPOLL_CTL_MOD, pipes[0], &e);
	T("removal of none", epoll_ctl, epoll, EPOLL_CTL_DEL, pipes[0], &e);
	T("a pipe", epoll_ctl, epoll, EPOLL_CTL_ADD, pipes[0], &e);
	T("again", epoll_ctl, epoll, EPOLL_CTL_ADD, pipes[0], &e);
	T("another descriptor of it", epoll_ctl, epoll, EPOLL_CTL_ADD, S(dup, pipes[0]), &e);
	T("removed, no event", epoll_ctl, epoll, EPOLL_CTL_DEL, pipes[0], 0);
	T("for none", epoll_wait, epoll, &e, 0, 0);
	T("for -1", epoll_wait, epoll, &e, -1, 0);
	T("no epoll", epoll_wait, pipes[0], &e, 1, 0);
	T("not open", epoll_wait, 99, &e, 1, 0);
	S(write, pipes[1], "x", 1);
	T("to nowhere", epoll_wait, epoll, BAD, 1, 0);
	uint64_t none = 0;
	T("a mask of 4 bytes", epoll_pwait, epoll, &e, 1, 0, &none, 4);
	T("a mask", epoll_pwait, epoll, &e, 1, 0, &none, 8);
	struct timespec ts = {0, 1000000}, bad = {0, -1};
	T("a time", epoll_pwait2, epoll, &e, 1, &ts, 0, 8);
	T("no time", epoll_pwait2, epoll, &e, 1, &bad, 0, 8);
	T("for ever", epoll_pwait2, epoll, &e, 1, 0, 0, 8);
	T("read", read, epoll, &e, 8);
	T("exclusive change", epoll_ctl, epoll, EPOLL_CTL_MOD, pipes[1], (e = want(EPOLLIN | EPOLLEXCLUSIVE, 1), &e));
	T("exclusive oneshot", epoll_ctl, epoll, EPOLL_CTL_ADD, pipes[1], (e = want(EPOLLIN | EPOLLEXCLUSIVE | EPOLLONESHOT, 1), &e));
	T("exclusive", epoll_ctl, epoll, EPOLL_CTL_ADD, pipes[1], (e = want(EPOLLOUT | EPOLLEXCLUSIVE, 1), &e));
	T("change of it", epoll_ctl, epoll, EPOLL_CTL_MOD, pipes[1], (e = want(EPOLLOUT, 1), &e));
	T("exclusive epoll", epoll_ctl, epoll, EPOLL_CTL_ADD, 3, (e = want(EPOLLIN | EPOLLEXCLUSIVE, 1), &e));
}
CASE(epoll_level) {
	char b[8];
	make_pipe();
	long epoll = S(epoll_create1, 0);
	struct epoll_event e = want(EPOLLIN, 1), o = want(EPOLLOUT | EPOLLIN, 2);
	S(epoll_ctl, epoll, EPOLL_CTL_ADD, pipes[0], &e);
	wait_for("empty", epoll);
	S(write, pipes[1], "xy", 2);
	wait_for("bytes", epoll);
	wait_for("still", epoll);
	S(read, pipes[0], b, 8);
	wait_for("read", epoll);
	S(epoll_ctl, epoll, EPOLL_CTL_ADD, pipes[1], &o);
	wait_for("writable", epoll);
	e = want(0, 3);
	S(epoll_ctl, epoll, EPOLL_CTL_MOD, pipes[1], &e);
	wait_for("nothing wanted", epoll);
	S(close, pipes[0]);
	wait_for("no reader", epoll);
	S(close, pipes[1]);
	wait_for("both closed", epoll);
}
CASE(epoll_edge) {
	char b[8];
	make_pipe();
	long epoll = S(epoll_create1, 0);
	struct epoll_event e = want(EPOLLIN | EPOLLET, 1);
	S(write, pipes[1], "x", 1);
	S(epoll_ctl, epoll, EPOLL_CTL_ADD, pipes[0], &e);
	wait_for("there before", epoll);
	wait_for("no news", epoll);
	S(write, pipes[1], "yz", 2);
	wait_for("more", epoll);
	S(read, pipes[0], b, 1);
	wait_for("one read", epoll);
	S(epoll_ctl, epoll, EPOLL_CTL_MOD, pipes[0], &e);
	wait_for("changed", epoll);
	wait_for("no news", epoll);
	S(read, pipes[0], b, 8);
	wait_for("all read", epoll);
	S(write, pipes[1], "x", 1);
	S(read, pipes[0], b, 8);
	wait_for("came and went", epoll);
	S(close, pipes[1]);
	wait_for("hung up", epoll);
	wait_for("no news", epoll);
	long event = S(eventfd2, 3, EFD_SEMAPHORE | EFD_NONBLOCK);
	e = want(EPOLLIN | EPOLLET, 2);
	S(epoll_ctl, epoll, EPOLL_CTL_ADD, event, &e);
	wait_for("a semaphore", epoll);
	uint64_t v;
	S(read, event, &v, 8);
	wait_for("taken, two left", epoll);
	v = 1;
	S(write, event, &v, 8);
	wait_for("given", epoll);
}
CASE(epoll_oneshot) {
	make_pipe();
	long epoll = S(epoll_create1, 0);
	struct epoll_event e = want(EPOLLIN | EPOLLONESHOT, 1);
	S(epoll_ctl, epoll, EPOLL_CTL_ADD, pipes[0], &e);
	S(write, pipes[1], "x", 1);
	wait_for("once", epoll);
	wait_for("not twice", epoll);
	S(write, pipes[1], "x", 1);
	wait_for("nor with more", epoll);
	S(epoll_ctl, epoll, EPOLL_CTL_MOD, pipes[0], &e);
	wait_for("changed", epoll);
	S(close, pipes[1]);
	wait_for("hang-up unseen", epoll);
}
CASE(epoll_nested) {
	make_pipe();
	long inner = S(epoll_create1, 0), outer = S(epoll_create1, 0), third = S(epoll_create1, 0);
	struct epoll_event e = want(EPOLLIN, 1), i = want(EPOLLIN, 2);
	T("a pipe", epoll_ctl, inner, EPOLL_CTL_ADD, pipes[0], &e);
	T("an epoll", epoll_ctl, outer, EPOLL_CTL_ADD, inner, &i);
	T("a circle", epoll_ctl, inner, EPOLL_CTL_ADD, outer, &i);
	T("three", epoll_ctl, third, EPOLL_CTL_ADD, outer, &i);
	T("a larger circle", epoll_ctl, inner, EPOLL_CTL_ADD, third, &i);
	wait_for("nothing", outer);
	S(write, pipes[1], "x", 1);
	wait_for("inside", outer);
	wait_for("two deep", third);
	struct pollfd p = {inner, POLLIN};
	T("an epoll", poll, &p, 1, 0);
	note("  %#x", p.revents);
	char b;
	S(read, pipes[0], &b, 1);
	wait_for("gone", outer);
	T("gone", poll, &p, 1, 0);
	long above = S(epoll_create1, 0);
	for (int depth = 1; depth < 8; depth++) {
		long next = S(epoll_create1, 0);
		long r = S(epoll_ctl, next, EPOLL_CTL_ADD, above, &i);
		note("  depth %d: %s", depth, r < 0 ? error_name(r) : "ok");
		if (r < 0) break;
		above = next;
	}
	if (S(fork) == 0) {
		sleep_ms(20);
		S(write, pipes[1], "x", 1);
		S(exit_group, 0);
	}
	T("waits for the innermost", epoll_wait, third, &e, 1, 15000);
}
CASE(epoll_closing) {
	make_pipe();
	long epoll = S(epoll_create1, 0), copy = S(dup, pipes[0]);
	struct epoll_event e = want(EPOLLIN, 1);
	S(epoll_ctl, epoll, EPOLL_CTL_ADD, pipes[0], &e);
	S(write, pipes[1], "x", 1);
	S(close, pipes[0]);
	wait_for("another descriptor is open", epoll);
	T("the closed one", epoll_ctl, epoll, EPOLL_CTL_DEL, pipes[0], 0);
	S(close, copy);
	wait_for("all closed", epoll);
	make_pipe();
	note("  same number %d", pipes[0] == ints[0]);
	T("the number anew", epoll_ctl, epoll, EPOLL_CTL_ADD, pipes[0], &e);
	struct epoll_event several[2];
	long second[2];
	S(write, pipes[1], "x", 1);
	long event = S(eventfd2, 1, 0);
	e = want(EPOLLIN, 2);
	S(epoll_ctl, epoll, EPOLL_CTL_ADD, event, &e);
	T("one at a time", epoll_wait, epoll, several, 1, 0);
	int first = several[0].data.u64;
	T("the other then", epoll_wait, epoll, several, 1, 0);
	note("  taking turns %d", first != (int)several[0].data.u64);
}
static uint64_t room_bits[40];
static void in_room(const char *title, int fd, int count) {
	struct timeval zero = {0, 0};
	memset(room_bits, 0, sizeof room_bits);
	room_bits[fd / 64] = 1ull << (fd % 64);
	long result = T(title, select, count, room_bits, 0, 0, &zero);
	note("  %s", room_bits[fd / 64] == 0 ? "cleared" : "as it was");
}
CASE(select_room) {
	// the case's own process has a table of the smallest size: nothing high is open
	for (int fd = 3; fd < 1024; fd++) S(close, fd);
	long pid = S(fork);
	if (pid == 0) {
		in_room("not open", 63, 64);
		in_room("above the table", 64, 65);
		in_room("above the table, far", 1000, 1001);
		in_room("a count above the table", 63, 2000);
		S(dup2, 0, 100);
		in_room("in a table that has grown", 120, 121);
		in_room("above it", 128, 129);
		S(dup2, 0, 130);
		in_room("grown again", 255, 256);
		in_room("above that", 256, 257);
		S(dup2, 0, 600);
		in_room("grown by far", 1000, 1001);
		S(close, 600);
		in_room("closed, the room stays", 1000, 1001);
		long again = S(fork);
		if (again == 0) {
			in_room("a child has room for what is open", 255, 256);
			in_room("and no more", 256, 257);
			in_room("no more by far", 1000, 1001);
			S(exit_group, 0);
		}
		S(wait4, again, 0, 0, 0);
		S(exit_group, 0);
	}
	S(wait4, pid, 0, 0, 0);
}

CASE(exclusive_waiters) {
	int fds[2], done[2];
	S(pipe2, fds, 0);
	S(pipe2, done, 0);
	pid_t pids[3];
	for (int i = 0; i < 3; i++) {
		pids[i] = fork();
		if (pids[i] == 0) {
			long e = S(epoll_create1, 0);
			struct { uint32_t events; uint64_t data; } __attribute__((packed)) event = {0x10000001, 1};
			S(epoll_ctl, e, 1, fds[0], &event);
			write(done[1], "r", 1);
			S(epoll_wait, e, &event, 1, 2000);
			write(done[1], "w", 1);
			pause();
		}
	}
	char byte;
	for (int i = 0; i < 3; i++) read(done[0], &byte, 1);
	usleep(20000);
	write(fds[1], "x", 1);
	read(done[0], &byte, 1);
	usleep(20000);
	struct pollfd more = {done[0], POLLIN, 0};
	T("another woke", poll, &more, 1, 0);
	for (int i = 0; i < 3; i++) kill(pids[i], SIGKILL);
}
