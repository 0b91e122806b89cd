// Users, groups and capabilities: who may become whom, and what is lost and gained on the way and in execve.
#include "case.h"
#include <linux/securebits.h>

static void show_ids(void) {
	unsigned u[3], g[3];
	S(getresuid, &u[0], &u[1], &u[2]);
	S(getresgid, &g[0], &g[1], &g[2]);
	note("  uid %u %u %u gid %u %u %u", u[0], u[1], u[2], g[0], g[1], g[2]);
}
static void show_capabilities(void) {
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2];
	S(capget, &header, data);
	unsigned chown = 1u << CAP_CHOWN, setuid = 1u << CAP_SETUID;
	note("  effective: chown %d setuid %d all %d; permitted: chown %d setuid %d; inheritable: chown %d", !!(data[0].effective & chown), !!(data[0].effective & setuid),
		 data[0].effective != 0, !!(data[0].permitted & chown), !!(data[0].permitted & setuid), !!(data[0].inheritable & chown));
}
static struct __user_cap_header_struct *header_of(unsigned version, int pid) {
	static struct __user_cap_header_struct header;
	header.version = version;
	header.pid = pid;
	return &header;
}
static void only(unsigned effective, unsigned permitted, unsigned inheritable) {
	struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
	struct __user_cap_data_struct data[2] = {{effective, permitted, inheritable}, {0, 0, 0}};
	T("these", capset, &header, data);
}
CASE(root_becomes_another) {
	show_ids();
	T("real", setreuid, 5, -1);
	show_ids();
	T("all", setresuid, 1, 2, 3);
	show_ids();
	show_capabilities();
	T("back to the saved one", setresuid, -1, 3, -1);
	show_ids();
	T("not to another", setresuid, -1, 7, -1);
	T("nor back to root", setuid, 0);
	T("setuid to the real one", setuid, 1);
	show_ids();
	T("setreuid swaps", setreuid, 3, 1);
	show_ids();
	T("bad", getresuid, BAD, BAD, BAD);
}
CASE(getters) {
	T("uid", getuid);
	T("euid", geteuid);
	T("gid", getgid);
	T("egid", getegid);
	T("setgid", setgid, 7);
	T("setregid", setregid, 8, 9);
	show_ids();
	T("setresgid", setresgid, 1, 2, 3);
	show_ids();
	T("gid", getgid);
	T("egid", getegid);
	T("bad", getresgid, BAD, BAD, BAD);
	become_nobody();
	T("setgid", setgid, 0);
	T("setregid", setregid, 0, 0);
	T("setresgid", setresgid, 0, 0, 0);
	T("setreuid", setreuid, 0, 0);
	T("setgroups", setgroups, 0, 0);
	T("no such id", setuid, -1);
}
CASE(groups) {
	unsigned groups[3] = {1, 500, 70000}, back[3] = {0, 0, 0};
	T("three", setgroups, 3, groups);
	T("how many", getgroups, 0, 0);
	T("all", getgroups, 3, back);
	note("  %u %u %u", back[0], back[1], back[2]);
	T("too little room", getgroups, 2, back);
	T("negative", getgroups, -1, back);
	T("bad", getgroups, 3, BAD);
	T("too many", setgroups, 70000, groups);
	T("bad", setgroups, 3, BAD);
}
CASE(temporary_user) {
	T("effective", setresuid, -1, 1000, -1);
	show_capabilities();
	long fd = T("a file of root's", open, "/etc/../f", O_CREAT | O_WRONLY, 0600);
	(void)fd;
	T("back", setresuid, -1, 0, -1);
	show_capabilities();
}
CASE(file_user) {
	put_file("mine", "x");
	S(chmod, "mine", 0600);
	T("before", setfsuid, 1000);
	T("asked", setfsuid, -1);
	T("not readable", open, "mine", O_RDONLY, 0);
	show_ids();
	show_capabilities();
	T("back", setfsuid, 0);
	TOK("readable", open, "mine", O_RDONLY, 0);
	T("group", setfsgid, 5);
	T("asked", setfsgid, -1);
	become_nobody();
	T("refused without a word", setfsuid, 0);
	T("asked", setfsuid, -1);
}
CASE(capabilities_kept) {
	T("keep", prctl, PR_SET_KEEPCAPS, 1, 0, 0, 0);
	T("user", setresuid, 1000, 1000, 1000);
	show_capabilities();
	T("kept", prctl, PR_GET_KEEPCAPS, 0, 0, 0, 0);
	only(1u << CAP_SETUID, 1u << CAP_SETUID, 0);
	show_capabilities();
	T("raise again", setuid, 0);
	show_ids();
	show_capabilities();
}
CASE(capset_errors) {
	struct __user_cap_header_struct header = {0x12345678, 0};
	struct __user_cap_data_struct data[2] = {{0, 0, 0}, {0, 0, 0}};
	T("version", capget, &header, data);
	note("  the right one %x", header.version);
	header.version = 1;
	T("version, no data", capget, &header, 0);
	T("other process", capset, header_of(_LINUX_CAPABILITY_VERSION_3, 1), data);
	T("no such process", capget, header_of(_LINUX_CAPABILITY_VERSION_3, 4000000), data);
	T("negative", capget, header_of(_LINUX_CAPABILITY_VERSION_3, -1), data);
	T("bad header", capget, BAD, data);
	header.version = _LINUX_CAPABILITY_VERSION_3;
	T("bad data", capget, &header, BAD);
	T("bad data", capset, &header, BAD);
	T("version 1", capget, header_of(_LINUX_CAPABILITY_VERSION_1, 0), data);
	only(1u << CAP_CHOWN, 0, 0);
	only(1u << CAP_CHOWN, 1u << CAP_CHOWN, 1u << CAP_CHOWN);
	show_capabilities();
	only(1u << CAP_CHOWN, 1u << CAP_CHOWN | 1u << CAP_SETUID, 0);
	only(0, 0, 0);
	show_capabilities();
}
CASE(bounding_and_ambient) {
	T("there", prctl, PR_CAPBSET_READ, CAP_CHOWN, 0, 0, 0);
	T("no such", prctl, PR_CAPBSET_READ, 77, 0, 0, 0);
	T("drop", prctl, PR_CAPBSET_DROP, CAP_CHOWN, 0, 0, 0);
	T("gone", prctl, PR_CAPBSET_READ, CAP_CHOWN, 0, 0, 0);
	T("drop no such", prctl, PR_CAPBSET_DROP, 77, 0, 0, 0);
	T("not inheritable", prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SETUID, 0, 0);
	only(~0u & ~(1u << CAP_SYS_RESOURCE) & ~(1u << CAP_CHOWN), ~0u & ~(1u << CAP_SYS_RESOURCE), 1u << CAP_SETUID);
	T("raise", prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_SETUID, 0, 0);
	T("set", prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_SETUID, 0, 0);
	T("lower", prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_LOWER, CAP_SETUID, 0, 0);
	T("set", prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, CAP_SETUID, 0, 0);
	T("clear", prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
	T("clear what", prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 1, 0, 0);
	T("what", prctl, PR_CAP_AMBIENT, 9, 0, 0, 0);
	T("which", prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 77, 0, 0);
	become_nobody();
	T("drop", prctl, PR_CAPBSET_DROP, CAP_SETUID, 0, 0, 0);
}
CASE(secure_bits) {
	T("none", prctl, PR_GET_SECUREBITS, 0, 0, 0, 0);
	T("no fixup", prctl, PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED, 0, 0, 0);
	T("user", setresuid, 1000, 1000, 1000);
	show_capabilities();
	T("locked", prctl, PR_SET_SECUREBITS, 0, 0, 0, 0);
	T("one that is not", prctl, PR_SET_SECUREBITS, 0x1000, 0, 0, 0);
	T("keep", prctl, PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP | SECBIT_NO_SETUID_FIXUP_LOCKED | SECBIT_KEEP_CAPS, 0, 0, 0);
	T("kept", prctl, PR_GET_KEEPCAPS, 0, 0, 0, 0);
	only(0, 0, 0);
	T("no capability", prctl, PR_SET_SECUREBITS, 0, 0, 0, 0);
}

/** Executes this very program as another file, which shows what it has become: the case that follows, with `again` for its name. */
static void copy_self(const char *path) {
	char bytes[65536];
	long from = S(open, "/proc/self/exe", O_RDONLY, 0), to = S(open, path, O_CREAT | O_WRONLY, 0755), count;
	while ((count = S(read, from, bytes, sizeof bytes)) > 0) S(write, to, bytes, count);
	S(close, from);
	S(close, to);
	S(chmod, path, 0755);
}
static void execute(const char *path) {
	long pid = S(fork);
	if (pid == 0) {
		become_nobody();
		char *argv[] = {"p", ".", "what_became", 0}, *env[] = {0};
		T("execute", execve, path, argv, env);
		S(exit_group, 9);
	}
	S(wait4, pid, 0, 0, 0);
}
CASE(what_became) {
	show_ids();
	show_capabilities();
	note("  dumpable %ld", S(prctl, PR_GET_DUMPABLE, 0, 0, 0, 0));
}
CASE(set_user_files) {
	S(chmod, ".", 0777);
	copy_self("p");
	execute("./p");
	S(chmod, "p", 04755);
	execute("./p");
	S(chmod, "p", 02755);
	execute("./p");
	S(chmod, "p", 02745);
	execute("./p");
	T("no more privileges", prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	S(chmod, "p", 06755);
	execute("./p");
}
CASE(file_capabilities) {
	S(chmod, ".", 0777);
	copy_self("p");
	struct {
		unsigned magic, permitted, inheritable, permitted_high, inheritable_high;
	} value = {0x02000001, 1u << CAP_CHOWN, 0, 0, 0};
	T("effective", setxattr, "p", "security.capability", &value, sizeof value, 0);
	execute("./p");
	value.magic = 0x02000000;
	T("permitted", setxattr, "p", "security.capability", &value, sizeof value, 0);
	execute("./p");
	value.magic = 0x02000001;
	S(setxattr, "p", "security.capability", &value, sizeof value, 0);
	S(prctl, PR_CAPBSET_DROP, CAP_CHOWN, 0, 0, 0);
	execute("./p");
}
CASE(no_new_privileges) {
	T("not", prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
	T("0", prctl, PR_SET_NO_NEW_PRIVS, 0, 0, 0, 0);
	T("too much", prctl, PR_SET_NO_NEW_PRIVS, 1, 1, 0, 0);
	T("set", prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
	T("is", prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0);
	S(chmod, ".", 0777);
	copy_self("p");
	struct {
		unsigned magic, permitted, inheritable, permitted_high, inheritable_high;
	} value = {0x02000001, 1u << CAP_CHOWN, 0, 0, 0};
	S(setxattr, "p", "security.capability", &value, sizeof value, 0);
	execute("./p");
}
CASE(ambient_goes_along) {
	S(chmod, ".", 0777);
	copy_self("p");
	S(prctl, PR_SET_KEEPCAPS, 1, 0, 0, 0);
	S(setgroups, 0, 0);
	S(setresgid, 65534, 65534, 65534);
	S(setresuid, 65534, 65534, 65534);
	only(1u << CAP_CHOWN, 1u << CAP_CHOWN, 1u << CAP_CHOWN);
	T("raise", prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, CAP_CHOWN, 0, 0);
	char *argv[] = {"p", ".", "what_became", 0}, *env[] = {0};
	T("execute", execve, "./p", argv, env);
}
CASE(other_options) {
	T("dumpable", prctl, PR_GET_DUMPABLE, 0, 0, 0, 0);
	T("2", prctl, PR_SET_DUMPABLE, 2, 0, 0, 0);
	T("0", prctl, PR_SET_DUMPABLE, 0, 0, 0, 0);
	T("now", prctl, PR_GET_DUMPABLE, 0, 0, 0, 0);
	T("death signal", prctl, PR_SET_PDEATHSIG, SIGTERM, 0, 0, 0);
	int value = 0;
	T("death signal", prctl, PR_GET_PDEATHSIG, &value, 0, 0, 0);
	note("  %d", value);
	T("death signal 65", prctl, PR_SET_PDEATHSIG, 65, 0, 0, 0);
	T("bad", prctl, PR_GET_PDEATHSIG, BAD, 0, 0, 0);
	T("name", prctl, PR_SET_NAME, "a name that is too long", 0, 0, 0);
	char name[17] = "";
	T("name", prctl, PR_GET_NAME, name, 0, 0, 0);
	note("  %s", name);
	T("bad name", prctl, PR_SET_NAME, BAD, 0, 0, 0);
	T("slack", prctl, PR_GET_TIMERSLACK, 0, 0, 0, 0);
	T("slack", prctl, PR_SET_TIMERSLACK, 1234, 0, 0, 0);
	T("slack", prctl, PR_GET_TIMERSLACK, 0, 0, 0, 0);
	T("timing", prctl, PR_GET_TIMING, 0, 0, 0, 0);
	T("timing", prctl, PR_SET_TIMING, 1, 0, 0, 0);
	T("machine checks", prctl, PR_MCE_KILL_GET, 0, 0, 0, 0);
	T("huge pages", prctl, PR_SET_THP_DISABLE, 1, 0, 0, 0);
	T("huge pages", prctl, PR_GET_THP_DISABLE, 0, 0, 0, 0);
	T("subreaper", prctl, PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
	T("subreaper", prctl, PR_GET_CHILD_SUBREAPER, &value, 0, 0, 0);
	note("  %d", value);
	T("memory map", prctl, PR_SET_MM, 1, 0, 0, 0);
	T("seccomp", prctl, PR_GET_SECCOMP, 0, 0, 0, 0);
	T("no such", prctl, 9999, 0, 0, 0, 0);
	T("counter", prctl, PR_GET_TSC, &value, 0, 0, 0);
	note("  %d", value);
	T("alignment", prctl, PR_GET_UNALIGN, &value, 0, 0, 0);
	T("endianness", prctl, PR_GET_ENDIAN, &value, 0, 0, 0);
}
