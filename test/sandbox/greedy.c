// Takes as much as there is of what the kernel counts by user, says how much that was, and holds it until its input ends.
// With an argument inotify's watches, too: there are so many of them that it takes seconds.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/ipc.h>
#include <sys/resource.h>
#include <sys/shm.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

enum { FILES = 1600, INSTANCES = 1024, IN_A_MESSAGE = 250, ENOUGH = 400000 };

/** How often it could be had. */
static int until_refused(int (*take)(int)) {
	int count = 0;
	while (count < ENOUGH && take(count) != -1) count++;
	return count;
}

static int instances[INSTANCES], instance_count;
static int instance(int count) {
	return count == INSTANCES ? -1 : (instances[count] = inotify_init1(0));
}

static int watch(int count) {
	char file[16];
	if (count == instance_count * FILES) return -1;
	snprintf(file, sizeof file, "f%d", count % FILES);
	return inotify_add_watch(instances[count / FILES], file, IN_MODIFY);
}

/** Who has too many pages in pipes gets small ones. */
static int whole_pipe(int count) {
	int ends[2];
	(void)count;
	return pipe(ends) == 0 && fcntl(ends[0], F_GETPIPE_SZ) == 65536 ? 0 : -1;
}

static int pending_signal(int count) {
	return sigqueue(getpid(), SIGRTMIN, (union sigval){.sival_int = count});
}

static int message_queue(int count) {
	struct mq_attr attributes = {.mq_maxmsg = 10, .mq_msgsize = 8192};
	char name[32];
	snprintf(name, sizeof name, "/%d-%d", getpid(), count);
	return mq_open(name, O_CREAT | O_RDWR, 0600, &attributes);
}

static int locked_memory(int count) {
	(void)count;
	int segment = shmget(IPC_PRIVATE, 65536, IPC_CREAT | 0600);
	return segment == -1 ? -1 : shmctl(segment, SHM_LOCK, NULL);
}

/** Descriptors that are sent and never received. */
static int in_flight(int count) {
	(void)count;
	int ends[2], null = open("/dev/null", O_RDONLY);
	char byte = 'x', room[CMSG_SPACE(IN_A_MESSAGE * sizeof(int))] = {0};
	struct iovec text = {&byte, 1};
	struct msghdr message = {.msg_iov = &text, .msg_iovlen = 1, .msg_control = room, .msg_controllen = sizeof room};
	struct cmsghdr *head = CMSG_FIRSTHDR(&message);
	head->cmsg_level = SOL_SOCKET;
	head->cmsg_type = SCM_RIGHTS;
	head->cmsg_len = CMSG_LEN(IN_A_MESSAGE * sizeof(int));
	for (int at = 0; at < IN_A_MESSAGE; at++) ((int *)CMSG_DATA(head))[at] = null;
	if (null == -1 || socketpair(AF_UNIX, SOCK_STREAM, 0, ends) == -1) return -1;
	int sent = sendmsg(ends[0], &message, 0);
	close(null);
	return sent;
}

static int key(int count) {
	char name[16];
	snprintf(name, sizeof name, "k%d", count);
	return (int)syscall(SYS_add_key, "user", name, "v", 1, -3 /* the session's keyring */);
}

int main(int count, char **arguments) {
	(void)arguments;
	struct rlimit files;
	sigset_t blocked;
	getrlimit(RLIMIT_NOFILE, &files);
	files.rlim_cur = files.rlim_max;
	setrlimit(RLIMIT_NOFILE, &files);
	sigemptyset(&blocked);
	sigaddset(&blocked, SIGRTMIN);
	sigprocmask(SIG_BLOCK, &blocked, NULL);
	for (int at = 0; count > 1 && at < FILES; at++) {
		char file[16];
		snprintf(file, sizeof file, "f%d", at);
		close(open(file, O_CREAT | O_WRONLY, 0600));
	}
	printf("{\"inFlight\":%d", until_refused(in_flight));
	instance_count = until_refused(instance);
	printf(",\"instances\":%d", instance_count);
	if (count > 1) printf(",\"watches\":%d", until_refused(watch));
	printf(",\"signals\":%d,\"messages\":%d", until_refused(pending_signal), until_refused(message_queue));
	printf(",\"locked\":%d,\"keys\":%d", until_refused(locked_memory), until_refused(key));
	// last: it takes all descriptors that are left
	printf(",\"pipes\":%d}\n", until_refused(whole_pipe));
	fflush(stdout);
	while (getchar() != EOF) continue;
	return 0;
}
