// The address space: mmap and its family, shared mappings of files and of anonymous memory, what lies behind the end of a file.
#include "case.h"
#include <setjmp.h>

#define PAGES(n) ((n) * 4096l)
#define RW (PROT_READ | PROT_WRITE)
#define ANON (MAP_PRIVATE | MAP_ANONYMOUS)

static sigjmp_buf back;
static volatile int fault_signal, fault_code;
static void *volatile fault_address;
static void on_fault(int number, siginfo_t *info, void *context) {
	fault_signal = number;
	fault_code = info->si_code;
	fault_address = info->si_addr;
	siglongjmp(back, 1);
}
static void catch_faults(void) {
	struct sigaction action = {.sa_sigaction = on_fault, .sa_flags = SA_SIGINFO};
	sigaction(SIGSEGV, &action, 0);
	sigaction(SIGBUS, &action, 0);
}
static void look(const char *title, volatile char *at) {
	if (sigsetjmp(back, 1) == 0) note("  %s: %d", title, *at);
	else note("  %s: signal %d code %d at it %d", title, fault_signal, fault_code, fault_address == at);
}
static void poke(const char *title, volatile char *at, char value) {
	if (sigsetjmp(back, 1) == 0) {
		*at = value;
		note("  %s: %d", title, *at);
	} else note("  %s: signal %d code %d at it %d", title, fault_signal, fault_code, fault_address == at);
}
static char *map(long length, int prot, int flags, long fd, long offset) {
	return (char *)S(mmap, 0, length, prot, flags, fd, offset);
}

CASE(mmap_errors) {
	put_file("f", "0123456789");
	long rw = S(open, "f", O_RDWR), rd = S(open, "f", O_RDONLY), wr = S(open, "f", O_WRONLY), path = S(open, "f", O_PATH);
	int p[2];
	S(pipe2, p, 0);
	T("no length", mmap, 0, 0, RW, ANON, -1, 0);
	T("neither shared nor private", mmap, 0, 4096, RW, MAP_ANONYMOUS, -1, 0);
	T("no such kind", mmap, 0, 4096, RW, MAP_ANONYMOUS | 4, -1, 0);
	T("an odd offset", mmap, 0, 4096, RW, MAP_PRIVATE, rw, 100);
	T("not open", mmap, 0, 4096, RW, MAP_PRIVATE, 99, 0);
	T("a pipe", mmap, 0, 4096, RW, MAP_PRIVATE, p[0], 0);
	T("a directory", mmap, 0, 4096, PROT_READ, MAP_PRIVATE, S(open, ".", O_RDONLY), 0);
	T("O_PATH", mmap, 0, 4096, PROT_READ, MAP_PRIVATE, path, 0);
	T("for writing only", mmap, 0, 4096, PROT_READ, MAP_PRIVATE, wr, 0);
	T("shared, for reading only", mmap, 0, 4096, RW, MAP_SHARED, rd, 0);
	TOK("private, for reading only", mmap, 0, 4096, RW, MAP_PRIVATE, rd, 0);
	TOK("shared to read", mmap, 0, 4096, PROT_READ, MAP_SHARED, rd, 0);
	T("at an odd address", mmap, 0x12345, 4096, RW, ANON | MAP_FIXED, -1, 0);
	TOK("unknown flags, validated", mmap, 0, 4096, RW, MAP_SHARED_VALIDATE | 0x4000000, rw, 0);
	char *a = map(PAGES(3), RW, ANON, -1, 0);
	T("where something is", mmap, a + 4096, 4096, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0);
	S(munmap, a + 4096, 4096);
	note("  where nothing is: %d", map(0, 0, 0, 0, 0) < 0 && (char *)S(mmap, a + 4096, 4096, RW, ANON | MAP_FIXED_NOREPLACE, -1, 0) == a + 4096);
	note("  a hint: %d", (S(munmap, a, PAGES(3)), (char *)S(mmap, a, 4096, RW, ANON, -1, 0) == a));
	TOK("/dev/zero", mmap, 0, 4096, RW, MAP_PRIVATE, S(open, "/dev/zero", O_RDWR), 0);
	T("/dev/null", mmap, 0, 4096, RW, MAP_PRIVATE, S(open, "/dev/null", O_RDWR), 0);
	T("not aligned", munmap, a + 1, 4096);
	T("no length", munmap, a, 0);
	T("nothing there", munmap, a, 4096);
	T("nothing there again", munmap, a, 4096);
	become_nobody();
	T("page 0", mmap, 0, 4096, RW, ANON | MAP_FIXED, -1, 0);
}
CASE(mmap_private) {
	put_file("f", "0123456789");
	long fd = S(open, "f", O_RDWR);
	catch_faults();
	char *a = map(PAGES(2), RW, MAP_PRIVATE, fd, 0);
	note("  %.10s then %d", a, a[10]);
	a[0] = 'X';
	show_file("the file stays", "f");
	look("behind the end of its page", a + 4095);
	look("behind the end", a + 4096);
	T("read into what is behind the end", read, fd, a + 4096, 1);
	S(munmap, a, PAGES(2));
	look("unmapped", a);
	char *z = map(4096, RW, ANON, -1, 0);
	note("  zeros %d", z[0] == 0 && z[4095] == 0);
	char *n = map(4096, PROT_NONE, ANON, -1, 0);
	look("PROT_NONE", n);
	char *r = map(4096, PROT_READ, ANON, -1, 0);
	poke("PROT_READ", r, 1);
}
CASE(protection) {
	catch_faults();
	char *a = map(PAGES(3), RW, ANON, -1, 0);
	T("to read", mprotect, a + 4096, 4096, PROT_READ);
	poke("before", a, 1);
	poke("it", a + 4096, 2);
	poke("after", a + 8192, 3);
	T("none", mprotect, a, 4096, PROT_NONE);
	look("none", a);
	T("back", mprotect, a, PAGES(3), RW);
	look("its content stays", a);
	T("not aligned", mprotect, a + 1, 4096, RW);
	T("no length", mprotect, a, 0, RW);
	T("unmapped", mprotect, a + PAGES(100), 4096, RW);
	S(munmap, a + 4096, 4096);
	T("with a hole", mprotect, a, PAGES(3), PROT_READ);
	T("no such protection", mprotect, a, 4096, 0x100);
	put_file("f", "0123456789");
	char *f = map(4096, PROT_READ, MAP_SHARED, S(open, "f", O_RDONLY), 0);
	T("a file open for reading", mprotect, f, 4096, RW);
	char *g = map(4096, PROT_READ, MAP_SHARED, S(open, "f", O_RDWR), 0);
	T("a file open for both", mprotect, g, 4096, RW);
	poke("it", g, 'X');
	show_file("content", "f");
}
CASE(shared_file) {
	char b[16] = "";
	put_file("f", "0123456789");
	long fd = S(open, "f", O_RDWR);
	char *a = map(4096, RW, MAP_SHARED, fd, 0), *c = map(4096, PROT_READ, MAP_SHARED, fd, 0);
	a[1] = 'A';
	T("read sees the mapping", pread64, fd, b, 10, 0);
	note("  %s", b);
	note("  the other mapping too: %.10s", c);
	T("write", pwrite64, fd, "BB", 2, 3);
	note("  the mapping sees it: %.10s", a);
	a[5] = 'C';
	T("append", pwrite64, fd, "xyz", 3, 10);
	note("  %.13s", a);
	show_file("file", "f");
	a[20] = 'Q';
	show_file("behind the end is not written", "f");
	T("shorter", ftruncate, fd, 4);
	note("  %.4s then %d", a, a[4]);
	T("longer", ftruncate, fd, 8);
	note("  %.4s then %d %d", a, a[4], a[20]);
	T("into the mapping from the file", pread64, fd, a + 4, 3, 0);
	show_file("file", "f");
	T("read from another file", pwrite64, S(open, "g", O_CREAT | O_RDWR, 0644), a, 8, 0);
	show_file("copy", "g");
	struct stat st;
	T("synchronously", msync, a, 4096, MS_SYNC);
	T("asynchronously", msync, a, 4096, MS_ASYNC);
	T("both", msync, a, 4096, MS_ASYNC | MS_SYNC);
	T("unknown flags", msync, a, 4096, 8);
	T("not aligned", msync, a + 1, 4096, MS_SYNC);
	T("unmapped", msync, a + PAGES(1000), 4096, MS_SYNC);
	T("private", msync, map(4096, RW, ANON, -1, 0), 4096, MS_SYNC | MS_INVALIDATE);
}
CASE(behind_the_end) {
	put_file("f", "0123456789");
	long fd = S(open, "f", O_RDWR);
	catch_faults();
	S(ftruncate, fd, PAGES(3));
	char *a = map(PAGES(4), RW, MAP_SHARED, fd, 0);
	poke("the third page", a + PAGES(2), 3);
	look("the fourth", a + PAGES(3));
	poke("to write", a + PAGES(3), 1);
	S(ftruncate, fd, 5000);
	look("the second page", a + 4096);
	look("the third is gone", a + PAGES(2));
	S(ftruncate, fd, PAGES(4));
	look("the third is new", a + PAGES(2));
	poke("the fourth is there", a + PAGES(3), 4);
	char *p = map(PAGES(2), RW, MAP_PRIVATE, fd, PAGES(3));
	look("private", p);
	look("private, behind", p + 4096);
	S(ftruncate, fd, PAGES(5));
	look("private, grown", p + 4096);
	long n = S(pread64, fd, a + PAGES(10), 10, 0);
	note("  read into nothing: %s", error_name(n));
	S(truncate, "f", 0);
	T("write from what is gone", write, 1, a, 1);
	look("all gone", a);
	S(close, S(open, "f", O_WRONLY | O_TRUNC));
	look("still", a);
}
static char *common;
static int child_writes(void) {
	common[0]++;
	common[5000] = 'c';
	return 0;
}
CASE(shared_anonymous) {
	common = map(PAGES(3), RW, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	common[0] = 1;
	in_child(child_writes);
	in_child(child_writes);
	note("  %d %c", common[0], common[5000]);
	long pid = S(fork);
	if (pid == 0) {
		while (((volatile char *)common)[1] != 7) S(sched_yield);
		((volatile char *)common)[2] = 9;
		S(exit_group, 0);
	}
	((volatile char *)common)[1] = 7;
	while (((volatile char *)common)[2] != 9) S(sched_yield);
	S(wait4, pid, 0, 0, 0);
	note("  to and fro %d %d", common[1], common[2]);
	char *p = map(4096, RW, ANON, -1, 0);
	p[0] = 5;
	common = p;
	in_child(child_writes);
	note("  private %d", p[0]);
}
static int child_maps(void) {
	long fd = S(open, "f", O_RDWR);
	char *m = map(PAGES(2), RW, MAP_SHARED, fd, 4096);
	note("  child sees %c at 4096, %c at 8192", m[0], m[4096]);
	m[1] = 'k';
	m[4097] = 'l';
	return 0;
}
CASE(shared_between) {
	long fd = S(open, "f", O_CREAT | O_RDWR, 0644);
	S(ftruncate, fd, PAGES(4));
	char *a = map(PAGES(4), RW, MAP_SHARED, fd, 0);
	a[4096] = 'x';
	a[8192] = 'y';
	in_child(child_maps);
	note("  %c %c", a[4097], a[8193]);
	char b[2];
	S(pread64, fd, b, 1, 8193);
	note("  file %c", b[0]);
	S(munmap, a, PAGES(4));
	S(pread64, fd, b, 1, 4096);
	note("  file %c", b[0]);
	char *t = map(8192, RW, MAP_SHARED, fd, 0), *u = (char *)S(mmap, 0, 4096, RW, MAP_SHARED | MAP_POPULATE, fd, 4096);
	t[4096] = 'z';
	S(getpid);
	note("  the same page twice %c", u[0]);
}
CASE(remaps) {
	catch_faults();
	char *a = map(PAGES(4), RW, ANON, -1, 0);
	for (int i = 0; i < 4; i++) a[PAGES(i)] = 'a' + i;
	S(munmap, a + PAGES(3), 4096);
	note("  shorter in place %d", (char *)S(mremap, a, PAGES(3), PAGES(2), 0, 0) == a);
	look("gone", a + PAGES(2));
	note("  longer in place %d", (char *)S(mremap, a, PAGES(2), PAGES(3), 0, 0) == a);
	look("new", a + PAGES(2));
	char *block = (char *)S(mmap, a + PAGES(3), 4096, RW, ANON | MAP_FIXED, -1, 0);
	S(mprotect, block, 4096, PROT_READ);
	T("no room", mremap, a, PAGES(3), PAGES(5), 0, 0);
	char *b = (char *)TOK("moved", mremap, a, PAGES(3), PAGES(6), MREMAP_MAYMOVE, 0);
	note("  %d content %c%c", b != a, b[0], b[4096]);
	look("the old place", a);
	look("the new end", b + PAGES(5));
	char *c = map(PAGES(6), PROT_NONE, ANON, -1, 0);
	note("  onto another %d", (char *)S(mremap, b, PAGES(6), PAGES(6), MREMAP_MAYMOVE | MREMAP_FIXED, c) == c);
	note("  content %c%c", c[0], c[4096]);
	T("fixed without moving", mremap, c, PAGES(6), PAGES(6), MREMAP_FIXED, b);
	T("overlapping", mremap, c, PAGES(6), PAGES(6), MREMAP_MAYMOVE | MREMAP_FIXED, c + 4096);
	T("odd address", mremap, c + 1, 4096, 4096, MREMAP_MAYMOVE, 0);
	T("odd target", mremap, c, 4096, 4096, MREMAP_MAYMOVE | MREMAP_FIXED, b + 1);
	T("no length", mremap, c, 4096, 0, MREMAP_MAYMOVE, 0);
	T("unknown flags", mremap, c, 4096, 4096, 16, 0);
	T("unmapped", mremap, b, 4096, PAGES(2), MREMAP_MAYMOVE, 0);
	T("private twice", mremap, c, 0, 4096, MREMAP_MAYMOVE, 0);
	char *d = (char *)S(mremap, c, 4096, 4096, MREMAP_MAYMOVE | 4, 0);
	note("  kept: content %c, the old place %d", d[0], c[0]);
	long fd = S(open, "f", O_CREAT | O_RDWR, 0644);
	S(ftruncate, fd, PAGES(3));
	char *s = map(PAGES(2), RW, MAP_SHARED, fd, 0);
	s[0] = 'S';
	char *t = (char *)TOK("shared twice", mremap, s, 0, PAGES(2), MREMAP_MAYMOVE, 0);
	S(getpid);
	note("  %c", t[0]);
	char *u = (char *)S(mremap, s, PAGES(2), PAGES(3), MREMAP_MAYMOVE, 0);
	u[PAGES(2)] = 'U';
	char b1[2] = "";
	S(pread64, fd, b1, 1, PAGES(2));
	note("  shared, longer: %s", b1);
}
CASE(advices) {
	char *a = map(PAGES(2), RW, ANON, -1, 0);
	a[0] = 1;
	a[4096] = 2;
	T("not needed", madvise, a, 4096, MADV_DONTNEED);
	note("  %d %d", a[0], a[4096]);
	for (int advice = 0; advice <= 3; advice++) T("of the first kinds", madvise, a, 4096, advice);
	T("free", madvise, a, 4096, 8);
	T("merge", madvise, a, 4096, 16);
	T("huge", madvise, a, 4096, 14);
	T("populate to read", madvise, a, 4096, 22);
	T("populate to write", madvise, a, 4096, 23);
	T("unknown", madvise, a, 4096, 99);
	T("not aligned", madvise, a + 1, 4096, 0);
	T("no length", madvise, a, 0, 0);
	T("unmapped", madvise, a + PAGES(1000), 4096, MADV_DONTNEED);
	T("remove what is private", madvise, a, 4096, MADV_REMOVE);
	put_file("f", "0123456789");
	long fd = S(open, "f", O_RDWR);
	char *p = map(4096, RW, MAP_PRIVATE, fd, 0), *s = map(4096, RW, MAP_SHARED, fd, 0);
	p[0] = 'X';
	s[1] = 'Y';
	T("private, of a file", madvise, p, 4096, MADV_DONTNEED);
	T("shared", madvise, s, 4096, MADV_DONTNEED);
	note("  %.3s %.3s", p, s);
	T("remove", madvise, s, 4096, MADV_REMOVE);
	show_file("content", "f");
}
CASE(residence) {
	unsigned char v[4] = "";
	char *a = map(PAGES(3), RW, ANON, -1, 0);
	memset(a, 1, PAGES(3));
	T("touched", mincore, a, PAGES(3), v);
	note("  %d%d%d", v[0] & 1, v[1] & 1, v[2] & 1);
	T("not aligned", mincore, a + 1, 4096, v);
	T("to nowhere", mincore, a, 4096, BAD);
	S(munmap, a + PAGES(2), 4096);
	T("unmapped", mincore, a, PAGES(3), v);
	T("no length", mincore, a, 0, v);
	T("mlock", mlock, a, PAGES(2));
	T("with a hole", mlock, a, PAGES(3));
	T("mlock2", mlock2, a, 4096, 1);
	T("unknown flags", mlock2, a, 4096, 2);
	T("munlock", munlock, a, PAGES(2));
	T("with a hole", munlock, a, PAGES(3));
	T("no flags", mlockall, 0);
	T("on fault alone", mlockall, 4);
	T("unknown flags", mlockall, 8);
	T("current", mlockall, MCL_CURRENT);
	T("all", munlockall);
	struct rlimit none = {0, 0}, one = {4096, 4096};
	S(setrlimit, RLIMIT_MEMLOCK, &one);
	become_nobody();
	T("one page of one", mlock, a, 4096);
	T("two pages of one", mlock, a, PAGES(2));
	S(munlock, a, 4096);
	S(setrlimit, RLIMIT_MEMLOCK, &none);
	T("none may be", mlock, a, 4096);
	T("none may be", mlockall, MCL_CURRENT);
}
CASE(heap) {
	long start = S(brk, 0);
	note("  more %d", S(brk, start + 10000) == start + 10000);
	((char *)start)[9999] = 5;
	note("  less %d", S(brk, start + 100) == start + 100);
	note("  below the beginning stays %d", S(brk, 4096) == start + 100);
	note("  new pages are zero %d", (S(brk, start + 20000), ((char *)start)[9999]));
	TOK("anything", brk, 0);
	struct rlimit limit = {100000, 100000};
	S(setrlimit, RLIMIT_DATA, &limit);
	note("  beyond the limit stays %d", S(brk, start + (64 << 20)) == start + 20000);
}
CASE(kernel_writes) {
	put_file("f", "0123456789");
	long fd = S(open, "f", O_RDWR);
	char *a = map(4096, RW, MAP_SHARED, fd, 0), b[16] = "";
	int p[2];
	S(pipe2, p, 0);
	S(write, p[1], "pipe", 4);
	T("a call writes into a clean page", read, p[0], a + 2, 4);
	T("the file has it", pread64, fd, b, 10, 0);
	note("  %s", b);
	char *r = map(4096, PROT_READ, MAP_SHARED, fd, 0);
	S(write, p[1], "pipe", 4);
	T("not into a page to read", read, p[0], r, 4);
	S(munmap, a, 4096);
	T("sendfile", sendfile, p[1], fd, 0, 10);
}

static long locked(void) {
	char text[4096];
	int fd = open("/proc/self/status", O_RDONLY);
	long got = read(fd, text, sizeof text - 1);
	close(fd);
	text[got > 0 ? got : 0] = 0;
	char *line = strstr(text, "VmLck:");
	return line ? atol(line + 6) : -1;
}
CASE(locked_pages) {
	long a = S(mmap, 0, PAGES(8), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	unsigned char v[8];
	S(mincore, a, PAGES(8), v);
	note("nobody touched it: %d %d", v[0] & 1, v[7] & 1);
	T("two", mlock, a, PAGES(2));
	note("  kB %ld", locked());
	T("again", mlock, a, PAGES(3));
	note("  kB %ld", locked());
	T("the middle", munlock, a + PAGES(1), PAGES(1));
	note("  kB %ld", locked());
	S(mincore, a, PAGES(8), v);
	note("  in memory: %d %d", v[0] & 1, v[7] & 1);
	T("dropped", madvise, a, PAGES(1), MADV_DONTNEED);
	T("free", madvise, a, PAGES(1), 8);
	T("cold", madvise, a, PAGES(1), 20);
	T("page out", madvise, a, PAGES(1), 21);
	T("dropped all the same", madvise, a, PAGES(1), 24);
	T("invalidated", msync, a, PAGES(1), MS_INVALIDATE);
	T("on fault", mlock2, a + PAGES(4), PAGES(1), 1);
	note("  kB %ld", locked());
	T("gone with the mapping", munmap, a, PAGES(8));
	note("  kB %ld", locked());
	a = S(mmap, 0, PAGES(4), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_LOCKED, -1, 0);
	note("MAP_LOCKED: kB %ld", locked());
	pid_t child = fork();
	if (child == 0) {
		note("in a child: kB %ld", locked());
		fflush(stdout);
		_exit(0);
	}
	waitpid(child, 0, 0);
	T("none", munlockall);
	note("  kB %ld", locked());
	T("what comes", mlockall, MCL_FUTURE);
	note("  kB %ld", locked());
	S(mmap, 0, PAGES(4), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	note("  kB %ld", locked());
}
CASE(advice_for_children) {
	long a = S(mmap, 0, PAGES(4), PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	long s = S(mmap, 0, PAGES(1), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	int fd = open("f", O_RDWR | O_CREAT, 0600);
	ftruncate(fd, PAGES(1));
	long p = S(mmap, 0, PAGES(1), PROT_READ | PROT_WRITE, MAP_PRIVATE, fd, 0);
	memset((void *)a, 7, PAGES(4));
	T("wiped", madvise, a, PAGES(1), 18);
	T("gone", madvise, a + PAGES(2), PAGES(1), MADV_DONTFORK);
	T("wiped and kept", madvise, a + PAGES(3), PAGES(1), 18);
	T("wiped and kept", madvise, a + PAGES(3), PAGES(1), 19);
	T("shared", madvise, s, PAGES(1), 18);
	T("of a file", madvise, p, PAGES(1), 18);
	T("free, of a file", madvise, p, PAGES(1), 8);
	T("removed, of a file", madvise, p, PAGES(1), MADV_REMOVE);
	pid_t child = fork();
	if (child == 0) {
		char *bytes = (char *)a;
		unsigned char v;
		note("  child: %d %d %d", bytes[0], bytes[PAGES(1)], bytes[PAGES(3)]);
		T("in the child", mincore, a + PAGES(2), PAGES(1), &v);
		fflush(stdout);
		_exit(0);
	}
	waitpid(child, 0, 0);
	note("  parent: %d %d", ((char *)a)[0], ((char *)a)[PAGES(2)]);
}
CASE(validated_flags) {
	int fd = open("f", O_RDWR | O_CREAT, 0600);
	ftruncate(fd, PAGES(1));
	TOK("known", mmap, 0, PAGES(1), PROT_READ, 3, fd, 0);
	TOK("above 4 GiB", mmap, 0, PAGES(1), PROT_READ, 3 | 0x80, fd, 0);
	T("unknown", mmap, 0, PAGES(1), PROT_READ, 3 | (1 << 21), fd, 0);
	T("sync", mmap, 0, PAGES(1), PROT_READ, 3 | 0x80000, fd, 0);
	T("anonymous", mmap, 0, PAGES(1), PROT_READ, 3 | MAP_ANONYMOUS, -1, 0);
}
