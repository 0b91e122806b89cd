#!/usr/bin/env python3
"""Records what the kernel's own pty does with random input, output and settings (Linux, any user).

    python3 record-tty.py N SEED > data/tty.json

Each case is a list of steps; each step has what it answered and what the master then read. tty.test.ts replays them.
"""
import base64, errno, fcntl, json, os, random, struct, sys, termios, time, tty

TCGETS, TCSETS = 0x5401, 0x5402
I = dict(ISTRIP=0o40, INLCR=0o100, IGNCR=0o200, ICRNL=0o400, IXON=0o2000, IXANY=0o4000, IUTF8=0o40000, PARMRK=0o10, IUCLC=0o1000)
O = dict(OPOST=1, OLCUC=2, ONLCR=4, OCRNL=0o10, ONOCR=0o20, ONLRET=0o40, XTABS=0o14000)
L = dict(ISIG=1, ICANON=2, ECHO=0o10, ECHOE=0o20, ECHOK=0o40, ECHONL=0o100, NOFLSH=0o200, ECHOCTL=0o1000, ECHOPRT=0o2000,
         ECHOKE=0o4000, IEXTEN=0o100000)
b64 = lambda b: base64.b64encode(b).decode()


def get(fd):
    return bytearray(fcntl.ioctl(fd, TCGETS, bytes(36)))


def settings(r, base):
    i, o, c, l = struct.unpack_from("<4I", base)
    def pick(flags, usual):
        value = 0
        for name, bit in flags.items():
            if r.random() < (0.9 if name in usual else 0.12):
                value |= bit
        return value
    i = pick(I, {"ICRNL", "IXON", "IUTF8"})
    o = pick(O, {"OPOST", "ONLCR"})
    l = pick(L, {"ISIG", "ICANON", "ECHO", "ECHOE", "ECHOK", "ECHOCTL", "ECHOKE", "IEXTEN"})
    cc = bytearray(base[17:36])
    if r.random() < 0.2:
        cc[11] = r.choice(b"e;\n")
    if r.random() < 0.1:
        cc[16] = ord("E")
    if r.random() < 0.1:
        cc[2] = 8
    if not l & 2:
        cc[6] = r.choice([0, 1, 1, 3])
        cc[5] = 0
    return i, o, c, l, bytes(cc)


def keys(r):
    out = b""
    for _ in range(r.choice([1, 1, 2, 3, 8, 20])):
        k = r.random()
        if k < 0.45:
            out += bytes([r.choice(b"abcdefgh XYZ_09.;/")])
        elif k < 0.55:
            out += r.choice(["é", "한", "글", "日", "€"]).encode()
        elif k < 0.6:
            out += b"\t"
        elif k < 0.72:
            out += b"\x7f" if r.random() < 0.8 else b"\x08"
        elif k < 0.76:
            out += b"\x17"
        elif k < 0.79:
            out += b"\x15"
        elif k < 0.84:
            out += r.choice([b"\n", b"\r"])
        elif k < 0.88:
            out += b"\x04"
        elif k < 0.90:
            out += b"\x12"
        elif k < 0.92:
            out += b"\x16"
        elif k < 0.94:
            out += r.choice([b"\x13\x11", b"\x11", b"\x13"])
        elif k < 0.96:
            out += r.choice([b"\x03", b"\x1c", b"\x1a"])
        else:
            out += bytes([r.randrange(256)])
    return out


def text(r):
    return b"".join(r.choice([b"word", b"\n", b"\t", b"\r", b"\b", "글".encode(), b"x", b"\x1b[1m", b" "]) for _ in range(r.randrange(1, 8)))


def settle(master):
    out = b""
    quiet = 0
    while quiet < 2:
        time.sleep(0.004)
        try:
            piece = os.read(master, 65536)
            out += piece
            quiet = 0
        except BlockingIOError:
            quiet += 1
    return out


def run(seed, steps):
    r = random.Random(seed)
    master, slave = os.openpty()
    os.set_blocking(master, False)
    os.set_blocking(slave, False)
    base = get(slave)
    case = []
    def answer(act):
        try:
            return act()
        except OSError as e:
            return errno.errorcode[e.errno]
    def configure():
        i, o, c, l, cc = settings(r, base)
        packed = struct.pack("<4I", i, o, c, l) + bytes([0]) + cc
        result = answer(lambda: fcntl.ioctl(slave, TCSETS, packed) and 0)
        return ["set", {"iflag": i, "oflag": o, "lflag": l, "cc": list(cc)}], 0 if isinstance(result, (int, bytes)) else result
    for n in range(steps):
        k = r.random()
        if n == 0 and r.random() < 0.7 or k < 0.05:
            step, result = configure()
        elif k < 0.60:
            data = keys(r)
            step, result = ["type", b64(data)], answer(lambda: os.write(master, data))
        elif k < 0.72:
            data = text(r)
            step, result = ["write", b64(data)], answer(lambda: os.write(slave, data))
        elif k < 0.92:
            count = r.choice([1, 2, 5, 64, 4096])
            step = ["read", count]
            result = answer(lambda: b64(os.read(slave, count)))
        elif k < 0.97:
            step, result = ["pending"], struct.unpack("<i", fcntl.ioctl(slave, 0x541B, bytes(4)))[0]
        else:
            which = r.choice([0, 1, 2])
            step, result = ["flush", which], answer(lambda: fcntl.ioctl(slave, 0x540B, which))
        case.append({"do": step, "is": result, "out": b64(settle(master))})
    os.close(slave)
    os.close(master)
    return {"seed": seed, "steps": case}


def stable(seed, steps):
    """A machine under load may show an echo late: a case counts once it has gone the same way twice."""
    before = None
    while True:
        now = run(seed, steps)
        if now == before:
            return now
        before = now


if __name__ == "__main__":
    n, seed = int(sys.argv[1]), int(sys.argv[2])
    print("[\n" + ",\n".join(json.dumps(stable(seed + i, 30), separators=(",", ":")) for i in range(n)) + "\n]")
