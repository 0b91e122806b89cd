// Errors about containers: their names, their states, their options.

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
			title: "There is already a container with this name",
			means: "A stopped container keeps its name until it is removed. docker ps does not show it; docker ps -a does.",
			todo: "Remove the old one with docker rm, or choose another name. For one-off containers use docker run --rm from the start.",
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
			means:
				"This daemon has no container of that name, nor one whose ID begins like that. The name of an image is not the name of a container.",
			todo: "Check the NAMES column of docker ps -a. A container run with --rm is removed when it ends.",
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
			todo: "docker stop으로 멈춘 다음 지우세요. 바로 끝내도 된다면 docker rm -f를 씁니다. -f는 SIGKILL을 보내므로 프로그램이 정리할 시간이 없습니다.",
		},
		{
			title: "A running container cannot be removed",
			means: "docker rm removes only stopped containers.",
			todo: "Stop it with docker stop first. If you do not mind killing it, use docker rm -f: it sends SIGKILL, so the program has no time to clean up.",
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
			means: "exec, attach, kill은 실행 중인 컨테이너에만 쓸 수 있습니다. 컨테이너는 PID 1이 끝나면 멈춥니다.",
			todo: "docker logs로 왜 끝났는지 확인하고 docker start로 다시 시작하세요. 시작하자마자 끝난다면 그 명령이 할 일을 마친 것입니다.",
		},
		{
			title: "The container is not running",
			means: "exec, attach and kill work only on a running container. A container stops when its PID 1 ends.",
			todo: "See docker logs for why it ended, and start it again with docker start. If it ends at once, its command has simply finished.",
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
			means: "docker pause는 cgroup의 프로세스를 모두 멈춥니다. 그동안에는 그 안에서 새 프로그램도 시작할 수 없습니다.",
			todo: "docker unpause로 다시 돌게 하세요.",
		},
		{
			title: "The container is paused",
			means: "docker pause freezes all processes of the cgroup. Meanwhile, nothing new can start in it either.",
			todo: "Let it run again with docker unpause.",
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
			means: "-t는 터미널이 필요한데, 표준 입력이 파이프나 파일입니다. CI나 cron에서 실행할 때도 그렇습니다.",
			todo: "파이프로 입력을 줄 때는 -i만 쓰세요.",
		},
		{
			title: "The input is not a terminal",
			means: "-t needs a terminal, but standard input is a pipe or a file, as it is in CI and cron.",
			todo: "With a pipe, use only -i.",
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
			means: "--rm은 끝나면 컨테이너를 지우고, --restart는 끝나면 다시 시작합니다.",
			todo: "둘 중 하나만 쓰세요.",
		},
		{
			title: "Options that cannot be used together",
			means: "--rm removes the container when it ends. --restart starts it again.",
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
			title: "메모리 제한이 너무 작음",
			means: "메모리 제한은 6MB보다 작을 수 없습니다. 단위를 빠뜨리면 바이트로 읽으므로 이 오류가 나기도 합니다.",
			todo: "-m 64m처럼 단위를 붙이세요.",
		},
		{
			title: "The memory limit is too small",
			means: "The memory limit cannot be less than 6 MB. A number without a unit means bytes.",
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
			title: "No command to run",
			means:
				"The image has neither CMD nor ENTRYPOINT, and you gave no command. An image from docker import has an empty configuration.",
			todo: "Write a command after the image name, or import with -c 'CMD [\"sh\"]'.",
		},
	),
];
