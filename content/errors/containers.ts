// Errors about containers: their names, their states, what they run.

import { explained } from "./explained";

export const containerErrors = [
	explained(
		"name-conflict",
		{
			pattern: /The container name "\/?[^"]+" is already in use by container/,
			look: ["docker ps -a --filter name=NAME"],
			make: ["docker run --name box busybox true", "docker run --name box busybox true"],
		},
		{
			title: "같은 이름의 컨테이너가 이미 있음",
			means: "멈춘 컨테이너도 지우기 전까지 이름을 갖고 있습니다. docker ps에는 안 보여도 docker ps -a에는 있습니다.",
			todo: "docker rm으로 옛 컨테이너를 지우거나 다른 이름을 쓰세요. 한 번 쓰고 버릴 것이라면 처음부터 docker run --rm을 씁니다.",
		},
		{
			title: "A container of this name is there already",
			means: "A stopped container keeps its name until it is removed. docker ps does not show it; docker ps -a does.",
			todo: "docker rm the old one, or choose another name. For one-off containers use docker run --rm from the start.",
		},
	),
	explained(
		"no-such-container",
		{ pattern: /No such container: (\S+)/, look: ["docker ps -a"], make: ["docker start nobody"] },
		{
			title: "No such container: 그런 컨테이너가 없음",
			means: "그 이름이나 ID로 시작하는 컨테이너가 이 데몬에 없습니다. 이미지 이름과 컨테이너 이름은 서로 다른 것입니다.",
			todo: "docker ps -a에서 NAMES 열을 확인하세요. --rm으로 실행한 컨테이너는 끝나면서 지워집니다.",
		},
		{
			title: "No such container",
			means: "This daemon has no container of that name, nor one whose id begins so. An image’s name is not a container’s.",
			todo: "See the column NAMES of docker ps -a. What ran with --rm is gone when it ends.",
		},
	),
	explained(
		"container-running",
		{
			pattern: /cannot remove container "?\/?[^"\s]+"?: container is running|You cannot remove a running container/,
			look: ["docker ps"],
			make: ["docker run -d --name busy busybox sleep 1000", "docker rm busy"],
		},
		{
			title: "실행 중인 컨테이너는 지울 수 없음",
			means: "docker rm은 멈춘 컨테이너만 지웁니다.",
			todo: "docker stop으로 멈춘 다음 지우거나, 바로 죽여도 된다면 docker rm -f를 씁니다. -f는 SIGKILL을 보내므로 프로그램이 정리할 틈이 없습니다.",
		},
		{
			title: "A running container cannot be removed",
			means: "docker rm removes stopped containers.",
			todo: "docker stop it first, or docker rm -f if it may be killed: that is SIGKILL, and the program has no time to tidy up.",
		},
	),
	explained(
		"not-running",
		{
			pattern:
				/container \S+ is not running|cannot exec in a stopped (?:container|state)|You cannot attach to a stopped container/i,
			look: ["docker ps -a", "docker logs NAME"],
			make: ["docker run --name over busybox true", "docker exec over ls"],
		},
		{
			title: "컨테이너가 멈춰 있음",
			means: "exec, attach, kill은 도는 프로세스가 있어야 합니다. 컨테이너는 PID 1인 프로그램이 끝나면 멈춥니다.",
			todo: "docker logs로 왜 끝났는지 보고 docker start로 다시 켜세요. 켜자마자 끝난다면 그 명령이 할 일을 마친 것입니다.",
		},
		{
			title: "The container is not running",
			means: "exec, attach and kill need a process that runs. A container stops when its program, PID 1, ends.",
			todo: "docker logs says why it ended; docker start starts it again. If it ends at once, its command has nothing more to do.",
		},
	),
	explained(
		"is-paused",
		{
			pattern: /Container \S+ is paused(?:, unpause the container before exec)?|unpause the container before/i,
			look: ["docker ps --filter status=paused"],
			make: ["docker run -d --name still busybox sleep 1000", "docker pause still", "docker exec still ls"],
		},
		{
			title: "컨테이너가 일시 정지됨",
			means:
				"docker pause는 cgroup을 얼려 프로세스들이 한 걸음도 나아가지 못하게 합니다. 그 안에서는 새 프로그램도 시작할 수 없습니다.",
			todo: "docker unpause로 풀어 주세요.",
		},
		{
			title: "The container is paused",
			means: "docker pause freezes the cgroup: its processes do not take a step, and nothing new can start in it.",
			todo: "docker unpause it.",
		},
	),
	explained(
		"executable-not-found",
		{
			pattern:
				/exec: "[^"]+": executable file not found in \$PATH|stat \S+: no such file or directory.*unable to start container process|unable to start container process.*no such file or directory/,
			exit: 127,
			look: ["docker run --rm IMAGE ls /bin /usr/bin", "docker image inspect -f '{{.Config.Entrypoint}} {{.Config.Cmd}}' IMAGE"],
			make: ["docker run --rm busybox bash"],
		},
		{
			title: "종료 코드 127: 프로그램을 찾을 수 없음",
			means:
				"실행하라고 한 프로그램이 이미지 안에 없습니다. 작은 이미지에는 bash가 없고 sh만 있는 경우가 많습니다. 호스트에 있는 프로그램은 컨테이너에서 보이지 않습니다.",
			todo: "sh로 바꾸어 보거나, 그 프로그램이 든 이미지를 쓰세요. 스크립트라면 첫 줄 #!의 인터프리터가 이미지에 있는지, 줄 끝이 CRLF가 아닌지 확인합니다.",
		},
		{
			title: "Exit code 127: the program is not there",
			means:
				"The image does not have the program that was to run. Small images often have sh and no bash. What the host has, a container does not see.",
			todo: "Try sh, or use an image that has it. For a script, see that the interpreter after #! is in the image, and that its lines do not end in CRLF.",
		},
	),
	explained(
		"not-executable",
		{
			pattern: /exec: "[^"]+": (?:permission denied|is a directory)|unable to start container process.*permission denied/,
			exit: 126,
			look: ["docker run --rm IMAGE ls -l PATH"],
			make: ["docker run --rm busybox /etc/passwd"],
		},
		{
			title: "종료 코드 126: 있지만 실행할 수 없음",
			means: "파일은 찾았지만 실행 권한이 없거나 디렉터리입니다. 윈도에서 만든 스크립트를 COPY했을 때 흔합니다.",
			todo: "Dockerfile에서 RUN chmod +x를 하거나 COPY --chmod=755를 쓰세요.",
		},
		{
			title: "Exit code 126: there, but not executable",
			means:
				"The file was found and lacks the permission to execute, or it is a directory. Scripts copied from Windows often are so.",
			todo: "RUN chmod +x in the Dockerfile, or COPY --chmod=755.",
		},
	),
	explained(
		"exec-format-error",
		{
			pattern: /exec format error/,
			look: ["docker image inspect -f '{{.Architecture}}' IMAGE", "docker run --rm --entrypoint sh IMAGE -c 'head -c 20 PATH'"],
			make: ["printf 'not a program' > /root/odd && chmod +x /root/odd", "docker run --rm -v /root/odd:/odd busybox /odd"],
		},
		{
			title: "exec format error: 이 CPU의 프로그램이 아님",
			means:
				"커널이 파일의 형식을 알아보지 못합니다. 다른 CPU(arm64와 amd64)용 바이너리이거나, 첫 줄에 #!/bin/sh가 없는 스크립트입니다.",
			todo: "이미지의 Architecture가 호스트와 같은지 보고, 스크립트라면 첫 줄에 #!을 넣으세요.",
		},
		{
			title: "exec format error",
			means:
				"The kernel does not know the file’s format: a binary for another processor (arm64, amd64), or a script without #!/bin/sh in its first line.",
			todo: "Compare the image’s Architecture with the host’s; give a script its #! line.",
		},
	),
	explained(
		"exit-125",
		{
			exit: 125,
			look: ["docker run --help"],
			make: ["docker run --name 'no good' busybox true"],
		},
		{
			title: "종료 코드 125: 컨테이너를 시작하기 전에 실패",
			means: "docker 명령 자체가 실패했습니다. 옵션이 틀렸거나 데몬이 거절했으며, 안의 프로그램은 시작되지 않았습니다.",
			todo: "함께 나온 메시지를 읽으세요. 옵션은 이미지 이름 앞에, 프로그램의 인자는 뒤에 옵니다.",
		},
		{
			title: "Exit code 125: it failed before the container started",
			means: "The docker command itself failed: a wrong option, or the daemon refused. The program inside has not started.",
			todo: "Read the message that came with it. Options stand before the image, the program’s arguments after it.",
		},
	),
	explained(
		"exit-137",
		{
			exit: 137,
			look: ["docker inspect -f '{{.State.OOMKilled}}' NAME", "docker events --since 10m --until 0m", "docker stats --no-stream"],
			make: ["docker run --rm -m 16m busybox sh -c 'head -c 64000000 /dev/zero | tail'"],
		},
		{
			title: "종료 코드 137: SIGKILL로 죽음",
			means:
				"128+9, 즉 SIGKILL입니다. 메모리 한도를 넘어 커널이 죽였거나(OOMKilled가 true), docker kill이나 10초를 기다린 docker stop이 보냈습니다.",
			todo: "docker inspect의 State.OOMKilled를 보세요. true라면 한도(-m)를 늘리거나 메모리를 덜 쓰게 합니다. false라면 프로그램이 SIGTERM을 무시하는지 확인합니다.",
		},
		{
			title: "Exit code 137: killed by SIGKILL",
			means:
				"128+9. The kernel killed it because its memory limit was reached (OOMKilled is true), or docker kill did, or docker stop after its ten seconds.",
			todo: "See State.OOMKilled in docker inspect. If true, raise the limit (-m) or use less. If not, see whether the program ignores SIGTERM.",
		},
	),
	explained(
		"exit-139",
		{
			exit: 139,
			look: ["docker inspect -f '{{.State.ExitCode}}' NAME", "dmesg | tail"],
			make: ["docker run --rm --init busybox sh -c 'kill -SEGV $$'"],
		},
		{
			title: "종료 코드 139: 세그멘테이션 폴트",
			means:
				"128+11, 즉 SIGSEGV입니다. 프로그램이 자기 것이 아닌 메모리를 건드렸습니다. 대개 프로그램의 버그이거나, 맞지 않는 라이브러리(glibc와 musl)입니다.",
			todo: "같은 이미지에서 다른 입력으로도 일어나는지 보고, 바이너리를 만든 배포판과 이미지의 배포판이 같은지 확인하세요.",
		},
		{
			title: "Exit code 139: segmentation fault",
			means:
				"128+11, SIGSEGV: the program touched memory that is not its own. Mostly a bug, or libraries that do not fit (glibc and musl).",
			todo: "See whether other input does it, too, and whether the program was built for the distribution of the image.",
		},
	),
	explained(
		"exit-143",
		{
			exit: 143,
			look: ["docker inspect -f '{{.State.FinishedAt}}' NAME"],
			make: ["(sleep 2; docker stop polite) & docker run --rm --init --name polite busybox sleep 1000"],
		},
		{
			title: "종료 코드 143: SIGTERM으로 끝남",
			means: "128+15, 즉 SIGTERM입니다. docker stop이 보낸 시그널에 프로그램이 기본 동작대로 끝난 것으로, 대개 정상입니다.",
			todo: "누가 멈췄는지 모르겠다면 docker events를 보세요.",
		},
		{
			title: "Exit code 143: ended by SIGTERM",
			means: "128+15, SIGTERM: docker stop asked, and the program ended as it does by default. Mostly as it should be.",
			todo: "docker events tells who stopped it.",
		},
	),
	explained(
		"cannot-attach-tty",
		{
			pattern: /the input device is not a TTY|cannot attach stdin to a TTY-enabled container because stdin is not a terminal/,
			look: [],
			make: ["echo hi | docker run -it busybox cat"],
		},
		{
			title: "입력이 터미널이 아님",
			means: "-t는 터미널을 달라는 뜻인데, 표준 입력이 파이프나 파일입니다. CI나 cron에서도 그렇습니다.",
			todo: "파이프로 넣을 때는 -i만 쓰세요.",
		},
		{
			title: "The input is not a terminal",
			means: "-t asks for a terminal, and the standard input is a pipe or a file, as it is in CI and cron.",
			todo: "With a pipe, use -i alone.",
		},
	),
	explained(
		"rm-and-restart",
		{
			pattern: /conflicting options: (?:cannot specify both --restart and --rm|--restart)/i,
			make: ["docker run --rm --restart always busybox true"],
		},
		{
			title: "함께 쓸 수 없는 옵션",
			means: "--rm은 끝나면 지우라는 것이고 --restart는 끝나면 다시 켜라는 것입니다.",
			todo: "둘 중 하나만 쓰세요.",
		},
		{
			title: "Options that exclude each other",
			means: "--rm removes the container when it ends; --restart starts it again.",
			todo: "Use one of the two.",
		},
	),
	explained(
		"memory-minimum",
		{
			pattern: /Minimum memory limit allowed is 6MB/,
			make: ["docker run --rm -m 1m busybox true"],
		},
		{
			title: "메모리 한도가 너무 작음",
			means: "도커는 6 MB보다 작은 한도를 받지 않습니다. 단위를 빠뜨려 바이트로 읽혔을 때도 그렇습니다.",
			todo: "-m 64m처럼 단위를 붙이세요.",
		},
		{
			title: "The memory limit is too small",
			means: "Docker accepts no limit below 6 MB. Without a unit, bytes are meant.",
			todo: "Add the unit: -m 64m.",
		},
	),
	explained(
		"nothing-to-run",
		{
			pattern: /[Nn]o command specified/,
			look: ["docker image inspect -f '{{.Config.Cmd}} {{.Config.Entrypoint}}' IMAGE"],
			make: ["docker create --name bare busybox; docker export bare | docker import - bare", "docker run bare"],
		},
		{
			title: "실행할 명령이 없음",
			means: "이미지에 CMD도 ENTRYPOINT도 없고 명령도 주지 않았습니다. docker import로 만든 이미지는 설정이 비어 있습니다.",
			todo: "docker run 이미지 뒤에 명령을 적거나, docker import -c 'CMD [\"sh\"]'로 만듭니다.",
		},
		{
			title: "Nothing to run",
			means:
				"The image has neither CMD nor ENTRYPOINT, and you gave no command. An image from docker import has an empty configuration.",
			todo: "Put a command after the image, or import with -c 'CMD [\"sh\"]'.",
		},
	),
];
