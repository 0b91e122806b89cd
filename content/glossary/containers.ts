// Words about containers and what the kernel does for them.

import { type Term, term } from "./term";

export const containerTerms: Term[] = [
	term(
		"container",
		["컨테이너", "container"],
		[
			"이미지의 파일을 바탕으로 격리되어 도는 프로세스입니다. 멈추어도 설정과 읽기·쓰기 레이어는 지울 때까지 남습니다.",
			"An isolated process that runs on the files of an image. When it stops, its configuration and read-write layer remain until it is removed.",
		],
		["docker-run", "why"],
		{ ko: ["콘테이너", "컨테이나"] },
	),
	term(
		"read-write-layer",
		["읽기·쓰기 레이어", "read-write layer"],
		[
			"컨테이너마다 하나씩, 이미지의 레이어 위에 만드는 빈 레이어입니다. 컨테이너가 만들거나 고치거나 지운 것은 모두 여기에 기록됩니다.",
			"An empty layer that each container gets on top of the layers of its image. Everything the container creates, changes or deletes is recorded in it.",
		],
		["copy-on-write", "docker-run"],
		{ ko: ["쓰기 가능한 레이어", "쓰기 가능 레이어", "쓰기 레이어"], en: ["writable layer", "writeable layer"] },
	),
	term(
		"copy-on-write",
		["카피 온 라이트", "copy-on-write"],
		[
			"평소에는 같은 파일을 함께 읽다가, 누군가 쓰려는 순간에만 그 파일을 자기 레이어로 복사하는 방식입니다.",
			"Everybody reads the same file. Only when somebody is about to write to it is it copied into their own layer.",
		],
		["copy-on-write"],
		{ ko: ["쓰기 시 복사", "쓸 때 복사", "카피온라이트"] },
	),
	term(
		"whiteout",
		["화이트아웃", "whiteout"],
		[
			"아래 레이어의 파일을 없는 것으로 하라는 표시입니다. 지운 파일의 자리에 남습니다.",
			"A mark that says that a file of a lower layer is to be treated as missing. It is left where a file was deleted.",
		],
		["copy-on-write"],
		{ ko: ["화이트 아웃"] },
	),
	term(
		"overlay",
		["오버레이", "overlay"],
		[
			"디렉터리 여러 개를 겹쳐 하나로 보여 주는 커널의 파일 시스템(overlayfs)입니다.",
			"The kernel’s file system (overlayfs) that stacks several directories and shows them as one.",
		],
		["copy-on-write", "layers"],
		{ ko: ["유니온 파일 시스템"] },
	),
	term(
		"snapshot",
		["스냅숏", "snapshot"],
		[
			"레이어를 풀어 놓은 디렉터리입니다. containerd가 관리하고, 오버레이로 겹쳐 컨테이너의 파일 시스템을 만듭니다.",
			"A directory with an unpacked layer. containerd manages them. Stacked with overlay, they form the file system of a container.",
		],
		["copy-on-write", "layers"],
		{ ko: ["스냅샷"] },
	),
	term(
		"namespace",
		["네임스페이스", "namespace"],
		[
			"프로세스가 볼 수 있는 것을 나누는 커널의 기능입니다. PID, 마운트, 네트워크, 호스트 이름 등 종류별로 나눕니다.",
			"A kernel feature that separates what processes can see: PIDs, mounts, the network, the host name and others, each separately.",
		],
		["namespaces"],
		{ ko: ["이름공간", "이름 공간", "네임 스페이스"], en: ["name space"] },
	),
	term(
		"cgroup",
		["cgroup", "cgroup"],
		[
			"프로세스가 쓰는 자원을 재고 제한하는 커널의 기능입니다. 메모리, CPU 시간, 프로세스 수를 제한합니다.",
			"A kernel feature that measures and limits what processes use: memory, CPU time, the number of processes.",
		],
		["cgroups"],
		{ ko: ["컨트롤 그룹", "씨그룹", "제어 그룹"], en: ["control group"] },
	),
	term(
		"oom",
		["OOM", "OOM"],
		[
			"메모리가 모자라(out of memory) 커널이 프로세스를 죽이는 일입니다. 컨테이너는 종료 코드 137로 끝납니다.",
			"Out of memory: the kernel kills a process because there is no memory left within its limit. The container ends with exit code 137.",
		],
		["cgroups"],
	),
	term(
		"pid1",
		["PID 1", "PID 1"],
		[
			"PID 네임스페이스의 첫 프로세스입니다. 이것이 끝나면 컨테이너도 끝납니다. 핸들러를 등록한 시그널만 받습니다.",
			"The first process of a PID namespace. When it ends, the container ends. It receives only signals it has a handler for.",
		],
		["lifecycle", "namespaces"],
	),
	term(
		"signal",
		["시그널", "signal"],
		[
			"프로세스에 보내는 짧은 알림입니다. `TERM`은 끝내 달라는 요청이고, `KILL`은 막을 수 없습니다.",
			"A short notification sent to a process. `TERM` asks it to end; `KILL` cannot be blocked.",
		],
		["lifecycle"],
		{ ko: ["신호"] },
	),
	term(
		"exit-code",
		["종료 코드", "exit code"],
		[
			"프로세스가 끝나며 남기는 숫자입니다. 0은 성공, 125는 docker 명령의 실패, 126은 실행할 수 없음, 127은 프로그램을 찾을 수 없음을 뜻하고, 128보다 크면 시그널로 끝난 것입니다.",
			"The number a process leaves when it ends: 0 means success, 125 that the docker command itself failed, 126 not executable, 127 not found, above 128 ended by a signal.",
		],
		["docker-run", "lifecycle"],
		{ ko: ["종료코드", "반환 코드", "리턴 코드"], en: ["return code", "exit status code"] },
	),
	term(
		"attach",
		["attach", "attach"],
		[
			"이미 도는 PID 1의 입출력에 연결하는 것입니다. 새 프로세스를 실행하는 exec과 다릅니다.",
			"To connect to the input and output of the running PID 1. Unlike exec, it does not start a new process.",
		],
		["standing-in"],
	),
	term(
		"exec",
		["exec", "exec"],
		["도는 컨테이너 안에 프로세스를 하나 더 실행하는 것입니다.", "To run one more process in a running container."],
		["standing-in"],
	),
	term(
		"volume",
		["볼륨", "volume"],
		[
			"컨테이너 밖에 두고 도커가 관리하는 디렉터리입니다. 컨테이너를 지워도 남습니다.",
			"A directory outside of containers that Docker manages. It remains when the container is removed.",
		],
		["volumes", "objects"],
		{ ko: ["볼룸", "볼롬"] },
	),
	term(
		"bind-mount",
		["바인드 마운트", "bind mount"],
		[
			"데몬이 있는 호스트의 파일이나 디렉터리를 컨테이너에 그대로 마운트하는 것입니다.",
			"A file or directory of the daemon’s host, mounted into a container as it is.",
		],
		["volumes", "client-server"],
		{ ko: ["바운드 마운트", "바인드마운트"] },
	),
	term(
		"network",
		["네트워크", "network"],
		[
			"컨테이너를 연결하는 가상 네트워크입니다. 직접 만든 네트워크에서는 컨테이너끼리 이름으로 찾을 수 있습니다.",
			"A virtual network that connects containers. On one you have created, containers can find each other by name.",
		],
		["networks", "objects"],
		{ ko: ["네트웍"] },
	),
	term(
		"bridge",
		["브리지", "bridge"],
		[
			"호스트 안에 있는 가상 스위치입니다. 컨테이너의 케이블(veth)이 여기에 연결됩니다. 기본 브리지는 `docker0`입니다.",
			"A virtual switch inside the host. The cables of containers (veth) are connected to it. The default bridge is `docker0`.",
		],
		["networks"],
		{ ko: ["브릿지"] },
	),
	term(
		"published-port",
		["공개한 포트", "published port"],
		[
			"`-p 8080:80`처럼, 호스트의 포트로 온 요청을 컨테이너의 포트로 보내도록 연 것입니다.",
			"A port opened as in `-p 8080:80`, so that requests to the host’s port go to the container’s port.",
		],
		["networks"],
		{ ko: ["퍼블리시", "포트 포워딩", "포트포워딩"], en: ["port forwarding", "exposed port"] },
	),
	term(
		"init",
		["init", "init"],
		[
			"PID 1로 돌면서 시그널을 전달하고 끝난 자식 프로세스를 거두는 작은 프로그램입니다. `--init`을 붙이면 컨테이너에서도 씁니다.",
			"A small program that runs as PID 1, passes on signals and collects ended child processes. `--init` uses one in a container.",
		],
		["lifecycle"],
	),
	term(
		"restart-policy",
		["재시작 정책", "restart policy"],
		[
			"컨테이너가 끝났을 때 데몬이 다시 시작할지 정하는 설정입니다. `no`, `on-failure`, `always`, `unless-stopped`가 있습니다.",
			"The setting that decides whether the daemon restarts a container that has ended: `no`, `on-failure`, `always` or `unless-stopped`.",
		],
		["lifecycle", "services"],
	),
	term(
		"capability",
		["capability", "capability"],
		[
			"root의 권한을 잘게 나눈 것입니다. 컨테이너의 root에는 일부만 주고, `--cap-add`로 더할 수 있습니다.",
			"One of the pieces that root’s power is divided into. Root in a container gets only some of them; `--cap-add` adds more.",
		],
		["namespaces"],
		{ ko: ["케이퍼빌리티"] },
	),
	term(
		"tmpfs",
		["tmpfs", "tmpfs"],
		[
			"메모리에만 있는 파일 시스템입니다. 컨테이너가 멈추면 내용도 없어집니다.",
			"A file system that exists only in memory. Its content is gone when the container stops.",
		],
		["volumes"],
	),
	term(
		"veth",
		["veth", "veth"],
		[
			"두 끝이 이어진 가상 케이블입니다. 한쪽 끝은 컨테이너의 `eth0`이고, 다른 쪽 끝은 브리지에 연결됩니다.",
			"A virtual cable with two ends. One end is `eth0` in the container, the other is connected to the bridge.",
		],
		["networks"],
	),
	term(
		"nat",
		["NAT", "NAT"],
		[
			"패킷의 주소를 바꾸어 전달하는 것입니다. 공개한 포트의 목적지를 컨테이너의 주소로 바꾸는 것이 DNAT입니다.",
			"Changing the addresses of packets on their way. DNAT changes the destination of a published port to the address of the container.",
		],
		["networks"],
	),
	term(
		"alias",
		["별칭", "alias"],
		[
			"네트워크에서 컨테이너를 찾을 때 쓰는 또 하나의 이름입니다. 여러 컨테이너가 별칭 하나를 함께 쓸 수 있습니다.",
			"One more name to find a container by on a network. Several containers can share one alias.",
		],
		["networks", "services"],
	),
	term(
		"dns",
		["DNS", "DNS"],
		[
			"이름에 해당하는 주소를 알려 주는 서비스입니다. 직접 만든 네트워크에서는 도커의 DNS(`127.0.0.11`)가 컨테이너의 이름에 답합니다.",
			"The service that answers with the address for a name. On networks you have created, Docker’s DNS (`127.0.0.11`) answers for container names.",
		],
		["networks", "services"],
	),
];
