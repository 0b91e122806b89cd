// Every command with every option, with values good and bad: what the sweep runs with the real docker command and with ours.

import type { Command } from "../../../engine/cli/command/command";
import { COMMON, GROUPS, OTHERS } from "../../../engine/cli/command/tree";

export interface Case {
	words: string[];
	/** A container may come of it, whose settings must be the same. */
	creates: boolean;
}

/** What stands after the option, by the command's path without "docker". The container `ovs-a` is there, and has never run. */
const ARGUMENTS: Record<string, string[]> = {
	attach: ["ovs-a"],
	commit: ["ovs-none"],
	cp: ["ovs-a:/etc/passwd", "/nosuch/x"],
	create: ["--name", "ovs-n", "busybox", "true"],
	diff: ["ovs-a"],
	exec: ["ovs-a", "true"],
	export: ["ovs-none"],
	kill: ["ovs-a"],
	logs: ["ovs-a"],
	pause: ["ovs-a"],
	port: ["ovs-a"],
	rename: ["ovs-none", "ovs-x"],
	restart: ["ovs-none"],
	rm: ["ovs-none"],
	start: ["ovs-none"],
	stats: ["--no-stream", "ovs-a"],
	stop: ["ovs-a"],
	top: ["ovs-a"],
	unpause: ["ovs-a"],
	update: ["ovs-none"],
	wait: ["ovs-none"],
	events: ["--since", "1s", "--until", "0s", "--filter", "type=plugin"],
	history: ["busybox"],
	import: ["/nosuch.tar"],
	inspect: ["bridge"],
	load: ["-i", "/nosuch.tar"],
	rmi: ["ovs-none"],
	save: ["ovs-none"],
	tag: ["ovs-none", "ovs-x"],
	pull: ["127.0.0.1:1/x"],
	push: ["127.0.0.1:1/x"],
	login: ["127.0.0.1:1"],
	logout: ["127.0.0.1:1"],
	"container prune": ["-f", "--filter", "label=ovs-none"],
	"container ls": ["--filter", "name=ovs-"],
	"container inspect": ["ovs-none"],
	"image prune": ["-f", "--filter", "label=ovs-none"],
	"image inspect": ["ovs-none"],
	"image rm": ["ovs-none"],
	"network connect": ["ovs-none", "ovs-a"],
	"network create": ["bridge"],
	"network disconnect": ["ovs-none", "ovs-a"],
	"network inspect": ["host"],
	"network prune": ["-f", "--filter", "label=ovs-none"],
	"network rm": ["ovs-none"],
	"volume create": ["--driver", "nosuch", "ovs-v"],
	"volume inspect": ["ovs-none"],
	"volume prune": ["-f", "--filter", "label=ovs-none"],
	"volume rm": ["ovs-none"],
	"volume update": ["ovs-none"],
	"system prune": ["-f", "--filter", "label=ovs-none"],
	"builder prune": ["-f"],
	"context create": ["ovs-c"],
	"context export": ["ovs-none", "-"],
	"context import": ["ovs-c", "/nosuch.tar"],
	"context inspect": ["default"],
	"context rm": ["ovs-none"],
	"context update": ["ovs-none"],
	"context use": ["ovs-none"],
};
/** They never end, want a terminal or a registry, start containers, or belong to BuildKit, of which the real one has none. */
const LEFT_OUT = new Set([
	"run",
	"build",
	"buildx",
	"search",
	"system dial-stdio",
	"completion",
	"manifest",
	"context import",
	"context export",
]);
const GROUPS_IN = new Set(["container", "image", "network", "volume", "system", "builder", "context"]);

/** Of no type in particular: each option meets them all. */
const ANY = ["", "x", "1", "-1", "a=b", "10m", "1.5", "host", "a:b:c", "=", ",", "{{.ID}}", "{{", "/nosuch", "é"];
/** Of the types that help shows, and of some options' names. */
const MORE: Record<string, string[]> = {
	int: ["0", "0x10", "99999999999999999999", "1_000"],
	uint: ["0", "18446744073709551616"],
	bytes: ["64m", "1g", "1q", "-1m", "0.5g"],
	decimal: ["0.5", "2", "1e3", "NaN"],
	duration: ["1s", "500us", "1h30m", "-1s", "1"],
	filter: ["label=a", "until=1h", "dangling=maybe", "status=exited", "name=ovs"],
	publish: ["80", "8080:80/udp", "127.0.0.1::53", "80-81:90-91", "70000", "[::1]:80:80"],
	volume: ["/d", "v:/d:ro", "/h:/d:z,ro", "v:d", "/a:/b:bogus", "./x:/y"],
	mount: [
		"type=bind,src=/,dst=/h",
		"type=volume,dst=/v",
		"type=tmpfs,dst=/t,tmpfs-size=1m",
		"dst=/x,bogus=1",
		"type=image,src=a,dst=/b",
	],
	env: ["A=1", "HOME", "OVS_NONE", "A==", " A=1"],
	network: ["none", "bridge", "name=bridge,alias=z", "container:ovs-a", "name=bridge,ip=1.2.3"],
	"add-host": ["h:1.2.3.4", "h=::1", "h:host-gateway", "h:1.2.3"],
	device: ["/dev/null", "/dev/null:/dev/x:rw", "/dev/null:/dev/x:q"],
	ulimit: ["nofile=1:2", "nofile=2:1", "core=-1", "bogus=1"],
	restart: ["always", "on-failure:3", "unless-stopped", "no", "always:1"],
	"cap-add": ["NET_ADMIN", "ALL", "cap_sys_time", "bogus"],
	"security-opt": ["no-new-privileges", "seccomp=unconfined", "apparmor=x", "bogus=1"],
	"log-opt": ["max-size=1m", "max-file=0", "bogus=1"],
	user: ["1000:1000", "root", "0"],
	tmpfs: ["/t:size=1m", "/t:ro,noexec", "t"],
	sysctl: ["net.ipv4.ip_forward=1", "kernel.bogus=1"],
	gpus: ["all", "2", "device=0", '"device=0,1"'],
	link: ["ovs-a:b", "ovs-none"],
	ip: ["172.17.0.9", "1.2.3", "::1"],
	subnet: ["10.97.0.0/16", "10.97.0.1", "::/64"],
	opt: ["a=b", "com.docker.network.driver.mtu=x"],
	format: ["json", "table", "table {{.Name}}", "{{json .}}", "{{.Nope}}", "{{upper .ID}}"],
	platform: ["linux/amd64", "linux/arm64/v8", "bogus/x"],
	docker: ["host=tcp://x:1", "host=x", "bogus=1", "host=unix:///a,ca=/nosuch", "from=default"],
	pid: ["container:ovs-a", "container:", "private"],
	ipc: ["shareable", "container:ovs-none"],
	userns: ["private"],
	cgroupns: ["private", "bogus"],
	"stop-signal": ["SIGTERM", "9", "SIGBOGUS"],
	signal: ["SIGTERM", "9", "SIGBOGUS", "0"],
	"blkio-weight": ["10", "500", "1001"],
	"device-read-bps": ["/dev/sda:1mb", "sda:1mb", "/dev/sda:-1"],
	"health-cmd": ["true"],
	runtime: ["runc", "bogus"],
	"volumes-from": ["ovs-a", "ovs-a:ro", "ovs-a:bogus", "ovs-none"],
	type: ["container", "image", "network", "volume", "bogus"],
};
/** They write files where the two would find each other's. */
const SKIPPED = new Set(["help", "cidfile"]);
const SWITCH = ["", "=false", "=true", "=x", "="];

function options(path: string, command: Command): Case[] {
	const after = ARGUMENTS[path] ?? ARGUMENTS[path.split(" ").at(-1)!] ?? [];
	const creates = path.endsWith("create") && after.includes("busybox");
	const words = path.split(" ");
	return Object.entries(command.options).flatMap(([name, spec]): Case[] => {
		if (SKIPPED.has(name) || spec.aliasOf) return [];
		const alone = { words: [...words, ...after, `--${name}`], creates };
		if (spec.alone !== undefined && spec.type === "")
			return [
				...SWITCH.map((value) => ({ words: [...words, `--${name}${value}`, ...after], creates })),
				...letter(spec.short, words, after, creates),
			];
		const values = new Set([...ANY, ...(MORE[spec.type] ?? []), ...(MORE[name] ?? [])]);
		return [alone, ...[...values].map((value) => ({ words: [...words, `--${name}`, value, ...after], creates }))];
	});
}
const letter = (short: string | undefined, words: string[], after: string[], creates: boolean): Case[] =>
	short
		? [
				{ words: [...words, `-${short}`, ...after], creates },
				{ words: [...words, `-${short}x`, ...after], creates },
			]
		: [];

/** How many arguments it takes. */
const counts = (path: string): Case[] =>
	[0, 1, 2, 3].map((count) => ({
		words: [...path.split(" "), ...["ovs-none", "ovs-none2", "ovs-none3"].slice(0, count)],
		creates: false,
	}));
/** Without a name these mean everything, or wait. */
const NO_COUNTS = /prune|events|stats|login|create|pull|push|attach/;

export function allCases(): Case[] {
	const alone = [...COMMON, ...OTHERS];
	const own = alone.map((command) => [command.name, command] as const);
	const grouped = GROUPS.filter(({ name }) => GROUPS_IN.has(name)).flatMap((group) =>
		group.commands
			.filter((command) => !alone.includes(command))
			.map((command) => [`${group.name} ${command.name}`, command] as const),
	);
	return [...own, ...grouped]
		.filter(([path]) => !LEFT_OUT.has(path) && !LEFT_OUT.has(path.split(" ").at(-1)!))
		.flatMap(([path, command]) => [...options(path, command), ...(NO_COUNTS.test(path) ? [] : counts(path))]);
}

/** Where the two differ in what they are, by the words joined with spaces: the first that fits says why. */
export const KNOWN: ReadonlyArray<[words: RegExp, why: string]> = [
	[/^(images|image ls)\b/, "29's view of images; 28 says SRun"],
	[/^(version|info)\b/, "the client's own version, plugins and API"],
	[/^(network )?inspect\b.* (bridge|host)$/, "API 1.52 tells of a network's addresses, too"],
	[/^network inspect ovs-none( |$)/, "API 1.52"],
	[/^attach\b/, "29 begins the sentence in lower case"],
	[/^login\b/, "29 begins the sentence in lower case"],
	[/^logout ovs-none ovs-none2/, "28 says SRun"],
	[/^(pull|push|create) --?disable-content-trust/, "29 has no content trust any more"],
	[/^(pull|push) .*--disable-content-trust/, "29 has no content trust any more"],
	[/^create --network name=bridge,ip=1\.2\.3 /, "29 reads addresses before it asks the daemon"],
	[/^save --platform ,/, "29 takes several platforms"],
	[/^network create --subnet , /, "29 reads subnets before it asks the daemon"],
	[/^pull .*--platform/, "29 reads the platform before it asks the daemon"],
	[/^builder prune/, "28 says of its own builder that it is deprecated, where buildx is not installed"],
	[/^system prune/, "28 sends the filter label to the build cache, too, which knows none"],
	[/^system df( --(format|verbose=false).*)?$/, "29 leaves it to the daemon to count what could be reclaimed"],
	[/^create --security-opt (?!a=b )/, "29 begins the sentence in lower case"],
	[/^create --(env|label)-file /, "29 names the option whose file it cannot read"],
	[/^create --mount = /, "29 sees that the value is empty first"],
	[/^(create|network connect) --(ip6?|link-local-ip) /, "29 reads addresses before it asks the daemon"],
];
export const knownDifference = ({ words }: Case): string | undefined =>
	KNOWN.find(([pattern]) => pattern.test(words.join(" ")))?.[1];
