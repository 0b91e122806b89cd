// Futexes, robust lists and restartable sequences by themselves; programs of threads are in test/conformance/programs.
#include "case.h"
#include <linux/futex.h>

static uint32_t word, other, words[4];
static struct timespec until(int clock, long ms) {
	struct timespec t;
	S(clock_gettime, clock, &t);
	t.tv_nsec += ms * 1000000;
	t.tv_sec += t.tv_nsec / 1000000000;
	t.tv_nsec %= 1000000000;
	return t;
}
static volatile long tids[8];
static volatile int begun, started;
static void begin(void) { tids[__sync_fetch_and_add(&begun, 1)] = S(gettid); }
static void *waits(void *argument) {
	begin();
	return (void *)S(futex, argument, FUTEX_WAIT_PRIVATE, 0, 0, 0, 0);
}
static void *waits_bit(void *bit) {
	begin();
	return (void *)S(futex, &word, FUTEX_WAIT_BITSET_PRIVATE, 0, 0, 0, bit);
}
static void start(pthread_t *threads, int count, void *(*act)(void *), void *argument) {
	for (int i = 0; i < count; i++) pthread_create(&threads[i], 0, act, act == waits_bit ? (void *)(1l << i) : argument);
	started += count;
	while (begun < started) sleep_ms(1);
	for (int i = 0; i < started; i++)
		while (!tids[i]) sleep_ms(1);
	for (int i = 0; i < started; i++) asleep(tids[i]);
}
CASE(wait_errors) {
	struct timespec little = {0, 5000000}, wrong = {0, 1000000000}, negative = {-1, 0};
	T("another value", futex, &word, FUTEX_WAIT, 1, 0, 0, 0);
	T("in time", futex, &word, FUTEX_WAIT, 0, &little, 0, 0);
	T("no time", futex, &word, FUTEX_WAIT, 0, &wrong, 0, 0);
	T("negative", futex, &word, FUTEX_WAIT, 0, &negative, 0, 0);
	T("bad time", futex, &word, FUTEX_WAIT, 0, BAD, 0, 0);
	T("bad word", futex, BAD, FUTEX_WAIT, 0, 0, 0, 0);
	T("odd word", futex, (char *)&word + 1, FUTEX_WAIT, 0, 0, 0, 0);
	T("no bits", futex, &word, FUTEX_WAIT_BITSET, 0, 0, 0, 0);
	T("no bits to wake", futex, &word, FUTEX_WAKE_BITSET, 1, 0, 0, 0);
	T("operation", futex, &word, 99, 0, 0, 0, 0);
	T("wake by a clock", futex, &word, FUTEX_WAKE | FUTEX_CLOCK_REALTIME, 0, 0, 0, 0);
	struct timespec soon = until(CLOCK_MONOTONIC, 5);
	T("until", futex, &word, FUTEX_WAIT_BITSET, 0, &soon, 0, ~0u);
	soon = until(CLOCK_REALTIME, 5);
	T("until, by the wall", futex, &word, FUTEX_WAIT_BITSET | FUTEX_CLOCK_REALTIME, 0, &soon, 0, ~0u);
	T("over already", futex, &word, FUTEX_WAIT_BITSET, 0, &(struct timespec){}, 0, ~0u);
	T("nobody", futex, &word, FUTEX_WAKE, 10, 0, 0, 0);
}
CASE(wake_and_requeue) {
	pthread_t threads[4];
	start(threads, 4, waits, &word);
	T("one", futex, &word, FUTEX_WAKE_PRIVATE, 1, 0, 0, 0);
	T("not private finds nobody", futex, &word, FUTEX_WAKE, 1, 0, 0, 0);
	T("another value", futex, &word, FUTEX_CMP_REQUEUE_PRIVATE, 1, 1, &other, 5);
	T("negative", futex, &word, FUTEX_CMP_REQUEUE_PRIVATE, -1, 1, &other, 0);
	T("one on, one over", futex, &word, FUTEX_CMP_REQUEUE_PRIVATE, 1, 1, &other, 0);
	T("the other has one", futex, &other, FUTEX_WAKE_PRIVATE, 9, 0, 0, 0);
	T("one is left", futex, &word, FUTEX_REQUEUE_PRIVATE, 9, 9, &other, 0);
	for (int i = 0; i < 4; i++) pthread_join(threads[i], 0);
}
CASE(bits) {
	pthread_t threads[4];
	start(threads, 4, waits_bit, 0);
	T("two", futex, &word, FUTEX_WAKE_BITSET_PRIVATE, 9, 0, 0, 6);
	T("of nobody", futex, &word, FUTEX_WAKE_BITSET_PRIVATE, 9, 0, 0, 0x100);
	T("the rest", futex, &word, FUTEX_WAKE_PRIVATE, 9, 0, 0, 0);
	for (int i = 0; i < 4; i++) pthread_join(threads[i], 0);
}
CASE(wake_op) {
	pthread_t threads[4];
	start(threads, 2, waits, &word);
	start(threads + 2, 2, waits, &other);
	T("added, and it was 0", futex, &word, FUTEX_WAKE_OP_PRIVATE, 1, 1, &other, FUTEX_OP(FUTEX_OP_ADD, 5, FUTEX_OP_CMP_EQ, 0));
	note("  %u", other);
	T("anded, and it was more", futex, &word, FUTEX_WAKE_OP_PRIVATE, 1, 1, &other, FUTEX_OP(FUTEX_OP_ANDN, 1, FUTEX_OP_CMP_LT, 3));
	note("  %u", other);
	T("shifted", futex, &word, FUTEX_WAKE_OP_PRIVATE, 1, 0, &other, FUTEX_OP(FUTEX_OP_OR | FUTEX_OP_OPARG_SHIFT, 4, FUTEX_OP_CMP_GE, 0));
	note("  %u", other);
	T("what", futex, &word, FUTEX_WAKE_OP_PRIVATE, 1, 0, &other, 0x70000000);
	T("bad", futex, &word, FUTEX_WAKE_OP_PRIVATE, 1, 0, BAD, 0);
	S(futex, &other, FUTEX_WAKE_PRIVATE, 9, 0, 0, 0);
	for (int i = 0; i < 4; i++) pthread_join(threads[i], 0);
}
CASE(shared_between_processes) {
	uint32_t *shared = (uint32_t *)S(mmap, 0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	long pid = S(fork);
	if (pid == 0) {
		long result = S(futex, shared, FUTEX_WAIT, 0, 0, 0, 0);
		note("  woken: %ld %u", result, *shared);
		S(exit_group, 0);
	}
	asleep(pid);
	*shared = 7;
	long woken = S(futex, shared, FUTEX_WAKE, 1, 0, 0, 0);
	S(wait4, pid, 0, 0, 0);
	note("  woke %ld", woken);
}
CASE(handed_over) {
	T("lock", futex, &word, FUTEX_LOCK_PI_PRIVATE, 0, 0, 0, 0);
	note("  mine %d", word == (uint32_t)S(gettid));
	T("again", futex, &word, FUTEX_LOCK_PI_PRIVATE, 0, 0, 0, 0);
	T("try", futex, &word, FUTEX_TRYLOCK_PI_PRIVATE, 0, 0, 0, 0);
	T("unlock", futex, &word, FUTEX_UNLOCK_PI_PRIVATE, 0, 0, 0, 0);
	T("not mine", futex, &word, FUTEX_UNLOCK_PI_PRIVATE, 0, 0, 0, 0);
	word = 4000000;
	T("nobody's", futex, &word, FUTEX_LOCK_PI_PRIVATE, 0, 0, 0, 0);
}
CASE(any_of) {
	struct {
		uint64_t value, address;
		uint32_t flags, reserved;
	} two[2] = {{0, (uintptr_t)&words[0], 130, 0}, {0, (uintptr_t)&words[1], 130, 0}};
	struct timespec soon = until(CLOCK_MONOTONIC, 5);
	T("in time", futex_waitv, two, 2, 0, &soon, CLOCK_MONOTONIC);
	T("clock", futex_waitv, two, 2, 0, &soon, 9);
	T("flags", futex_waitv, two, 2, 1, 0, 0);
	T("none", futex_waitv, two, 0, 0, 0, 0);
	T("too many", futex_waitv, two, 129, 0, 0, 0);
	T("bad", futex_waitv, BAD, 2, 0, 0, 0);
	two[1].value = 3;
	T("another value", futex_waitv, two, 2, 0, 0, 0);
	two[1].flags = 128;
	T("size", futex_waitv, two, 2, 0, 0, 0);
}
struct entry {
	struct robust_list list;
	uint32_t word;
};
CASE(robust_lists) {
	void *head = 0;
	size_t size = 0;
	TOK("own", get_robust_list, 0, &head, &size);
	note("  %zu", size);
	T("no such", get_robust_list, 4000000, &head, &size);
	T("bad", get_robust_list, 0, BAD, &size);
	T("size", set_robust_list, head, 12);
	struct entry *entry = (struct entry *)S(mmap, 0, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	long pid = S(fork);
	if (pid == 0) {
		static struct robust_list_head mine;
		mine.list.next = &entry->list;
		mine.futex_offset = offsetof(struct entry, word);
		entry->list.next = &mine.list;
		entry->word = S(gettid);
		T("set", set_robust_list, &mine, sizeof mine);
		S(exit_group, 0);
	}
	S(wait4, pid, 0, 0, 0);
	note("  left with %x and its owner %d", entry->word & 0xc0000000, (entry->word & FUTEX_TID_MASK) == (uint32_t)pid);
}
CASE(sequences) {
	static char area[64] __attribute__((aligned(32)));
	long pid = S(fork);
	if (pid == 0) {
		T("size", rseq, area, 4, 0, 1);
		T("flags", rseq, area, 32, 7, 1);
		T("not aligned", rseq, area + 1, 32, 0, 1);
		S(exit_group, 0);
	}
	S(wait4, pid, 0, 0, 0);
}
