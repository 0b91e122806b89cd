// One of each kind of system call that strace decodes in its own way: run natively under strace(1) and here, the same lines.

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/futex.h>
#include <netinet/in.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static void handler(int number) { (void)number; }

static void files(void) {
	char buffer[64];
	struct stat stat_;
	int fd = open("file", O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0640);
	write(fd, "a\tb\n\"quoted\" \\ \001\0017\xff end of a line that is longer than thirty-two bytes", 70);
	pwrite(fd, "XY", 2, 3);
	pread(fd, buffer, 8, 1);
	lseek(fd, -4, SEEK_END);
	lseek(fd, 0, SEEK_SET);
	read(fd, buffer, sizeof buffer);
	struct iovec vectors[2] = {{"one", 3}, {"two and more", 12}};
	writev(fd, vectors, 2);
	fstat(fd, &stat_);
	stat("/dev/null", &stat_);
	stat("nothing", &stat_);
	open("nothing", O_WRONLY | O_APPEND | O_NOFOLLOW);
	openat(fd, "x", O_RDONLY | O_DIRECTORY);
	syscall(SYS_access, "file", R_OK | W_OK);
	syscall(SYS_access, "file", F_OK);
	fchmod(fd, 04755);
	syscall(SYS_chmod, "file", 0);
	chown("file", 1, 2);
	ftruncate(fd, 10);
	fallocate(fd, FALLOC_FL_KEEP_SIZE, 0, 100);
	fcntl(fd, F_GETFD);
	fcntl(fd, F_GETFL);
	fcntl(fd, F_SETFL, O_NONBLOCK | O_APPEND);
	fcntl(fd, F_SETFD, 0);
	fcntl(fd, F_DUPFD_CLOEXEC, 20);
	flock(fd, LOCK_EX | LOCK_NB);
	dup3(fd, 30, O_CLOEXEC);
	syscall(SYS_dup2, fd, 31);
	mkdir("folder", 0751);
	symlink("file", "link");
	readlink("link", buffer, sizeof buffer);
	rename("link", "link2");
	syscall(SYS_renameat2, AT_FDCWD, "link2", AT_FDCWD, "link3", 1);
	unlinkat(AT_FDCWD, "folder", AT_REMOVEDIR);
	syscall(SYS_unlink, "link3");
	mknod("fifo", S_IFIFO | 0600, 0);
	umask(027);
	umask(022);
	close(fd);
	close(99);
	int directory = open(".", O_RDONLY | O_DIRECTORY);
	syscall(SYS_getdents64, directory, malloc(4096), 4096);
	struct timespec times[2] = {{0, UTIME_NOW}, {1234, UTIME_OMIT}};
	utimensat(AT_FDCWD, "file", times, AT_SYMLINK_NOFOLLOW);
	getcwd(buffer, 3);
	mount("none", "/nowhere", "tmpfs", MS_NOSUID | MS_NODEV | MS_NOEXEC, "size=1k");
	umount2("/nowhere", MNT_DETACH);
}

static void memory(void) {
	char *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	mprotect(page, 4096, PROT_NONE);
	madvise(page, 4096, MADV_DONTNEED);
	msync(page, 4096, MS_SYNC);
	munmap(page, 8192);
	mmap(NULL, 0, PROT_READ | PROT_EXEC, MAP_SHARED, 5, 0);
}

static void signals(void) {
	struct sigaction action = {.sa_handler = handler, .sa_flags = SA_RESTART};
	sigaddset(&action.sa_mask, SIGUSR2);
	sigaction(SIGUSR1, &action, NULL);
	sigaction(SIGUSR1, NULL, &action);
	sigset_t set;
	sigemptyset(&set);
	sigaddset(&set, SIGHUP);
	sigaddset(&set, SIGRTMIN + 2);
	sigprocmask(SIG_BLOCK, &set, &set);
	sigfillset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	sigemptyset(&set);
	sigprocmask(SIG_SETMASK, &set, NULL);
	syscall(SYS_kill, getpid(), SIGUSR1);
	kill(getpid(), 0);
	stack_t stack = {.ss_sp = malloc(8192), .ss_size = 8192};
	sigaltstack(&stack, NULL);
	struct itimerval timer = {{0, 0}, {0, 10000}};
	action.sa_flags = 0;
	sigaction(SIGALRM, &action, NULL);
	setitimer(ITIMER_REAL, &timer, NULL);
	syscall(SYS_pause);
}

static void sockets(void) {
	int pair[2];
	socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair);
	send(pair[0], "hello", 5, MSG_NOSIGNAL);
	struct pollfd polled[2] = {{pair[1], POLLIN | POLLOUT, 0}, {pair[0], POLLIN, 0}};
	syscall(SYS_poll, polled, 2, 0);
	syscall(SYS_poll, polled + 1, 1, 0);
	char buffer[16];
	recv(pair[1], buffer, sizeof buffer, 0);
	recv(pair[1], buffer, sizeof buffer, MSG_DONTWAIT);
	struct iovec vector = {"message", 7};
	struct msghdr message = {.msg_iov = &vector, .msg_iovlen = 1};
	sendmsg(pair[0], &message, 0);
	shutdown(pair[0], SHUT_WR);
	int tcp = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, IPPROTO_TCP);
	int one = 1;
	setsockopt(tcp, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
	setsockopt(tcp, IPPROTO_TCP, 1, &one, sizeof one);
	struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(1), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	bind(tcp, (struct sockaddr *)&address, sizeof address);
	listen(tcp, 5);
	socklen_t length = sizeof address;
	getsockname(tcp, (struct sockaddr *)&address, &length);
	length = sizeof one;
	getsockopt(tcp, SOL_SOCKET, SO_ACCEPTCONN, &one, &length);
	accept(tcp, NULL, NULL);
	struct sockaddr_un path = {.sun_family = AF_UNIX, .sun_path = "nothing.sock"};
	connect(socket(AF_UNIX, SOCK_DGRAM, 0), (struct sockaddr *)&path, sizeof path);
	int epoll = epoll_create1(EPOLL_CLOEXEC);
	struct epoll_event event = {.events = EPOLLIN | EPOLLET, .data.u64 = 7};
	epoll_ctl(epoll, EPOLL_CTL_ADD, pair[1], &event);
	epoll_wait(epoll, &event, 1, 0);
	eventfd(3, EFD_NONBLOCK | EFD_SEMAPHORE);
	pipe(pair);
	pipe2(pair, O_NONBLOCK);
}

static void processes(void) {
	struct utsname name;
	uname(&name);
	struct rlimit limit = {10, 100};
	setrlimit(RLIMIT_CORE, &limit);
	getrlimit(RLIMIT_CORE, &limit);
	prctl(PR_SET_NAME, "tracee");
	sched_yield();
	struct timespec tiny = {0, 1000};
	nanosleep(&tiny, NULL);
	syscall(SYS_futex, &tiny, FUTEX_WAKE | FUTEX_PRIVATE_FLAG, 1);
	int status;
	wait4(-1, &status, WNOHANG, NULL);
	unshare(CLONE_NEWUTS | CLONE_NEWNS);
	execve("/nothing", (char *[]){"nothing", "with \"words\"", NULL}, (char *[]){"A=1", NULL});
	setuid(0);
	syscall(SYS_getppid + 1000);
}

int main(void) {
	files();
	memory();
	signals();
	sockets();
	processes();
	*(volatile int *)8 = 1;
}
