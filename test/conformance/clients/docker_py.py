"""Docker's Python client used broadly on a daemon: each step's answer as a line of JSON, with what differs from run to run named away.

    docker_py.py unix:///path.sock TAR      TAR: a root file system with busybox

The same script runs against any daemon, so that two of them can be compared line by line.
"""

import io
import json
import re
import sys
import tarfile
import threading
import time

import docker
from docker.types import EndpointConfig, LogConfig, Mount, NetworkingConfig, Ulimit

host, tar = sys.argv[1:3]
version = sys.argv[3] if len(sys.argv) > 3 else "1.41"
client = docker.DockerClient(base_url=host, version=version, timeout=120)
api = client.api
IMAGE = "py-busybox:latest"
names = {}


def normal(value):
    """Ids by their order, times and addresses by their kind."""
    if isinstance(value, bytes):
        value = value.decode("utf-8", "replace")
    if isinstance(value, str):
        value = re.sub(r"\b(sha256:)?[0-9a-f]{64}\b", lambda m: known(m.group(0)), value)
        value = re.sub(r"\b[0-9a-f]{12}\b", "<SHORT>", value)
        value = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "<TIME>", value)
        return value
    if isinstance(value, dict):
        return {normal(k): normal(v) for k, v in sorted(value.items())}
    if isinstance(value, (list, tuple)):
        return [normal(v) for v in value]
    return value


def known(name):
    name = name.replace("sha256:", "")
    names.setdefault(name, "<ID%d>" % (len(names) + 1))
    return names[name]


def say(step, result):
    print(json.dumps([step, normal(result)]), flush=True)


def step(name):
    def run(work):
        try:
            say(name, work())
        except docker.errors.APIError as error:
            say(name, {"status": error.status_code, "explanation": error.explanation})
        except Exception as error:  # noqa: BLE001 - the other daemon's answer says whether it should be so
            say(name, {"error": type(error).__name__, "words": str(error)})

    return run


def pick(mapping, *keys):
    return {key: mapping.get(key) for key in keys}


def until(condition, seconds=60):
    end = time.time() + seconds
    while not condition():
        if time.time() > end:
            raise TimeoutError("it never came true")
        time.sleep(0.05)


# ---- system


@step("ping")
def _():
    return client.ping()


@step("version")
def _():
    return sorted(k for k in client.version() if k in ("ApiVersion", "Arch", "Os", "Version", "KernelVersion", "MinAPIVersion"))


@step("info")
def _():
    info = client.info()
    return pick(info, "OSType", "Containers", "Images", "DefaultRuntime", "CgroupDriver", "Isolation")


# ---- images


@step("import")
def _():
    with open(tar, "rb") as data:
        answer = api.import_image_from_data(data.read(), repository="py-busybox", tag="latest", changes=["CMD [\"sh\"]"])
    return bool(re.search(r"sha256:[0-9a-f]{64}", answer))


@step("image attributes")
def _():
    attrs = client.images.get(IMAGE).attrs
    return [attrs["RepoTags"], attrs["Os"], attrs["Architecture"], attrs["Config"]["Cmd"], len(attrs["RootFS"]["Layers"])]


@step("images")
def _():
    return sorted(tag for image in client.images.list() for tag in image.tags)


@step("images by name")
def _():
    return [len(client.images.list(name="py-busybox")), len(client.images.list(name="nosuch")), len(client.images.list(all=True)) > 0]


@step("images with a bad filter")
def _():
    return client.images.list(filters={"bogus": "x"})


@step("tag")
def _():
    image = client.images.get(IMAGE)
    return [image.tag("py-other", "one"), sorted(client.images.get(IMAGE).tags)]


@step("tag badly")
def _():
    return client.images.get(IMAGE).tag("BAD NAME")


@step("untag")
def _():
    client.images.remove("py-other:one")
    return sorted(client.images.get(IMAGE).tags)


@step("no such image")
def _():
    return client.images.get("py-nosuch")


@step("history")
def _():
    return [pick(item, "Tags", "CreatedBy") for item in client.images.get(IMAGE).history()]


@step("save and load")
def _():
    saved = b"".join(client.images.get(IMAGE).save(named=True))
    with tarfile.open(fileobj=io.BytesIO(saved)) as archive:
        manifest = json.load(archive.extractfile("manifest.json"))
    loaded = client.images.load(saved)
    return [manifest[0]["RepoTags"], [image.tags for image in loaded]]


@step("build")
def _():
    dockerfile = b"FROM py-busybox\nENV A=b\nRUN echo built > /made\nLABEL l=1\nCMD [\"cat\", \"/made\"]\n"
    image, log = client.images.build(fileobj=io.BytesIO(dockerfile), tag="py-built", rm=True, forcerm=True)
    return [image.tags, image.labels, "A=b" in image.attrs["Config"]["Env"], any("stream" in line for line in log)]


@step("run what was built")
def _():
    return client.containers.run("py-built", remove=True)


@step("build badly")
def _():
    try:
        client.images.build(fileobj=io.BytesIO(b"FROM py-busybox\nRUN false\n"), rm=True, forcerm=True)
    except docker.errors.BuildError as error:
        return "non-zero code: 1" in str(error)


@step("remove what was built")
def _():
    client.images.remove("py-built", force=True)
    return len(client.images.list(name="py-built"))


# ---- containers


@step("run")
def _():
    return client.containers.run(IMAGE, ["echo", "hello"], remove=True)


@step("run with both streams")
def _():
    return client.containers.run(IMAGE, ["sh", "-c", "echo out; echo err >&2"], remove=True, stdout=True, stderr=True)


@step("run what fails")
def _():
    try:
        client.containers.run(IMAGE, ["sh", "-c", "echo bad >&2; exit 3"], remove=True)
    except docker.errors.ContainerError as error:
        return [error.exit_status, error.stderr]


@step("run what is not there")
def _():
    try:
        client.containers.run(IMAGE, ["nosuch"], name="py-missing")
    except docker.errors.APIError as error:
        return [error.status_code, "executable file not found in $PATH" in error.explanation]


@step("its exit code")
def _():
    container = client.containers.get("py-missing")
    try:
        return [container.status, container.attrs["State"]["ExitCode"]]
    finally:
        container.remove()


@step("create")
def _():
    container = client.containers.create(
        IMAGE,
        ["sh", "-c", "trap 'exit 7' TERM; echo ready; while :; do sleep 0.1; done"],
        name="py-one",
        hostname="box",
        environment={"A": "b", "EMPTY": ""},
        labels={"purpose": "test"},
        user="root",
        working_dir="/tmp",
        stop_signal="SIGTERM",
        mem_limit="64m",
        memswap_limit="128m",
        cpu_shares=512,
        pids_limit=50,
        cap_add=["NET_ADMIN"],
        cap_drop=["MKNOD"],
        ulimits=[Ulimit(name="nofile", soft=100, hard=200)],
        tmpfs={"/scratch": "size=1m"},
        dns=["9.9.9.9"],
        extra_hosts={"other": "10.1.2.3"},
        shm_size="32m",
        read_only=False,
        log_config=LogConfig(type="json-file", config={"max-size": "1m", "max-file": "2"}),
        restart_policy={"Name": "on-failure", "MaximumRetryCount": 2},
    )
    return [container.status, container.name, container.labels]


@step("its configuration")
def _():
    attrs = client.containers.get("py-one").attrs
    host_config = attrs["HostConfig"]
    return [
        pick(attrs["Config"], "Hostname", "Env", "Cmd", "Labels", "User", "WorkingDir", "StopSignal", "Tty", "OpenStdin", "Image"),
        pick(host_config, "Memory", "MemorySwap", "CpuShares", "PidsLimit", "CapAdd", "CapDrop", "Ulimits", "Tmpfs", "Dns", "ExtraHosts"),
        pick(host_config, "ShmSize", "LogConfig", "RestartPolicy", "NetworkMode", "IpcMode", "Privileged", "ReadonlyRootfs", "Binds"),
        pick(attrs["State"], "Status", "Running", "Paused", "Restarting", "OOMKilled", "Dead", "Pid", "ExitCode", "Error"),
        pick(attrs, "Path", "Args", "Name", "RestartCount", "Platform", "MountLabel", "Mounts"),
    ]


@step("a name twice")
def _():
    return client.containers.create(IMAGE, name="py-one")


@step("start")
def _():
    container = client.containers.get("py-one")
    container.start()
    container.start()
    container.reload()
    until(lambda: b"ready" in container.logs())
    return [container.status, container.attrs["State"]["Running"], container.attrs["State"]["Pid"] > 0]


@step("list")
def _():
    found = api.containers(all=True, filters={"label": "purpose=test"})
    return [pick(one, "Names", "Image", "Command", "State", "Labels", "Ports", "Mounts") for one in found]


@step("list by other filters")
def _():
    count = lambda **filters: len(client.containers.list(all=True, filters=filters))
    return [
        count(name="py-one"),
        count(status="running", name="py-"),
        count(status="exited", name="py-"),
        count(ancestor=IMAGE, name="py-"),
        count(volume="/nosuch"),
        count(network="bridge", name="py-"),
        count(exited=7),
        len(client.containers.list(all=True, limit=1)),
    ]


@step("exec")
def _():
    container = client.containers.get("py-one")
    code, output = container.exec_run(["sh", "-c", "echo $A $X; pwd; id -u; exit 5"], environment=["X=y"], workdir="/etc", user="nobody")
    return [code, output]


@step("exec with streams apart")
def _():
    return client.containers.get("py-one").exec_run(["sh", "-c", "echo out; echo err >&2"], demux=True)


@step("exec on a terminal")
def _():
    return client.containers.get("py-one").exec_run(["sh", "-c", "test -t 1 && echo tty"], tty=True)


@step("exec step by step")
def _():
    made = api.exec_create("py-one", ["cat"], stdin=True)
    before = api.exec_inspect(made["Id"])
    socket = api.exec_start(made["Id"], socket=True)
    raw = getattr(socket, "_sock", socket)
    raw.sendall(b"typed\n")
    answer = raw.recv(100)
    raw.close()
    return [pick(before, "Running", "ExitCode", "OpenStdin", "OpenStdout", "ProcessConfig"), answer[8:]]


@step("exec of nothing")
def _():
    return api.exec_create("py-one", [])


@step("exec that is not there")
def _():
    return api.exec_start("0" * 64)


@step("exec as nobody known")
def _():
    return client.containers.get("py-one").exec_run("true", user="nosuch")


@step("top")
def _():
    top = client.containers.get("py-one").top()
    return [top["Titles"], len(top["Processes"]) >= 1]


@step("top with arguments")
def _():
    top = client.containers.get("py-one").top(ps_args="-o pid,comm")
    return [top["Titles"], [row[1] for row in top["Processes"]][0]]


@step("stats")
def _():
    stats = client.containers.get("py-one").stats(stream=False)
    return [
        sorted(key for key in stats if key in ("cpu_stats", "precpu_stats", "memory_stats", "pids_stats", "networks", "read", "preread", "blkio_stats")),
        sorted(stats["networks"]),
        stats["memory_stats"]["limit"],
        stats["cpu_stats"]["cpu_usage"]["total_usage"] > 0,
    ]


@step("stats as a stream")
def _():
    stream = client.containers.get("py-one").stats(decode=True)
    first, second = next(stream), next(stream)
    return second["cpu_stats"]["cpu_usage"]["total_usage"] >= first["cpu_stats"]["cpu_usage"]["total_usage"]


@step("update")
def _():
    answer = client.containers.get("py-one").update(mem_limit="96m", memswap_limit="192m", cpu_shares=256, restart_policy={"Name": "no"})
    attrs = client.containers.get("py-one").attrs["HostConfig"]
    return [answer, pick(attrs, "Memory", "MemorySwap", "CpuShares", "RestartPolicy")]


@step("rename")
def _():
    container = client.containers.get("py-one")
    container.rename("py-renamed")
    container.reload()
    other = container.name
    container.rename("py-one")
    return other


@step("put an archive")
def _():
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        info = tarfile.TarInfo("folder/file")
        info.size = 4
        info.mode = 0o640
        info.uid = 1000
        archive.addfile(info, io.BytesIO(b"text"))
    container = client.containers.get("py-one")
    return [container.put_archive("/tmp", buffer.getvalue()), container.exec_run("stat -c '%u %a %s' /tmp/folder/file")]


@step("get an archive")
def _():
    stream, stat = client.containers.get("py-one").get_archive("/tmp/folder")
    with tarfile.open(fileobj=io.BytesIO(b"".join(stream))) as archive:
        members = [[member.name, member.mode, member.uid, member.isdir()] for member in archive]
    return [pick(stat, "name", "mode", "linkTarget"), members]


@step("archives of what is not there")
def _():
    return client.containers.get("py-one").get_archive("/nosuch")


@step("archives into what is not there")
def _():
    return client.containers.get("py-one").put_archive("/nosuch", b"")


@step("diff")
def _():
    return sorted([one["Path"], one["Kind"]] for one in client.containers.get("py-one").diff() if one["Path"].startswith("/tmp"))


@step("commit")
def _():
    image = client.containers.get("py-one").commit("py-committed", "one", message="m", author="a", changes="ENV C=d")
    attrs = image.attrs
    return [image.tags, attrs["Comment"], attrs["Author"], "C=d" in attrs["Config"]["Env"], client.containers.run(image, "cat /tmp/folder/file", entrypoint="", remove=True)]


@step("remove an image that is used")
def _():
    return client.images.remove(IMAGE)


@step("export")
def _():
    exported = b"".join(client.containers.get("py-one").export())
    with tarfile.open(fileobj=io.BytesIO(exported)) as archive:
        return sorted(name for name in archive.getnames() if name.startswith("tmp/folder"))


@step("pause")
def _():
    container = client.containers.get("py-one")
    container.pause()
    container.reload()
    paused = container.status
    container.unpause()
    container.reload()
    return [paused, container.status]


@step("pause twice")
def _():
    container = client.containers.get("py-one")
    container.pause()
    try:
        container.pause()
    finally:
        container.unpause()


@step("resize")
def _():
    return client.containers.get("py-one").resize(40, 120)


@step("logs")
def _():
    container = client.containers.get("py-one")
    return [container.logs(), container.logs(tail=0), container.logs(stdout=False), container.logs(timestamps=True)]


@step("remove what runs")
def _():
    return client.containers.get("py-one").remove()


@step("restart")
def _():
    container = client.containers.get("py-one")
    container.restart(timeout=20)
    container.reload()
    return container.status


@step("stop")
def _():
    container = client.containers.get("py-one")
    until(lambda: container.logs(tail=1) == b"ready\n")
    container.stop(timeout=20)
    container.stop()
    container.reload()
    return [container.status, container.attrs["State"]["ExitCode"], container.wait()["StatusCode"]]


@step("what does not run")
def _():
    failures = []
    container = client.containers.get("py-one")
    for work in (container.pause, container.unpause, container.top, container.kill, lambda: container.exec_run("true"), lambda: container.resize(1, 1)):
        try:
            work()
        except docker.errors.APIError as error:
            failures.append(error.status_code)
    return failures


@step("remove")
def _():
    client.containers.get("py-one").remove(v=True)
    return len(client.containers.list(all=True, filters={"name": "py-one"}))


@step("no such container")
def _():
    return client.containers.get("py-one")


@step("kill")
def _():
    container = client.containers.run(IMAGE, "sleep 1000", detach=True)
    container.kill("KILL")
    code = container.wait()["StatusCode"]
    container.remove()
    return code


@step("kill with a bad signal")
def _():
    container = client.containers.run(IMAGE, "sleep 1000", detach=True)
    try:
        container.kill("NOSUCH")
    finally:
        container.remove(force=True)


@step("wait for the removal")
def _():
    container = client.containers.run(IMAGE, "sh -c 'sleep 0.3; exit 4'", detach=True, auto_remove=True)
    code = container.wait(condition="removed")["StatusCode"]
    return [code, len(client.containers.list(all=True, filters={"id": container.id}))]


@step("follow logs")
def _():
    container = client.containers.run(IMAGE, "sh -c 'for i in 1 2 3; do echo $i; sleep 0.1; done'", detach=True)
    lines = list(container.logs(stream=True, follow=True))
    container.remove()
    return b"".join(lines)


@step("attach")
def _():
    container = client.containers.create(IMAGE, "cat", stdin_open=True)
    socket = container.attach_socket(params={"stdin": 1, "stdout": 1, "stream": 1})
    raw = getattr(socket, "_sock", socket)
    container.start()
    raw.sendall(b"through\n")
    answer = raw.recv(100)
    raw.close()
    container.remove(force=True)
    return answer


@step("attach to what has ended")
def _():
    container = client.containers.create(IMAGE, "echo once")
    container.start()
    container.wait()
    output = container.attach(stdout=True, stderr=True, logs=True, stream=False)
    container.remove()
    return output


@step("a health check")
def _():
    check = {"test": ["CMD-SHELL", "test -e /tmp/ok"], "interval": 200_000_000, "retries": 2, "timeout": 5_000_000_000}
    container = client.containers.run(IMAGE, "sleep 1000", detach=True, healthcheck=check)

    def health():
        container.reload()
        return container.attrs["State"]["Health"]

    first = health()["Status"]
    until(lambda: health()["Status"] == "unhealthy")
    failing = health()["FailingStreak"] >= 2
    container.exec_run("touch /tmp/ok")
    until(lambda: health()["Status"] == "healthy")
    last = health()["Log"][-1]
    container.remove(force=True)
    return [first, failing, last["ExitCode"], last["Output"], sorted(last)]


@step("bad resources")
def _():
    return client.containers.create(IMAGE, mem_limit="1m")


@step("a bad restart policy")
def _():
    return client.containers.create(IMAGE, restart_policy={"Name": "nosuch"})


@step("a bad working directory")
def _():
    return client.containers.create(IMAGE, working_dir="not/absolute")


@step("no command")
def _():
    return api.create_container("py-nosuch:latest")


@step("prune containers")
def _():
    made = client.containers.create(IMAGE, labels={"prune": "me"})
    answer = client.containers.prune(filters={"label": "prune=me"})
    return [answer["ContainersDeleted"] == [made.id], sorted(answer)]


# ---- volumes


@step("volumes")
def _():
    volume = client.volumes.create("py-volume", labels={"a": "b"})
    return [volume.name, pick(volume.attrs, "Driver", "Labels", "Options", "Scope"), sorted(one.name for one in client.volumes.list(filters={"name": "py-"}))]


@step("write to a volume and read it elsewhere")
def _():
    client.containers.run(IMAGE, "sh -c 'echo kept > /data/file'", volumes={"py-volume": {"bind": "/data", "mode": "rw"}}, remove=True)
    return client.containers.run(IMAGE, "cat /other/file", mounts=[Mount("/other", "py-volume", read_only=True)], remove=True)


@step("a mount of a container")
def _():
    container = client.containers.create(IMAGE, volumes={"py-volume": {"bind": "/data", "mode": "ro"}})
    mounts = container.attrs["Mounts"]
    try:
        client.volumes.get("py-volume").remove()
    except docker.errors.APIError as error:
        refused = error.status_code
    container.remove()
    return [[pick(one, "Type", "Name", "Destination", "Mode", "RW", "Driver") for one in mounts], refused]


@step("a temporary file system")
def _():
    mount = Mount("/fast", None, type="tmpfs", tmpfs_size=1 << 20, tmpfs_mode=0o1770)
    return client.containers.run(IMAGE, "sh -c 'grep /fast /proc/mounts; stat -c %a /fast'", mounts=[mount], remove=True)


@step("volumes of another container")
def _():
    first = client.containers.create(IMAGE, volumes={"py-volume": {"bind": "/data"}}, name="py-first")
    output = client.containers.run(IMAGE, "cat /data/file", volumes_from=["py-first:ro"], remove=True)
    first.remove()
    return output


@step("remove a volume")
def _():
    client.volumes.get("py-volume").remove()
    return [one.name for one in client.volumes.list(filters={"name": "py-"})]


@step("no such volume")
def _():
    return client.volumes.get("py-nosuch")


@step("a bad volume")
def _():
    return client.volumes.create("bad name")


@step("a volume of another driver")
def _():
    return client.volumes.create("py-nosuch", driver="nosuch")


# ---- networks


@step("networks")
def _():
    pool = docker.types.IPAMPool(subnet="10.213.0.0/24", gateway="10.213.0.254")
    network = client.networks.create("py-net", driver="bridge", ipam=docker.types.IPAMConfig(pool_configs=[pool]), labels={"a": "b"}, check_duplicate=True)
    attrs = client.networks.get(network.id).attrs
    return [pick(attrs, "Name", "Driver", "Scope", "Internal", "Attachable", "Labels", "Options", "EnableIPv6"), attrs["IPAM"]["Config"]]


@step("a network twice")
def _():
    return client.networks.create("py-net", check_duplicate=True)


@step("names and addresses on a network")
def _():
    server = client.containers.run(IMAGE, "sh -c 'mkdir /w; echo page > /w/index.html; httpd -f -h /w'", detach=True, name="py-server", network="py-net")
    config = NetworkingConfig({"py-net": EndpointConfig("1.41", aliases=["alias"], ipv4_address="10.213.0.77")})
    made = api.create_container(IMAGE, "sleep 1000", name="py-client", host_config=api.create_host_config(network_mode="py-net"), networking_config=config)
    api.start(made["Id"])
    other = client.containers.get("py-client")
    until(lambda: other.exec_run("wget -q -O - http://py-server/")[0] == 0)
    answer = other.exec_run("wget -q -O - http://py-server/")
    endpoint = other.attrs["NetworkSettings"]["Networks"]["py-net"]
    connected = sorted(one["Name"] for one in client.networks.get("py-net").attrs["Containers"].values())
    return [answer, pick(endpoint, "IPAddress", "IPPrefixLen", "Gateway"), "alias" in endpoint["Aliases"], connected, server.exec_run("nslookup alias")[0]]


@step("connect and disconnect")
def _():
    client.networks.create("py-second")
    network = client.networks.get("py-second")
    container = client.containers.get("py-client")
    network.connect(container, aliases=["x"])
    container.reload()
    there = sorted(container.attrs["NetworkSettings"]["Networks"])
    network.disconnect(container)
    container.reload()
    return [there, sorted(container.attrs["NetworkSettings"]["Networks"])]


@step("remove a network that is used")
def _():
    try:
        client.networks.get("py-net").remove()
    except docker.errors.APIError as error:
        return error.status_code


@step("remove networks")
def _():
    for name in ("py-server", "py-client"):
        client.containers.get(name).remove(force=True)
    for name in ("py-net", "py-second"):
        client.networks.get(name).remove()
    return [one.name for one in client.networks.list(names=["py-"])]


@step("no such network")
def _():
    return client.networks.get("py-nosuch")


@step("a network of no driver")
def _():
    try:
        return client.networks.create("py-bad", driver="nosuch")
    except docker.errors.APIError as error:
        return error.status_code


@step("the networks there are")
def _():
    return sorted([one.name, one.attrs["Driver"]] for one in client.networks.list() if one.name in ("bridge", "host", "none"))


@step("published ports")
def _():
    container = client.containers.run(IMAGE, "httpd -f", detach=True, ports={"80/tcp": ("127.0.0.1", None)})
    container.reload()
    ports = container.ports
    container.remove(force=True)
    return [sorted(ports), ports["80/tcp"][0]["HostIp"], int(ports["80/tcp"][0]["HostPort"]) > 1024]


# ---- events


@step("events")
def _():
    seen = []
    stream = client.events(decode=True, filters={"label": "events=yes"})

    def listen():
        for event in stream:
            seen.append([event["Type"], event["Action"], event["Actor"]["Attributes"].get("exitCode")])
            if event["Action"] == "destroy":
                return

    thread = threading.Thread(target=listen, daemon=True)
    thread.start()
    time.sleep(0.5)
    container = client.containers.run(IMAGE, "sh -c 'exit 2'", detach=True, labels={"events": "yes"})
    container.wait()
    container.remove()
    thread.join(20)
    stream.close()
    return seen


@step("df")
def _():
    return sorted(key for key in client.df() if key in ("Containers", "Images", "LayersSize", "Volumes"))


@step("swarm")
def _():
    try:
        return client.nodes.list()
    except docker.errors.APIError as error:
        return error.status_code


@step("clean up")
def _():
    client.images.remove("py-committed:one", force=True)
    client.images.remove(IMAGE, force=True)
    return sorted(tag for image in client.images.list() for tag in image.tags if tag.startswith("py-"))
