#!/usr/bin/env python3
"""Records what this machine's kernel answers to random file operations, as cases for replay.ts (needs root).

record.py [--n CASES] [--ops N] [--seed0 S] [--on plain|overlay] OUT.json

plain: a directory of a tmpfs. overlay: an overlay of one to three layers with Docker's options. The operations run in a
chroot, as root or as user 1000 (group 1000, supplementary group 5), with the umask of the case.
"""
import argparse, base64, ctypes, errno, json, os, random, shutil, stat, sys, tempfile

libc = ctypes.CDLL(None, use_errno=True)
OPTIONS = "index=off,redirect_dir=off,metacopy=off,xino=off"
BEGIN, RECENT = 1_600_000_000, 1_750_000_000
NAMES = ["a", "b", "c", "d", "e", "long" * 64, "f.txt", "ü"]
MODES = [0o644, 0o600, 0o755, 0o700, 0o777, 0o1777, 0o4755, 0o2755, 0o2777, 0o2745, 0o444, 0o000, 0o111, 0o555]
USERS = {0: (0, 0, []), 1000: (1000, 1000, [5])}


def call(result):
    if result != 0:
        raise OSError(ctypes.get_errno(), "")


def mount(source, target, kind, data):
    call(libc.mount(source.encode(), target.encode(), kind.encode(), 0, data.encode()))


def unmount(target):
    libc.umount2(target.encode(), 2)


def text(value):
    try:
        return value.decode()
    except UnicodeDecodeError:
        return {"b64": base64.b64encode(value).decode()}


def kind_of(mode):
    for name, test in (("dir", stat.S_ISDIR), ("symlink", stat.S_ISLNK), ("file", stat.S_ISREG), ("fifo", stat.S_ISFIFO)):
        if test(mode):
            return name
    return "other"


def when(seconds):
    return "now" if seconds > RECENT else int(seconds)


def describe(status, nlinks):
    kind = kind_of(status.st_mode)
    out = {"type": kind, "uid": status.st_uid, "gid": status.st_gid, "mtime": when(status.st_mtime), "rdev": status.st_rdev}
    if kind != "symlink":
        out["mode"] = stat.S_IMODE(status.st_mode)
    if kind in ("file", "symlink"):
        out["size"] = status.st_size
    if nlinks and kind != "symlink":
        out["nlink"] = status.st_nlink
    return out


def capture(root):
    tree = {}

    def visit(path, shown):
        status = os.lstat(path)
        entry = {"type": kind_of(status.st_mode), "uid": status.st_uid, "gid": status.st_gid, "mtime": when(status.st_mtime)}
        names = sorted(name for name in os.listxattr(path, follow_symlinks=False) if name.startswith("user."))
        if names:
            entry["xattrs"] = {name: text(os.getxattr(path, name, follow_symlinks=False)) for name in names}
        if entry["type"] == "symlink":
            entry["target"] = os.readlink(path)
        else:
            entry["mode"] = stat.S_IMODE(status.st_mode)
        if entry["type"] == "file":
            with open(path, "rb") as file:
                entry["content"] = text(file.read())
        tree[shown] = entry
        if entry["type"] == "dir":
            for name in sorted(os.listdir(path)):
                visit(os.path.join(path, name), shown.rstrip("/") + "/" + name)

    visit(root, "/")
    return tree


def become(user):
    os.seteuid(0)
    uid, gid, groups = USERS[user]
    os.setgroups(groups)
    os.setegid(gid)
    os.seteuid(uid)


def perform(o, nlinks):
    k, p = o["op"], o.get("path")
    if k == "mkdir":
        os.mkdir(p, o["mode"])
    elif k == "open":
        fd = os.open(p, o["flags"], o["mode"])
        try:
            if o.get("data") is not None:
                os.write(fd, o["data"].encode())
        finally:
            os.close(fd)
    elif k == "truncate":
        os.truncate(p, o["size"])
    elif k == "unlink":
        os.unlink(p)
    elif k == "rmdir":
        os.rmdir(p)
    elif k == "rename":
        call(libc.renameat2(-100, p.encode(), -100, o["to"].encode(), o["flags"]))
    elif k == "link":
        call(libc.linkat(-100, p.encode(), -100, o["to"].encode(), 0x400 if o["follow"] else 0))
    elif k == "symlink":
        os.symlink(o["target"], p)
    elif k == "mknod":
        os.mknod(p, o["mode"], o["rdev"])
    elif k == "chmod":
        os.chmod(p, o["mode"])
    elif k == "chown":
        os.chown(p, o["uid"], o["gid"], follow_symlinks=o["follow"])
    elif k == "setxattr":
        os.setxattr(p, o["name"], o["value"].encode(), o["flags"], follow_symlinks=o["follow"])
    elif k == "removexattr":
        os.removexattr(p, o["name"], follow_symlinks=o["follow"])
    elif k == "getxattr":
        return {"value": text(os.getxattr(p, o["name"], follow_symlinks=o["follow"]))}
    elif k == "listxattr":
        return {"names": sorted(n for n in os.listxattr(p, follow_symlinks=o["follow"]) if not n.startswith("security.selinux"))}
    elif k == "utimes":
        os.utime(p, None if o["mtime"] == "now" else (o["mtime"], o["mtime"]), follow_symlinks=o["follow"])
    elif k == "access":
        call(libc.faccessat(-100, p.encode(), o["mode"], 0x200))
    elif k == "readdir":
        return {"entries": sorted([each.name, entry_kind(each)] for each in os.scandir(p))}
    elif k == "read":
        fd = os.open(p, os.O_RDONLY | os.O_NONBLOCK | o["flags"])
        try:
            return {"data": text(os.read(fd, 1 << 20))}
        finally:
            os.close(fd)
    elif k == "readlink":
        return {"target": os.readlink(p)}
    elif k == "lstat":
        return {"stat": describe(os.lstat(p), nlinks)}
    elif k == "stat":
        return {"stat": describe(os.stat(p), nlinks)}
    else:
        raise SystemExit(k)


def entry_kind(each):
    if each.is_symlink():
        return "symlink"
    if each.is_dir(follow_symlinks=False):
        return "dir"
    return "file" if each.is_file(follow_symlinks=False) else "other"


def run(root, case, operations):
    """All operations in one chrooted process; their results."""
    read, write = os.pipe()
    pid = os.fork()
    if pid == 0:
        try:
            os.close(read)
            os.chdir(root)
            os.chroot(".")
            os.umask(case["umask"])
            results = []
            for operation in operations:
                become(operation["user"])
                try:
                    results.append(perform(operation, case["on"] == "plain") or {})
                except OSError as error:
                    name = errno.errorcode[error.errno]
                    results.append({"errno": "EOPNOTSUPP" if name == "ENOTSUP" else name})
            with os.fdopen(write, "w") as out:
                json.dump(results, out)
            os._exit(0)
        except BaseException as error:
            print(repr(error), file=sys.stderr)
            os._exit(9)
    os.close(write)
    with os.fdopen(read) as source:
        answer = source.read()
    if os.waitpid(pid, 0)[1] != 0:
        raise SystemExit("the child failed")
    return json.loads(answer)


class Generator:
    def __init__(self, rnd):
        self.r, self.tree, self.recent, self.count = rnd, {}, [], 0

    def any_path(self):
        r = self.r
        known = [path for path in self.tree if path != "/"] + self.recent[-8:]
        if known and r.random() < 0.85:
            path, x = r.choice(known), r.random()
            if x < 0.2:
                path += "/" + r.choice(NAMES)
            elif x < 0.32:
                path += r.choice(["/", "/.", "/..", "//", "/../.", "/./" + r.choice(NAMES), "/../" + r.choice(NAMES)])
            return path
        return r.choice(["/", "/" + r.choice(NAMES), "/" + r.choice(NAMES) + "/" + r.choice(NAMES), "", ".", "..", r.choice(NAMES)])

    def existing(self, *kinds):
        found = [path for path, entry in self.tree.items() if entry["type"] in kinds and path != "/"]
        if not found or self.r.random() < 0.25:
            return self.any_path()
        return self.r.choice(found) + self.r.choice([""] * 9 + ["/"])

    def fresh(self):
        if self.r.random() < 0.25:
            return self.any_path()
        directories = [path for path, entry in self.tree.items() if entry["type"] == "dir"]
        return (self.r.choice(directories).rstrip("/") + "/" + self.r.choice(NAMES)) + self.r.choice([""] * 9 + ["/"])

    def data(self):
        self.count += 1
        return self.r.choice(["", "x", f"v{self.count}", "z" * self.r.randint(1, 50)])

    def operation(self):
        r = self.r
        o = getattr(self, "op_" + r.choices(*zip(*WEIGHTS.items()))[0])()
        o["user"] = 0 if r.random() < 0.6 else 1000
        if o.get("path"):
            self.recent.append(o["path"].rstrip("/") or "/")
        return o

    def op_mkdir(self):
        return {"op": "mkdir", "path": self.fresh(), "mode": self.r.choice(MODES + [0o755] * 6)}

    def op_open(self):
        r = self.r
        flags = r.choice([os.O_RDONLY, os.O_WRONLY, os.O_WRONLY, os.O_RDWR]) | os.O_NONBLOCK
        for flag, chance in ((os.O_CREAT, 0.5), (os.O_EXCL, 0.15), (os.O_TRUNC, 0.25), (os.O_APPEND, 0.2), (os.O_DIRECTORY, 0.06), (os.O_NOFOLLOW, 0.12)):
            if r.random() < chance:
                flags |= flag
        path = self.fresh() if flags & os.O_CREAT and r.random() < 0.6 else self.existing("file", "symlink", "dir", "fifo")
        data = self.data() if flags & 3 else None
        return {"op": "open", "path": path, "flags": flags, "mode": r.choice(MODES + [0o644] * 5), "data": data}

    def op_truncate(self):
        return {"op": "truncate", "path": self.existing("file", "file", "symlink"), "size": self.r.choice([0, 1, 7, 40])}

    def op_unlink(self):
        return {"op": "unlink", "path": self.existing("file", "symlink", "fifo", "other", "dir")}

    def op_rmdir(self):
        return {"op": "rmdir", "path": self.existing("dir", "dir", "symlink")}

    def op_rename(self):
        r = self.r
        to = self.fresh() if r.random() < 0.55 else self.existing("file", "dir", "symlink")
        return {"op": "rename", "path": self.existing("file", "dir", "dir", "symlink"), "to": to, "flags": r.choice([0] * 7 + [1, 2, 2, 3, 8])}

    def op_link(self):
        return {"op": "link", "path": self.existing("file", "symlink", "fifo", "dir"), "to": self.fresh(), "follow": self.r.random() < 0.3}

    def op_symlink(self):
        r = self.r
        target = r.choice([self.any_path(), r.choice(NAMES), "../" + r.choice(NAMES), self.existing("dir"), self.existing("file"), "nowhere", "."])
        return {"op": "symlink", "path": self.fresh(), "target": target}

    def op_mknod(self):
        kind, rdev = self.r.choice([(stat.S_IFIFO, 0), (stat.S_IFIFO, 0), (stat.S_IFCHR, os.makedev(1, 3)), (stat.S_IFSOCK, 0), (stat.S_IFREG, 0)])
        return {"op": "mknod", "path": self.fresh(), "mode": kind | self.r.choice(MODES), "rdev": rdev}

    def op_chmod(self):
        return {"op": "chmod", "path": self.existing("file", "dir", "symlink"), "mode": self.r.choice(MODES)}

    def op_chown(self):
        r = self.r
        return {"op": "chown", "path": self.existing("file", "dir", "symlink"), "uid": r.choice([0, 1000, 1000, 65534, -1]), "gid": r.choice([0, 5, 1000, -1]), "follow": r.random() < 0.7}

    def xattr(self, kind):
        r = self.r
        name = r.choice(["user.p", "user.p", "user.q", "trusted.t", "security.s", "user.", "system.x", "nothing"])
        return {"op": kind, "path": self.existing("file", "dir", "symlink", "fifo"), "name": name, "follow": r.random() < 0.7}

    def op_setxattr(self):
        return {**self.xattr("setxattr"), "value": self.data(), "flags": self.r.choice([0, 0, 0, 1, 2])}

    def op_getxattr(self):
        return self.xattr("getxattr")

    def op_removexattr(self):
        return self.xattr("removexattr")

    def op_listxattr(self):
        return {"op": "listxattr", "path": self.existing("file", "dir"), "follow": True}

    def op_utimes(self):
        r = self.r
        return {"op": "utimes", "path": self.existing("file", "dir", "symlink"), "mtime": r.choice(["now", BEGIN + r.randint(1, 9_000_000)]), "follow": r.random() < 0.7}

    def op_access(self):
        return {"op": "access", "path": self.any_path(), "mode": self.r.randint(0, 7)}

    def op_readdir(self):
        return {"op": "readdir", "path": self.existing("dir", "dir", "symlink")}

    def op_read(self):
        return {"op": "read", "path": self.existing("file", "symlink", "dir"), "flags": self.r.choice([0, 0, 0, os.O_NOFOLLOW, os.O_DIRECTORY])}

    def op_readlink(self):
        return {"op": "readlink", "path": self.existing("symlink")}

    def op_lstat(self):
        return {"op": "lstat", "path": self.any_path()}

    def op_stat(self):
        return {"op": "stat", "path": self.any_path()}


WEIGHTS = {
    "mkdir": 9, "open": 18, "truncate": 2, "unlink": 6, "rmdir": 5, "rename": 11, "link": 5, "symlink": 6, "mknod": 3, "chmod": 5,
    "chown": 5, "setxattr": 4, "getxattr": 2, "removexattr": 1, "listxattr": 1, "utimes": 3, "access": 3, "readdir": 3, "read": 4,
    "readlink": 1, "lstat": 4, "stat": 3,
}  # fmt: skip



class Place:
    """An empty directory to work in: of a tmpfs, or an overlay over copies of the case's base."""

    def __init__(self, base, on):
        self.base = tempfile.mkdtemp(dir=base)
        self.on = on
        mount("none", self.base, "tmpfs", "")
        self.root = os.path.join(self.base, "root")
        os.mkdir(self.root)

    def start(self, case, operations):
        """Lays the base out by the operations that made it."""
        if self.on == "plain":
            os.chmod(self.root, 0o755)
            run(self.root, case, operations)
            return settle(self.root)
        lower, upper, work = (os.path.join(self.base, name) for name in ("lower", "upper", "work"))
        for each in (lower, upper, work):
            os.mkdir(each)
        run(lower, case, operations)
        settle(lower)
        os.chmod(upper, 0o755)
        mount("overlay", self.root, "overlay", f"lowerdir={lower},upperdir={upper},workdir={work},{OPTIONS}")

    def close(self):
        unmount(self.root)
        unmount(self.base)
        os.rmdir(self.base)


def settle(root):
    """What is there is old: times that do not depend on when it was made."""
    for path, _, files in os.walk(root, topdown=False):
        for name in files + ["."]:
            os.utime(os.path.join(path, name), (BEGIN, BEGIN), follow_symlinks=False)
    for path, directories, _ in os.walk(root, topdown=False):
        for name in directories:
            os.utime(os.path.join(path, name), (BEGIN, BEGIN), follow_symlinks=False)
    os.utime(root, (BEGIN, BEGIN))


def record(seed, count, base, on):
    rnd = random.Random(seed)
    generator = Generator(rnd)
    case = {"seed": seed, "on": on, "umask": rnd.choice([0, 0o22, 0o22, 0o77])}
    # The base is made by operations too: replayed first, and the same on both sides.
    scratch = Place(base, "plain")
    prepare = []
    while len(prepare) < 25:
        generator.tree = capture(scratch.root)
        operation = generator.operation()
        if operation["op"] in ("unlink", "rmdir", "rename") and rnd.random() < 0.8:
            continue
        run(scratch.root, case, [operation])
        prepare.append(operation)
    scratch.close()
    scratch = Place(base, on)
    scratch.start(case, prepare)
    operations = []
    while len(operations) < count:
        generator.tree = capture(scratch.root)
        operation = generator.operation()
        run(scratch.root, case, [operation])
        operations.append(operation)
    scratch.close()
    place = Place(base, on)
    place.start(case, prepare)
    case.update(prepare=prepare, initial=capture(place.root), ops=operations)
    case["results"] = run(place.root, case, operations)
    case["final"] = capture(place.root)
    place.close()
    return case


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--n", type=int, default=50)
    options.add_argument("--ops", type=int, default=60)
    options.add_argument("--seed0", type=int, default=1)
    options.add_argument("--on", choices=["plain", "overlay"], default="plain")
    options.add_argument("out")
    a = options.parse_args()
    base = tempfile.mkdtemp(prefix="record-fs-")
    try:
        cases = [record(a.seed0 + i, a.ops, base, a.on) for i in range(a.n)]
    finally:
        shutil.rmtree(base, ignore_errors=True)
    with open(a.out, "w") as out:
        out.write("[\n" + ",\n".join(json.dumps(case, ensure_ascii=False, separators=(",", ":")) for case in cases) + "\n]\n")


main()
