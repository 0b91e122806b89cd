// System V shared memory, semaphores and message queues.
#include "case.h"
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/sem.h>
#include <sys/shm.h>

static int status_of(long pid) {
	int status = -1;
	while (S(wait4, pid, &status, 0, 0) == -EINTR) {}
	return status;
}
static void nothing(int signal) { (void)signal; }
CASE(shm_get) {
	long id = TOK("new", shmget, 1234, 5000, IPC_CREAT | 0640);
	T("size 0", shmget, IPC_PRIVATE, 0, 0600);
	T("not there", shmget, 99, 100, 0);
	T("again", shmget, 1234, 100, IPC_CREAT | IPC_EXCL | 0600);
	T("larger", shmget, 1234, 6000, 0);
	note("  the same %d", S(shmget, 1234, 5000, 0) == id);
	note("  size 0 finds it %d", S(shmget, 1234, 0, 0) == id);
	struct shmid_ds ds;
	T("status", shmctl, id, IPC_STAT, &ds);
	note("  key %x mode %o uid %d size %ld attached %ld creator %d last %d", ds.shm_perm.__key, ds.shm_perm.mode, ds.shm_perm.uid, (long)ds.shm_segsz, (long)ds.shm_nattch, ds.shm_cpid == getpid(), ds.shm_lpid);
	long pid = S(fork);
	if (pid == 0) {
		become_nobody();
		T("another's", shmget, 1234, 100, 0600);
		T("another's, attach", shmat, id, 0, 0);
		T("another's, status", shmctl, id, IPC_STAT, &ds);
		T("another's, remove", shmctl, id, IPC_RMID, 0);
		S(exit_group, 0);
	}
	status_of(pid);
	ds.shm_perm.mode = 0604;
	ds.shm_perm.uid = 5;
	T("set", shmctl, id, IPC_SET, &ds);
	S(shmctl, id, IPC_STAT, &ds);
	note("  mode %o uid %d cuid %d", ds.shm_perm.mode, ds.shm_perm.uid, ds.shm_perm.cuid);
	T("bad", shmctl, id, IPC_STAT, BAD);
	T("command", shmctl, id, 77, 0);
	T("remove", shmctl, id, IPC_RMID, 0);
	T("gone", shmctl, id, IPC_STAT, &ds);
	T("no such", shmctl, 123456, IPC_RMID, 0);
}
CASE(shm_attach) {
	long id = S(shmget, IPC_PRIVATE, 5000, 0600);
	char *a = (char *)TOK("attach", shmat, id, 0, 0);
	char *b = (char *)TOK("read only", shmat, id, 0, SHM_RDONLY);
	strcpy(a, "seen");
	note("  there %s", b);
	long pid = S(fork);
	if (pid == 0) {
		note("  child sees %s", a);
		strcpy(a, "changed");
		struct shmid_ds ds;
		S(shmctl, id, IPC_STAT, &ds);
		note("  attached %ld", (long)ds.shm_nattch);
		S(exit_group, 0);
	}
	status_of(pid);
	note("  parent sees %s", b);
	T("not aligned", shmat, id, a + 1, 0);
	T("taken", shmat, id, a, 0);
	T("remap to nowhere", shmat, id, 0, SHM_REMAP);
	T("no such", shmat, 123456, 0, 0);
	T("negative", shmat, -1, 0, 0);
	pid = S(fork);
	if (pid == 0) {
		struct rlimit none = {0, 0};
		S(prlimit64, 0, RLIMIT_CORE, &none, 0);
		*(volatile char *)b = 1;
	}
	note("  write to read only: %x", status_of(pid));
	T("detach", shmdt, a);
	T("again", shmdt, a);
	T("inside", shmdt, b + 4096);
	struct shmid_ds ds;
	T("remove", shmctl, id, IPC_RMID, 0);
	T("still there", shmctl, id, IPC_STAT, &ds);
	note("  mode %o attached %ld key %d", ds.shm_perm.mode, (long)ds.shm_nattch, ds.shm_perm.__key);
	T("detach", shmdt, b);
	T("now gone", shmctl, id, IPC_STAT, &ds);
}
CASE(sem_get) {
	long id = TOK("new", semget, 77, 3, IPC_CREAT | 0600);
	T("again", semget, 77, 3, IPC_CREAT | IPC_EXCL);
	T("more", semget, 77, 4, 0);
	T("none", semget, IPC_PRIVATE, 0, 0600);
	T("negative", semget, 78, -1, IPC_CREAT);
	T("too many", semget, 78, 100000, IPC_CREAT);
	T("not there", semget, 79, 1, 0);
	struct semid_ds ds;
	T("status", semctl, id, 0, IPC_STAT, &ds);
	note("  count %ld mode %o operated %ld", (long)ds.sem_nsems, ds.sem_perm.mode, (long)ds.sem_otime);
	T("set", semctl, id, 1, SETVAL, 7);
	T("value", semctl, id, 1, GETVAL);
	T("who", semctl, id, 0, GETPID);
	note("  who %d", S(semctl, id, 1, GETPID) == getpid());
	T("too large", semctl, id, 1, SETVAL, 32768);
	T("negative", semctl, id, 1, SETVAL, -1);
	T("which", semctl, id, 3, GETVAL);
	unsigned short values[3] = {1, 2, 3}, back[3];
	T("all", semctl, id, 0, SETALL, values);
	T("all", semctl, id, 0, GETALL, back);
	note("  %d %d %d", back[0], back[1], back[2]);
	T("bad", semctl, id, 0, GETALL, BAD);
	T("command", semctl, id, 0, 99);
	T("remove", semctl, id, 0, IPC_RMID);
	T("gone", semctl, id, 0, GETVAL);
}
static long sem_do(const char *title, long id, int index, int change, int flags) {
	struct sembuf one = {index, change, flags};
	return T(title, semop, id, &one, 1);
}
CASE(sem_operations) {
	long id = S(semget, IPC_PRIVATE, 2, 0600);
	sem_do("up", id, 0, 3, 0);
	sem_do("down", id, 0, -2, 0);
	note("  value %ld", S(semctl, id, 0, GETVAL));
	sem_do("too far", id, 0, -2, IPC_NOWAIT);
	sem_do("is it zero", id, 1, 0, IPC_NOWAIT);
	sem_do("is it not", id, 0, 0, IPC_NOWAIT);
	sem_do("which", id, 2, 1, 0);
	sem_do("over the top", id, 0, 32767, 0);
	struct sembuf two[2] = {{0, -1, 0}, {1, -1, IPC_NOWAIT}};
	T("all or nothing", semop, id, two, 2);
	note("  values %ld %ld", S(semctl, id, 0, GETVAL), S(semctl, id, 1, GETVAL));
	T("none", semop, id, two, 0);
	T("too many", semop, id, two, 1000);
	T("bad", semop, id, BAD, 1);
	T("no such", semop, 123456, two, 1);
	struct timespec little = {0, 10000000}, wrong = {0, -1};
	struct sembuf down = {1, -1, 0};
	T("in time", semtimedop, id, &down, 1, &little);
	T("no time", semtimedop, id, &down, 1, &wrong);
	T("bad time", semtimedop, id, &down, 1, BAD);
	long pid = S(fork);
	if (pid == 0) {
		long r = S(semop, id, &down, 1);
		note("  waited: %ld", r);
		S(exit_group, 0);
	}
	asleep(pid);
	note("  waiting %ld %ld", S(semctl, id, 1, GETNCNT), S(semctl, id, 1, GETZCNT));
	struct sembuf up = {1, 1, 0};
	long let_go = S(semop, id, &up, 1);
	status_of(pid);
	note("  let go: %ld", let_go);
	pid = S(fork);
	if (pid == 0) {
		T("removed meanwhile", semop, id, &down, 1);
		S(exit_group, 0);
	}
	asleep(pid);
	S(semctl, id, 0, IPC_RMID);
	status_of(pid);
}
CASE(sem_undo) {
	long id = S(semget, IPC_PRIVATE, 1, 0600);
	S(semctl, id, 0, SETVAL, 5);
	long pid = S(fork);
	if (pid == 0) {
		sem_do("down, to be undone", id, 0, -2, SEM_UNDO);
		sem_do("down", id, 0, -1, 0);
		note("  inside %ld", S(semctl, id, 0, GETVAL));
		S(exit_group, 0);
	}
	status_of(pid);
	note("  after %ld", S(semctl, id, 0, GETVAL));
	pid = S(fork);
	if (pid == 0) {
		sem_do("down, to be undone", id, 0, -1, SEM_UNDO);
		S(semctl, id, 0, SETVAL, 9);
		S(exit_group, 0);
	}
	status_of(pid);
	note("  what was set stays %ld", S(semctl, id, 0, GETVAL));
	S(semctl, id, 0, IPC_RMID);
}
CASE(sem_signal) {
	long id = S(semget, IPC_PRIVATE, 1, 0600), parent = getpid();
	struct sigaction action = {.sa_handler = nothing, .sa_flags = SA_RESTART};
	sigaction(SIGUSR1, &action, NULL);
	long pid = S(fork);
	if (pid == 0) {
		asleep(parent);
		S(kill, parent, SIGUSR1);
		S(exit_group, 0);
	}
	sem_do("never goes on", id, 0, -1, 0);
	note("  waiting %ld", S(semctl, id, 0, GETNCNT));
	status_of(pid);
	S(semctl, id, 0, IPC_RMID);
}
struct message {
	long type;
	char text[64];
};
CASE(messages) {
	long id = TOK("new", msgget, 55, IPC_CREAT | 0600);
	T("again", msgget, 55, IPC_CREAT | IPC_EXCL);
	T("not there", msgget, 56, 0);
	struct message out = {3, "three"}, in;
	T("send", msgsnd, id, &out, 6, 0);
	out.type = 1;
	strcpy(out.text, "one");
	T("send", msgsnd, id, &out, 4, 0);
	out.type = 2;
	strcpy(out.text, "two");
	T("send", msgsnd, id, &out, 4, 0);
	out.type = 0;
	T("no type", msgsnd, id, &out, 4, 0);
	T("too long", msgsnd, id, &out, 9000, 0);
	T("bad", msgsnd, id, BAD, 4, 0);
	T("no such", msgsnd, 123456, &out, 4, 0);
	struct msqid_ds ds;
	T("status", msgctl, id, IPC_STAT, &ds);
	note("  messages %ld bytes %ld of %ld sender %d", (long)ds.msg_qnum, (long)ds.__msg_cbytes, (long)ds.msg_qbytes, ds.msg_lspid == getpid());
	T("by type", msgrcv, id, &in, 64, 2, 0);
	note("  %ld %s", in.type, in.text);
	T("too little room", msgrcv, id, &in, 2, 1, 0);
	T("the lowest", msgrcv, id, &in, 64, -3, 0);
	note("  %ld %s", in.type, in.text);
	T("another type", msgrcv, id, &in, 64, 3, MSG_EXCEPT | IPC_NOWAIT);
	T("cut off", msgrcv, id, &in, 2, 0, MSG_NOERROR);
	note("  %ld %.2s", in.type, in.text);
	T("none", msgrcv, id, &in, 64, 0, IPC_NOWAIT);
	T("negative size", msgrcv, id, &in, -1, 0, 0);
	long pid = S(fork);
	if (pid == 0) {
		T("waits", msgrcv, id, &in, 64, 0, 0);
		note("  %ld %s", in.type, in.text);
		T("removed meanwhile", msgrcv, id, &in, 64, 0, 0);
		S(exit_group, 0);
	}
	asleep(pid);
	out.type = 9;
	S(msgsnd, id, &out, 4, 0);
	asleep(pid);
	long removed = S(msgctl, id, IPC_RMID, 0);
	status_of(pid);
	note("  removed: %ld", removed);
	T("gone", msgctl, id, IPC_STAT, &ds);
}
CASE(message_limits) {
	long id = S(msgget, IPC_PRIVATE, 0600);
	static struct {
		long type;
		char text[8192];
	} large = {1, ""};
	T("first", msgsnd, id, &large, 8192, IPC_NOWAIT);
	T("second", msgsnd, id, &large, 8192, IPC_NOWAIT);
	T("full", msgsnd, id, &large, 1, IPC_NOWAIT);
	struct msqid_ds ds;
	S(msgctl, id, IPC_STAT, &ds);
	ds.msg_qbytes = 20000;
	T("more than the limit", msgctl, id, IPC_SET, &ds);
	ds.msg_qbytes = 100;
	T("less", msgctl, id, IPC_SET, &ds);
	long pid = S(fork);
	if (pid == 0) {
		become_nobody();
		T("another's", msgsnd, id, &large, 1, IPC_NOWAIT);
		T("another's", msgrcv, id, &large, 1, 0, IPC_NOWAIT);
		T("another's", msgctl, id, IPC_RMID, 0);
		S(exit_group, 0);
	}
	status_of(pid);
	S(msgctl, id, IPC_RMID, 0);
}
