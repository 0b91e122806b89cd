// Pipes, FIFOs, splice and its family.
#include "case.h"

static int p[2];
static void fill(long fd) {
	char page[4096];
	memset(page, 'x', sizeof page);
	long total = 0, n;
	while ((n = S(write, fd, page, sizeof page)) > 0) total += n;
	note("  filled with %ld, then %s", total, error_name(n));
}
CASE(pipe_makes) {
	char b[16] = "";
	T("plain", pipe, p);
	note("  %d %d", p[0], p[1]);
	T("to nowhere", pipe, BAD);
	T("flags", pipe2, p, O_CLOEXEC | O_NONBLOCK);
	T("flag", fcntl, p[0], F_GETFD);
	T("reading", fcntl, p[0], F_GETFL);
	T("writing", fcntl, p[1], F_GETFL);
	T("unknown flags", pipe2, p, O_APPEND);
	T("to nowhere", pipe2, BAD, 0);
	T("write into the reader", write, p[0], b, 1);
	T("read from the writer", read, p[1], b, 1);
	T("empty", read, p[0], b, 1);
	S(write, p[1], "abc", 3);
	S(write, p[1], "def", 3);
	T("together", read, p[0], b, 16);
	note("  %s", b);
	fill(p[1]);
	T("one page read", read, p[0], (char[4096]){}, 4096);
	T("one page more", write, p[1], (char[5000]){}, 5000);
	S(close, p[1]);
	long total = 0, n;
	static char all[70000];
	while ((n = S(read, p[0], all, sizeof all)) > 0) total += n;
	note("  read %ld, then %ld", total, n);
	struct rlimit limit = {6, 6};
	S(setrlimit, RLIMIT_NOFILE, &limit);
	T("too many descriptors", pipe, p);
	struct stat st;
	T("a pipe", fstat, 3, &st);
	note("  %o links %ld size %ld blksize %ld", st.st_mode, (long)st.st_nlink, (long)st.st_size, (long)st.st_blksize);
}
CASE(pipe_size) {
	S(pipe2, p, O_NONBLOCK);
	T("size", fcntl, p[0], F_GETPIPE_SZ);
	T("5000", fcntl, p[0], F_SETPIPE_SZ, 5000);
	fill(p[1]);
	T("less than there is", fcntl, p[0], F_SETPIPE_SZ, 4096);
	T("0", fcntl, p[0], F_SETPIPE_SZ, 0);
	T("negative", fcntl, p[0], F_SETPIPE_SZ, -1);
	T("1 MiB", fcntl, p[0], F_SETPIPE_SZ, 1 << 20);
	T("size", fcntl, p[1], F_GETPIPE_SZ);
	T("no pipe", fcntl, 0, F_GETPIPE_SZ);
	T("no pipe", fcntl, 0, F_SETPIPE_SZ, 4096);
	become_nobody();
	T("2 MiB", fcntl, p[0], F_SETPIPE_SZ, 2 << 20);
}
CASE(pipe_packets) {
	char b[16] = "";
	T("packets", pipe2, p, O_DIRECT | O_NONBLOCK);
	T("mode", fcntl, p[1], F_GETFL);
	S(write, p[1], "abc", 3);
	S(write, p[1], "defgh", 5);
	S(write, p[1], "ij", 2);
	T("one packet", read, p[0], b, 16);
	T("part of a packet", read, p[0], b, 2);
	note("  %.2s", b);
	T("the next packet", read, p[0], b, 16);
	note("  %.2s", b);
	T("none", read, p[0], b, 16);
	T("empty packet", write, p[1], b, 0);
	T("none", read, p[0], b, 16);
	static char large[10000];
	T("three packets", write, p[1], large, 10000);
	T("first", read, p[0], large, 10000);
	T("second", read, p[0], large, 10000);
	T("third", read, p[0], large, 10000);
	T("not any more", fcntl, p[1], F_SETFL, O_NONBLOCK);
	S(write, p[1], "abc", 3);
	S(write, p[1], "def", 3);
	T("a stream", read, p[0], b, 16);
	T("again", fcntl, p[1], F_SETFL, O_NONBLOCK | O_DIRECT);
	T("mode", fcntl, p[1], F_GETFL);
}
CASE(fifo_opens) {
	char b[16];
	T("fifo", mknod, "f", S_IFIFO | 0644, 0);
	T("to write, without readers", open, "f", O_WRONLY | O_NONBLOCK);
	long r = T("to read", open, "f", O_RDONLY | O_NONBLOCK);
	T("no writer yet", read, r, b, 16);
	long w = T("to write", open, "f", O_WRONLY | O_NONBLOCK);
	T("empty", read, r, b, 16);
	S(write, w, "abc", 3);
	T("bytes", read, r, b, 16);
	long rw = T("both", open, "f", O_RDWR);
	S(close, w);
	S(close, rw);
	T("no writer", read, r, b, 16);
	struct pollfd poll = {r, POLLIN};
	T("hung up", poll, &poll, 1, 0);
	note("  %#x", poll.revents);
	S(close, r);
	if (S(fork) == 0) {
		sleep_ms(20);
		long w = S(open, "f", O_WRONLY);
		S(write, w, "late", 4);
		S(exit_group, 0);
	}
	r = T("waits for a writer", open, "f", O_RDONLY);
	T("bytes", read, r, b, 16);
	struct stat st;
	T("a fifo", fstat, r, &st);
	note("  %o size %ld", st.st_mode, (long)st.st_size);
	T("seek", lseek, r, 0, 0);
}
CASE(splice_pipes) {
	char b[32] = "";
	put_file("f", "0123456789");
	long file = S(open, "f", O_RDWR);
	int q[2];
	S(pipe2, p, O_NONBLOCK);
	S(pipe2, q, O_NONBLOCK);
	T("file to pipe", splice, file, 0, p[1], 0, 4, 0);
	T("position", lseek, file, 0, SEEK_CUR);
	long at = 6;
	T("at 6", splice, file, &at, p[1], 0, 100, 0);
	note("  offset %ld", at);
	T("pipe to pipe", splice, p[0], 0, q[1], 0, 5, 0);
	T("read", read, q[0], b, 32);
	note("  %s", b);
	long out = S(open, "out", O_CREAT | O_RDWR, 0644);
	T("pipe to file", splice, p[0], 0, out, 0, 100, 0);
	show_file("content", "out");
	T("empty", splice, p[0], 0, out, 0, 100, SPLICE_F_NONBLOCK);
	T("end of file", splice, file, (at = 50, &at), p[1], 0, 5, 0);
	T("offset of a pipe", splice, p[0], &at, out, 0, 5, 0);
	T("offset of the other", splice, file, 0, p[1], &at, 5, 0);
	T("no pipe", splice, file, 0, out, 0, 5, 0);
	T("a pipe into itself", splice, p[0], 0, p[1], 0, 5, 0);
	T("not open", splice, 99, 0, p[1], 0, 5, 0);
	T("into what is not open", splice, file, 0, 99, 0, 5, 0);
	T("wrong end", splice, file, 0, p[0], 0, 5, 0);
	T("unknown flags", splice, file, 0, p[1], 0, 5, 0x100);
	T("nothing", splice, file, 0, p[1], 0, 0, 0);
	T("negative offset", splice, file, (at = -1, &at), p[1], 0, 5, 0);
	T("offset from nowhere", splice, file, BAD, p[1], 0, 5, 0);
	long app = S(open, "out", O_WRONLY | O_APPEND);
	S(write, p[1], "abc", 3);
	T("into an appending file", splice, p[0], 0, app, 0, 5, 0);
	S(close, p[1]);
	T("the rest", splice, p[0], 0, out, 0, 5, 0);
	T("no writer", splice, p[0], 0, out, 0, 5, 0);
	T("a directory", splice, S(open, ".", O_RDONLY), 0, q[1], 0, 5, 0);
}
CASE(splice_more) {
	char b[32] = "";
	int q[2];
	S(pipe2, p, O_NONBLOCK);
	S(pipe2, q, O_NONBLOCK);
	S(write, p[1], "hello", 5);
	T("copies", tee, p[0], q[1], 100, 0);
	T("from one", read, p[0], b, 32);
	T("from the other", read, q[0], b, 32);
	note("  %s", b);
	T("empty", tee, p[0], q[1], 100, 0);
	T("the same pipe", tee, p[0], p[1], 100, 0);
	T("no pipe", tee, 0, q[1], 100, 0);
	T("not open", tee, 99, q[1], 100, 0);
	T("nothing", tee, p[0], q[1], 0, 0);
	T("unknown flags", tee, p[0], q[1], 10, 0x100);
	struct iovec v[2] = {{"abc", 3}, {"defg", 4}};
	T("two spans", vmsplice, p[1], v, 2, 0);
	T("read", read, p[0], b, 32);
	note("  %.7s", b);
	T("not open", vmsplice, 99, v, 2, 0);
	T("no pipe", vmsplice, 0, v, 2, 0);
	T("unknown flags", vmsplice, p[1], v, 2, 0x100);
	T("too many", vmsplice, p[1], v, 2000, 0);
	T("from nowhere", vmsplice, p[1], BAD, 2, 0);
	T("none", vmsplice, p[1], v, 0, 0);
	S(write, p[1], "backwards", 9);
	struct iovec into[1] = {{b, 4}};
	T("out of a pipe", vmsplice, p[0], into, 1, 0);
	note("  %.4s", b);
	S(read, p[0], b, 32);
	fill(p[1]);
	T("full", vmsplice, p[1], v, 2, SPLICE_F_NONBLOCK);
	T("full", splice, S(open, "/dev/zero", O_RDONLY), 0, p[1], 0, 10, SPLICE_F_NONBLOCK);
}
CASE(pipe_waits) {
	char b[16];
	S(pipe2, p, 0);
	long child = S(fork);
	if (child == 0) {
		sleep_ms(20);
		S(write, p[1], "abc", 3);
		S(exit_group, 0);
	}
	T("until bytes come", read, p[0], b, 16);
	S(wait4, child, 0, 0, 0);
	child = S(fork);
	if (child == 0) {
		S(close, p[1]);
		sleep_ms(20);
		long total = 0, n;
		static char large[100000];
		while ((n = S(read, p[0], large, sizeof large)) > 0) total += n;
		note("  child read %ld", total);
		S(exit_group, 0);
	}
	static char much[200000];
	T("more than fits", write, p[1], much, sizeof much);
	S(close, p[1]);
	S(wait4, child, 0, 0, 0);
	S(pipe2, p, 0);
	child = S(fork);
	if (child == 0) {
		S(close, p[1]);
		sleep_ms(20);
		S(exit_group, 0);
	}
	S(close, p[0]);
	ignore_signal(SIGPIPE);
	T("until the reader goes", write, p[1], much, sizeof much);
	T("no reader", write, p[1], much, 1);
}
