// Words about containers and what the kernel does for them.

import { type Term, term } from "./term";

export const containerTerms: Term[] = [
	term(
		"container",
		["컨테이너", "container"],
		[
			"이미지의 파일 위에서, 따로 떨어져 있다고 믿으며 도는 프로세스입니다. 멈추어도 설정과 읽기·쓰기 레이어는 지울 때까지 남습니다.",
			"A process that runs on an image’s files and believes it is alone. When it stops, its configuration and read-write layer stay until it is removed.",
		],
		["docker-run", "why"],
		{ ko: ["콘테이너", "컨테이나"] },
	),
	term(
		"read-write-layer",
		["읽기·쓰기 레이어", "read-write layer"],
		[
			"컨테이너마다 하나씩, 이미지의 레이어 위에 얹는 빈 레이어입니다. 컨테이너가 고치거나 만들거나 지운 것은 모두 여기에 있습니다.",
			"An empty layer that each container gets on top of the image’s. Whatever the container changes, makes or deletes is in it.",
		],
		["copy-on-write", "docker-run"],
		{ ko: ["쓰기 가능한 레이어", "쓰기 가능 레이어", "쓰기 레이어"], en: ["writable layer", "writeable layer"] },
	),
	term(
		"copy-on-write",
		["카피 온 라이트", "copy-on-write"],
		[
			"평소에는 같은 파일을 함께 읽다가, 누군가 쓰려는 순간에만 그 파일을 자기 레이어로 복사해 오는 방식입니다.",
			"All read the same file; only when somebody is about to write is it copied into a layer of their own.",
		],
		["copy-on-write"],
		{ ko: ["쓰기 시 복사", "쓸 때 복사", "카피온라이트"] },
	),
	term(
		"whiteout",
		["화이트아웃", "whiteout"],
		[
			"아래 레이어의 파일을 없는 것으로 하라는 표시입니다. 지운 파일의 자리에 남습니다.",
			"A mark that makes a file of a lower layer count as not there. It stands where a file was deleted.",
		],
		["copy-on-write"],
		{ ko: ["화이트 아웃"] },
	),
	term(
		"overlay",
		["오버레이", "overlay"],
		[
			"디렉터리 여러 개를 겹쳐 하나로 보여 주는 커널의 파일 시스템(overlayfs)입니다.",
			"The kernel’s file system (overlayfs) that lays several directories over one another and shows them as one.",
		],
		["copy-on-write", "layers"],
		{ ko: ["유니온 파일 시스템"] },
	),
	term(
		"snapshot",
		["스냅숏", "snapshot"],
		[
			"레이어를 풀어 놓은 디렉터리입니다. containerd가 관리하고, 오버레이로 겹쳐 컨테이너의 파일 시스템을 만듭니다.",
			"A directory with a layer unpacked in it. containerd looks after them; laid over one another they are a container’s file system.",
		],
		["copy-on-write", "layers"],
		{ ko: ["스냅샷"] },
	),
	term(
		"namespace",
		["네임스페이스", "namespace"],
		[
			"프로세스가 무엇을 보는지를 나누는 커널의 기능입니다. PID, 마운트, 네트워크, 호스트 이름 등 종류마다 따로 나눕니다.",
			"The kernel’s way to divide what processes see. PIDs, mounts, the network, the host name and others are divided one by one.",
		],
		["namespaces"],
		{ ko: ["이름공간", "이름 공간", "네임 스페이스"], en: ["name space"] },
	),
	term(
		"cgroup",
		["cgroup", "cgroup"],
		[
			"프로세스가 얼마나 쓰는지를 재고 막는 커널의 기능입니다. 메모리, CPU, 프로세스의 수를 제한합니다.",
			"The kernel’s way to measure and limit what processes use: memory, CPU, the number of processes.",
		],
		["cgroups"],
		{ ko: ["컨트롤 그룹", "씨그룹", "제어 그룹"], en: ["control group"] },
	),
	term(
		"oom",
		["OOM", "OOM"],
		[
			"메모리가 다 차서(out of memory) 커널이 프로세스를 죽이는 일입니다. 컨테이너는 종료 코드 137로 끝납니다.",
			"Out of memory: the kernel kills a process as its limit is reached. The container ends with exit code 137.",
		],
		["cgroups"],
	),
	term(
		"pid1",
		["PID 1", "PID 1"],
		[
			"PID 네임스페이스의 첫 프로세스입니다. 이것이 끝나면 컨테이너도 끝나고, 스스로 받겠다고 한 시그널만 받습니다.",
			"The first process of a PID namespace. The container ends with it, and it gets no signals but those that it has asked for.",
		],
		["lifecycle", "namespaces"],
	),
	term(
		"signal",
		["시그널", "signal"],
		[
			"프로세스에 보내는 짧은 알림입니다. `TERM`은 끝내 달라는 부탁이고, `KILL`은 거절할 수 없습니다.",
			"A short notice to a process. `TERM` asks it to end, `KILL` cannot be refused.",
		],
		["lifecycle"],
		{ ko: ["신호"] },
	),
	term(
		"exit-code",
		["종료 코드", "exit code"],
		[
			"프로세스가 끝나며 남기는 숫자입니다. 0은 성공, 125는 도커가 실패, 126은 실행할 수 없음, 127은 찾을 수 없음, 128보다 크면 시그널로 끝난 것입니다.",
			"The number that a process leaves behind: 0 success, 125 docker itself failed, 126 not executable, 127 not found, above 128 ended by a signal.",
		],
		["docker-run", "lifecycle"],
		{ ko: ["종료코드", "반환 코드", "리턴 코드"], en: ["return code", "exit status code"] },
	),
	term(
		"attach",
		["attach", "attach"],
		[
			"이미 도는 PID 1의 입출력에 붙는 것입니다. 새 프로세스를 만드는 exec와 다릅니다.",
			"To connect to the input and output of the PID 1 that runs already. Unlike exec, it starts nothing.",
		],
		["standing-in"],
	),
	term(
		"exec",
		["exec", "exec"],
		["도는 컨테이너 안에 프로세스를 하나 더 실행하는 것입니다.", "To run one process more in a container that is running."],
		["standing-in"],
	),
	term(
		"volume",
		["볼륨", "volume"],
		[
			"컨테이너 밖에 두고 도커가 관리하는 디렉터리입니다. 컨테이너를 지워도 남습니다.",
			"A directory outside of containers that Docker looks after. It outlives its containers.",
		],
		["volumes", "objects"],
		{ ko: ["볼룸", "볼롬"] },
	),
	term(
		"bind-mount",
		["바인드 마운트", "bind mount"],
		[
			"데몬이 있는 호스트의 파일이나 디렉터리를 컨테이너에 그대로 다는 것입니다.",
			"A file or directory of the daemon’s host, mounted into a container as it is.",
		],
		["volumes", "client-server"],
		{ ko: ["바운드 마운트", "바인드마운트"] },
	),
	term(
		"network",
		["네트워크", "network"],
		[
			"컨테이너들이 꽂히는 가상의 배선입니다. 직접 만든 네트워크에서는 이름으로 서로를 찾을 수 있습니다.",
			"Virtual wiring that containers are plugged into. On one that you have made, they find each other by name.",
		],
		["networks", "objects"],
		{ ko: ["네트웍"] },
	),
	term(
		"bridge",
		["브리지", "bridge"],
		[
			"호스트 안에 있는 가상의 스위치입니다. 컨테이너의 선(veth)이 여기에 꽂힙니다. 기본 브리지는 `docker0`입니다.",
			"A virtual switch in the host, into which the containers’ cables (veth) are plugged. `docker0` is the one that is there at first.",
		],
		["networks"],
		{ ko: ["브릿지"] },
	),
	term(
		"published-port",
		["공개한 포트", "published port"],
		[
			"`-p 8080:80`처럼 호스트의 포트로 온 것을 컨테이너의 포트로 보내도록 연 것입니다.",
			"As with `-p 8080:80`: what comes to the host’s port goes to the container’s.",
		],
		["networks"],
		{ ko: ["퍼블리시", "포트 포워딩", "포트포워딩"], en: ["port forwarding", "exposed port"] },
	),
];
