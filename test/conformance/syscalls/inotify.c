// inotify.
#include "case.h"
#include <sys/inotify.h>

static void show(long fd) {
	char buffer[8192];
	static const struct { uint32_t bit; const char *name; } names[] = {
		{IN_ACCESS, "ACCESS"}, {IN_MODIFY, "MODIFY"}, {IN_ATTRIB, "ATTRIB"}, {IN_CLOSE_WRITE, "CLOSE_WRITE"},
		{IN_CLOSE_NOWRITE, "CLOSE_NOWRITE"}, {IN_OPEN, "OPEN"}, {IN_MOVED_FROM, "MOVED_FROM"}, {IN_MOVED_TO, "MOVED_TO"},
		{IN_CREATE, "CREATE"}, {IN_DELETE, "DELETE"}, {IN_DELETE_SELF, "DELETE_SELF"}, {IN_MOVE_SELF, "MOVE_SELF"},
		{IN_UNMOUNT, "UNMOUNT"}, {IN_Q_OVERFLOW, "Q_OVERFLOW"}, {IN_IGNORED, "IGNORED"}, {IN_ISDIR, "ISDIR"}};
	static uint32_t cookies[64];
	static int known;
	for (;;) {
		long count = S(read, fd, buffer, sizeof buffer);
		if (count <= 0) return;
		for (char *at = buffer; at < buffer + count;) {
			struct inotify_event *e = (struct inotify_event *)at;
			char text[200] = "";
			for (unsigned i = 0; i < sizeof names / sizeof *names; i++)
				if (e->mask & names[i].bit) strcat(strcat(text, " "), names[i].name);
			int cookie = 0;
			if (e->cookie) {
				while (cookie < known && cookies[cookie] != e->cookie) cookie++;
				if (cookie == known && known < 64) cookies[known++] = e->cookie;
				cookie++;
			}
			note("  wd %d%s cookie %d len %u \"%s\"", e->wd, text, cookie, e->len, e->len ? e->name : "");
			at += sizeof *e + e->len;
		}
	}
}
static long start(const char *path, uint32_t mask) {
	long fd = S(inotify_init1, IN_NONBLOCK);
	S(inotify_add_watch, fd, path, mask);
	return fd;
}

CASE(inotify_errors) {
	char b[64];
	T("unknown flags", inotify_init1, 1);
	long fd = T("nonblocking", inotify_init1, IN_NONBLOCK | IN_CLOEXEC);
	T("old call", inotify_init);
	T("its flag", fcntl, fd, F_GETFD);
	T("its mode", fcntl, fd, F_GETFL);
	T("nothing wanted", inotify_add_watch, fd, ".", 0);
	T("unknown bits only", inotify_add_watch, fd, ".", 0x1000);
	T("not open", inotify_add_watch, 99, ".", IN_ALL_EVENTS);
	T("no inotify", inotify_add_watch, 0, ".", IN_ALL_EVENTS);
	T("missing", inotify_add_watch, fd, "missing", IN_ALL_EVENTS);
	T("no address", inotify_add_watch, fd, BAD, IN_ALL_EVENTS);
	T("a directory", inotify_add_watch, fd, ".", IN_ALL_EVENTS);
	T("the same again", inotify_add_watch, fd, ".", IN_CREATE);
	T("only new", inotify_add_watch, fd, ".", IN_CREATE | IN_MASK_CREATE);
	T("new and adding", inotify_add_watch, fd, "..", IN_CREATE | IN_MASK_CREATE | IN_MASK_ADD);
	put_file("f", "x");
	T("a file as directory", inotify_add_watch, fd, "f", IN_ALL_EVENTS | IN_ONLYDIR);
	T("a file", inotify_add_watch, fd, "f", IN_ALL_EVENTS);
	S(symlink, "f", "l");
	T("a link itself", inotify_add_watch, fd, "l", IN_ALL_EVENTS | IN_DONT_FOLLOW);
	T("what a link leads to", inotify_add_watch, fd, "l", IN_ALL_EVENTS);
	T("a stranger", inotify_rm_watch, fd, 77);
	T("not open", inotify_rm_watch, 99, 1);
	T("no inotify", inotify_rm_watch, 0, 1);
	T("a watch", inotify_rm_watch, fd, 2);
	T("again", inotify_rm_watch, fd, 2);
	T("a new one", inotify_add_watch, fd, "f", IN_ALL_EVENTS);
	T("in too little room", read, fd, b, 16);
	T("write", write, fd, b, 16);
	int n = -1;
	T("FIONREAD", ioctl, fd, FIONREAD, &n);
	note("  %d", n);
	show(fd);
	T("empty", read, fd, b, 64);
	S(chmod, "f", 0600);
	become_nobody();
	T("not readable", inotify_add_watch, fd, "f", IN_ALL_EVENTS);
}
CASE(inotify_directory) {
	S(mkdir, "d", 0755);
	long fd = start("d", IN_ALL_EVENTS);
	char b[8];
	long f = S(open, "d/file", O_CREAT | O_RDWR, 0644);
	show(fd);
	S(write, f, "hello", 5);
	S(write, f, "hello", 5);
	show(fd);
	S(pread64, f, b, 5, 0);
	S(read, f, b, 5);
	show(fd);
	S(ftruncate, f, 2);
	S(fchmod, f, 0600);
	S(fchown, f, 1, 1);
	S(fsetxattr, f, "user.a", "b", 1, 0);
	S(fremovexattr, f, "user.a");
	show(fd);
	S(close, f);
	show(fd);
	note(" mkdir, symlink, mknod, link");
	S(mkdir, "d/sub", 0755);
	S(symlink, "x", "d/link");
	S(mknod, "d/fifo", S_IFIFO | 0644, 0);
	S(link, "d/file", "d/second");
	show(fd);
	note(" list, rmdir, unlink");
	long dir = S(open, "d", O_RDONLY | O_DIRECTORY);
	S(getdents64, dir, (char[1024]){}, 1024);
	S(close, dir);
	S(rmdir, "d/sub");
	S(unlink, "d/second");
	S(unlink, "d/file");
	show(fd);
	note(" utimensat");
	put_file("d/t", "x");
	show(fd);
	struct timespec both[2] = {{1, 0}, {2, 0}}, onlya[2] = {{1, 0}, {0, UTIME_OMIT}}, onlym[2] = {{0, UTIME_OMIT}, {3, 0}};
	S(utimensat, AT_FDCWD, "d/t", both, 0);
	S(utimensat, AT_FDCWD, "d/t", onlya, 0);
	S(utimensat, AT_FDCWD, "d/t", onlym, 0);
	show(fd);
	note(" truncation");
	S(truncate, "d/t", 100);
	S(close, S(open, "d/t", O_WRONLY | O_TRUNC));
	S(close, S(open, "d/t", O_PATH));
	show(fd);
	note(" refused calls");
	S(open, "d/missing", O_RDONLY);
	S(mkdir, "d/t", 0755);
	S(unlink, "d/missing");
	show(fd);
	note(" the directory's own");
	S(chmod, "d", 0700);
	S(rename, "d", "e");
	show(fd);
	S(unlink, "e/t");
	S(unlink, "e/fifo");
	S(unlink, "e/link");
	S(rmdir, "e");
	show(fd);
}
CASE(inotify_moves) {
	S(mkdir, "a", 0755);
	S(mkdir, "b", 0755);
	long fd = S(inotify_init1, IN_NONBLOCK);
	S(inotify_add_watch, fd, "a", IN_ALL_EVENTS);
	S(inotify_add_watch, fd, "b", IN_ALL_EVENTS);
	put_file("a/f", "x");
	put_file("b/old", "y");
	S(inotify_add_watch, fd, "a/f", IN_ALL_EVENTS);
	S(inotify_add_watch, fd, "b/old", IN_ALL_EVENTS);
	show(fd);
	note(" within");
	S(rename, "a/f", "a/g");
	show(fd);
	note(" across");
	S(rename, "a/g", "b/g");
	show(fd);
	note(" over another");
	S(rename, "b/g", "b/old");
	show(fd);
	note(" out of sight and back");
	S(rename, "b/old", "out");
	S(rename, "out", "a/in");
	show(fd);
	note(" exchange");
	put_file("b/x", "x");
	show(fd);
	S(renameat2, AT_FDCWD, "a/in", AT_FDCWD, "b/x", RENAME_EXCHANGE);
	show(fd);
	note(" a directory");
	S(mkdir, "a/dir", 0755);
	S(rename, "a/dir", "b/dir");
	show(fd);
	note(" the same name");
	S(link, "b/x", "b/y");
	show(fd);
	S(rename, "b/x", "b/y");
	show(fd);
}
CASE(inotify_file) {
	put_file("f", "x");
	long fd = start("f", IN_ALL_EVENTS);
	long f = S(open, "f", O_RDONLY);
	S(link, "f", "g");
	S(unlink, "f");
	show(fd);
	S(unlink, "g");
	show(fd);
	note(" still open");
	char b;
	S(read, f, &b, 1);
	show(fd);
	S(close, f);
	show(fd);
	note(" closed before");
	put_file("h", "x");
	S(inotify_add_watch, fd, "h", IN_ALL_EVENTS);
	S(unlink, "h");
	show(fd);
}
CASE(inotify_modes) {
	S(mkdir, "d", 0755);
	long fd = start("d", IN_CREATE | IN_ONESHOT);
	put_file("d/a", "");
	put_file("d/b", "");
	show(fd);
	note(" added");
	T("create", inotify_add_watch, fd, "d", IN_CREATE);
	T("and delete", inotify_add_watch, fd, "d", IN_DELETE | IN_MASK_ADD);
	put_file("d/c", "");
	S(unlink, "d/c");
	show(fd);
	T("delete alone", inotify_add_watch, fd, "d", IN_DELETE);
	put_file("d/c", "");
	S(unlink, "d/c");
	show(fd);
	note(" unlinked files");
	long e = start("d", IN_MODIFY | IN_EXCL_UNLINK), n = start("d", IN_MODIFY);
	long f = S(open, "d/u", O_CREAT | O_RDWR, 0644);
	S(write, f, "1", 1);
	S(unlink, "d/u");
	S(write, f, "2", 1);
	show(e);
	note(" and");
	show(n);
	note(" padding");
	long p = start("d", IN_CREATE);
	put_file("d/fifteen-bytes-x", "");
	put_file("d/sixteen--bytes", "");
	put_file("d/fifteen-bytes", "");
	show(p);
	note(" removed");
	T("watch", inotify_rm_watch, p, 1);
	show(p);
}
CASE(inotify_pieces) {
	char b[64];
	S(mkdir, "d", 0755);
	long fd = start("d", IN_CREATE);
	put_file("d/a", "");
	put_file("d/b", "");
	put_file("d/c", "");
	int n = -1;
	S(ioctl, fd, FIONREAD, &n);
	note("  %d bytes", n);
	T("too little", read, fd, b, 31);
	T("one event", read, fd, b, 33);
	T("two events", read, fd, b, 64);
	T("none", read, fd, b, 64);
	struct pollfd p = {fd, POLLIN | POLLOUT, 0};
	T("nothing there", poll, &p, 1, 0);
	put_file("d/e", "");
	T("something", poll, &p, 1, 0);
	note("  %#x", p.revents);
}
CASE(inotify_waits) {
	char b[256];
	S(mkdir, "d", 0755);
	long fd = S(inotify_init1, 0);
	S(inotify_add_watch, fd, "d", IN_CREATE);
	if (S(fork) == 0) {
		sleep_ms(20);
		S(mkdir, "d/sub", 0755);
		S(exit_group, 0);
	}
	T("until it comes", read, fd, b, 256);
	struct inotify_event *e = (struct inotify_event *)b;
	note("  %#x \"%s\"", e->mask, e->name);
}
CASE(inotify_unmount) {
	S(mkdir, "m", 0755);
	T("tmpfs", mount, "none", "m", "tmpfs", 0, 0);
	put_file("m/f", "x");
	long fd = start("m", IN_ALL_EVENTS);
	S(inotify_add_watch, fd, "m/f", IN_ALL_EVENTS);
	T("m", umount2, "m", 0);
	show(fd);
}
CASE(inotify_overflow) {
	S(mkdir, "d", 0755);
	long fd = start("d", IN_ACCESS);
	char b[16384];
	put_file("d/a", "x");
	put_file("d/b", "x");
	long one = S(open, "d/a", O_RDONLY), two = S(open, "d/b", O_RDONLY);
	for (int i = 0; i < 8300; i++) {
		S(pread64, one, b, 1, 0);
		S(pread64, two, b, 1, 0);
	}
	int n = -1;
	S(ioctl, fd, FIONREAD, &n);
	note("  %d bytes", n);
	long total = 0, count, last = 0;
	uint32_t mask = 0;
	int wd = 0;
	while ((count = S(read, fd, b, sizeof b)) > 0)
		for (long at = 0; at < count; at += sizeof(struct inotify_event) + ((struct inotify_event *)(b + at))->len, total++)
			mask = ((struct inotify_event *)(b + at))->mask, wd = ((struct inotify_event *)(b + at))->wd;
	note("  %ld events, the last %#x of %d", total, mask, wd);
}
CASE(inotify_instances) {
	long last = 0, count = 0;
	become_nobody();
	while (count < 200 && (last = S(inotify_init1, 0)) >= 0) count++;
	note("  %ld, then %s", count, error_name(last));
}

CASE(inotify_overlay) {
	S(unshare, 0x20000);
	S(mount, 0, "/", 0, MS_REC | MS_PRIVATE, 0);
	S(mkdir, "low", 0755);
	S(mkdir, "up", 0755);
	S(mkdir, "work", 0755);
	S(mkdir, "m", 0755);
	S(mkdir, "low/d", 0755);
	put_file("low/f", "lower");
	put_file("low/d/g", "lower");
	T("overlay", mount, "none", "m", "overlay", 0, "lowerdir=low,upperdir=up,workdir=work");
	long fd = S(inotify_init1, IN_NONBLOCK);
	S(inotify_add_watch, fd, "m", IN_ALL_EVENTS & ~(IN_OPEN | IN_CLOSE | IN_ACCESS));
	S(inotify_add_watch, fd, "m/d", IN_ALL_EVENTS & ~(IN_OPEN | IN_CLOSE | IN_ACCESS));
	S(inotify_add_watch, fd, "m/f", IN_ALL_EVENTS & ~(IN_OPEN | IN_CLOSE | IN_ACCESS));
	note(" written to, copied up");
	long f = S(open, "m/f", O_WRONLY | O_APPEND);
	S(write, f, "more", 4);
	S(close, f);
	show(fd);
	note(" made and moved");
	put_file("m/new", "x");
	S(rename, "m/new", "m/d/new");
	S(rename, "m/d/g", "m/g");
	show(fd);
	note(" changed and removed");
	S(chmod, "m/g", 0600);
	S(unlink, "m/g");
	S(unlink, "m/f");
	S(mkdir, "m/sub", 0755);
	S(rmdir, "m/sub");
	show(fd);
}

CASE(watches_in_fdinfo) {
	long fd = S(inotify_init1, 0);
	mkdir("d", 0755);
	S(inotify_add_watch, fd, "d", 0x100 | 0x80000000);
	char path[64], text[512];
	sprintf(path, "/proc/self/fdinfo/%ld", fd);
	int info = open(path, O_RDONLY);
	long got = read(info, text, sizeof text - 1);
	text[got > 0 ? got : 0] = 0;
	char *line = strstr(text, "inotify");
	unsigned wd = 0, device = 0, mask = 0;
	unsigned long ino = 0;
	struct stat s;
	stat("d", &s);
	note("%d", line ? sscanf(line, "inotify wd:%x ino:%lx sdev:%x mask:%x ", &wd, &ino, &device, &mask) : -1);
	note("  %u %d %x", wd, ino == s.st_ino, mask);
}
