// Sockets: UNIX, and IPv4 over the loopback of a network namespace of the case's own.
#include "case.h"
#include <arpa/inet.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/un.h>

static void with_loopback(void) {
	S(unshare, 0x40000000);
	struct ifreq request = {.ifr_name = "lo"};
	long fd = S(socket, AF_INET, SOCK_DGRAM, 0);
	S(ioctl, fd, SIOCGIFFLAGS, &request);
	request.ifr_flags |= IFF_UP;
	S(ioctl, fd, SIOCSIFFLAGS, &request);
	S(close, fd);
}
static struct sockaddr_un local(const char *path) {
	struct sockaddr_un a = {AF_UNIX};
	strcpy(a.sun_path, path);
	return a;
}
static struct sockaddr_in inet(int port) {
	struct sockaddr_in a = {AF_INET, htons(port), {htonl(INADDR_LOOPBACK)}};
	return a;
}
static void show_address(const char *title, struct sockaddr *a, unsigned length) {
	if (a->sa_family == AF_UNIX) note("  %s: unix \"%s\" length %u", title, length > 2 ? ((struct sockaddr_un *)a)->sun_path : "", length);
	else if (a->sa_family == AF_INET) {
		struct sockaddr_in *in = (struct sockaddr_in *)a;
		note("  %s: inet %08x port %d length %u", title, ntohl(in->sin_addr.s_addr), ntohs(in->sin_port) > 30000 ? 1 : ntohs(in->sin_port), length);
	} else note("  %s: family %d length %u", title, a->sa_family, length);
}

CASE(socket_makes) {
	int p[2];
	T("unix stream", socket, AF_UNIX, SOCK_STREAM, 0);
	T("unix datagram", socket, AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	T("flag", fcntl, 4, F_GETFD);
	T("mode", fcntl, 4, F_GETFL);
	T("unix packets", socket, AF_UNIX, SOCK_SEQPACKET, 0);
	T("inet stream", socket, AF_INET, SOCK_STREAM, 0);
	T("inet datagram", socket, AF_INET, SOCK_DGRAM, IPPROTO_UDP);
	T("inet6", socket, AF_INET6, SOCK_STREAM, 0);
	T("no such family", socket, 99, SOCK_STREAM, 0);
	T("no such type", socket, AF_UNIX, 99, 0);
	T("no such protocol", socket, AF_INET, SOCK_STREAM, IPPROTO_UDP);
	T("unknown flags", socket, AF_UNIX, SOCK_STREAM | 0x100000, 0);
	T("unix, a protocol", socket, AF_UNIX, SOCK_STREAM, 5);
	T("a pair", socketpair, AF_UNIX, SOCK_STREAM, 0, p);
	struct stat st;
	S(fstat, p[0], &st);
	note("  mode %o", st.st_mode);
	T("seek", lseek, p[0], 0, SEEK_SET);
	T("a pair of inet", socketpair, AF_INET, SOCK_STREAM, 0, p);
	T("a pair to nowhere", socketpair, AF_UNIX, SOCK_STREAM, 0, BAD);
	T("no such family", socketpair, 99, SOCK_STREAM, 0, p);
	become_nobody();
	T("raw", socket, AF_INET, SOCK_RAW, IPPROTO_ICMP);
}
CASE(pairs) {
	char b[64] = "";
	int p[2];
	S(socketpair, AF_UNIX, SOCK_STREAM, 0, p);
	T("write", write, p[0], "hello", 5);
	T("peek", recvfrom, p[1], b, 2, MSG_PEEK, 0, 0);
	T("read", read, p[1], b, 64);
	note("  %s", b);
	T("nothing there", recvfrom, p[1], b, 64, MSG_DONTWAIT, 0, 0);
	T("send", sendto, p[1], "back", 4, 0, 0, 0);
	T("in two", recvfrom, p[0], b, 2, 0, 0, 0);
	T("in two", recvfrom, p[0], b, 64, 0, 0, 0);
	S(write, p[0], "abc", 3);
	S(write, p[0], "def", 3);
	T("all", recvfrom, p[1], b, 6, MSG_WAITALL, 0, 0);
	T("no more writing", shutdown, p[0], SHUT_WR);
	T("end", read, p[1], b, 64);
	T("broken", sendto, p[0], "x", 1, MSG_NOSIGNAL, 0, 0);
	T("the other way still", write, p[1], "y", 1);
	T("no such way", shutdown, p[0], 7);
	T("no socket", shutdown, 0, SHUT_RD);
	T("not open", shutdown, 99, SHUT_RD);
	T("not connected", shutdown, S(socket, AF_UNIX, SOCK_STREAM, 0), SHUT_RD);
	S(close, p[1]);
	T("the last byte", read, p[0], b, 64);
	T("end", read, p[0], b, 64);
	S(socketpair, AF_UNIX, SOCK_DGRAM, 0, p);
	S(write, p[0], "one", 3);
	S(write, p[0], "two!", 4);
	T("one datagram", read, p[1], b, 64);
	T("cut short", recvfrom, p[1], b, 2, MSG_TRUNC, 0, 0);
	T("none left", recvfrom, p[1], b, 64, MSG_DONTWAIT, 0, 0);
	S(socketpair, AF_UNIX, SOCK_SEQPACKET, 0, p);
	S(write, p[0], "pack", 4);
	S(write, p[0], "et", 2);
	T("one packet", read, p[1], b, 64);
	S(close, p[0]);
	T("the next", read, p[1], b, 64);
	T("end", read, p[1], b, 64);
}
CASE(unix_streams) {
	char b[64] = "";
	struct sockaddr_un a = local("sock"), got;
	unsigned length = sizeof got;
	long listener = S(socket, AF_UNIX, SOCK_STREAM, 0), client = S(socket, AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
	T("nobody there", connect, client, &a, sizeof a);
	T("a name", bind, listener, &a, sizeof a);
	show_mode("it", "sock");
	T("again", bind, listener, &a, sizeof a);
	T("in use", bind, S(socket, AF_UNIX, SOCK_STREAM, 0), &a, sizeof a);
	T("not listening", connect, client, &a, sizeof a);
	T("listen", listen, listener, 5);
	T("without a name", listen, S(socket, AF_UNIX, SOCK_STREAM, 0), 5);
	T("no socket", listen, 0, 5);
	T("nobody comes", accept4, listener, 0, 0, (S(fcntl, listener, F_SETFL, O_NONBLOCK), 0));
	T("connect", connect, client, &a, sizeof a);
	T("connect again", connect, client, &a, sizeof a);
	long server = T("accept", accept4, listener, &got, &length, SOCK_CLOEXEC);
	show_address("client", (struct sockaddr *)&got, length);
	T("flag", fcntl, server, F_GETFD);
	T("unknown flags", accept4, listener, 0, 0, 1);
	T("no listener", accept, server, 0, 0);
	T("no socket", accept, 0, 0, 0);
	T("not open", accept, 99, 0, 0);
	length = sizeof got;
	T("its name", getsockname, server, &got, &length);
	show_address("server", (struct sockaddr *)&got, length);
	length = sizeof got;
	T("the other's", getpeername, client, &got, &length);
	show_address("peer", (struct sockaddr *)&got, length);
	length = 4;
	T("in too little room", getpeername, client, &got, &length);
	note("  length %u", length);
	T("not connected", getpeername, listener, &got, &length);
	T("no socket", getsockname, 0, &got, &length);
	T("to nowhere", getsockname, client, BAD, &length);
	T("send", write, client, "hi", 2);
	T("receive", read, server, b, 64);
	T("to an address", sendto, client, "x", 1, 0, &a, sizeof a);
	T("missing", connect, S(socket, AF_UNIX, SOCK_STREAM, 0), (a = local("missing"), &a), sizeof a);
	put_file("file", "");
	T("a file", connect, S(socket, AF_UNIX, SOCK_STREAM, 0), (a = local("file"), &a), sizeof a);
	T("another family", connect, S(socket, AF_UNIX, SOCK_STREAM, 0), (a.sun_family = AF_INET, &a), sizeof a);
	T("a missing directory", bind, S(socket, AF_UNIX, SOCK_STREAM, 0), (a = local("x/y"), &a), sizeof a);
	T("from nowhere", bind, S(socket, AF_UNIX, SOCK_STREAM, 0), BAD, sizeof a);
	T("no address", bind, S(socket, AF_UNIX, SOCK_STREAM, 0), &a, 1);
	long abstract = S(socket, AF_UNIX, SOCK_STREAM, 0), second = S(socket, AF_UNIX, SOCK_STREAM, 0);
	struct sockaddr_un hidden = {AF_UNIX, "\0hidden"};
	T("abstract", bind, abstract, &hidden, 2 + 7);
	T("in use", bind, second, &hidden, 2 + 7);
	S(listen, abstract, 1);
	T("connect", connect, second, &hidden, 2 + 7);
	S(close, server);
	T("end", read, client, b, 64);
	T("broken", sendto, client, "x", 1, MSG_NOSIGNAL, 0, 0);
}
CASE(unix_datagrams) {
	char b[64] = "";
	struct sockaddr_un a = local("a"), c = local("c"), from;
	unsigned length = sizeof from;
	long one = S(socket, AF_UNIX, SOCK_DGRAM, 0), two = S(socket, AF_UNIX, SOCK_DGRAM, 0);
	S(bind, one, &a, sizeof a);
	T("to nobody", sendto, two, "x", 1, 0, &c, sizeof c);
	T("without an address", sendto, two, "x", 1, 0, 0, 0);
	T("from one without a name", sendto, two, "hello", 5, 0, &a, sizeof a);
	T("it", recvfrom, one, b, 64, 0, &from, &length);
	show_address("from", (struct sockaddr *)&from, length);
	S(bind, two, &c, sizeof c);
	S(sendto, two, "named", 5, 0, &a, sizeof a);
	length = sizeof from;
	T("it", recvfrom, one, b, 64, 0, &from, &length);
	show_address("from", (struct sockaddr *)&from, length);
	T("connected", connect, two, &a, sizeof a);
	T("send", write, two, "x", 1);
	T("empty", sendto, two, "", 0, 0, 0, 0);
	T("one", read, one, b, 64);
	T("empty one", read, one, b, 64);
	T("listen", listen, one, 1);
	T("accept", accept, one, 0, 0);
	S(close, one);
	T("gone", write, two, "x", 1);
}
CASE(messages) {
	char b[64] = "", more[64] = "";
	int p[2];
	S(socketpair, AF_UNIX, SOCK_STREAM, 0, p);
	put_file("f", "passed");
	long fd = S(open, "f", O_RDONLY);
	struct iovec out[2] = {{"ab", 2}, {"cde", 3}}, in[2] = {{b, 1}, {b + 8, 20}};
	union { char bytes[256]; struct cmsghdr align; } control = {{0}}, received = {{0}};
	struct msghdr m = {.msg_iov = out, .msg_iovlen = 2, .msg_control = &control, .msg_controllen = CMSG_SPACE(4)};
	struct cmsghdr *c = CMSG_FIRSTHDR(&m);
	*c = (struct cmsghdr){CMSG_LEN(4), SOL_SOCKET, SCM_RIGHTS};
	*(int *)CMSG_DATA(c) = fd;
	T("with a descriptor", sendmsg, p[0], &m, 0);
	*(int *)CMSG_DATA(c) = 99;
	T("with one that is not open", sendmsg, p[0], &m, 0);
	struct msghdr r = {.msg_iov = in, .msg_iovlen = 2, .msg_control = &received, .msg_controllen = sizeof received};
	T("it", recvmsg, p[1], &r, MSG_CMSG_CLOEXEC);
	note("  %c%s flags %#x", b[0], b + 8, r.msg_flags & ~MSG_CMSG_CLOEXEC);
	struct cmsghdr *g = CMSG_FIRSTHDR(&r);
	if (g) {
		int passed = *(int *)CMSG_DATA(g);
		note("  level %d type %d length %ld", g->cmsg_level, g->cmsg_type, (long)g->cmsg_len);
		T("read", read, passed, more, 64);
		note("  %s", more);
		T("flag", fcntl, passed, F_GETFD);
	}
	*(int *)CMSG_DATA(c) = fd;
	S(sendmsg, p[0], &m, 0);
	r = (struct msghdr){.msg_iov = in, .msg_iovlen = 2};
	T("without room for it", recvmsg, p[1], &r, 0);
	note("  flags %#x", r.msg_flags);
	T("from nowhere", sendmsg, p[0], BAD, 0);
	T("to nowhere", recvmsg, p[0], BAD, 0);
	T("no socket", sendmsg, 0, &m, 0);
	T("no socket", recvmsg, 0, &r, 0);
	int one = 1;
	T("credentials", setsockopt, p[1], SOL_SOCKET, SO_PASSCRED, &one, 4);
	S(write, p[0], "x", 1);
	r = (struct msghdr){.msg_iov = in, .msg_iovlen = 2, .msg_control = &received, .msg_controllen = sizeof received};
	T("with credentials", recvmsg, p[1], &r, 0);
	g = CMSG_FIRSTHDR(&r);
	if (g) {
		struct { int pid, uid, gid; } *u = (void *)CMSG_DATA(g);
		note("  type %d me %d %d %d", g->cmsg_type, u->pid == S(getpid), u->uid, u->gid);
	}
	struct mmsghdr many[3] = {{{.msg_iov = out, .msg_iovlen = 1}}, {{.msg_iov = out + 1, .msg_iovlen = 1}}};
	S(socketpair, AF_UNIX, SOCK_DGRAM, 0, p);
	T("two", sendmmsg, p[0], many, 2, 0);
	note("  %u %u", many[0].msg_len, many[1].msg_len);
	struct mmsghdr got[3] = {{{.msg_iov = in, .msg_iovlen = 2}}, {{.msg_iov = in, .msg_iovlen = 2}}, {{.msg_iov = in, .msg_iovlen = 2}}};
	T("those there are", recvmmsg, p[1], got, 3, MSG_DONTWAIT, 0);
	note("  %u %u", got[0].msg_len, got[1].msg_len);
	T("none", recvmmsg, p[1], got, 3, MSG_DONTWAIT, 0);
	T("not open", sendmmsg, 99, many, 2, 0);
	T("not open", recvmmsg, 99, got, 3, 0, 0);
}
CASE(options) {
	int v = -1;
	unsigned length = 4;
	struct { int pid, uid, gid; } u;
	struct timeval t = {0, 20000};
	int p[2];
	char b[8];
	S(socketpair, AF_UNIX, SOCK_STREAM, 0, p);
	T("type", getsockopt, p[0], SOL_SOCKET, SO_TYPE, &v, &length);
	note("  %d length %u", v, length);
	T("domain", getsockopt, p[0], SOL_SOCKET, SO_DOMAIN, &v, &length);
	note("  %d", v);
	T("protocol", getsockopt, p[0], SOL_SOCKET, SO_PROTOCOL, &v, &length);
	note("  %d", v);
	T("error", getsockopt, p[0], SOL_SOCKET, SO_ERROR, &v, &length);
	note("  %d", v);
	T("listening", getsockopt, p[0], SOL_SOCKET, SO_ACCEPTCONN, &v, &length);
	note("  %d", v);
	length = sizeof u;
	T("who is there", getsockopt, p[0], SOL_SOCKET, SO_PEERCRED, &u, &length);
	note("  me %d %d %d", u.pid == S(getpid), u.uid, u.gid);
	T("time to wait", setsockopt, p[0], SOL_SOCKET, SO_RCVTIMEO, &t, sizeof t);
	T("in vain", read, p[0], b, 8);
	length = sizeof t;
	t.tv_usec = 0;
	T("time to wait", getsockopt, p[0], SOL_SOCKET, SO_RCVTIMEO, &t, &length);
	note("  %ld", (long)t.tv_usec);
	long tcp = S(socket, AF_INET, SOCK_STREAM, 0);
	v = 1;
	T("reuse", setsockopt, tcp, SOL_SOCKET, SO_REUSEADDR, &v, 4);
	v = 7;
	length = 4;
	T("reuse", getsockopt, tcp, SOL_SOCKET, SO_REUSEADDR, &v, &length);
	note("  %d", v);
	v = 1;
	T("no delay", setsockopt, tcp, IPPROTO_TCP, TCP_NODELAY, &v, 4);
	T("no delay", getsockopt, tcp, IPPROTO_TCP, TCP_NODELAY, &v, &length);
	note("  %d", v);
	T("keep alive", setsockopt, tcp, SOL_SOCKET, SO_KEEPALIVE, &v, 4);
	v = 10000;
	T("room", setsockopt, tcp, SOL_SOCKET, SO_SNDBUF, &v, 4);
	T("room", getsockopt, tcp, SOL_SOCKET, SO_SNDBUF, &v, &length);
	note("  %d", v);
	T("unknown", setsockopt, tcp, SOL_SOCKET, 9999, &v, 4);
	T("unknown", getsockopt, tcp, SOL_SOCKET, 9999, &v, &length);
	T("unknown level", setsockopt, tcp, 9999, 1, &v, 4);
	T("too short", setsockopt, tcp, SOL_SOCKET, SO_REUSEADDR, &v, 2);
	T("from nowhere", setsockopt, tcp, SOL_SOCKET, SO_REUSEADDR, BAD, 4);
	T("no socket", setsockopt, 0, SOL_SOCKET, SO_REUSEADDR, &v, 4);
	T("no socket", getsockopt, 0, SOL_SOCKET, SO_TYPE, &v, &length);
	T("not open", getsockopt, 99, SOL_SOCKET, SO_TYPE, &v, &length);
	T("to nowhere", getsockopt, tcp, SOL_SOCKET, SO_TYPE, BAD, &length);
}
CASE(inet_streams) {
	with_loopback();
	char b[64] = "";
	struct sockaddr_in a = inet(5000), got;
	unsigned length = sizeof got;
	long listener = S(socket, AF_INET, SOCK_STREAM, 0), client = S(socket, AF_INET, SOCK_STREAM, 0);
	T("nobody there", connect, client, &a, sizeof a);
	T("a port", bind, listener, &a, sizeof a);
	T("in use", bind, S(socket, AF_INET, SOCK_STREAM, 0), &a, sizeof a);
	T("again", bind, listener, &a, sizeof a);
	T("listen", listen, listener, 5);
	client = S(socket, AF_INET, SOCK_STREAM, 0);
	T("connect", connect, client, &a, sizeof a);
	long server = T("accept", accept, listener, &got, &length);
	show_address("client", (struct sockaddr *)&got, length);
	length = sizeof got;
	T("name", getsockname, server, &got, &length);
	show_address("server", (struct sockaddr *)&got, length);
	length = sizeof got;
	T("peer", getpeername, client, &got, &length);
	show_address("peer", (struct sockaddr *)&got, length);
	T("connect again", connect, client, &a, sizeof a);
	T("send", sendto, client, "hello", 5, 0, 0, 0);
	T("receive", recvfrom, server, b, 64, 0, 0, 0);
	note("  %s", b);
	T("no more", shutdown, client, SHUT_WR);
	T("end", recvfrom, server, b, 64, 0, 0, 0);
	T("back", write, server, "bye", 3);
	T("received", read, client, b, 64);
	S(close, server);
	T("end", read, client, b, 64);
	T("name of no port", bind, S(socket, AF_INET, SOCK_STREAM, 0), &a, 4);
	a.sin_addr.s_addr = htonl(0x01020304);
	T("an address that is not here", bind, S(socket, AF_INET, SOCK_STREAM, 0), &a, sizeof a);
	T("no way there", connect, S(socket, AF_INET, SOCK_STREAM, 0), &a, sizeof a);
	a = inet(5001);
	long n = S(socket, AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	a.sin_port = htons(5000);
	long r = S(connect, n, &a, sizeof a);
	struct pollfd p = {n, POLLOUT};
	S(poll, &p, 1, 1000);
	int error = -1;
	length = 4;
	S(getsockopt, n, SOL_SOCKET, SO_ERROR, &error, &length);
	note("  nonblocking: %s, then writable %#x error %d", r < 0 ? error_name(r) : "at once", p.revents, error);
	a.sin_port = htons(80);
	become_nobody();
	T("a low port", bind, S(socket, AF_INET, SOCK_STREAM, 0), &a, sizeof a);
}
CASE(inet_datagrams) {
	with_loopback();
	char b[64] = "";
	struct sockaddr_in a = inet(6000), c = inet(6001), from;
	unsigned length = sizeof from;
	long one = S(socket, AF_INET, SOCK_DGRAM, 0), two = S(socket, AF_INET, SOCK_DGRAM, 0);
	T("a port", bind, one, &a, sizeof a);
	T("in use", bind, two, &a, sizeof a);
	T("another", bind, two, &c, sizeof c);
	T("without an address", write, two, "x", 1);
	T("send", sendto, two, "hello", 5, 0, &a, sizeof a);
	T("receive", recvfrom, one, b, 64, 0, &from, &length);
	show_address("from", (struct sockaddr *)&from, length);
	S(sendto, two, "longer", 6, 0, &a, sizeof a);
	T("cut short", recvfrom, one, b, 3, MSG_TRUNC, 0, 0);
	T("the rest is lost", recvfrom, one, b, 64, MSG_DONTWAIT, 0, 0);
	T("connected", connect, two, &a, sizeof a);
	T("send", write, two, "", 0);
	T("empty", read, one, b, 64);
	a.sin_port = htons(6002);
	T("connected to nobody", connect, two, &a, sizeof a);
	T("send", write, two, "x", 1);
	sleep_ms(5);
	T("refused", write, two, "x", 1);
	T("listen", listen, one, 1);
	static char large[70000];
	T("too long", sendto, one, large, sizeof large, 0, &c, sizeof c);
}
CASE(refused_again) {
	struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(9), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	with_loopback();
	long s = S(socket, AF_INET, SOCK_STREAM, 0);
	T("refused", connect, s, &to, sizeof to);
	T("again", connect, s, &to, sizeof to);
	long n = S(socket, AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	T("without waiting", connect, n, &to, sizeof to);
	sleep_ms(20);
	T("what came of it", connect, n, &to, sizeof to);
	T("anew", connect, n, &to, sizeof to);
	sleep_ms(20);
	int error = 0, length = sizeof error;
	S(getsockopt, n, SOL_SOCKET, SO_ERROR, &error, &length);
	note("  told %d", error);
	T("after it was told", connect, n, &to, sizeof to);
	T("and anew", connect, n, &to, sizeof to);
	sleep_ms(20);
	T("write", write, n, "x", 1);
	T("read", read, n, &error, 1);
}
/** A connection at the port whose server's end (or else its client's) is closed first. */
static void connect_and_close(const char *title, int port, int reuse, int server_first) {
	struct sockaddr_in at = inet(port);
	long s = S(socket, AF_INET, SOCK_STREAM, 0), c = S(socket, AF_INET, SOCK_STREAM, 0);
	S(setsockopt, s, SOL_SOCKET, SO_REUSEADDR, &reuse, sizeof reuse);
	if (T(title, bind, s, &at, sizeof at) < 0) return;
	S(listen, s, 1);
	S(connect, c, &at, sizeof at);
	long a = S(accept, s, 0, 0);
	S(close, s);
	S(close, server_first ? a : c);
	sleep_ms(10);
	S(close, server_first ? c : a);
	sleep_ms(10);
}
static void show_waiting(void) {
	char text[4096];
	long fd = S(open, "/proc/self/net/tcp", O_RDONLY, 0), count = S(read, fd, text, sizeof text - 1), waiting = 0;
	text[count > 0 ? count : 0] = 0;
	for (char *at = text; (at = strstr(at, " 06 ")); at++) waiting++;
	note("  waiting: %ld", waiting);
	S(close, fd);
}
CASE(ends_that_wait) {
	with_loopback();
	show_waiting();
	connect_and_close("server first", 4001, 0, 1);
	show_waiting();
	connect_and_close("again", 4001, 0, 1);
	connect_and_close("again, reusing what did not", 4001, 1, 1);
	connect_and_close("client first", 4002, 0, 0);
	show_waiting();
	connect_and_close("again", 4002, 0, 0);
	connect_and_close("reusing", 4003, 1, 1);
	connect_and_close("again", 4003, 1, 1);
	connect_and_close("no more", 4003, 0, 1);
	show_waiting();
	struct linger hard = {1, 0};
	struct sockaddr_in at = inet(4004);
	long s = S(socket, AF_INET, SOCK_STREAM, 0), c = S(socket, AF_INET, SOCK_STREAM, 0);
	S(bind, s, &at, sizeof at);
	S(listen, s, 1);
	S(connect, c, &at, sizeof at);
	long a = S(accept, s, 0, 0);
	S(setsockopt, a, SOL_SOCKET, SO_LINGER, &hard, sizeof hard);
	S(close, a);
	S(close, s);
	T("after a reset nobody waits", bind, S(socket, AF_INET, SOCK_STREAM, 0), &at, sizeof at);
	show_waiting();
}
CASE(ports_in_use) {
	struct sockaddr_in at = {.sin_family = AF_INET, .sin_port = htons(4000), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
	struct sockaddr_in any = {.sin_family = AF_INET, .sin_port = htons(4000)};
	with_loopback();
	long s = S(socket, AF_INET, SOCK_STREAM, 0), c = S(socket, AF_INET, SOCK_STREAM, 0);
	T("bind", bind, s, &at, sizeof at);
	T("listen", listen, s, 1);
	T("connect", connect, c, &at, sizeof at);
	long a = S(accept, s, 0, 0);
	S(close, s);
	long again = S(socket, AF_INET, SOCK_STREAM, 0);
	T("a connection is left", bind, again, &at, sizeof at);
	int on = 1;
	long with = S(socket, AF_INET, SOCK_STREAM, 0);
	S(setsockopt, with, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
	T("a connection is left, reusing", bind, with, &at, sizeof at);
	// the server closes first: its end waits
	S(close, a);
	sleep_ms(10);
	S(close, c);
	sleep_ms(10);
	T("its end waits", bind, again, &at, sizeof at);
	T("its end waits, any address", bind, again, &any, sizeof any);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
	T("another address", bind, S(socket, AF_INET, SOCK_STREAM, 0), &at, sizeof at);
	at.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	T("its end waits, reusing", bind, S(socket, AF_INET, SOCK_STREAM, 0), &at, sizeof at);
}

CASE(lengths_and_levels) {
	int tcp = S(socket, AF_INET, SOCK_STREAM, 0), udp = S(socket, AF_INET, SOCK_DGRAM, 0), six = S(socket, AF_INET6, SOCK_DGRAM, 0);
	char name[128];
	int length = -1, value = 0, size = 4;
	T("negative", getsockname, udp, name, &length);
	length = 16;
	T("to nowhere", getsockname, udp, 0, &length);
	T("level", getsockopt, tcp, 500, 1, &value, &size);
	T("of UDP", getsockopt, tcp, 17, 1, &value, &size);
	T("level", getsockopt, udp, 500, 1, &value, &size);
	T("level", setsockopt, tcp, 500, 1, &value, 4);
	T("level", getsockopt, six, 500, 1, &value, &size);
	int pair[2];
	S(socketpair, AF_UNIX, SOCK_STREAM, 0, pair);
	write(pair[1], "abc", 3);
	length = -1;
	T("negative, from nobody", recvfrom, pair[0], name, 1, 0, name + 8, &length);
	struct iovec one = {name, 1};
	struct { void *to; int length; struct iovec *vectors; long count; void *control; long room; int flags; } header = {name + 16, -1, &one, 1, 0, 0, 0};
	T("negative", recvmsg, pair[0], &header, MSG_DONTWAIT);
	struct timespec wrong = {-1, 0};
	struct { char header[56]; int length; } messages[1] = {0};
	T("no time", recvmmsg, pair[0], messages, 1, MSG_DONTWAIT, &wrong);
	struct { unsigned interface; char pad[4]; unsigned short family, port; unsigned char address[4]; char rest[120]; } request = {0, {0}, AF_INET, 0, {224, 0, 0, 1}, {0}};
	T("short", setsockopt, udp, 0, 42, &request, 100);
}

CASE(urgent_data) {
	int udp = S(socket, AF_INET, SOCK_DGRAM, 0), pair[2];
	struct sockaddr_in to = {AF_INET, 9, {0x0100007f}, {0}};
	S(socketpair, AF_UNIX, SOCK_DGRAM, 0, pair);
	T("by UDP", sendto, udp, "x", 1, MSG_OOB, &to, sizeof to);
	T("by a pair", sendto, pair[0], "x", 1, MSG_OOB, 0, 0);
}
