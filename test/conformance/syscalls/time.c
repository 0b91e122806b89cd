// Clocks, sleeping, interval timers and POSIX timers.
#include "case.h"
#include <sys/timerfd.h>

static volatile int caught;
static siginfo_t last;
static void count_one(int signal) {
	(void)signal;
	caught++;
}
static void keep(int signal, siginfo_t *info, void *context) {
	(void)signal;
	(void)context;
	caught++;
	last = *info;
}
static void on_info(int signal) {
	struct sigaction action = {.sa_sigaction = keep, .sa_flags = SA_SIGINFO};
	sigaction(signal, &action, NULL);
}
static void spin(void) {
	for (volatile long i = 0; i < 400000; i++) {}
}
CASE(clocks) {
	static const int clocks[] = {0, 1, 2, 3, 4, 5, 6, 7, 11};
	struct timespec a, b, resolution;
	for (unsigned i = 0; i < sizeof clocks / sizeof *clocks; i++) {
		T("read", clock_gettime, clocks[i], &a);
		spin();
		S(clock_gettime, clocks[i], &b);
		note("  clock %d goes on %d", clocks[i], b.tv_sec > a.tv_sec || (b.tv_sec == a.tv_sec && b.tv_nsec >= a.tv_nsec));
		T("resolution", clock_getres, clocks[i], &resolution);
		note("  %ld %d", resolution.tv_sec, resolution.tv_nsec <= 10000000);
	}
	T("no such", clock_gettime, 99, &a);
	T("no such", clock_getres, 99, &a);
	T("bad", clock_gettime, 0, BAD);
	T("bad", clock_getres, 0, BAD);
	T("nothing", clock_getres, 0, 0);
	T("own by number", clock_gettime, (~getpid() << 3) | 2, &a);
	T("another's", clock_gettime, (~getppid() << 3) | 2, &a);
	T("of nobody", clock_gettime, (~4000000 << 3) | 2, &a);
	T("own thread by number", clock_gettime, (~getpid() << 3) | 6, &a);
	struct timeval now;
	T("wall", gettimeofday, &now, 0);
	T("bad", gettimeofday, BAD, 0);
	time_t seconds = 0;
	note("time: %d", S(time, &seconds) == seconds && seconds == now.tv_sec);
	TOK("now", time, 0);
	T("bad", time, BAD);
}
CASE(setting) {
	struct timespec wrong = {0, -1}, fine = {1000000000, 0};
	T("monotonic", clock_settime, CLOCK_MONOTONIC, &fine);
	T("no such", clock_settime, 99, &fine);
	T("no time", clock_settime, CLOCK_REALTIME, &wrong);
	become_nobody();
	T("not allowed", clock_settime, CLOCK_REALTIME, &fine);
	struct timeval day = {1000000000, 0};
	T("not allowed", settimeofday, &day, 0);
}
/* Nothing here may get as far as the clock: root is refused for what is wrong with it, nobody for being nobody. */
CASE(setting_wrongly) {
	struct timespec late = {9000000000, 0};
	struct timeval wrong = {0, 2000000};
	int zone[2] = {16 * 60, 0};
	T("beyond all years", clock_settime, CLOCK_REALTIME, &late);
	T("bad", clock_settime, CLOCK_REALTIME, BAD);
	T("raw", clock_settime, CLOCK_MONOTONIC_RAW, &late);
	T("no time", settimeofday, &wrong, 0);
	T("bad", settimeofday, BAD, 0);
	T("bad zone", settimeofday, 0, BAD);
	T("no such zone", settimeofday, 0, zone);
	long timex[26] = {0};
	int *modes = (int *)timex;
	*modes = 0x4000;
	timex[11] = 8999;
	T("short ticks", adjtimex, timex);
	timex[11] = 11001;
	T("long ticks", adjtimex, timex);
	*modes = 0x8000;
	T("adjtime without its bit", adjtimex, timex);
	*modes = 0x100;
	timex[10] = -1;
	T("negative fraction", adjtimex, timex);
	timex[10] = 1000000;
	T("a second of microseconds", adjtimex, timex);
	*modes = 0x2;
	timex[2] = LONG_MAX;
	T("frequency", adjtimex, timex);
	*modes = 0;
	T("steady", clock_adjtime, CLOCK_MONOTONIC, timex);
	T("none", clock_adjtime, 99, timex);
	T("of a process", clock_adjtime, CLOCK_PROCESS_CPUTIME_ID, timex);
	T("bad, of none", clock_adjtime, 99, BAD);
	become_nobody();
	struct timeval day = {1000000000, 0};
	zone[0] = 0;
	T("zone", settimeofday, 0, zone);
	T("no time", settimeofday, &wrong, 0);
	T("time", settimeofday, &day, 0);
	*modes = 0x2000;
	T("nanoseconds", adjtimex, timex);
	*modes = 0x8001;
	T("single shot", adjtimex, timex);
	*modes = 0x4000;
	T("short ticks", adjtimex, timex);
	*modes = 0xa001;
	note("asking: %d", S(adjtimex, timex) >= 0);
}
CASE(timer_of_the_wall) {
	long fd = S(timerfd_create, CLOCK_REALTIME, TFD_NONBLOCK);
	struct timespec now;
	S(clock_gettime, CLOCK_REALTIME, &now);
	struct itimerspec far = {{0, 0}, {now.tv_sec + 1000, 0}}, left;
	T("cancelled when set", timerfd_settime, fd, 3, &far, 0);
	T("left", timerfd_gettime, fd, &left);
	note("  soon 1000 s: %d", left.it_value.tv_sec >= 990 && left.it_value.tv_sec <= 1000);
	char count[8];
	T("not yet", read, fd, count, 8);
}
CASE(sleeping) {
	struct timespec little = {0, 5000000}, wrong = {0, 1000000000}, negative = {-1, 0}, until;
	long before = now_ms();
	T("5 ms", nanosleep, &little, 0);
	note("  at least %d", now_ms() - before >= 4);
	T("no time", nanosleep, &wrong, 0);
	T("negative", nanosleep, &negative, 0);
	T("bad", nanosleep, BAD, 0);
	T("real", clock_nanosleep, CLOCK_REALTIME, 0, &little, 0);
	S(clock_gettime, CLOCK_MONOTONIC, &until);
	until.tv_nsec += 5000000;
	if (until.tv_nsec >= 1000000000) until.tv_nsec -= 1000000000, until.tv_sec++;
	T("until", clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &until, 0);
	T("until then already", clock_nanosleep, CLOCK_MONOTONIC, TIMER_ABSTIME, &(struct timespec){}, 0);
	T("own thread", clock_nanosleep, CLOCK_THREAD_CPUTIME_ID, 0, &little, 0);
	T("coarse", clock_nanosleep, CLOCK_MONOTONIC_COARSE, 0, &little, 0);
	T("raw", clock_nanosleep, CLOCK_MONOTONIC_RAW, 0, &little, 0);
	T("no such", clock_nanosleep, 99, 0, &little, 0);
	T("bad", clock_nanosleep, 1, 0, BAD, 0);
}
CASE(alarms) {
	on_info(SIGALRM);
	T("none before", alarm, 100);
	note("alarm(left): %d", S(alarm, 0) > 50);
	struct itimerval soon = {{0, 0}, {0, 10000}}, every = {{0, 3000}, {0, 3000}}, off = {{0, 0}, {0, 0}}, was;
	T("once", setitimer, ITIMER_REAL, &soon, 0);
	while (!caught) sleep_ms(1);
	note("  caught %d code %d", caught, last.si_code);
	T("is off", getitimer, ITIMER_REAL, &was);
	note("  %ld %ld", was.it_value.tv_sec, was.it_value.tv_usec);
	T("every", setitimer, ITIMER_REAL, &every, 0);
	while (caught < 4) S(pause);
	T("off", setitimer, ITIMER_REAL, &off, &was);
	note("  caught %d interval %ld left %d", caught >= 4, was.it_interval.tv_usec, was.it_value.tv_usec > 0 && was.it_value.tv_usec <= 3000);
	struct itimerval wrong = {{0, 0}, {0, 1000000}};
	T("no time", setitimer, ITIMER_REAL, &wrong, 0);
	T("what", setitimer, 3, &soon, 0);
	T("what", getitimer, 3, &was);
	T("bad", setitimer, ITIMER_REAL, BAD, 0);
	T("bad", getitimer, ITIMER_REAL, BAD);
}
CASE(processor_timers) {
	struct sigaction action = {.sa_handler = count_one};
	sigaction(SIGVTALRM, &action, NULL);
	sigaction(SIGPROF, &action, NULL);
	struct itimerval soon = {{0, 0}, {0, 100000}}, was;
	T("virtual", setitimer, ITIMER_VIRTUAL, &soon, 0);
	sleep_ms(20);
	note("  asleep it stands still: %d", caught);
	while (!caught) {}
	note("  caught %d", caught);
	T("profiling", setitimer, ITIMER_PROF, &soon, 0);
	while (caught < 2) {}
	T("is off", getitimer, ITIMER_PROF, &was);
	note("  caught %d, %ld", caught, was.it_value.tv_usec);
}
CASE(timers) {
	on_info(SIGUSR1);
	struct sigevent event;
	memset(&event, 0, sizeof event);
	event.sigev_notify = SIGEV_SIGNAL;
	event.sigev_signo = SIGUSR1;
	event.sigev_value.sival_int = 31;
	int id = -1;
	struct itimerspec set = {{0, 0}, {0, 5000000}}, was, wrong = {{0, 0}, {0, -1}}, off = {{0, 0}, {0, 0}};
	T("make", timer_create, CLOCK_MONOTONIC, &event, &id);
	note("  number %d", id);
	T("not set", timer_gettime, id, &was);
	note("  %ld %ld", was.it_value.tv_sec, was.it_value.tv_nsec);
	T("set", timer_settime, id, 0, &set, &was);
	while (!caught) sleep_ms(1);
	note("  caught %d code %d value %d timer %d overrun %d", caught, last.si_code, last.si_value.sival_int, last.si_timerid, last.si_overrun);
	T("overrun", timer_getoverrun, id);
	set.it_interval.tv_nsec = 2000000;
	unsigned long one = 1ul << (SIGUSR1 - 1);
	S(rt_sigprocmask, SIG_BLOCK, &one, 0, 8);
	T("every, while blocked", timer_settime, id, 0, &set, 0);
	sleep_ms(30);
	S(rt_sigprocmask, SIG_UNBLOCK, &one, 0, 8);
	note("  overrun %d the same %d", last.si_overrun > 3, caught >= 2);
	note("timer_getoverrun: %d", S(timer_getoverrun, id) >= 0);
	T("off", timer_settime, id, 0, &off, &was);
	note("  interval %ld", was.it_interval.tv_nsec);
	T("no time", timer_settime, id, 0, &wrong, 0);
	T("none", timer_settime, id, 0, 0, 0);
	T("bad", timer_settime, id, 0, BAD, 0);
	T("bad", timer_gettime, id, BAD);
	T("no such", timer_settime, 77, 0, &set, 0);
	T("no such", timer_gettime, 77, &was);
	T("no such", timer_getoverrun, 77);
	T("no such", timer_delete, 77);
	T("delete", timer_delete, id);
	T("again", timer_delete, id);
}
CASE(timer_kinds) {
	struct sigevent event;
	memset(&event, 0, sizeof event);
	int id;
	event.sigev_notify = SIGEV_NONE;
	T("nobody hears", timer_create, CLOCK_REALTIME, &event, &id);
	struct itimerspec set = {{0, 0}, {0, 1000000}}, was;
	S(timer_settime, id, 0, &set, 0);
	sleep_ms(5);
	T("went off", timer_gettime, id, &was);
	note("  %ld %ld", was.it_value.tv_sec, was.it_value.tv_nsec);
	event.sigev_notify = 9;
	T("how", timer_create, CLOCK_REALTIME, &event, &id);
	event.sigev_notify = SIGEV_SIGNAL;
	event.sigev_signo = 65;
	T("signal", timer_create, CLOCK_REALTIME, &event, &id);
	event.sigev_signo = 0;
	T("no signal", timer_create, CLOCK_REALTIME, &event, &id);
	event.sigev_signo = SIGUSR1;
	event.sigev_notify = SIGEV_THREAD_ID;
	event._sigev_un._tid = 1;
	T("another's thread", timer_create, CLOCK_REALTIME, &event, &id);
	event._sigev_un._tid = S(gettid);
	T("own thread", timer_create, CLOCK_REALTIME, &event, &id);
	T("no such clock", timer_create, 99, &event, &id);
	T("a clock that only tells", timer_create, CLOCK_MONOTONIC_COARSE, &event, &id);
	T("bad event", timer_create, CLOCK_REALTIME, BAD, &id);
	T("bad number", timer_create, CLOCK_REALTIME, 0, BAD);
	on_info(SIGALRM);
	T("by default", timer_create, CLOCK_REALTIME, 0, &id);
	caught = 0;
	S(timer_settime, id, 0, &set, 0);
	while (!caught) sleep_ms(1);
	note("  signal %d value %d", last.si_signo, last.si_value.sival_int == id);
	on_info(SIGUSR1);
	event.sigev_notify = SIGEV_SIGNAL;
	caught = 0;
	T("by processor time", timer_create, CLOCK_PROCESS_CPUTIME_ID, &event, &id);
	struct itimerspec later = {{0, 0}, {0, 100000000}};
	S(timer_settime, id, 0, &later, 0);
	sleep_ms(5);
	note("  asleep %d", caught);
	while (!caught) {}
	note("  caught %d", caught);
	S(clock_gettime, CLOCK_MONOTONIC, &set.it_value);
	T("a moment", timer_create, CLOCK_MONOTONIC, &event, &id);
	T("that is over", timer_settime, id, TIMER_ABSTIME, &set, 0);
	while (caught < 2) sleep_ms(1);
	note("  caught %d", caught);
	long pid = S(fork);
	if (pid == 0) {
		T("not inherited", timer_gettime, id, &was);
		S(exit_group, 0);
	}
	S(wait4, pid, 0, 0, 0);
}
