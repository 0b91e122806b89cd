// Words about Docker's own parts, and about several daemons.

import { type Term, term } from "./term";

export const partTerms: Term[] = [
	term(
		"instruction",
		["명령어", "instruction"],
		[
			"CPU가 한 번에 하나씩 실행하는 기계어의 단위입니다. x86-64에서는 1바이트에서 15바이트까지 길이가 다릅니다.",
			"What a processor executes one at a time: the unit of machine code. On x86-64 it has between 1 and 15 bytes.",
		],
		["binary"],
	),
	term(
		"interpreter",
		["인터프리터", "interpreter"],
		[
			"해독한 명령어를 하나씩 그 자리에서 실행하는 프로그램입니다. 바로 시작할 수 있지만 느립니다.",
			"A program that executes decoded instructions one by one. It can begin at once, but is slow.",
		],
		["binary"],
		{ ko: ["해석기"] },
	),
	term(
		"translator",
		["번역기", "translator"],
		[
			"자주 실행되는 코드를 다른 기계의 코드로 통째로 바꾸는 프로그램입니다. 여기서는 x86-64 명령어를 WebAssembly로 바꿉니다.",
			"A program that turns code that runs often into code for another machine as a whole. Here x86-64 instructions become WebAssembly.",
		],
		["binary"],
	),
	term(
		"client",
		["클라이언트", "client"],
		[
			"사용자가 입력하는 `docker` 명령입니다. 데몬에 HTTP로 요청할 뿐, 컨테이너를 직접 만들지는 않습니다.",
			"The `docker` command that you type. It only sends HTTP requests to the daemon and does not make containers itself.",
		],
		["client-server"],
	),
	term(
		"daemon",
		["데몬", "daemon"],
		[
			"이미지와 컨테이너를 관리하는 서버 프로그램 `dockerd`입니다. 이미지도 컨테이너도 데몬의 것입니다.",
			"The server program `dockerd` that manages images and containers. Images and containers belong to a daemon.",
		],
		["daemon", "client-server"],
		{ ko: ["대몬", "디먼", "도커 서버"], en: ["deamon", "docker server"] },
	),
	term(
		"api",
		["Engine API", "Engine API"],
		[
			"데몬이 알아듣는 HTTP API입니다. `docker` 명령은 모두 이 API의 요청이 됩니다.",
			"The HTTP API of the daemon. Every `docker` command becomes requests of this API.",
		],
		["client-server"],
		{ ko: ["엔진 API", "리모트 API"] },
	),
	term(
		"socket",
		["UNIX 소켓", "UNIX socket"],
		[
			"같은 컴퓨터의 프로세스끼리 쓰는 통로입니다. 데몬은 `/var/run/docker.sock`에서 요청을 받고, 누가 쓸 수 있는지는 파일 권한이 정합니다.",
			"Connects processes on one computer. The daemon listens on `/var/run/docker.sock`, and file permissions decide who may use it.",
		],
		["client-server"],
		{ ko: ["유닉스 소켓", "도메인 소켓"], en: ["Unix socket", "unix domain socket"] },
	),
	term(
		"context",
		["컨텍스트", "context"],
		[
			"클라이언트가 어느 데몬을 쓸지 이름을 붙여 저장한 것입니다.",
			"What the client stores, under a name, about which daemon to use.",
		],
		["client-server"],
		{ ko: ["콘텍스트"] },
	),
	term(
		"containerd",
		["containerd", "containerd"],
		[
			"이미지의 블롭과 스냅숏을 보관하고 컨테이너의 실행을 관리하는 프로그램입니다. `dockerd`와 쿠버네티스가 함께 씁니다.",
			"Stores the blobs and snapshots of images and manages running containers. Used by `dockerd` and by Kubernetes.",
		],
		["daemon"],
		{ ko: ["컨테이너디", "컨테이너d"] },
	),
	term(
		"shim",
		["shim", "shim"],
		[
			"컨테이너마다 하나씩 도는 작은 프로그램입니다. 입출력과 종료 코드를 맡으므로, 데몬이 죽어도 컨테이너가 계속 돌 수 있습니다.",
			"A small program, one per container, that takes care of its input, output and exit code, so that the container can keep running when the daemon dies.",
		],
		["daemon"],
		{ ko: ["심(shim)"] },
	),
	term(
		"runc",
		["runc", "runc"],
		[
			"번들을 읽어 네임스페이스와 cgroup을 만들고 컨테이너의 프로그램을 실행하는 프로그램입니다. 도커의 libcontainer에서 나왔습니다.",
			"Reads a bundle, creates the namespaces and the cgroup, and runs the program of the container. It came out of Docker’s libcontainer.",
		],
		["daemon", "without-docker"],
	),
	term(
		"bundle",
		["번들", "bundle"],
		[
			"루트 파일 시스템과 `config.json`이 있는 디렉터리입니다. OCI 런타임이 이것을 받아 컨테이너를 만듭니다.",
			"A directory with a root file system and a `config.json`. An OCI runtime makes a container from it.",
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
			"The things a daemon manages: images, containers, networks, volumes, plugins, services.",
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
			"같은 컨테이너를 몇 개 유지하라는 선언입니다. 스웜이 그대로 유지합니다.",
			"A declaration to keep a number of equal containers running. A swarm keeps it that way.",
		],
		["services", "objects"],
	),
	term(
		"swarm",
		["스웜", "swarm"],
		[
			"여러 데몬을 하나로 묶은 것입니다. 매니저가 정하고 워커가 컨테이너를 돌립니다.",
			"Several daemons joined into one. Managers decide and workers run the containers.",
		],
		["services"],
		{ ko: ["스왐", "도커 스웜"] },
	),
	term(
		"replica",
		["복제본", "replica"],
		["서비스가 유지하는 같은 컨테이너 가운데 하나입니다.", "One of the equal containers that a service keeps running."],
		["services"],
		{ ko: ["레플리카", "리플리카"] },
	),
	term(
		"kernel",
		["커널", "kernel"],
		[
			"운영체제의 핵심으로, 프로세스와 메모리와 장치를 관리합니다. 컨테이너는 호스트의 커널을 함께 씁니다.",
			"The core of an operating system. It manages processes, memory and devices. Containers share the kernel of their host.",
		],
		["why", "namespaces"],
	),
	term(
		"vm",
		["가상 머신", "virtual machine"],
		[
			"커널까지 포함한 운영체제를 통째로 돌리는 가상의 컴퓨터입니다. 하이퍼바이저가 나눕니다.",
			"A virtual computer that runs a whole operating system, kernel included. A hypervisor separates them.",
		],
		["why"],
		{ ko: ["가상 컴퓨터", "버추얼 머신"] },
	),
	term(
		"libcontainer",
		["libcontainer", "libcontainer"],
		[
			"LXC 대신 네임스페이스와 cgroup을 직접 다루려고 도커가 만든 라이브러리입니다. 지금은 runc 안에 있습니다.",
			"The library Docker wrote to handle namespaces and cgroups itself instead of using LXC. It is now inside runc.",
		],
		["daemon"],
	),
	term(
		"driver",
		["드라이버", "driver"],
		[
			"네트워크, 볼륨, 로그를 실제로 처리하는 부품입니다. 기본으로 들어 있는 것도 있고 플러그인으로 더할 수도 있습니다.",
			"The part that really handles networks, volumes or logs. Some are built in; plugins add more.",
		],
		["objects"],
	),
	term(
		"node",
		["노드", "node"],
		["스웜에 들어 있는 도커 호스트 하나입니다.", "A Docker host that is part of a swarm."],
		["services"],
	),
	term(
		"manager",
		["매니저", "manager"],
		[
			"원하는 상태를 기억하고 태스크를 노드에 배치하는 스웜의 노드입니다.",
			"A swarm node that keeps the desired state and places tasks on nodes.",
		],
		["services"],
	),
	term(
		"worker",
		["워커", "worker"],
		["매니저가 배치한 태스크를 돌리는 스웜의 노드입니다.", "A swarm node that runs the tasks a manager has placed on it."],
		["services"],
	),
	term(
		"task",
		["태스크", "task"],
		[
			"서비스를 위해 노드에 배치된 컨테이너 하나입니다. 모자라면 매니저가 새로 배치합니다.",
			"One container placed on a node for a service. If one is missing, the manager places a new one.",
		],
		["services"],
		{ ko: ["타스크"] },
	),
	term(
		"vip",
		["가상 IP", "virtual IP"],
		[
			"서비스의 이름이 가리키는 주소 하나입니다. 커널이 연결마다 복제본 하나를 골라 보냅니다.",
			"The one address that the name of a service resolves to. For each connection, the kernel chooses a replica.",
		],
		["services"],
	),
];
