#!/usr/bin/env node
// Our docker command beside the real one, on the same daemon: exit codes, output and errors must be the same.
//
//     DOCKER_HOST=unix:///path.sock test/conformance/cli/ours-vs-docker.mjs [-v] [WORD…]
//
// The daemon must be one that can be thrown away; it needs an image busybox:latest. Without a docker command or a daemon it says
// so and skips. WORDs choose cases that contain one of them.

import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildSync } from "esbuild";

const root = new URL("../../..", import.meta.url).pathname;
const words = process.argv.slice(2).filter((word) => !word.startsWith("-"));
const verbose = process.argv.includes("-v");
const host = process.env.DOCKER_HOST;

function skip(why) {
	console.log(`SKIP: ${why}`);
	process.exit(0);
}
if (spawnSync("docker", ["--version"]).error) skip("there is no docker command on this machine");
if (!host) skip("DOCKER_HOST names no daemon to compare on");
if (spawnSync("docker", ["image", "inspect", "busybox"]).status !== 0)
	skip("no daemon answers there, or it has no busybox:latest");

const scratch = mkdtempSync(join(tmpdir(), "ours-vs-docker-"));
process.on("exit", () => rmSync(scratch, { recursive: true, force: true }));
const program = join(scratch, "docker.mjs");
writeFileSync(
	join(scratch, "main.ts"),
	`import { docker } from "${root}engine/cli/main";
import { nodeSys } from "${root}engine/host/node/sys";
import { silent } from "${root}engine/trace/event";
const env = Object.entries(process.env).map(([name, value]) => name + "=" + value);
process.exit(await docker({ trace: silent })(nodeSys(), ["docker", ...process.argv.slice(2)], env));`,
);
buildSync({
	entryPoints: [join(scratch, "main.ts")],
	bundle: true,
	platform: "node",
	format: "esm",
	outfile: program,
	logLevel: "error",
	// node would take options such as --env-file for its own
	banner: { js: "#!/usr/bin/env -S node --" },
});
execFileSync("chmod", ["+x", program]);

const REAL = "docker";
const env = {
	...process.env,
	HOME: scratch,
	DOCKER_CONFIG: join(scratch, "config"),
	NO_COLOR: "1",
	LC_ALL: "C.UTF-8",
	TZ: "UTC",
};

/** What may differ between two runs of the same command. */
function normal(text, ids) {
	return (
		text
			.replace(/\b[0-9a-f]{64}\b|(?<![0-9a-z._-])[0-9a-f]{12}(?![0-9a-z_])/g, (id) => {
				if (!ids.has(id.slice(0, 12))) ids.set(id.slice(0, 12), ids.size + 1);
				return `<ID ${ids.get(id.slice(0, 12))}>`;
			})
			.replace(/(Less than a second|About an? (minute|hour)|\d+ (second|minute|hour)s?)/g, "<DURATION>")
			// docker's archiver complains of its own reader when it is not needed to the end
			.replace(/^time="[^"]*" level=\w+ msg="Can't [^\n]*\n/gm, "")
			.replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| \+0000 UTC)/g, "<TIME>")
			.replace(/"(time|timeNano)":\d+/g, '"$1":<N>')
			.replace(/\b(29\.0\.0|28\.2\.2|drydock|e6534b4|1\.5[02])\b/g, "<VERSION>")
			.replace(/[a-z]+_[a-z]+\d?(?=\s|$)/gm, "<NAME>")
			.replace(/"Pid": ?\d+/g, '"Pid":<N>')
			.replace(/ {2,}/g, "  ")
	);
}

function run(docker, script) {
	const work = mkdtempSync(join(scratch, "work-"));
	const result = spawnSync(
		"bash",
		["-c", `docker() { "${docker === REAL ? execFileSync("which", ["docker"]).toString().trim() : docker}" "$@"; }\n${script}`],
		{
			env,
			cwd: work,
			encoding: "utf8",
			input: "",
			timeout: 60_000,
		},
	);
	const ids = new Map();
	const clean = (text) => normal(text.replaceAll(work, "<WORK>"), ids);
	return { code: result.status, out: clean(result.stdout), err: clean(result.stderr) };
}

const FORMATS = [
	"{{.ID}}",
	"{{json .}}",
	"json",
	"table {{.ID}}\\t{{.Names}}",
	'table {{.Names}}\\t{{.Label "a"}}\\t{{.Labels}}',
	"{{.Names}}: {{.Command}} {{.Ports}} {{.Mounts}} {{.Networks}} {{.Size}}",
	"{{upper .Names}} {{lower .Image}} {{title .State}} {{pad .Names 2 3}}| {{truncate .ID 4}}",
	'{{range $i, $p := split .Names "-"}}{{if $i}}/{{end}}{{$p}}{{end}}',
	'{{if eq .State "running"}}up{{else}}down{{end}}',
	"{{with .Names}}{{.}}{{end}} {{- /* a comment */ -}} x",
	'{{printf "%-10s|%5s|%q" .Names .State .Image}}',
	"{{.Nope}}",
	"{{.Names",
	"{{foo .Names}}",
	'{{.Names | upper | printf "%s!"}}',
	"{{len .Names}} {{index .Names 0}} {{slice .Names 1 3}}",
	"{{.Label}}",
	"raw",
	"table",
	"{{println .Names}}",
	'{{$x := .Names}}{{$x}}{{$x = "y"}}{{$x}}',
	'{{and .Names .State}} {{or .Ports "none"}} {{not .Ports}}',
	"{{end}}",
	"{{if .Names}}",
	"{{.Names.Foo}}",
	'{{join .Names ","}}',
	"{{eq 1 1.0}}",
	"{{lt .Names 1}}",
	'{{html "<a>"}} {{js "a\'b"}} {{urlquery "a b"}}',
	"table {{upper .Names}}\\t{{json .ID}}",
];
const INSPECTS = [
	"{{.Id}} {{.Name}} {{.State.Status}} {{.State.Running}} {{.RestartCount}}",
	"{{json .Config}}",
	"{{json .State.Status}} {{json .HostConfig.Binds}} {{json .Mounts}}",
	"{{.Config.StopSignal}}|{{.Config.StopTimeout}}|{{.HostConfig.Init}}|{{.HostConfig.Tmpfs}}|{{.Config.Healthcheck}}",
	"{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.RestartPolicy.Name}} {{.HostConfig.ShmSize}}",
	"{{.Args}} {{.Config.Env}} {{.Config.Labels}} {{.Config.Cmd}}",
	"{{range .Config.Env}}{{.}} {{end}}",
	"{{range $k, $v := .NetworkSettings.Networks}}{{$k}} {{end}}",
	'{{index .Config.Labels "a"}} {{index .Config.Labels "none"}}',
	"{{.NoSuch}}",
	"{{.State.NoSuch}}",
	"{{.State.Health.Status}}",
	"{{len .Args}} {{.HostConfig.LogConfig}} {{.HostConfig.PortBindings}} {{.HostConfig.RestartPolicy}}",
	"{{.SizeRw}}",
	"{{if .State.Running}}yes{{else}}no{{end}}",
	"{{.HostConfig.CapAdd}} {{.HostConfig.Devices}} {{.HostConfig.Ulimits}} {{.HostConfig.PidsLimit}} {{.HostConfig.OomKillDisable}}",
	"{{json .NetworkSettings.Ports}} {{.NetworkSettings.Ports}}",
	"{{.Config.ExposedPorts}} {{.Config.Volumes}} {{.Config.Entrypoint}} {{.Config.OnBuild}}",
	'{{join .Args " "}} {{upper .Path}}',
	'{{.Created | printf "%.4s"}}',
];
const quote = (text) => `'${text.replaceAll("'", "'\\''")}'`;
const SETUP = "docker create --name ovd-a -l a=b -l c=d -e X=1 -p 8080:80 -v /data --tmpfs /t busybox sleep 1 >/dev/null;";

const CASES = [
	...FORMATS.map((format) => [`ps --format ${format}`, `docker ps -a --filter name=ovd- --format ${quote(format)}`]),
	...INSPECTS.map((format) => [`inspect -f ${format}`, `docker inspect -f ${quote(format)} ovd-a`]),
	...[
		"{{.Id}}",
		"{{.RepoTags}} {{.Os}}/{{.Architecture}}",
		"{{json .RootFS}}",
		"{{.Config}}",
		"{{.Metadata.LastTagTime.IsZero}}",
		"{{.Size}}",
	].map((format) => [`image inspect -f ${format}`, `docker image inspect -f ${quote(format)} busybox`]),
	...[
		"{{.Name}} {{.Created}}",
		"{{json .IPAM}}",
		"{{.IPAM.Config}}",
		"{{.Options}}",
		"{{range .IPAM.Config}}{{.Subnet}}{{end}}",
	].map((format) => [`network inspect -f ${format}`, `docker network inspect -f ${quote(format)} bridge`]),
	...[
		"docker ps",
		"docker ps -a --no-trunc",
		"docker ps -aq",
		"docker ps -as",
		"docker images",
		"docker images -q",
		"docker images --digests",
		"docker images --no-trunc --format '{{.ID}} {{.CreatedSince}} {{.Size}} {{.VirtualSize}} {{.UniqueSize}}'",
		"docker image ls --format json",
		"docker inspect ovd-a",
		"docker inspect --type container ovd-a",
		"docker inspect --type image busybox",
		"docker inspect bridge",
		"docker inspect nope",
		"docker inspect -s -f '{{.SizeRw}} {{.SizeRootFs}}' ovd-a",
		"docker container inspect ovd-a nope",
		"docker inspect -f json busybox",
		"docker history busybox",
		"docker history --no-trunc -H=false busybox",
		"docker history -q busybox",
		"docker history --format '{{json .}}' busybox",
		"docker network ls",
		"docker network ls --format json",
		"docker network inspect bridge",
		"docker network ls -q --no-trunc",
		"docker volume ls -q | wc -l",
		"docker volume ls --format '{{.Driver}} {{.Scope}} {{.Size}} {{.Links}}' | sort -u",
		"docker info",
		"docker info -f '{{.Driver}} {{.NCPU}} {{.Plugins.Network}} {{.Swarm.LocalNodeState}}'",
		"docker info -f '{{json .Plugins}}'",
		"docker info -f '{{.Nope}}'",
		"docker version -f '{{.Server.Version}} {{.Server.APIVersion}} {{.Client.Os}} {{.Server.Platform.Name}}'",
		"docker version -f '{{json .Server.Components}}'",
		"docker version -f '{{range .Server.Components}}{{.Name}} {{.Version}};{{end}}'",
		"docker version -f '{{'",
		"docker version -f '{{.Client.Nope}}'",
		"docker system df | head -1",
		"docker system df --format '{{.Type}} {{.TotalCount}} {{.Active}}'",
		"docker system df -v | grep -c space",
		"docker system df --format json",
		"docker port ovd-a",
		"docker port ovd-a 80",
		"docker port ovd-a x",
		"docker top ovd-a",
		"docker diff ovd-a",
		"docker logs ovd-a",
		"docker stats --no-stream ovd-a",
		"docker stats --no-stream --format '{{.Name}} {{.CPUPerc}} {{.MemPerc}} {{.PIDs}}' ovd-a",
		"docker events --since 1m --until 0s --filter type=container --filter container=ovd-a",
		"docker events --since 1m --until 0s --filter container=ovd-a --format '{{.Action}} {{.Type}} {{.Actor.Attributes.name}} {{.Status}}'",
		"docker events --since 1m --until 0s --filter container=ovd-a --format json",
	].map((script) => [script, script]),
	...[
		"docker",
		"docker nope",
		"docker container nope",
		"docker ps extra",
		"docker rm",
		"docker run",
		"docker run --nope x",
		"docker ps -Z",
		"docker ps --filter",
		"docker ps -n x",
		"docker ps --all=maybe",
		"docker tag a",
		"docker tag a b c",
		"docker logs",
		"docker exec ovd-a",
		"docker stop -t x y",
		"docker stop --time 1 nope",
		"docker volume create a b",
		"docker rename a",
		"docker run --cpus x busybox",
		"docker run -m 1q busybox",
		"docker run -p x busybox",
		"docker run -v : busybox",
		"docker run --mount type=x busybox",
		"docker run --mount a busybox",
		"docker run --restart on-failure:x busybox",
		"docker run --rm --restart always busybox",
		"docker run -e =x busybox",
		"docker run --env-file /nope busybox",
		"docker run -it busybox",
		"docker run -d -a stdin busybox",
		"docker run --ulimit x busybox",
		"docker run --device a:b:c:d busybox",
		"docker run --network-alias x busybox",
		"docker run --pid x busybox",
		"docker run --pull sometimes busybox",
		"docker create --platform bogus busybox",
		"docker create UPPER",
		"docker run --name '!' busybox",
		"docker run --link a:b:c busybox",
		"docker run --add-host x busybox",
		"docker run --dns x busybox",
		"docker run --ip x busybox",
		"docker run --mac-address x busybox",
		"docker run --security-opt x busybox",
		"docker run --log-driver none --log-opt a=b busybox",
		"docker run --gpus x=y busybox",
		"docker run --storage-opt x busybox",
		"docker run --health-interval x busybox",
		"docker run --health-retries -1 busybox",
		"docker run --expose x busybox",
		"docker run --tmpfs x busybox",
		"docker network create",
		"docker network create --subnet 10.0.0.0/8 --gateway 11.0.0.1 ovd-n",
		"docker network rm nope",
		"docker network rm -f nope",
		"docker network connect nope ovd-a",
		"docker network disconnect bridge nope",
		"docker volume rm nope",
		"docker volume rm -f nope",
		"docker volume inspect nope",
		"docker rmi nope",
		"docker rmi -f nope",
		"docker rm -f nope",
		"docker rm nope",
		"docker kill nope",
		"docker start nope",
		"docker stop nope",
		"docker pause nope",
		"docker wait nope",
		"docker logs nope",
		"docker top nope",
		"docker attach nope",
		"docker attach ovd-a",
		"docker cp nope:/x .",
		"docker cp a b",
		"docker cp a:x b:y",
		"docker cp '' b",
		"docker diff ''",
		"docker export nope -o /nope/x",
		"docker save nope",
		"docker load -i nope",
		"docker import nope",
		"docker update nope",
		"docker update -m 64m nope",
		"docker exec nope true",
		"docker commit nope",
		"docker commit ovd-a BAD",
		"docker history nope",
		"docker push ovd/none",
		"docker inspect --type x y",
		"docker inspect ''",
		"docker images a b",
		"docker images ls",
		"docker pull BAD",
		"docker pull -a busybox:latest",
		"docker build",
		"docker build nope",
		"docker -H tcp://127.0.0.1:1 ps",
		"docker -l nope ps",
		"docker ps --filter nope=1",
		"docker ps --filter nope",
		"docker logs --since x ovd-a",
		"docker container prune -f --filter x",
		"docker system prune --volumes --filter until=1h -f",
		"docker --nope",
		"docker help nope",
		"docker unpause ovd-a",
		"docker container",
		"docker ps -h | head -1",
		"docker login -p x </dev/null",
		"docker login -u x --password-stdin </dev/null",
		"docker logout",
		"docker search ''",
	].map((script) => [script, script.replace(/^(docker(?: container)?(?: help)?)$/, "$1 2>&1 | head -3")]),
	...[
		["run echo", "docker run --rm busybox echo hi"],
		[
			"run exit codes",
			'for c in 0 3 255; do docker run --rm busybox sh -c "exit $c"; echo $?; done; docker run --rm busybox nope; echo $?; docker run --rm busybox /etc; echo $?',
		],
		[
			"run -d, logs, stop, rm",
			"docker run -d --name ovd-b busybox sh -c 'echo out; sleep 0.3; echo err >&2; sleep 0.3; echo last; sleep 100'; sleep 1.5; docker logs ovd-b; docker logs --tail 1 ovd-b; docker stop -t 0 ovd-b; docker rm ovd-b",
		],
		["run -i", "echo piped | docker run --rm -i busybox cat"],
		[
			"run big pipe",
			"head -c 300000 /dev/zero | docker run --rm -i busybox wc -c; docker run --rm busybox head -c 300000 /dev/zero | wc -c",
		],
		["run --cidfile", "docker run --rm --cidfile id busybox true; wc -c < id; docker run --rm --cidfile id busybox true"],
		["run -a stderr", "docker run --rm -a stderr busybox sh -c 'echo o; echo e >&2'"],
		[
			"exec",
			"docker run -d --name ovd-b busybox sleep 100 >/dev/null; docker exec ovd-b sh -c 'echo o; echo e >&2; exit 4'; echo $?; echo in | docker exec -i ovd-b cat; docker exec -d ovd-b true; docker exec -e A=b -w /tmp ovd-b sh -c 'echo $A $PWD'; docker exec ovd-b nope; echo $?; docker rm -f ovd-b",
		],
		[
			"start -a",
			"docker create --name ovd-b busybox sh -c 'echo hi; exit 3' >/dev/null; docker start -a ovd-b; echo $?; docker start ovd-b nope; docker wait ovd-b; docker rm ovd-b",
		],
		[
			"kill, pause, rename, restart",
			"docker run -d --name ovd-b busybox sleep 100 >/dev/null; docker pause ovd-b; docker unpause ovd-b; docker rename ovd-b ovd-c; docker restart -t 0 ovd-c; docker kill ovd-c; docker kill ovd-c; docker wait ovd-c; docker rm ovd-c",
		],
		[
			"cp out",
			"docker run --name ovd-b busybox sh -c 'mkdir -p /d/e; echo 1 > /d/one; ln -s one /d/l'; docker cp ovd-b:/d .; find d | sort; docker cp ovd-b:/d/one two; cat two; docker cp ovd-b:/d/. e; ls e; docker cp ovd-b:/d/one no/; docker cp ovd-b:/d two; docker cp -L ovd-b:/d/l l; cat l; docker cp ovd-b:/d/l m; readlink m; docker cp ovd-b:/d - | tar t | sort; docker cp ovd-b:/nope .; docker rm ovd-b",
		],
		[
			"cp in",
			"docker create --name ovd-b busybox true >/dev/null; mkdir -p s/t; echo 1 > s/f; echo 2 > s/t/g; docker cp s ovd-b:/; docker cp s/. ovd-b:/tmp; docker cp s/f ovd-b:/new; docker cp s ovd-b:/fresh; docker cp s ovd-b:/new; docker cp nope ovd-b:/; docker cp s/f ovd-b:/no/such/; tar c s | docker cp - ovd-b:/home; docker cp - ovd-b:/new < /dev/null; docker diff ovd-b | sort; docker rm ovd-b",
		],
		[
			"commit, tag, rmi",
			"docker create --name ovd-b busybox true >/dev/null; docker commit -m m -a a -c 'CMD [\"x\"]' ovd-b ovd-i:1; docker inspect -f '{{.Comment}} {{.Author}} {{.Config.Cmd}}' ovd-i:1; docker tag ovd-i:1 ovd-i:2; docker rmi ovd-i:1; docker rmi ovd-i:2 | wc -l; docker rm ovd-b",
		],
		[
			"save, load",
			"docker tag busybox ovd-s; docker save -o s.tar ovd-s; docker rmi ovd-s; docker load -i s.tar; docker load -q < s.tar; docker rmi ovd-s; head -c 10 /dev/zero | docker load",
		],
		[
			"export, import",
			"docker create --name ovd-b busybox true >/dev/null; docker export ovd-b | tar t | wc -l; docker export ovd-b | docker import -c 'CMD [\"sh\"]' -m note - ovd-x; docker run --rm ovd-x echo imported; docker rmi ovd-x | wc -l; docker rm ovd-b",
		],
		[
			"volumes",
			"docker volume create --label a=b ovd-v; docker volume inspect -f '{{.Name}} {{.Labels}} {{.Options}}' ovd-v; docker volume ls --filter name=ovd-v; docker volume rm ovd-v; docker volume create --opt type=tmpfs --opt device=tmpfs ovd-w; docker volume inspect -f '{{json .Options}} {{json .Labels}}' ovd-w; docker volume rm ovd-w",
		],
		[
			"networks",
			"docker network create --subnet 10.98.1.0/24 --gateway 10.98.1.9 --ip-range 10.98.1.128/25 -o x=y --label l=m ovd-n; docker network inspect -f '{{json .IPAM}} {{.Options}} {{.Labels}} {{.Internal}}' ovd-n; docker run -d --name ovd-b --network ovd-n --ip 10.98.1.130 busybox sleep 100 >/dev/null; docker inspect -f '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}' ovd-b; docker network disconnect ovd-n ovd-b; docker network connect --alias z ovd-n ovd-b; docker network rm ovd-n; docker rm -f ovd-b; docker network rm ovd-n",
		],
		[
			"update",
			"docker create --name ovd-b busybox true >/dev/null; docker update -m 64m --memory-swap 128m --cpus 0.5 --restart always ovd-b; docker inspect -f '{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.RestartPolicy.Name}}' ovd-b; docker update ovd-b; docker rm ovd-b",
		],
		[
			"top, stats",
			"docker run -d --name ovd-b busybox sleep 100 >/dev/null; docker top ovd-b -o pid,args | sed -E 's/[0-9]+/N/'; docker stats --no-stream --format '{{.Name}} {{.PIDs}}' ovd-b; docker rm -f ovd-b",
		],
		[
			"build",
			"printf 'FROM busybox\\nRUN echo x > /x\\nCMD cat /x\\n' > Dockerfile; echo a > a; printf 'a\\n' > .dockerignore; DOCKER_BUILDKIT=0 docker build -t ovd-i . | grep -v -e '--->' -e Sending; docker run --rm ovd-i; docker rmi -f ovd-i | wc -l",
		],
		[
			"prune",
			"docker create --name ovd-b -l ovd=1 busybox true >/dev/null; docker container prune -f --filter label=ovd=1; docker network create --label ovd=1 ovd-n >/dev/null; docker network prune -f --filter label=ovd=1; echo n | docker image prune; echo $?",
		],
	],
];

/** Where the two are known to differ, and why. */
const DIFFER = {
	'ps --format {{join .Names ","}}': "28 takes lists of texts alone; 29 takes any list and words it so",
	"ps --format {{eq 1 1.0}}": "a constant such as 1.0 is a whole number here",
	"image inspect -f {{.Config}}": "28 has another Go type for it than 29",
	"docker attach ovd-a": "29 begins the sentence in lower case",
	"docker run --ip x busybox": "29 checks addresses before it asks the daemon",
	"docker images ls": "28 puts an empty line before it",
	"docker build": "without BuildKit's plugin docker says how to install it; ours has no such plugin",
	"docker build nope": "without BuildKit's plugin docker says how to install it; ours has no such plugin",
	"docker images a b": "28 says SRun, which 29 mended",
	"docker volume create a b": "28 says SRun, which 29 mended",
};

let same = 0;
const different = [];
const clean = () => spawnSync(REAL, ["rm", "-fv", "ovd-a", "ovd-b", "ovd-c"], { env });
clean();
spawnSync("bash", ["-c", SETUP], { env });
for (const [name, script] of CASES) {
	if (words.length > 0 && !words.some((word) => name.includes(word))) continue;
	const [theirs, ours] = [run(REAL, script), run(program, script)];
	const key = (result) => JSON.stringify(result);
	if (key(theirs) === key(ours)) {
		same++;
		if (verbose) console.log(`same   ${name}`);
		continue;
	}
	if (DIFFER[name]) {
		console.log(`known  ${name}: ${DIFFER[name]}`);
		continue;
	}
	different.push(name);
	console.log(`DIFFER ${name}`);
	for (const part of ["code", "out", "err"])
		if (theirs[part] !== ours[part])
			console.log(`   ${part}\n     docker: ${JSON.stringify(theirs[part])}\n     ours:   ${JSON.stringify(ours[part])}`);
}
clean();
console.log(`${same} the same, ${different.length} different`);
process.exit(different.length > 0 ? 1 : 0);
