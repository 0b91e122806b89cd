// Why two daemons answer differently, where it is known: each reason with what it is recognised by.

import type { Both } from "../words/locale";

interface Reason {
	id: string;
	/** In either side's line. */
	line?: RegExp;
	/** In both. */
	both?: RegExp;
	/** Only of such a command. */
	command?: RegExp;
	why: Both;
}

/** Of what docker told while images were on their way. */
export const TRANSFERRED: Both = {
	ko: "이미지를 받거나 올리는 과정입니다. 그 호스트에 이미 무엇이 있었는지에 따라 다르고, 레이어가 끝나는 순서도 매번 다릅니다.",
	en: "Images on their way: it depends on what each host had already, and layers are done in any order.",
};

/** The first that fits is told. */
const REASONS: readonly Reason[] = [
	{
		id: "none-lent",
		line: /\/api\/sandbox: /,
		why: {
			ko: "사이트가 지금 실제 데몬을 빌려 주지 못했습니다. 줄에 적힌 까닭을 보고 잠시 뒤에 다시 실행하세요.",
			en: "The site lent no real daemon just now, for the reason that the line gives: run it again a little later.",
		},
	},
	{
		id: "no-image",
		line: /No such image|pull access denied|image .* not found|dial tcp\b|network is unreachable|no route to host/,
		why: {
			ko: "빌린 데몬에는 네트워크가 없습니다. 안에 미리 넣어 둔 이미지만 쓸 수 있고, 다른 이미지는 docker save와 docker load로 보낼 수 있습니다.",
			en: "The lent daemon has no network. It has the images that were put into it; others can be sent with docker save and docker load.",
		},
	},
	{
		id: "host-files",
		line: /error while creating mount source path|bind source path does not exist|Mounts denied/,
		why: {
			ko: "-v의 왼쪽은 데몬이 있는 호스트의 경로입니다. 빌린 데몬의 호스트에는 이 호스트의 파일이 없고, 그 루트는 읽기 전용입니다.",
			en: "The left side of -v is a path on the daemon’s host. The lent daemon’s host has none of the files here, and its root is read-only.",
		},
	},
	{
		id: "no-such-container",
		line: /No such (?:container|object|volume|network)|failed to start containers|is already in use by container/,
		why: {
			ko: "두 데몬은 컨테이너와 네트워크, 볼륨을 따로 갖고 있습니다. 앞의 명령을 한쪽에서만 실행했거나, 한쪽에서 실패했습니다.",
			en: "Each daemon has containers, networks and volumes of its own: an earlier command ran, or worked, on one of them only.",
		},
	},
	{
		id: "host-shell",
		command:
			/(?:^|[;&|]\s*)(?:ls|cat|head|tail|ps|mount|ip|nsenter|runc|kill|find|du)\b[^;&|]*(?:\$\(docker\b|\/(?:run|var\/(?:lib|run))\/)|\bcurl\b.*--unix-socket/,
		why: {
			ko: "이 명령은 이 호스트의 파일이나 프로세스, 소켓을 직접 봅니다. 빌린 데몬의 것은 다른 호스트에 있습니다.",
			en: "The command looks at this host’s own files, processes or socket; those of the lent daemon are on another host.",
		},
	},
	{
		id: "short-addresses",
		line: /^(?:fe00|ff00)::/,
		why: {
			ko: "같은 주소입니다. 새 엔진은 IPv6 주소를 짧은 표기(fe00::)로 적습니다.",
			en: "It is the same address: newer engines write IPv6 addresses in their short form (fe00::).",
		},
	},
	{
		id: "cgroup-1",
		line: /kernel does not support|cgroup is not mounted|WARNING: No .* support|[Cc]group ?[Vv]ersion|Cgroup Driver|cgroups? not configured|join or create cgroup|\/sys\/fs\/cgroup\/|OOMKilled/,
		why: {
			ko: "두 호스트의 cgroup 버전이나 권한이 다릅니다. 빌린 데몬은 루트 권한 없이(rootless) 돌고 있어 일부 한도를 걸지 못합니다.",
			en: "The hosts differ in their cgroups: the lent daemon runs without root (rootless), and cannot set some limits.",
		},
	},
	{
		id: "limits",
		command: /--(?:memory|cpus|pids-limit)\b|\bdocker (?:container )?(?:un)?pause\b/,
		why: {
			ko: "한도와 일시 정지는 cgroup이 합니다. 빌린 데몬은 루트 권한 없이 cgroup v1 위에서 돌 때 그것을 쓰지 못해, 한도 없이 실행합니다.",
			en: "Limits and pausing are the work of cgroups. The lent daemon cannot use them where it runs without root on cgroup v1, and runs without limits.",
		},
	},
	{
		id: "engine",
		command: /\bdocker\b.*\b(?:version|info)\b/,
		why: {
			ko: "엔진이 다릅니다. 이 호스트의 엔진은 Engine 29의 API를 제공하는 Drydock이고, 상대는 그 서버에 설치된 도커입니다.",
			en: "The engines differ: here it is Drydock, which speaks Engine 29’s API; there it is the Docker that the server has.",
		},
	},
	{
		id: "kernel",
		command: /\buname\b|\/proc\/(?:version|cpuinfo|meminfo|loadavg)|\b(?:nproc|free|dmesg|lscpu|uptime)\b/,
		why: {
			ko: "컨테이너의 커널과 CPU는 호스트의 것입니다. 호스트가 다르니 답도 다릅니다.",
			en: "A container’s kernel and CPU are the host’s, and these are two hosts.",
		},
	},
	{
		id: "task-words",
		line: /failed to create (?:shim )?task|OCI runtime create failed/,
		why: {
			ko: "같은 실패를 Engine 23부터는 “failed to create task for container”로 시작하는 문장으로 알립니다.",
			en: "The same failure: since Engine 23 its message begins with “failed to create task for container”.",
		},
	},
	{
		id: "old-client",
		line: /client version \S+ is too (?:old|new)/,
		why: {
			ko: "데몬마다 받아 주는 API 버전의 범위가 다릅니다.",
			en: "Each daemon serves its own range of API versions.",
		},
	},
	{
		id: "drivers",
		line: /macvlan|ipvlan|overlay network|plugin "?\S+"? not found|could not find plugin/,
		why: {
			ko: "이 호스트의 네트워크 드라이버는 bridge, host, none뿐입니다.",
			en: "The host here has the network drivers bridge, host and none, and no others.",
		},
	},
	{
		id: "store-driver",
		line: /overlay2|overlayfs|fuse-overlayfs|"?(?:GraphDriver|Storage)"?\b/,
		why: {
			ko: "이미지 스토어가 다릅니다. containerd 이미지 스토어(Engine 29)의 드라이버는 overlayfs이고, 예전 스토어는 overlay2입니다.",
			en: "The image stores differ: containerd’s (Engine 29) has the driver overlayfs, the older one overlay2.",
		},
	},
	{
		id: "store-id",
		line: /sha256:|"(?:Image|Id|RepoDigests|Digest)":/,
		why: {
			ko: "같은 이미지라도 containerd 이미지 스토어는 매니페스트의 다이제스트로, 예전 스토어는 설정의 다이제스트로 부릅니다.",
			en: "The same image: containerd’s image store calls it by its manifest’s digest, the older store by its configuration’s.",
		},
	},
	{
		id: "image-list",
		command: /\bdocker\b.*\b(?:images|image (?:ls|prune)|history|system df)\b/,
		why: {
			ko: "두 데몬이 가진 이미지와 그것을 담는 방식이 다릅니다. 크기도 스토어마다 세는 법이 다릅니다.",
			en: "Each daemon has images of its own and its own way of keeping them; sizes are counted in another way, too.",
		},
	},
	{
		id: "build",
		command: /\bdocker\b.*\b(?:build|buildx|builder)\b/,
		why: {
			ko: "빌더가 다릅니다. 이 호스트의 빌더는 BuildKit처럼 출력하고, 오래된 데몬은 예전 빌더로 빌드합니다.",
			en: "The builders differ: the one here speaks as BuildKit does, an older daemon builds with the classic one.",
		},
	},
	{
		id: "fields",
		line: /^\s*[[{]*"[^"]+":/,
		command: /\binspect\b/,
		why: {
			ko: "API의 버전이 다릅니다. 필드는 버전마다 생기고 없어집니다.",
			en: "The APIs are of different versions: fields come and go with them.",
		},
	},
	{
		id: "volume-prune",
		command: /\bvolume prune\b/,
		why: {
			ko: "Engine 23부터 docker volume prune은 이름 없는 볼륨만 지웁니다. 그 전에는 이름이 있는 것도 지웠습니다.",
			en: "Since Engine 23 docker volume prune removes volumes without a name alone; before, it took those that have one, too.",
		},
	},
	{
		id: "network",
		line: /nameserver|search |options |resolv\.conf|^# (?:Generated by|This file can be edited|has been modified|Overrides|Option ndots|ExtServers)|<[A-Z_,-]+> mtu \d|Network is unreachable|bad address|Temporary failure in name resolution/,
		why: {
			ko: "호스트의 네트워크가 다릅니다. 빌린 데몬은 밖으로 나가는 길이 없습니다.",
			en: "The hosts’ networks differ; the lent daemon has no way out.",
		},
	},
	{
		id: "words",
		both: /^(?:docker: )?Error response from daemon: /,
		why: {
			ko: "둘 다 거절합니다. 오류 문장은 엔진의 버전마다 조금씩 바뀝니다.",
			en: "Both refuse: the words of errors change a little from version to version.",
		},
	},
	{
		id: "order",
		command: /\bps\b|\btop\b|\bstats\b/,
		why: {
			ko: "그때 그 호스트에서 무엇이 얼마나 돌고 있었는지가 다릅니다.",
			en: "It depends on what ran on each host at that moment, and how long.",
		},
	},
];

/** @returns the reason's texts, or nothing where none is known */
export function reasonOf(command: string, here: string | undefined, there: string | undefined): Both | undefined {
	const found = REASONS.find(
		({ line, both, command: of }) =>
			(!of || of.test(command)) &&
			(!line || [here, there].some((text) => text !== undefined && line.test(text))) &&
			(!both || [here, there].every((text) => text !== undefined && both.test(text))),
	);
	return found?.why;
}
