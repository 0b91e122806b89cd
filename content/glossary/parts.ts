// Words about Docker's own parts, and about several daemons.

import { type Term, term } from "./term";

export const partTerms: Term[] = [
	term(
		"client",
		["클라이언트", "client"],
		[
			"사용자가 치는 `docker` 명령입니다. 데몬에 HTTP로 부탁할 뿐, 컨테이너를 직접 만들지는 않습니다.",
			"The `docker` command that one types. It asks the daemon over HTTP, and makes no containers itself.",
		],
		["client-server"],
	),
	term(
		"daemon",
		["데몬", "daemon"],
		[
			"이미지와 컨테이너를 관리하는 서버 프로그램 `dockerd`입니다. 이미지도 컨테이너도 데몬의 것입니다.",
			"The server, `dockerd`, that keeps images and containers. They belong to it.",
		],
		["daemon", "client-server"],
		{ ko: ["대몬", "디먼", "도커 서버"], en: ["deamon", "docker server"] },
	),
	term(
		"api",
		["Engine API", "Engine API"],
		[
			"데몬이 알아듣는 HTTP API입니다. `docker` 명령은 모두 이 API의 요청이 됩니다.",
			"The HTTP API that the daemon understands. Every `docker` command becomes requests of it.",
		],
		["client-server"],
		{ ko: ["엔진 API", "리모트 API"] },
	),
	term(
		"socket",
		["UNIX 소켓", "UNIX socket"],
		[
			"같은 컴퓨터의 프로세스끼리 쓰는 통로입니다. 데몬은 `/var/run/docker.sock`에서 듣고, 누가 쓸 수 있는지는 파일 권한이 정합니다.",
			"A way between processes of one computer. The daemon listens at `/var/run/docker.sock`; file permissions say who may use it.",
		],
		["client-server"],
		{ ko: ["유닉스 소켓", "도메인 소켓"], en: ["Unix socket", "unix domain socket"] },
	),
	term(
		"context",
		["컨텍스트", "context"],
		[
			"클라이언트가 어느 데몬에 말할지를 이름으로 적어 둔 것입니다.",
			"A name, kept by the client, for the daemon that it is to talk to.",
		],
		["client-server"],
		{ ko: ["콘텍스트"] },
	),
	term(
		"containerd",
		["containerd", "containerd"],
		[
			"이미지의 블롭과 스냅숏을 보관하고 컨테이너의 실행을 관리하는 프로그램입니다. `dockerd`와 쿠버네티스가 함께 씁니다.",
			"Keeps images’ blobs and snapshots, and sees to the running of containers. Used by `dockerd`, and by Kubernetes too.",
		],
		["daemon"],
		{ ko: ["컨테이너디", "컨테이너d"] },
	),
	term(
		"shim",
		["shim", "shim"],
		[
			"컨테이너마다 하나씩 있는 작은 프로그램입니다. 입출력과 종료 코드를 맡아, 데몬이 죽어도 컨테이너가 계속 돌게 합니다.",
			"A small program, one for each container, that holds its output and its exit code, so that it runs on when the daemon dies.",
		],
		["daemon"],
		{ ko: ["심(shim)"] },
	),
	term(
		"runc",
		["runc", "runc"],
		[
			"번들을 읽어 네임스페이스와 cgroup을 만들고 프로그램을 실행한 뒤 사라지는 프로그램입니다. libcontainer에서 나왔습니다.",
			"Reads a bundle, makes namespaces and a cgroup, runs the program, and is gone. It came out of libcontainer.",
		],
		["daemon", "without-docker"],
	),
	term(
		"bundle",
		["번들", "bundle"],
		[
			"루트 파일 시스템과 `config.json`이 있는 디렉터리입니다. OCI 런타임이 이것을 받아 컨테이너를 만듭니다.",
			"A directory with a root file system and a `config.json`, from which an OCI runtime makes a container.",
		],
		["without-docker", "daemon"],
		{ en: ["root filesystem"] },
	),
	term(
		"oci",
		["OCI", "OCI"],
		[
			"이미지, 레지스트리, 런타임의 표준을 정하는 단체(Open Container Initiative)이고, 그 표준을 부르는 이름이기도 합니다.",
			"The Open Container Initiative, and the standards it keeps for images, registries and runtimes.",
		],
		["without-docker", "daemon"],
	),
	term(
		"object",
		["객체", "object"],
		[
			"데몬이 관리하는 것들입니다. 이미지, 컨테이너, 네트워크, 볼륨, 플러그인, 서비스가 있습니다.",
			"What a daemon keeps: images, containers, networks, volumes, plugins, services.",
		],
		["objects"],
		{ ko: ["오브젝트", "개체"] },
	),
	term(
		"plugin",
		["플러그인", "plugin"],
		["네트워크, 볼륨, 로그의 드라이버를 데몬에 더하는 것입니다.", "Adds drivers for networks, volumes or logs to a daemon."],
		["objects"],
		{ en: ["plug-in"] },
	),
	term(
		"host",
		["호스트", "host"],
		[
			"데몬과 컨테이너가 도는 컴퓨터입니다. 이 사이트에서는 탭 안의 컴퓨터입니다.",
			"The computer on which the daemon and its containers run. On this site it is in the tab.",
		],
		["namespaces", "client-server"],
	),
	term(
		"service",
		["서비스", "service"],
		[
			"같은 컨테이너를 몇 개 유지하라는 약속입니다. 스웜이 그 약속을 지킵니다.",
			"A promise to keep a number of like containers. A swarm holds it.",
		],
		["services", "objects"],
	),
	term(
		"swarm",
		["스웜", "swarm"],
		[
			"여러 데몬을 하나로 묶은 것입니다. 매니저가 정하고 워커가 돌립니다.",
			"Several daemons joined into one. Managers decide, workers run.",
		],
		["services"],
		{ ko: ["스왐", "도커 스웜"] },
	),
	term(
		"replica",
		["복제본", "replica"],
		["서비스가 유지하는 같은 컨테이너 가운데 하나입니다.", "One of the like containers that a service keeps."],
		["services"],
		{ ko: ["레플리카", "리플리카"] },
	),
];
