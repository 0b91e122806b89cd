// Errors about what a container runs, and the exit codes that programs end with.

import { explained } from "./explained";

export const programErrors = [
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
			todo: "bash를 sh로 바꾸거나, 그 프로그램이 든 이미지를 쓰세요. 스크립트라면 첫 줄 #!의 인터프리터가 이미지에 있는지, 줄 끝이 CRLF가 아닌지 확인합니다.",
		},
		{
			title: "Exit code 127: program not found",
			means:
				"The image does not have the program you want to run. Small images often have sh but no bash. Programs of the host are not available in a container.",
			todo: "Use sh instead of bash, or an image that has the program. For a script, check that the interpreter after #! is in the image, and that its lines do not end in CRLF.",
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
			title: "Exit code 126: found, but not executable",
			means:
				"The file was found, but it has no execute permission, or it is a directory. This often happens with scripts copied from Windows.",
			todo: "Use RUN chmod +x in the Dockerfile, or COPY --chmod=755.",
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
				"커널이 실행 파일의 형식을 모릅니다. 다른 CPU(arm64와 amd64)용 바이너리이거나, 첫 줄에 #!/bin/sh가 없는 스크립트입니다.",
			todo: "이미지의 Architecture가 호스트와 같은지 보고, 스크립트라면 첫 줄에 #!을 넣으세요.",
		},
		{
			title: "exec format error",
			means:
				"The kernel does not know the format of the file. It is a binary for another CPU (arm64 or amd64), or a script without #!/bin/sh in its first line.",
			todo: "Compare the Architecture of the image with that of the host. If it is a script, add the #! line.",
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
			title: "Exit code 125: failed before the container started",
			means:
				"The docker command itself failed: an option is wrong, or the daemon refused. The program in the container did not start.",
			todo: "Read the message printed with it. Options go before the image name, arguments of the program after it.",
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
				"128+9, 즉 SIGKILL입니다. 메모리 제한을 넘어 커널이 죽였거나(OOMKilled가 true), docker kill이 보냈거나, docker stop이 10초를 기다린 다음 보낸 것입니다.",
			todo: "docker inspect의 State.OOMKilled를 보세요. true라면 제한(-m)을 늘리거나 메모리를 덜 쓰게 합니다. false라면 프로그램이 SIGTERM을 무시하는지 확인합니다.",
		},
		{
			title: "Exit code 137: killed by SIGKILL",
			means:
				"128+9, which is SIGKILL. The kernel sent it because the memory limit was exceeded (OOMKilled is true), or docker kill did, or docker stop after waiting 10 seconds.",
			todo: "See State.OOMKilled in docker inspect. If it is true, raise the limit (-m) or use less memory. If it is false, check whether the program ignores SIGTERM.",
		},
	),
	explained(
		"exit-132",
		{
			exit: 132,
			look: ["docker inspect -f '{{.State.ExitCode}}' NAME", "grep -m1 flags /proc/cpuinfo"],
			make: ["docker run --rm --init busybox sh -c 'kill -ILL $$'"],
		},
		{
			title: "종료 코드 132: 잘못된 명령어",
			means:
				"128+4, 즉 SIGILL입니다. CPU가 모르는 명령어를 만났습니다. 대개 더 새로운 CPU에 맞춰(AVX 등) 컴파일한 프로그램을 오래된 서버나 가상 머신에서 실행했을 때입니다.",
			todo: "/proc/cpuinfo의 flags에 필요한 기능이 있는지 보고, 없으면 더 낮은 수준(x86-64-v1)으로 만든 이미지를 쓰거나 가상 머신의 CPU 종류를 바꾸세요.",
		},
		{
			title: "Exit code 132: illegal instruction",
			means:
				"128+4, which is SIGILL. The processor met an instruction that it does not know. Usually the program was compiled for newer processors (AVX, for example) and runs on an old server or in a virtual machine.",
			todo: "Check whether the flags in /proc/cpuinfo have what is needed. If not, use an image that was built for a lower level (x86-64-v1), or change the virtual machine’s type of processor.",
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
				"128+11, 즉 SIGSEGV입니다. 프로그램이 잘못된 메모리 주소에 접근했습니다. 대개 프로그램의 버그이거나, 라이브러리가 맞지 않아서입니다(glibc와 musl).",
			todo: "같은 이미지에서 다른 입력으로도 일어나는지 보고, 바이너리를 만든 배포판과 이미지의 배포판이 같은지 확인하세요.",
		},
		{
			title: "Exit code 139: segmentation fault",
			means:
				"128+11, which is SIGSEGV. The program accessed an invalid memory address. Usually it is a bug, or the libraries do not match (glibc and musl).",
			todo: "Check whether it also happens with other input, and whether the program was built for the distribution of the image.",
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
			means:
				"128+15, which is SIGTERM. docker stop sent the signal, and the program ended as it does by default. Usually this is fine.",
			todo: "If you do not know who stopped it, look at docker events.",
		},
	),
	explained(
		"script-interpreter",
		{
			pattern: /^exec \S+: no such file or directory/,
			look: ["docker run --rm --entrypoint sh IMAGE -c 'head -1 PATH' | od -c | head"],
			make: [
				"printf '#!/bin/nothing\\necho hi\\n' > /root/s.sh && chmod +x /root/s.sh",
				"docker run --rm -v /root/s.sh:/s.sh busybox /s.sh",
			],
		},
		{
			title: "스크립트는 있는데 no such file or directory",
			means:
				"파일은 있지만, 첫 줄 #! 뒤에 적힌 인터프리터가 이미지에 없습니다. 윈도에서 저장한 스크립트는 줄 끝의 CR까지 인터프리터 이름으로 읽혀 이 오류가 납니다. 실행 파일이라면 필요한 동적 로더가 없는 것입니다(glibc와 musl).",
			todo: "head -1로 첫 줄을 보세요. 줄 끝을 LF로 바꾸거나(.gitattributes에 eol=lf), #!/bin/sh처럼 이미지에 있는 셸을 쓰세요.",
		},
		{
			title: "The script is there, yet: no such file or directory",
			means:
				"The file exists, but the interpreter named after #! in its first line is not in the image. In a script saved on Windows, the CR at the end of the line counts as part of that name. For a binary, its dynamic loader is missing (glibc and musl).",
			todo: "Look at the first line with head -1. Save the file with LF line ends (eol=lf in .gitattributes), or name a shell that the image has, such as #!/bin/sh.",
		},
	),
	explained(
		"command-not-found",
		{
			pattern: /(?:^|[ /])(?:ba|da)?sh: (?:(?:line )?\d+: )?[\w.+-]+: (?:command )?not found/,
			look: ["docker run --rm IMAGE ls /bin /usr/bin"],
			make: ["docker run --rm busybox sh -c vim"],
		},
		{
			title: "셸이 명령을 찾지 못함",
			means:
				"셸은 있지만 그 명령이 없습니다. 이미지에는 꼭 필요한 프로그램만 들어 있어서 vi, ping, curl, ps가 없는 경우가 많습니다. 호스트에 설치한 프로그램은 컨테이너 안에 없습니다.",
			todo: "Dockerfile의 RUN으로 설치하거나 그 명령이 든 이미지를 쓰세요. 잠깐 살펴볼 때는 docker cp로 파일을 꺼내거나, --network container:이름으로 도구가 든 컨테이너를 함께 띄웁니다.",
		},
		{
			title: "The shell does not find the command",
			means:
				"There is a shell, but not this command. Images contain only what is needed, so vi, ping, curl or ps are often missing. What is installed on the host is not in the container.",
			todo: "Install it with RUN in the Dockerfile, or use an image that has it. For a quick look, take files out with docker cp, or start a container with your tools next to it with --network container:NAME.",
		},
	),
	explained(
		"operation-not-permitted",
		{
			pattern: /: Operation not permitted|permission denied \(are you root\?\)/,
			look: ["docker exec NAME grep Cap /proc/1/status"],
			make: ["docker run --rm busybox hostname freedom"],
		},
		{
			title: "root인데도 허락되지 않음",
			means:
				"컨테이너의 root는 권한(capability)의 일부만 가집니다. 호스트 이름 바꾸기, 마운트, 시계 맞추기, 커널 모듈처럼 호스트에 영향을 줄 수 있는 일은 커널이 EPERM으로 거절합니다.",
			todo: "대개는 docker run의 옵션(--hostname, -v, --sysctl)으로 대신할 수 있습니다. 꼭 필요하면 --cap-add로 그 권한만 주세요. --privileged는 거의 모든 격리를 없앱니다.",
		},
		{
			title: "Not permitted, even as root",
			means:
				"Root in a container has only some of root’s powers (capabilities). The kernel refuses with EPERM what could affect the host: changing the host name, mounting, setting the clock, kernel modules.",
			todo: "Usually an option of docker run does it instead (--hostname, -v, --sysctl). If you really need it, add just that capability with --cap-add. --privileged removes nearly all isolation.",
		},
	),
	explained(
		"no-such-user",
		{
			pattern: /unable to find (?:user|group) \S+: no matching entries in (?:passwd|group) file/,
			look: ["docker run --rm IMAGE cat /etc/passwd"],
			make: ["docker run --rm -u nosuch busybox true"],
		},
		{
			title: "이미지에 그 사용자가 없음",
			means: "-u나 USER에 적은 이름을 이미지의 /etc/passwd에서 찾지 못했습니다. 호스트의 사용자는 컨테이너에 없습니다.",
			todo: "Dockerfile에서 RUN adduser로 만들거나, 이름 대신 숫자 UID를 쓰세요. 숫자는 /etc/passwd에 없어도 됩니다.",
		},
		{
			title: "The image has no such user",
			means: "The name given with -u or USER is not in the image’s /etc/passwd. Users of the host do not exist in the container.",
			todo: "Create the user with RUN adduser in the Dockerfile, or use a numeric UID, which need not be in /etc/passwd.",
		},
	),
];
