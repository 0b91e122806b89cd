// The tree of mounts: mount, umount2, pivot_root. A case has a mount namespace of its own.
#include "case.h"
#include <sched.h>

static void apart(void) {
	S(unshare, CLONE_NEWNS);
	S(mount, 0, "/", 0, MS_REC | MS_PRIVATE, 0);
}
static int lines_with(const char *word) {
	static char text[20000];
	long fd = S(open, "/proc/self/mountinfo", O_RDONLY), total = 0, n;
	while ((n = S(read, fd, text + total, sizeof text - 1 - total)) > 0) total += n;
	S(close, fd);
	text[total] = 0;
	int count = 0;
	for (char *at = text; (at = strstr(at, word)); at++) count++;
	return count;
}
CASE(mounts) {
	apart();
	S(mkdir, "m", 0755);
	put_file("f", "file");
	T("tmpfs", mount, "none", "m", "tmpfs", 0, "size=64k,mode=700");
	show_mode("its root", "m");
	put_file("m/inside", "x");
	T("no such type", mount, "none", "m", "nosuchfs", 0, 0);
	T("no type", mount, "none", "m", 0, 0, 0);
	T("missing target", mount, "none", "missing", "tmpfs", 0, 0);
	T("onto a file", mount, "none", "f", "tmpfs", 0, 0);
	T("bad options", mount, "none", "m", "tmpfs", 0, "nonsense=1");
	T("target nowhere", mount, "none", BAD, "tmpfs", 0, 0);
	T("type nowhere", mount, "none", "m", BAD, 0, 0);
	T("busy", umount2, "m", (S(chdir, "m"), 0));
	T("lazily", umount2, "../m", MNT_DETACH);
	show_mode("still here", "inside");
	S(chdir, "/w/mounts");
	show_mode("not there", "m/inside");
	T("no mount", umount2, "m", 0);
	T("missing", umount2, "missing", 0);
	T("a file", umount2, "f", 0);
	T("unknown flags", umount2, "m", 0x100);
	T("nowhere", umount2, BAD, 0);
	become_nobody();
	T("as nobody", mount, "none", "m", "tmpfs", 0, 0);
	T("as nobody", umount2, "m", 0);
}
CASE(binds) {
	apart();
	S(mkdir, "a", 0755);
	S(mkdir, "b", 0755);
	S(mkdir, "a/sub", 0755);
	put_file("a/f", "in a");
	put_file("f", "a file");
	put_file("g", "another");
	T("a directory", mount, "a", "b", 0, MS_BIND, 0);
	show_file("seen", "b/f");
	put_file("b/new", "new");
	show_file("the other way", "a/new");
	T("a file", mount, "f", "g", 0, MS_BIND, 0);
	show_file("seen", "g");
	T("unlink of a mountpoint", unlink, "g");
	T("rename of a mountpoint", rename, "g", "h");
	T("a directory onto a file", mount, "a", "f", 0, MS_BIND, 0);
	T("missing", mount, "missing", "b", 0, MS_BIND, 0);
	T("no source", mount, 0, "b", 0, MS_BIND, 0);
	T("read-only", mount, 0, "b", 0, MS_BIND | MS_REMOUNT | MS_RDONLY, 0);
	T("write", open, "b/x", O_CREAT | O_WRONLY, 0644);
	T("write at the source", mknod, "a/x", S_IFREG | 0644, 0);
	T("mkdir", mkdir, "b/y", 0755);
	T("chmod", chmod, "b/f", 0600);
	T("access", access, "b/f", W_OK);
	T("unlink", unlink, "b/f");
	T("remount of no mount", mount, 0, "a/sub", 0, MS_BIND | MS_REMOUNT | MS_RDONLY, 0);
	T("rename across", rename, "a/f", "b/f2");
	T("link across", link, "a/f", "b/f3");
	S(mount, "none", "a/sub", "tmpfs", 0, 0);
	S(mkdir, "c", 0755);
	S(mkdir, "d", 0755);
	put_file("a/sub/deep", "deep");
	T("not recursive", mount, "a", "c", 0, MS_BIND, 0);
	show_file("below", "c/sub/deep");
	T("recursive", mount, "a", "d", 0, MS_BIND | MS_REC, 0);
	show_file("below", "d/sub/deep");
	T("with something below", umount2, "d", 0);
	S(mkdir, "e", 0755);
	T("moved", mount, "d", "e", 0, MS_MOVE, 0);
	show_file("below", "e/sub/deep");
	show_file("no more", "d/f");
	T("moved, no mount", mount, "d", "c", 0, MS_MOVE, 0);
	T("moved into itself", mount, "e", "e/sub", 0, MS_MOVE, 0);
	T("mounts", umount2, "e", MNT_DETACH);
	T("expire", umount2, "c", MNT_EXPIRE);
	T("expired", umount2, "c", MNT_EXPIRE);
	T("a link", umount2, (S(symlink, "b", "l"), "l"), UMOUNT_NOFOLLOW);
}
CASE(mount_flags) {
	apart();
	S(mkdir, "m", 0755);
	T("flags", mount, "none", "m", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, 0);
	S(mknod, "m/null", S_IFCHR | 0666, 0x103);
	T("nodev", open, "m/null", O_RDWR);
	long self = S(open, "/proc/self/exe", O_RDONLY), copy = S(open, "m/program", O_CREAT | O_WRONLY, 0755);
	S(sendfile, copy, self, 0, 1 << 30);
	S(close, copy);
	char *argv[] = {"m/program", 0};
	T("noexec", execve, "m/program", argv, 0);
	T("noexec", access, "m/program", X_OK);
	T("noexec", mmap, 0, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE, S(open, "m/program", O_RDONLY), 0);
	struct statfs s;
	S(statfs, "m", &s);
	note("  flags %lx", (long)s.f_flags & 0x1f);
	T("read-only", mount, 0, "m", 0, MS_REMOUNT | MS_RDONLY, 0);
	T("write", open, "m/x", O_CREAT | O_WRONLY, 0644);
	S(statfs, "m", &s);
	note("  flags %lx", (long)s.f_flags & 0x1f);
	T("writable", mount, 0, "m", 0, MS_REMOUNT, 0);
	TOK("write", open, "m/x", O_CREAT | O_WRONLY, 0644);
	T("no links", mount, 0, "m", 0, MS_REMOUNT | MS_BIND | 256, 0);
	S(symlink, "x", "m/l");
	T("a link", open, "m/l", O_RDONLY);
}
CASE(propagation) {
	apart();
	S(mkdir, "a", 0755);
	S(mkdir, "b", 0755);
	S(mount, "none", "a", "tmpfs", 0, 0);
	S(mkdir, "a/sub", 0755);
	T("shared", mount, 0, "a", 0, MS_SHARED, 0);
	S(mount, "a", "b", 0, MS_BIND, 0);
	T("below one", mount, "none", "a/sub", "tmpfs", 0, 0);
	put_file("a/sub/f", "seen");
	show_file("below the other", "b/sub/f");
	S(umount2, "b/sub", 0);
	show_file("gone from both", "a/sub/f");
	T("slave", mount, 0, "b", 0, MS_SLAVE, 0);
	S(mount, "none", "a/sub", "tmpfs", 0, 0);
	put_file("a/sub/f", "seen");
	show_file("below the slave", "b/sub/f");
	S(umount2, "a/sub", 0);
	S(mount, "none", "b/sub", "tmpfs", 0, 0);
	put_file("b/sub/g", "seen");
	show_file("not above", "a/sub/g");
	T("unbindable", mount, 0, "b", 0, MS_UNBINDABLE, 0);
	S(mkdir, "c", 0755);
	T("of it", mount, "b", "c", 0, MS_BIND, 0);
	T("two kinds", mount, 0, "b", 0, MS_SHARED | MS_PRIVATE, 0);
	T("of no mount", mount, 0, "c", 0, MS_SHARED, 0);
	T("private", mount, 0, "b", 0, MS_PRIVATE, 0);
}
CASE(new_root) {
	apart();
	S(mkdir, "new", 0755);
	T("no mount", pivot_root, "new", "new");
	S(mount, "none", "new", "tmpfs", 0, 0);
	S(mkdir, "new/old", 0755);
	S(mkdir, "elsewhere", 0755);
	put_file("new/f", "new root");
	T("missing", pivot_root, "missing", "new/old");
	T("a file", pivot_root, "new/f", "new/old");
	T("not below", pivot_root, "new", "elsewhere");
	T("nowhere", pivot_root, BAD, "new/old");
	// As in a chroot(2) whose root is no mount, it cannot be done where this runs natively.
	become_nobody();
	T("as nobody", pivot_root, "new", "new/old");
}
