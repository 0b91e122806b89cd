#!/usr/bin/env python3
"""Records what the kernel's pipes, UNIX sockets and loopback TCP answer to random calls (Linux, any user).

    python3 record-pipe.py N SEED > data/pipe.json

All descriptors are O_NONBLOCK. A step is [call, which end, argument]; after each, poll(2) of every end is recorded.
"""
import errno, json, os, random, select, signal, socket, sys, time

signal.signal(signal.SIGPIPE, signal.SIG_IGN)
PATTERN = bytes(i * 7 & 255 for i in range(1 << 20))
EVENTS = select.POLLIN | select.POLLOUT | select.POLLPRI | 0x2000


class Ends:
    """Descriptors by name; a value of None is closed."""

    def __init__(self, kind):
        self.socks = {}
        if kind == "pipe":
            r, w = os.pipe2(os.O_NONBLOCK)
            self.fds = {"r": r, "w": w}
            return
        if kind == "tcp":
            listener = socket.create_server(("127.0.0.1", 0))
            a = socket.create_connection(listener.getsockname())
            b, _ = listener.accept()
            listener.close()
            for s in (a, b):
                s.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        else:
            a, b = socket.socketpair(socket.AF_UNIX, {"stream": socket.SOCK_STREAM, "dgram": socket.SOCK_DGRAM, "seqpacket": socket.SOCK_SEQPACKET}[kind])
        for s in (a, b):
            s.setblocking(False)
        self.socks = {"a": a, "b": b}
        self.fds = {"a": a.fileno(), "b": b.fileno()}


def answer(act):
    try:
        return act()
    except OSError as e:
        return errno.errorcode[e.errno]


def digest(data):
    return [len(data), sum((i + 1) * c for i, c in enumerate(data)) % 1000003]


def run(seed, kind):
    r = random.Random(seed)
    ends = Ends(kind)
    sent = 0
    steps = []
    large = [1, 3, 100, 4095, 4096, 4097, 5000, 10000, 65536, 70000]
    small = [0, 1, 3, 100, 1000]
    for _ in range(40):
        open_ends = [n for n, fd in ends.fds.items() if fd is not None]
        if not open_ends:
            break
        end = r.choice(open_ends)
        fd = ends.fds[end]
        k = r.random()
        if k < 0.45:
            n = r.choice(large if kind == "pipe" else small)
            data = PATTERN[sent % 1000 : sent % 1000 + n]
            result = answer(lambda: os.write(fd, data))
            step = ["write", end, [sent % 1000, n]]
            if isinstance(result, int):
                sent += result
        elif k < 0.85:
            n = r.choice(large)
            result = answer(lambda: digest(os.read(fd, n)))
            step = ["read", end, n]
        elif k < 0.92 and kind != "pipe":
            how = r.choice([0, 1, 2])
            result = answer(lambda: ends.socks[end].shutdown(how) or 0)
            step = ["shutdown", end, how]
        elif k < 0.95 and len(steps) > 12:
            if ends.socks:
                ends.socks[end].close()
            else:
                os.close(fd)
            ends.fds[end] = None
            step, result = ["close", end], 0
        else:
            step = ["pending", end]
            result = answer(lambda: int.from_bytes(__import__("fcntl").ioctl(fd, 0x541B, bytes(4)), "little"))
        if kind == "tcp":
            time.sleep(0.003)
        p = select.poll()
        names = {}
        for name, each in ends.fds.items():
            if each is not None:
                p.register(each, EVENTS)
                names[each] = name
        ready = {names[each]: revents for each, revents in p.poll(0)}
        steps.append({"do": step, "is": result, "poll": ready})
    for s in ends.socks.values():
        s.close()
    if kind == "pipe":
        for each in ends.fds.values():
            if each is not None:
                os.close(each)
    return {"seed": seed, "kind": kind, "steps": steps}


if __name__ == "__main__":
    n, seed = int(sys.argv[1]), int(sys.argv[2])
    kinds = ["pipe", "stream", "dgram", "seqpacket", "tcp"]
    print("[\n" + ",\n".join(json.dumps(run(seed + i, kinds[i % 5]), separators=(",", ":")) for i in range(n)) + "\n]")
