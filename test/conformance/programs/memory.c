// Mappings: what is shared, what is private, what faults, what errors (man 2 mmap, mprotect, mremap, brk, madvise).
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

static sigjmp_buf jump;
static void caught(int sig) { siglongjmp(jump, sig); }
static int writes(volatile char *at) { if (sigsetjmp(jump, 1)) return 0; *at = 1; return 1; }
static int reads(volatile char *at) { if (sigsetjmp(jump, 1)) return 0; (void)*at; return 1; }
static const char *result(void *at) { return at == MAP_FAILED ? strerror(errno) : "ok"; }
static int deep(int n) { volatile char frame[4096]; frame[0] = n; return n ? deep(n - 1) + frame[0] - n : 0; }

int main(void) {
	signal(SIGSEGV, caught);
	signal(SIGBUS, caught);
	char *a = mmap(NULL, 3 * 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	printf("zeroed %d aligned %d\n", a[0] == 0 && a[12287] == 0, ((unsigned long)a & 4095) == 0);
	a[0] = 'x';
	mprotect(a + 4096, 4096, PROT_READ);
	printf("writes %d %d %d reads %d\n", writes(a), writes(a + 4096), writes(a + 8192), reads(a + 4096));
	mprotect(a + 4096, 4096, PROT_NONE);
	printf("none: reads %d\n", reads(a + 4096));
	munmap(a + 4096, 4096);
	printf("unmapped: reads %d before %d after %d\n", reads(a + 4096), reads(a), reads(a + 8192));
	printf("mprotect of a hole %d %s\n", mprotect(a, 3 * 4096, PROT_READ), strerror(errno));
	printf("fixed %d\n", mmap(a + 4096, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) == a + 4096);
	printf("noreplace %s\n", result(mmap(a, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0)));
	printf("errors %s", result(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)));
	printf(", %s", result(mmap(NULL, 4096, PROT_READ, MAP_ANONYMOUS, -1, 0)));
	printf(", %s", result(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, 99, 0)));
	printf(", %s\n", result(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 5)));
	printf("munmap %d %s\n", munmap(a + 1, 4096), strerror(errno));
	// Files.
	int fd = open("file", O_RDWR | O_CREAT | O_TRUNC, 0600);
	if (write(fd, "hello world", 11) != 11) return 1;
	char *private = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	private[0] = 'J';
	char *shared = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	printf("%.11s %.11s tail %d\n", private, shared, shared[11]);
	memcpy(shared + 6, "SHARE", 5);
	msync(shared, 4096, MS_SYNC);
	char text[16] = {0};
	if (pread(fd, text, 11, 0) != 11) return 1;
	printf("file %s private %.5s\n", text, private);
	int ro = open("file", O_RDONLY);
	printf("shared write of a read-only file: %s\n", result(mmap(NULL, 4096, PROT_WRITE, MAP_SHARED, ro, 0)));
	munmap(shared, 4096);
	// Shared across fork.
	volatile int *counter = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int mine = 1;
	*counter = 1;
	if (fork() == 0) {
		*counter += 41;
		mine = 99;
		_exit(0);
	}
	wait(NULL);
	printf("shared %d private %d\n", *counter, mine);
	for (int i = 0; i < 3; i++) if (fork() == 0) { for (int j = 0; j < 1000; j++) __sync_fetch_and_add(counter, 1); _exit(0); }
	while (wait(NULL) > 0) {}
	printf("added %d\n", *counter);
	// mremap.
	char *m = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	strcpy(m, "moved");
	m = mremap(m, 4096, 1 << 20, MREMAP_MAYMOVE);
	printf("mremap %s %d %d\n", m, m[(1 << 20) - 1], writes(m + (1 << 20) - 1));
	m = mremap(m, 1 << 20, 4096, 0);
	printf("shrunk %s %d\n", m, reads(m + 8192));
	// madvise.
	m[0] = 'q';
	madvise(m, 4096, MADV_DONTNEED);
	printf("dontneed %d\n", m[0]);
	// The heap.
	char *end = sbrk(0);
	sbrk(100000);
	end[99999] = 7;
	printf("brk %d %d\n", end[99999], (char *)sbrk(0) - end == 100000);
	sbrk(-100000);
	char *big = malloc(5 << 20);
	memset(big, 1, 5 << 20);
	printf("malloc %d\n", big[(5 << 20) - 1]);
	big = realloc(big, 9 << 20);
	printf("realloc %d\n", big[(5 << 20) - 1]);
	free(big);
	// The stack grows by itself, as far as the limit goes.
	printf("deep %d\n", deep(1000));
	struct rlimit limit;
	getrlimit(RLIMIT_STACK, &limit);
	printf("stack limit %lu\n", (unsigned long)limit.rlim_cur >> 20);
	// RLIMIT_AS.
	struct rlimit small = {64 << 20, RLIM_INFINITY};
	setrlimit(RLIMIT_AS, &small);
	printf("over the limit: %s\n", result(mmap(NULL, 100 << 20, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)));
	// The kernel checks addresses too.
	printf("write from nowhere %zd %s\n", write(1, (void *)8, 4), strerror(errno));
	printf("read into a constant %zd %s\n", read(ro, (void *)main, 4), strerror(errno));
	return 0;
}
