// Namespaces: making, entering and looking at them; names of the machine.
#include "case.h"
#include <linux/nsfs.h>
#include <sys/utsname.h>

static long child_in(int flags, void (*act)(void)) {
	long pid = S(clone, flags | SIGCHLD, 0, 0, 0, 0);
	if (pid == 0) {
		act();
		S(exit_group, 0);
	}
	if (pid < 0) {
		note("  clone: %s", error_name(pid));
		return pid;
	}
	int status = 0;
	S(wait4, pid, &status, 0, 0);
	if (status) note("  ended %x", status);
	return pid;
}
static const char *node(void) {
	static struct utsname names;
	S(uname, &names);
	return names.nodename;
}
static void names_inside(void) {
	T("host", sethostname, "inside", 6);
	T("domain", setdomainname, "example", 7);
	struct utsname names;
	S(uname, &names);
	note("  %s %s", names.nodename, names.domainname);
	T("long", sethostname, "x", 65);
	T("negative", sethostname, "x", -1);
	T("bad", sethostname, BAD, 3);
	T("bad", setdomainname, BAD, 3);
	become_nobody();
	T("not allowed", sethostname, "x", 1);
	T("not allowed", setdomainname, "x", 1);
}
CASE(names) {
	char before[65];
	strcpy(before, node());
	child_in(CLONE_NEWUTS, names_inside);
	note("  outside unchanged %d", !strcmp(before, node()));
}
static void first(void) {
	note("  pid %ld parent %ld", S(getpid), S(getppid));
	note("  group %ld session %ld", S(getpgrp), S(getsid, 0));
	long pid = S(fork);
	if (pid == 0) {
		note("  child %ld of %ld", S(getpid), S(getppid));
		S(exit_group, 0);
	}
	S(wait4, pid, 0, 0, 0);
	note("  made %ld", pid);
	T("itself", kill, 1, SIGTERM);
	note("  still here");
	T("itself by SIGKILL", kill, 1, SIGKILL);
	note("  still here");
}
static void nested(void) {
	child_in(CLONE_NEWPID, first);
}
CASE(pid_namespaces) {
	child_in(CLONE_NEWPID, first);
	child_in(CLONE_NEWPID, nested);
}
static void leaves_children(void) {
	for (int i = 0; i < 3; i++)
		if (S(fork) == 0) for (;;) S(pause);
}
CASE(death_of_the_first) {
	int ends[2];
	S(pipe, ends);
	child_in(CLONE_NEWPID, leaves_children);
	S(close, ends[1]);
	char byte;
	T("all its processes are gone", read, ends[0], &byte, 1);
}
CASE(unsharing) {
	T("nothing", unshare, 0);
	T("what", unshare, 0x1);
	T("names", unshare, CLONE_NEWUTS);
	T("files", unshare, CLONE_FILES | CLONE_FS);
	T("memory, alone", unshare, CLONE_VM | CLONE_SIGHAND | CLONE_THREAD);
	T("processes", unshare, CLONE_NEWPID);
	T("again", unshare, CLONE_NEWPID);
	long pid = S(fork);
	if (pid == 0) {
		note("  first %ld", S(getpid));
		S(exit_group, 0);
	}
	S(wait4, pid, 0, 0, 0);
	T("no more after its first has ended", fork);
	become_nobody();
	T("not allowed", unshare, CLONE_NEWUTS);
}
CASE(entering) {
	char before[65], byte;
	strcpy(before, node());
	int ends[2];
	S(pipe, ends);
	long pid = S(clone, CLONE_NEWUTS | CLONE_NEWPID | SIGCHLD, 0, 0, 0, 0);
	if (pid == 0) {
		S(sethostname, "there", 5);
		S(write, ends[1], "x", 1);
		for (;;) S(pause);
	}
	S(read, ends[0], &byte, 1);
	char path[64];
	sprintf(path, "/proc/%ld/ns/uts", pid);
	long fd = S(open, path, O_RDONLY, 0);
	long own = S(open, "/proc/self/ns/uts", O_RDONLY, 0);
	T("as another kind", setns, fd, CLONE_NEWPID);
	T("no namespace", setns, 0, 0);
	T("not open", setns, 77, 0);
	T("enter", setns, fd, CLONE_NEWUTS);
	note("  %s", node());
	T("back", setns, own, 0);
	note("  %d", !strcmp(before, node()));
	note("  kind %lx", S(ioctl, fd, NS_GET_NSTYPE, 0));
	note("  user namespace of it %d", S(ioctl, fd, NS_GET_USERNS, 0) > 0 || S(ioctl, fd, NS_GET_USERNS, 0) == -EPERM);
	T("parent of it", ioctl, fd, NS_GET_PARENT, 0);
	long pidfd = S(pidfd_open, pid, 0);
	T("by process, nothing", setns, pidfd, 0);
	T("by process", setns, pidfd, CLONE_NEWUTS | CLONE_NEWPID);
	note("  %s", node());
	long inside = S(fork);
	if (inside == 0) {
		note("  number there %d", S(getpid) > 1 && S(getpid) < 10);
		S(exit_group, 0);
	}
	S(wait4, inside, 0, 0, 0);
	S(kill, pid, SIGKILL);
	S(wait4, pid, 0, 0, 0);
	T("an open one stays", setns, fd, 0);
	note("  %s", node());
}
CASE(kinds_together) {
	T("shared fs and a user namespace", clone, CLONE_FS | CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
	T("a thread in a pid namespace", clone, CLONE_THREAD | CLONE_SIGHAND | CLONE_VM | CLONE_NEWPID, 0, 0, 0, 0);
	long pid = S(clone, CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWPID | CLONE_NEWCGROUP | SIGCHLD, 0, 0, 0, 0);
	if (pid == 0) {
		note("  all at once %ld", S(getpid));
		S(exit_group, 0);
	}
	S(wait4, pid, 0, 0, 0);
}
CASE(users_in_a_chroot) {
	S(mkdir, "below", 0755);
	T("into a directory", chroot, "below");
	T("users", unshare, CLONE_NEWUSER);
	T("users of a child", clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);
	T("names", unshare, CLONE_NEWUTS);
}
