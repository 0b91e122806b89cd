// POSIX message queues, without the slash that the library takes off their names.
#include "case.h"
#include <mqueue.h>

static siginfo_t last;
static void heard(int signal, siginfo_t *info, void *context) {
	(void)signal;
	(void)context;
	last = *info;
}
static struct timespec soon(long ms) {
	struct timespec t;
	S(clock_gettime, CLOCK_REALTIME, &t);
	t.tv_nsec += ms * 1000000;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	return t;
}
CASE(open_and_unlink) {
	struct mq_attr attributes = {0, 3, 16, 0};
	long q = T("new", mq_open, "a", O_CREAT | O_RDWR, 0640, &attributes);
	T("again", mq_open, "a", O_CREAT | O_EXCL | O_RDWR, 0600, 0);
	T("not there", mq_open, "b", O_RDWR, 0, 0);
	T("with a slash", mq_open, "a/b", O_CREAT | O_RDWR, 0600, 0);
	T("empty", mq_open, "", O_CREAT | O_RDWR, 0600, 0);
	T("bad", mq_open, BAD, O_RDWR, 0, 0);
	T("bad attributes", mq_open, "c", O_CREAT | O_RDWR, 0600, BAD);
	attributes.mq_maxmsg = 0;
	T("none", mq_open, "c", O_CREAT | O_RDWR, 0600, &attributes);
	attributes.mq_maxmsg = 11;
	T("too many", mq_open, "c", O_CREAT | O_RDWR, 0600, &attributes);
	attributes.mq_maxmsg = 1;
	attributes.mq_msgsize = 8193;
	T("too large", mq_open, "c", O_CREAT | O_RDWR, 0600, &attributes);
	note("  closed at exec %ld", S(fcntl, q, F_GETFD));
	struct mq_attr now;
	T("attributes", mq_getsetattr, q, 0, &now);
	note("  flags %ld most %ld size %ld there %ld", now.mq_flags, now.mq_maxmsg, now.mq_msgsize, now.mq_curmsgs);
	attributes.mq_flags = O_NONBLOCK;
	T("nonblocking", mq_getsetattr, q, &attributes, &now);
	note("  flags before %ld", now.mq_flags);
	attributes.mq_flags = 1;
	T("other flags", mq_getsetattr, q, &attributes, 0);
	T("no queue", mq_getsetattr, 0, 0, &now);
	struct stat st;
	S(fstat, q, &st);
	note("  mode %o", st.st_mode);
	long pid = S(fork);
	if (pid == 0) {
		become_nobody();
		T("another's", mq_open, "a", O_RDONLY, 0, 0);
		T("another's", mq_unlink, "a");
		S(exit_group, 0);
	}
	S(wait4, pid, 0, 0, 0);
	T("unlink", mq_unlink, "a");
	T("again", mq_unlink, "a");
	T("still usable", mq_timedsend, q, "x", 1, 0, 0);
}
CASE(order) {
	struct mq_attr attributes = {0, 4, 16, 0};
	long q = S(mq_open, "order", O_CREAT | O_RDWR | O_NONBLOCK, 0600, &attributes);
	T("1", mq_timedsend, q, "one", 3, 1, 0);
	T("5", mq_timedsend, q, "five", 4, 5, 0);
	T("1 again", mq_timedsend, q, "uno", 3, 1, 0);
	T("empty", mq_timedsend, q, "", 0, 3, 0);
	T("full", mq_timedsend, q, "x", 1, 0, 0);
	T("too long", mq_timedsend, q, "xxxxxxxxxxxxxxxxx", 17, 0, 0);
	T("priority", mq_timedsend, q, "x", 1, 32768, 0);
	char text[17];
	show_file("  itself", "/proc/self/fd/3");
	for (int i = 0; i < 5; i++) {
		unsigned priority = 99;
		memset(text, 0, sizeof text);
		T("next", mq_timedreceive, q, text, 16, &priority, 0);
		note("  %s %u", text, priority);
	}
	T("no room", mq_timedreceive, q, text, 15, 0, 0);
	T("not a queue", mq_timedsend, 1, "x", 1, 0, 0);
	T("not open", mq_timedreceive, 77, text, 16, 0, 0);
	long r = S(mq_open, "order", O_RDONLY, 0, 0), w = S(mq_open, "order", O_WRONLY, 0, 0);
	T("only to read", mq_timedsend, r, "x", 1, 0, 0);
	T("only to write", mq_timedreceive, w, text, 16, 0, 0);
	T("bad", mq_timedsend, w, BAD, 1, 0, 0);
	S(mq_unlink, "order");
}
CASE(waiting) {
	struct mq_attr attributes = {0, 1, 16, 0};
	long q = S(mq_open, "waiting", O_CREAT | O_RDWR, 0600, &attributes);
	char text[16];
	struct timespec time = soon(10), wrong = {0, -1};
	T("nothing in time", mq_timedreceive, q, text, 16, 0, &time);
	T("no time", mq_timedreceive, q, text, 16, 0, &wrong);
	T("bad time", mq_timedreceive, q, text, 16, 0, BAD);
	struct pollfd one = {q, POLLIN | POLLOUT, 0};
	T("poll", poll, &one, 1, 0);
	note("  %x", one.revents);
	T("send", mq_timedsend, q, "a", 1, 0, 0);
	T("poll", poll, &one, 1, 0);
	note("  %x", one.revents);
	time = soon(10);
	T("no room in time", mq_timedsend, q, "b", 1, 0, &time);
	long pid = S(fork);
	if (pid == 0) {
		sleep_ms(10);
		S(mq_timedreceive, q, text, 16, 0, 0);
		S(exit_group, 0);
	}
	T("room when another has taken it", mq_timedsend, q, "c", 1, 0, 0);
	S(wait4, pid, 0, 0, 0);
	S(mq_unlink, "waiting");
}
CASE(notice) {
	struct sigaction action = {.sa_sigaction = heard, .sa_flags = SA_SIGINFO};
	sigaction(SIGUSR1, &action, NULL);
	long q = S(mq_open, "notice", O_CREAT | O_RDWR, 0600, 0);
	struct sigevent event;
	memset(&event, 0, sizeof event);
	event.sigev_notify = SIGEV_SIGNAL;
	event.sigev_signo = SIGUSR1;
	event.sigev_value.sival_int = 12;
	T("register", mq_notify, q, &event);
	T("again", mq_notify, q, &event);
	T("send", mq_timedsend, q, "a", 1, 0, 0);
	note("  signal %d code %d value %d from self %d", last.si_signo, last.si_code, last.si_value.sival_int, last.si_pid == getpid());
	last.si_signo = 0;
	T("another", mq_timedsend, q, "a", 1, 0, 0);
	note("  once only %d", last.si_signo);
	T("register", mq_notify, q, &event);
	T("take back", mq_notify, q, 0);
	event.sigev_signo = 99;
	T("signal", mq_notify, q, &event);
	event.sigev_notify = 77;
	T("how", mq_notify, q, &event);
	T("bad", mq_notify, q, BAD);
	T("no queue", mq_notify, 0, 0);
	S(mq_unlink, "notice");
}
