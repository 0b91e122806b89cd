// What files are: stat, statx, access, statfs, extended attributes, handles.
#include "case.h"
#include <linux/stat.h>
#include <sys/sysmacros.h>

static void show(const char *title, long result, struct stat *st) {
	if (result < 0) note("  %s: %s", title, error_name(result));
	else note("  %s: %o links %ld %d:%d size %ld blocks %ld blksize %ld", title, st->st_mode, (long)st->st_nlink, st->st_uid, st->st_gid,
		S_ISDIR(st->st_mode) ? 0 : (long)st->st_size, S_ISDIR(st->st_mode) ? 0 : (long)st->st_blocks, (long)st->st_blksize);
}
CASE(stats) {
	struct stat st;
	put_file("f", "0123456789");
	S(symlink, "f", "l");
	S(mkdir, "d", 0755);
	show("f", T("a file", stat, "f", &st), &st);
	show("l", T("a link", lstat, "l", &st), &st);
	show("l", T("through a link", stat, "l", &st), &st);
	show("d", T("a directory", stat, "d", &st), &st);
	show("null", T("a device", stat, "/dev/null", &st), &st);
	note("  %d:%d", major(st.st_rdev), minor(st.st_rdev));
	T("missing", stat, "missing", &st);
	T("through a file", stat, "f/x", &st);
	T("empty", stat, "", &st);
	T("nowhere", stat, BAD, &st);
	T("to nowhere", stat, "f", BAD);
	T("missing", lstat, "missing", &st);
	show("0", T("open", fstat, S(open, "f", O_RDONLY), &st), &st);
	show("path", T("O_PATH", fstat, S(open, "l", O_PATH | O_NOFOLLOW), &st), &st);
	T("not open", fstat, 99, &st);
	T("to nowhere", fstat, 0, BAD);
	long dir = S(open, ".", O_RDONLY);
	T("at", newfstatat, dir, "f", &st, 0);
	T("at, a link", newfstatat, dir, "l", &st, AT_SYMLINK_NOFOLLOW);
	T("at nothing", newfstatat, 99, "f", &st, 0);
	T("empty", newfstatat, dir, "", &st, AT_EMPTY_PATH);
	T("empty, without the flag", newfstatat, dir, "", &st, 0);
	T("unknown flags", newfstatat, dir, "f", &st, 1);
	T("here", newfstatat, AT_FDCWD, "", &st, AT_EMPTY_PATH);
	S(truncate, "f", 100000);
	stat("f", &st);
	note("  a hole: size %ld blocks %ld", (long)st.st_size, (long)st.st_blocks);
}
static void showx(struct statx *x) {
	note("  mask %#x mode %o links %d %d:%d size %lld blocks %lld blksize %d attributes %llx of %llx", x->stx_mask & 0xfff, x->stx_mode, x->stx_nlink,
		x->stx_uid, x->stx_gid, (long long)x->stx_size, (long long)x->stx_blocks, x->stx_blksize, (long long)x->stx_attributes & 0x202000,
		(long long)x->stx_attributes_mask & 0x2000);
	note("  birth %d mount %d", x->stx_btime.tv_sec == x->stx_ctime.tv_sec || x->stx_btime.tv_sec + 1 == x->stx_ctime.tv_sec, (x->stx_mask & 0x1000) && x->stx_mnt_id > 0);
}
CASE(statxs) {
	struct statx x;
	put_file("f", "0123456789");
	S(symlink, "f", "l");
	memset(&x, 0, sizeof x);
	T("everything", statx, AT_FDCWD, "f", 0, 0x1fff, &x);
	showx(&x);
	memset(&x, 0, sizeof x);
	T("nothing asked", statx, AT_FDCWD, "f", 0, 0, &x);
	note("  mode %o size %lld", x.stx_mode, (long long)x.stx_size);
	T("a link", statx, AT_FDCWD, "l", AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, &x);
	note("  mode %o size %lld", x.stx_mode, (long long)x.stx_size);
	T("open", statx, S(open, "f", O_RDONLY), "", AT_EMPTY_PATH, STATX_BASIC_STATS, &x);
	T("not open", statx, 99, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &x);
	T("unknown flags", statx, AT_FDCWD, "f", 1, STATX_BASIC_STATS, &x);
	T("both kinds of sync", statx, AT_FDCWD, "f", 0x6000, STATX_BASIC_STATS, &x);
	T("force", statx, AT_FDCWD, "f", 0x2000, STATX_BASIC_STATS, &x);
	T("reserved", statx, AT_FDCWD, "f", 0, 0x80000000, &x);
	T("missing", statx, AT_FDCWD, "missing", 0, STATX_BASIC_STATS, &x);
	T("nowhere", statx, AT_FDCWD, BAD, 0, STATX_BASIC_STATS, &x);
	T("to nowhere", statx, AT_FDCWD, "f", 0, STATX_BASIC_STATS, BAD);
	memset(&x, 0, sizeof x);
	T("a mount's root", statx, AT_FDCWD, "/w", 0, STATX_BASIC_STATS, &x);
	note("  root of a mount %d", (x.stx_attributes & 0x2000) != 0);
}
CASE(accesses) {
	put_file("f", "");
	S(chmod, "f", 0640);
	put_file("x", "");
	S(chmod, "x", 0711);
	S(symlink, "missing", "l");
	T("there", access, "f", F_OK);
	T("to read and write", access, "f", R_OK | W_OK);
	T("to execute, as root", access, "f", X_OK);
	T("to execute", access, "x", X_OK);
	T("missing", access, "missing", F_OK);
	T("no such mode", access, "f", 8);
	T("nowhere", access, BAD, F_OK);
	T("a dangling link", access, "l", F_OK);
	T("at", faccessat, AT_FDCWD, "f", R_OK);
	T("at nothing", faccessat, 99, "f", R_OK);
	T("a link itself", faccessat2, AT_FDCWD, "l", F_OK, AT_SYMLINK_NOFOLLOW);
	T("unknown flags", faccessat2, AT_FDCWD, "f", F_OK, 0x4000);
	T("open", faccessat2, S(open, "f", O_RDONLY), "", R_OK, AT_EMPTY_PATH);
	S(setresuid, 65534, 0, 0);
	T("by the real user", access, "f", R_OK);
	T("by the effective one", faccessat2, AT_FDCWD, "f", R_OK, AT_EACCESS);
	S(setresuid, 0, 65534, 0);
	T("by the real user, root", access, "f", R_OK);
	T("by the effective one", faccessat2, AT_FDCWD, "f", R_OK, AT_EACCESS);
}
CASE(file_systems) {
	struct statfs s;
	put_file("f", "");
	T("tmpfs", statfs, "f", &s);
	note("  %lx bsize %ld names %ld frsize %ld flags %lx", (long)s.f_type, (long)s.f_bsize, (long)s.f_namelen, (long)s.f_frsize, (long)s.f_flags);
	T("proc", statfs, "/proc", &s);
	note("  %lx bsize %ld names %ld blocks %ld", (long)s.f_type, (long)s.f_bsize, (long)s.f_namelen, (long)s.f_blocks);
	T("missing", statfs, "missing", &s);
	T("nowhere", statfs, BAD, &s);
	T("to nowhere", statfs, "f", BAD);
	T("open", fstatfs, S(open, "f", O_RDONLY), &s);
	note("  %lx", (long)s.f_type);
	int p[2];
	S(pipe2, p, 0);
	T("a pipe", fstatfs, p[0], &s);
	note("  %lx", (long)s.f_type);
	T("not open", fstatfs, 99, &s);
	T("O_PATH", fstatfs, S(open, "f", O_PATH), &s);
}
CASE(attributes) {
	char b[256] = "", name[300];
	put_file("f", "");
	S(mkdir, "d", 0755);
	S(symlink, "f", "l");
	T("set", setxattr, "f", "user.a", "value", 5, 0);
	T("get", getxattr, "f", "user.a", b, 256);
	note("  %s", b);
	T("how large", getxattr, "f", "user.a", 0, 0);
	T("too little room", getxattr, "f", "user.a", b, 3);
	T("none", getxattr, "f", "user.b", b, 256);
	T("only new", setxattr, "f", "user.a", "x", 1, XATTR_CREATE);
	T("only there", setxattr, "f", "user.b", "x", 1, XATTR_REPLACE);
	T("there", setxattr, "f", "user.a", "new", 3, XATTR_REPLACE);
	T("unknown flags", setxattr, "f", "user.a", "x", 1, 4);
	T("empty", setxattr, "f", "user.empty", "", 0, 0);
	T("trusted", setxattr, "f", "trusted.t", "x", 1, 0);
	T("security", setxattr, "f", "security.s", "x", 1, 0);
	T("no name space", setxattr, "f", "plain", "x", 1, 0);
	T("no name", setxattr, "f", "", "x", 1, 0);
	T("only a name space", setxattr, "f", "user.", "x", 1, 0);
	memset(name, 'n', 299);
	memcpy(name, "user.", 5);
	name[299] = 0;
	T("a long name", setxattr, "f", name, "x", 1, 0);
	T("a large value", setxattr, "f", "user.l", name, 70000, 0);
	T("from nowhere", setxattr, "f", "user.x", BAD, 5, 0);
	T("name from nowhere", setxattr, "f", BAD, "x", 1, 0);
	T("missing", setxattr, "missing", "user.a", "x", 1, 0);
	long n = T("list", listxattr, "f", b, 256);
	char all[6][32];
	int count = 0;
	for (char *at = b; at < b + n; at += strlen(at) + 1) strcpy(all[count++], at);
	qsort(all, count, 32, (int (*)(const void *, const void *))strcmp);
	for (int i = 0; i < count; i++) note("  %s", all[i]);
	T("how large", listxattr, "f", 0, 0);
	T("too little room", listxattr, "f", b, 3);
	T("missing", listxattr, "missing", b, 256);
	T("removed", removexattr, "f", "user.a");
	T("again", removexattr, "f", "user.a");
	T("no name space", removexattr, "f", "plain");
	T("missing", removexattr, "missing", "user.a");
	T("on a link", lsetxattr, "l", "user.a", "x", 1, 0);
	T("trusted on a link", lsetxattr, "l", "trusted.a", "x", 1, 0);
	T("of a link", lgetxattr, "l", "trusted.a", b, 256);
	T("of a link", llistxattr, "l", b, 256);
	T("of a link", lremovexattr, "l", "trusted.a");
	long fd = S(open, "f", O_RDONLY);
	T("open", fsetxattr, fd, "user.o", "x", 1, 0);
	T("open", fgetxattr, fd, "user.o", b, 256);
	T("open", flistxattr, fd, b, 256);
	T("open", fremovexattr, fd, "user.o");
	T("not open", fsetxattr, 99, "user.o", "x", 1, 0);
	T("not open", fgetxattr, 99, "user.o", b, 256);
	T("not open", flistxattr, 99, b, 256);
	T("not open", fremovexattr, 99, "user.o");
	T("O_PATH", fgetxattr, S(open, "f", O_PATH), "user.o", b, 256);
	S(mknod, "p", S_IFIFO | 0644, 0);
	T("a fifo", setxattr, "p", "user.a", "x", 1, 0);
	T("of a fifo", getxattr, "p", "user.a", b, 256);
	unsigned char caps[20] = {1, 0, 0, 2, 0, 4, 0, 0};
	T("capabilities", setxattr, "f", "security.capability", caps, 20, 0);
	T("of them", getxattr, "f", "security.capability", b, 256);
	T("no capabilities", setxattr, "f", "security.capability", "xyz", 3, 0);
	T("written to", write, S(open, "f", O_WRONLY), "x", 1);
	T("they are gone", getxattr, "f", "security.capability", b, 256);
	S(setxattr, "f", "security.capability", caps, 20, 0);
	S(chown, "f", 1, 1);
	T("given away, they are gone", getxattr, "f", "security.capability", b, 256);
	S(chown, "f", 0, 0);
	S(setxattr, "f", "user.a", "x", 1, 0);
	become_nobody();
	T("another's", setxattr, "f", "user.a", "x", 1, 0);
	T("another's", getxattr, "f", "user.a", b, 256);
	T("trusted", setxattr, "f", "trusted.b", "x", 1, 0);
	T("trusted", getxattr, "f", "trusted.t", b, 256);
	T("capabilities", setxattr, "f", "security.capability", caps, 20, 0);
	n = T("those to be seen", listxattr, "f", b, 256);
}
struct handle { unsigned bytes; int type; unsigned char data[128]; };
CASE(handles) {
	struct handle h = {0}, g = {128};
	int mount = -1, other = -1;
	put_file("f", "content");
	T("how large", name_to_handle_at, AT_FDCWD, "f", &h, &mount, 0);
	note("  needed %d", h.bytes > 0);
	T("a file", name_to_handle_at, AT_FDCWD, "f", &g, &mount, 0);
	note("  bytes %d mount %d", g.bytes > 0, mount > 0);
	h = (struct handle){128};
	T("again", name_to_handle_at, AT_FDCWD, "f", &h, &other, 0);
	note("  the same %d", h.bytes == g.bytes && h.type == g.type && memcmp(h.data, g.data, h.bytes) == 0 && mount == other);
	T("missing", name_to_handle_at, AT_FDCWD, "missing", &h, &mount, 0);
	T("unknown flags", name_to_handle_at, AT_FDCWD, "f", &h, &mount, 0x8000);
	h.bytes = 1000;
	T("too large", name_to_handle_at, AT_FDCWD, "f", &h, &mount, 0);
	T("from nowhere", name_to_handle_at, AT_FDCWD, "f", BAD, &mount, 0);
	long fd = TOK("opened", open_by_handle_at, AT_FDCWD, &g, O_RDONLY);
	char b[16] = "";
	T("read", read, fd, b, 15);
	note("  %s", b);
	T("at a descriptor", open_by_handle_at, 99, &g, O_RDONLY);
	S(unlink, "f");
	S(close, fd);
	T("of what is gone", open_by_handle_at, AT_FDCWD, &g, O_RDONLY);
	h = (struct handle){4, 99, "abc"};
	T("a wrong one", open_by_handle_at, AT_FDCWD, &h, O_RDONLY);
	become_nobody();
	T("as nobody", open_by_handle_at, AT_FDCWD, &g, O_RDONLY);
}
static void show_blocks(const char *title, long fd) {
	struct stat st;
	S(fstat, fd, &st);
	note("  %s: size %ld blocks %ld", title, (long)st.st_size, (long)st.st_blocks);
}
CASE(blocks_of_holes) {
	long fd = S(open, "f", O_CREAT | O_RDWR, 0644);
	show_blocks("empty", fd);
	S(ftruncate, fd, 10000);
	show_blocks("a hole alone", fd);
	S(pwrite64, fd, "x", 1, 5000);
	show_blocks("a byte in it", fd);
	T("data", lseek, fd, 0, SEEK_DATA);
	T("hole after it", lseek, fd, 4096, SEEK_HOLE);
	S(pwrite64, fd, "x", 1, 100000);
	show_blocks("a byte behind the end", fd);
	S(pwrite64, fd, "xy", 2, 65535);
	show_blocks("across two pages", fd);
	T("more data", lseek, fd, 8192, SEEK_DATA);
	S(pwrite64, fd, "x", 1, 300 << 20);
	show_blocks("far behind", fd);
	T("data far behind", lseek, fd, 110000, SEEK_DATA);
	S(ftruncate, fd, 70000);
	show_blocks("cut", fd);
	S(ftruncate, fd, 1 << 30);
	show_blocks("a gibibyte", fd);
	T("hole at the end", lseek, fd, 70000, SEEK_HOLE);
	T("data at the end", lseek, fd, 70000, SEEK_DATA);
	T("punch", fallocate, fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 4096, 4096);
	show_blocks("punched", fd);
	T("fill", fallocate, fd, 0, 0, 20000);
	show_blocks("filled", fd);
	S(ftruncate, fd, 0);
	show_blocks("emptied", fd);
	T("allocate", fallocate, fd, 0, 0, 10000);
	show_blocks("allocated", fd);
	S(ftruncate, fd, 0);
	char many[20000];
	memset(many, 7, sizeof many);
	S(write, fd, many, sizeof many);
	show_blocks("written", fd);
	T("punch partly", fallocate, fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, 1000, 9000);
	show_blocks("punched partly", fd);
	S(pread64, fd, many, 4, 4096);
	note("  %d %d", many[0], many[3]);
	long copy = S(open, "g", O_CREAT | O_RDWR, 0644), from = 0;
	S(ftruncate, copy, 1 << 20);
	T("a copy", copy_file_range, fd, &from, copy, 0, 20000, 0);
	show_blocks("copied", copy);
}
