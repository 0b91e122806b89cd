// eventfd, timerfd, signalfd.
#include "case.h"
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <sys/timerfd.h>

static int ready(long fd, int events) {
	struct pollfd p = {fd, events, 0};
	S(poll, &p, 1, 0);
	return p.revents;
}

CASE(eventfd_counter) {
	uint64_t v = 0;
	long fd = T("3", eventfd2, 3, EFD_NONBLOCK);
	note("  ready %#x", ready(fd, POLLIN | POLLOUT));
	T("into 7 bytes", read, fd, &v, 7);
	T("the count", read, fd, &v, 8);
	note("  %llu", (unsigned long long)v);
	T("at zero", read, fd, &v, 8);
	note("  ready %#x", ready(fd, POLLIN | POLLOUT));
	v = 5;
	T("adds", write, fd, &v, 8);
	T("adds again", write, fd, &v, 16);
	T("too short", write, fd, &v, 4);
	T("16 bytes", read, fd, &v, 16);
	note("  %llu", (unsigned long long)v);
	v = UINT64_MAX;
	T("the largest number", write, fd, &v, 8);
	v = UINT64_MAX - 1;
	T("as much as fits", write, fd, &v, 8);
	note("  ready %#x", ready(fd, POLLIN | POLLOUT));
	v = 1;
	T("too much", write, fd, &v, 8);
	v = 0;
	T("nothing", write, fd, &v, 8);
	T("seek", lseek, fd, 0, SEEK_SET);
	T("pread", pread64, fd, &v, 8, 0);
	T("unknown flags", eventfd2, 0, 4);
	T("cloexec", eventfd2, 0, EFD_CLOEXEC);
	T("its flag", fcntl, 4, F_GETFD);
	T("its mode", fcntl, 4, F_GETFL);
	T("the old call", eventfd, 7);
	T("into nowhere", read, 5, BAD, 8);
}
CASE(eventfd_semaphore) {
	uint64_t v = 0;
	long fd = T("semaphore of 2", eventfd2, 2, EFD_SEMAPHORE | EFD_NONBLOCK);
	for (int i = 0; i < 3; i++) {
		v = 99;
		T("takes one", read, fd, &v, 8);
		note("  %llu", (unsigned long long)v);
	}
}
CASE(eventfd_waits) {
	uint64_t v = 0;
	long fd = S(eventfd2, 0, 0);
	if (S(fork) == 0) {
		sleep_ms(20);
		v = 7;
		S(write, fd, &v, 8);
		S(exit_group, 0);
	}
	T("waits for the child", read, fd, &v, 8);
	note("  %llu", (unsigned long long)v);
}

static long set(long fd, int flags, long value_ms, long interval_ms, struct itimerspec *old) {
	struct itimerspec its = {{interval_ms / 1000, interval_ms % 1000 * 1000000}, {value_ms / 1000, value_ms % 1000 * 1000000}};
	return T("", timerfd_settime, fd, flags, &its, old);
}
CASE(timerfd_errors) {
	struct itimerspec its = {{0, 0}, {1, 0}};
	T("no such clock", timerfd_create, 5, 0);
	T("CPU time", timerfd_create, CLOCK_PROCESS_CPUTIME_ID, 0);
	T("unknown flags", timerfd_create, CLOCK_MONOTONIC, 1);
	T("boottime", timerfd_create, CLOCK_BOOTTIME, TFD_CLOEXEC);
	T("realtime alarm", timerfd_create, CLOCK_REALTIME_ALARM, 0);
	long fd = T("monotonic", timerfd_create, CLOCK_MONOTONIC, TFD_NONBLOCK);
	T("its mode", fcntl, fd, F_GETFL);
	T("from nowhere", timerfd_settime, fd, 0, BAD, 0);
	T("old to nowhere", timerfd_settime, fd, 0, &its, BAD);
	T("unknown flags", timerfd_settime, fd, 8, &its, 0);
	T("not open", timerfd_settime, 99, 0, &its, 0);
	T("no timer", timerfd_settime, 0, 0, &its, 0);
	its.it_value.tv_nsec = 1000000000;
	T("too many nanoseconds", timerfd_settime, fd, 0, &its, 0);
	its.it_value.tv_nsec = 0;
	its.it_interval.tv_sec = -1;
	T("negative", timerfd_settime, fd, 0, &its, 0);
	T("no timer", timerfd_gettime, 0, &its);
	T("not open", timerfd_gettime, 99, &its);
	T("to nowhere", timerfd_gettime, fd, BAD);
	uint64_t v;
	T("a timer", write, fd, &v, 8);
	T("off", read, fd, &v, 8);
	T("too short", read, fd, &v, 4);
	become_nobody();
	T("alarm without the capability", timerfd_create, CLOCK_BOOTTIME_ALARM, 0);
}
CASE(timerfd_once) {
	uint64_t v = 0;
	struct itimerspec old;
	long fd = S(timerfd_create, CLOCK_MONOTONIC, 0);
	set(fd, 0, 100000, 0, 0);
	note("  ready %#x", ready(fd, POLLIN));
	long before = now_ms();
	set(fd, 0, 20, 0, 0);
	T("waits", read, fd, &v, 8);
	note("  %llu, in time %d", (unsigned long long)v, now_ms() - before >= 18);
	T("after it", timerfd_gettime, fd, &old);
	note("  %ld %ld", old.it_value.tv_sec, old.it_value.tv_nsec);
	set(fd, 0, 100000, 3500, 0);
	T("set", timerfd_gettime, fd, &old);
	note("  %d, interval %ld.%09ld", old.it_value.tv_sec >= 50 && old.it_value.tv_sec <= 100, old.it_interval.tv_sec, old.it_interval.tv_nsec);
	set(fd, 0, 0, 0, &old);
	note("  old %d, interval %ld.%09ld", old.it_value.tv_sec >= 50, old.it_interval.tv_sec, old.it_interval.tv_nsec);
	T("off", timerfd_gettime, fd, &old);
	note("  %ld %ld %ld", old.it_value.tv_sec, old.it_value.tv_nsec, old.it_interval.tv_sec);
}
CASE(timerfd_again) {
	uint64_t v = 0;
	long fd = S(timerfd_create, CLOCK_MONOTONIC, TFD_NONBLOCK);
	set(fd, 0, 10, 10, 0);
	sleep_ms(45);
	note("  ready %#x", ready(fd, POLLIN));
	T("several", read, fd, &v, 8);
	note("  3 or more %d", v >= 3);
	sleep_ms(25);
	T("goes on", read, fd, &v, 8);
	note("  1 or more %d", v >= 1);
	struct pollfd p = {fd, POLLIN, 0};
	T("waits for the next", poll, &p, 1, 15000);
	int epoll = S(epoll_create1, 0);
	struct epoll_event e = {EPOLLIN | EPOLLET, {.u64 = 7}};
	T("watched", epoll_ctl, epoll, EPOLL_CTL_ADD, fd, &e);
	T("edge", epoll_wait, epoll, &e, 1, 15000);
}
CASE(timerfd_absolute) {
	uint64_t v = 0;
	struct timespec now;
	S(clock_gettime, CLOCK_REALTIME, &now);
	long fd = S(timerfd_create, CLOCK_REALTIME, 0);
	struct itimerspec its = {{0, 0}, {now.tv_sec - 10, 0}};
	T("in the past", timerfd_settime, fd, TFD_TIMER_ABSTIME, &its, 0);
	T("at once", read, fd, &v, 8);
	note("  %llu", (unsigned long long)v);
	long before = now_ms();
	S(clock_gettime, CLOCK_REALTIME, &now);
	now.tv_nsec += 20000000;
	if (now.tv_nsec >= 1000000000) now.tv_nsec -= 1000000000, now.tv_sec++;
	its.it_value = now;
	T("soon", timerfd_settime, fd, TFD_TIMER_ABSTIME | TFD_TIMER_CANCEL_ON_SET, &its, 0);
	T("waits", read, fd, &v, 8);
	note("  in time %d", now_ms() - before >= 15);
}

static uint64_t mask_of(int a, int b) { return 1ul << (a - 1) | 1ul << (b - 1); }
CASE(signalfd_reads) {
	struct signalfd_siginfo info[3];
	uint64_t mask = mask_of(SIGUSR1, SIGUSR2);
	S(rt_sigprocmask, SIG_BLOCK, &mask, 0, 8);
	T("a mask of 4 bytes", signalfd4, -1, &mask, 4, 0);
	T("from nowhere", signalfd4, -1, BAD, 8, 0);
	T("unknown flags", signalfd4, -1, &mask, 8, 1);
	T("not open", signalfd4, 99, &mask, 8, 0);
	T("no signalfd", signalfd4, 0, &mask, 8, 0);
	long fd = T("new", signalfd4, -1, &mask, 8, SFD_NONBLOCK | SFD_CLOEXEC);
	T("its flag", fcntl, fd, F_GETFD);
	T("nothing", read, fd, info, 128);
	T("too short", read, fd, info, 127);
	T("a signalfd", write, fd, info, 128);
	long me = S(getpid);
	S(kill, me, SIGUSR2);
	S(kill, me, SIGUSR1);
	S(kill, me, SIGUSR1);
	note("  ready %#x", ready(fd, POLLIN));
	T("two of three", read, fd, info, sizeof info);
	for (int i = 0; i < 2; i++)
		note("  %u code %d mine %d uid %u", info[i].ssi_signo, info[i].ssi_code, info[i].ssi_pid == me, info[i].ssi_uid);
	siginfo_t value = {.si_code = SI_QUEUE};
	value.si_signo = SIGUSR1;
	value.si_value.sival_int = 77;
	S(rt_sigqueueinfo, me, SIGUSR1, &value);
	T("queued", read, fd, info, sizeof info);
	note("  %u code %d int %d ptr %llu", info[0].ssi_signo, info[0].ssi_code, info[0].ssi_int, (unsigned long long)info[0].ssi_ptr);
	uint64_t other = 1ul << (SIGUSR2 - 1);
	T("changed", signalfd4, fd, &other, 8, 0);
	S(kill, me, SIGUSR1);
	T("not wanted any more", read, fd, info, 128);
	T("old call", signalfd, -1, &mask, 8);
	T("the new one sees it", read, 4, info, 128);
}
CASE(signalfd_waits) {
	struct signalfd_siginfo info;
	uint64_t mask = mask_of(SIGCHLD, SIGCHLD);
	S(rt_sigprocmask, SIG_BLOCK, &mask, 0, 8);
	long fd = S(signalfd4, -1, &mask, 8, 0);
	long child = S(fork);
	if (child == 0) {
		sleep_ms(20);
		S(exit_group, 5);
	}
	T("a child's end", read, fd, &info, 128);
	note("  %u code %d child %d status %d", info.ssi_signo, info.ssi_code, info.ssi_pid == child, info.ssi_status);
	int epoll = S(epoll_create1, 0);
	struct epoll_event e = {EPOLLIN, {.u64 = 7}};
	S(epoll_ctl, epoll, EPOLL_CTL_ADD, fd, &e);
	T("nothing", epoll_wait, epoll, &e, 1, 0);
	if (S(fork) == 0) {
		sleep_ms(20);
		S(exit_group, 5);
	}
	T("another's end", epoll_wait, epoll, &e, 1, 15000);
}
