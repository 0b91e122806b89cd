#!/usr/bin/env python3
"""Records random mount operations and the kernel's mountinfo after each (needs root; runs in a mount namespace of its own).

record_mounts.py CASES OPERATIONS FIRST_SEED > cases.jsonl

A tmpfs with a few directories is the root (chroot). Group and mount numbers are given as they first appear.
"""
import ctypes, errno, json, os, random, sys, tempfile

libc = ctypes.CDLL(None, use_errno=True)
BIND, MOVE, REC, REMOUNT, RDONLY, NOSUID = 4096, 8192, 16384, 32, 1, 2
KINDS = {"shared": 1 << 20, "private": 1 << 18, "slave": 1 << 19, "unbindable": 1 << 17}
PATHS = ["/a", "/a/x", "/b", "/b/y", "/c", "/a/x/z", "/b/y/z", "/file"]


def done(result):
    return {} if result == 0 else {"errno": errno.errorcode[ctypes.get_errno()]}


def mount(source, target, kind, flags):
    return done(libc.mount(source and source.encode(), target.encode(), kind and kind.encode(), flags, None))


def directories():
    for path in ("/a/x/z", "/b/y/z", "/c"):
        os.makedirs(path, exist_ok=True)
    open("/file", "a").close()


def below(path):
    """What a fresh tmpfs there gets: the same names, so that paths go on."""
    try:
        for name in ("x/z", "y/z", "z"):
            os.makedirs(path + "/" + name, exist_ok=True)
    except OSError:
        pass


def perform(o):
    k = o["op"]
    if k == "tmpfs":
        result = mount(o["name"], o["path"], "tmpfs", o["flags"])
        if not result:
            below(o["path"])
        return result
    if k == "bind":
        return mount(o["from"], o["path"], None, BIND | (REC if o["rec"] else 0))
    if k == "move":
        return mount(o["from"], o["path"], None, MOVE)
    if k == "remount":
        return mount(None, o["path"], None, REMOUNT | BIND | o["flags"])
    if k == "propagation":
        return mount(None, o["path"], None, KINDS[o["kind"]] | (REC if o["rec"] else 0))
    if k == "umount":
        return done(libc.umount2(o["path"].encode(), o["flags"]))
    if k == "pivot":
        return done(libc.pivot_root(o["path"].encode(), o["put"].encode()))


def mountinfo(proc):
    with os.fdopen(os.open("self/mountinfo", os.O_RDONLY, dir_fd=proc)) as file:
        rows = [line.split() for line in file]
    numbers, groups, out = {}, {}, []
    for row in rows:
        numbers[row[0]] = len(numbers)
    for row in rows:
        tags = row[6 : row.index("-")]
        shown = [f"{t.split(':')[0]}:{groups.setdefault(t.split(':')[1], len(groups))}" if ":" in t else t for t in tags if not t.startswith("propagate")]
        out.append([numbers.get(row[1], -1), row[3], row[4], row[5], shown, row[row.index("-") + 2]])
    return out


def operation(r, count):
    k = r.choices(["tmpfs", "bind", "move", "remount", "propagation", "umount", "pivot"], [8, 8, 2, 2, 6, 6, 1])[0]
    o = {"op": k, "path": r.choice(PATHS)}
    if k == "tmpfs":
        o.update(name=f"t{count}", flags=r.choice([0, 0, NOSUID]))
    elif k in ("bind", "move"):
        o["from"] = r.choice(PATHS + ["/"] * (k == "bind"))
        if k == "bind":
            o["rec"] = r.random() < 0.5
    elif k == "remount":
        o["flags"] = r.choice([0, RDONLY, NOSUID])
    elif k == "propagation":
        o.update(kind=r.choice(["shared", "shared", "private", "slave", "slave", "unbindable"]), rec=r.random() < 0.4)
    elif k == "umount":
        o.update(path=r.choice(PATHS), flags=r.choice([0, 2]))
    else:
        o["put"] = r.choice([o["path"], o["path"] + "/z", r.choice(PATHS)])
    return o


def record(seed, count):
    r = random.Random(seed)
    base = tempfile.mkdtemp()
    read, write = os.pipe()
    if os.fork() == 0:
        libc.unshare(0x20000)
        mount(None, "/", None, KINDS["private"] | REC)
        proc = os.open("/proc", os.O_DIRECTORY)
        mount("root", base, "tmpfs", 0)
        os.chdir(base)
        os.chroot(".")
        os.chdir("/")
        directories()
        ops, results, infos = [], [], []
        for i in range(count):
            o = operation(r, i)
            ops.append(o)
            results.append(perform(o))
            if o["op"] == "pivot":
                os.chdir("/")
            infos.append(mountinfo(proc))
        with os.fdopen(write, "w") as out:
            json.dump({"seed": seed, "ops": ops, "results": results, "infos": infos}, out, separators=(",", ":"))
        os._exit(0)
    os.close(write)
    with os.fdopen(read) as source:
        text = source.read()
    os.wait()
    os.rmdir(base)
    return text


for seed in range(int(sys.argv[3]), int(sys.argv[3]) + int(sys.argv[1])):
    print(record(seed, int(sys.argv[2])))
