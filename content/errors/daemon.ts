// Errors about the daemon, the command and the client's files.

import { explained } from "./explained";

export const daemonErrors = [
	explained(
		"daemon-not-running",
		{
			pattern:
				/Cannot connect to the Docker daemon at \S+ Is the docker daemon running\?|failed to connect to the docker API at .*(?:no such file|refused)/,
			look: ["ps | grep dockerd", "docker context ls", "echo $DOCKER_HOST"],
			make: ["docker -H unix:///run/nobody.sock ps"],
		},
		{
			title: "데몬에 연결할 수 없음",
			means:
				"docker는 클라이언트이므로 소켓에서 요청을 받는 dockerd가 있어야 합니다. 데몬이 꺼져 있거나, 컨텍스트나 DOCKER_HOST가 다른 곳을 가리킵니다.",
			todo: "데몬이 도는지 확인하고(systemctl start docker), docker context ls에서 별표가 붙은 컨텍스트가 맞는지 보세요.",
		},
		{
			title: "Cannot connect to the daemon",
			means:
				"docker is only a client; a dockerd has to answer on the socket. The daemon is off, or the context or DOCKER_HOST points elsewhere.",
			todo: "Check that the daemon is running (systemctl start docker), and that the asterisk in docker context ls is at the right context.",
		},
	),
	explained(
		"socket-permission",
		{
			pattern: /permission denied while trying to connect to the (?:Docker daemon socket|docker API)/i,
			look: ["ls -l /var/run/docker.sock", "id"],
			make: ["chmod 755 /root; mkdir -p /home/guest; su -s /bin/sh nobody -c 'HOME=/tmp docker ps'"],
		},
		{
			title: "소켓에 접근할 권한이 없음",
			means: "소켓 파일은 root와 docker 그룹만 쓸 수 있습니다. 그룹에 추가한 다음 다시 로그인해야 적용됩니다.",
			todo: "sudo usermod -aG docker $USER를 실행하고 다시 로그인하세요. docker 그룹의 사용자는 호스트의 root나 다름없다는 점에 주의해야 합니다.",
		},
		{
			title: "Permission denied on the socket",
			means: "Only root and the group docker may use the socket. A new group membership takes effect at the next login.",
			todo: "Run sudo usermod -aG docker $USER, then log in again. Be aware that users in that group are as good as root on the host.",
		},
	),
	explained(
		"no-space-left",
		{
			pattern: /no space left on device/i,
			look: ["docker system df", "df -h", "docker builder prune"],
			make: ["docker run --rm --tmpfs /t:size=1m busybox dd if=/dev/zero of=/t/big bs=1M count=4"],
		},
		{
			title: "no space left on device: 디스크가 가득 참",
			means:
				"이미지, 멈춘 컨테이너, 볼륨, 빌드 캐시, 로그가 디스크를 채웠습니다. tmpfs라면 정한 크기를 넘은 것이고, 아이노드가 모자라도 같은 오류가 납니다.",
			todo: "docker system df로 무엇이 큰지 보고 docker container prune, docker image prune -a, docker builder prune으로 지우세요. 볼륨은 데이터이므로 따로 확인합니다.",
		},
		{
			title: "no space left on device",
			means:
				"Images, stopped containers, volumes, the build cache and logs have filled the disk. It can also be a tmpfs that has reached its size, or a lack of inodes.",
			todo: "See docker system df for what is large, and remove it with docker container prune, docker image prune -a and docker builder prune. Volumes are data, so check them separately.",
		},
	),
	explained(
		"api-too-new",
		{
			pattern: /client version \S+ is too (?:new|old)/,
			look: ["docker version"],
			make: ["DOCKER_API_VERSION=9.99 docker ps"],
		},
		{
			title: "클라이언트와 데몬의 API 버전이 맞지 않음",
			means: "DOCKER_API_VERSION에 데몬이 모르는 버전을 적었거나, 오래된 도구가 데몬이 더는 지원하지 않는 버전을 씁니다.",
			todo: "docker version에서 양쪽의 API version을 비교해 보세요. 환경 변수를 지우면 클라이언트가 알아서 맞춥니다.",
		},
		{
			title: "The API versions of client and daemon do not match",
			means:
				"DOCKER_API_VERSION is set to a version that the daemon does not know, or an old tool uses one that the daemon no longer supports.",
			todo: "Compare the API version of both in docker version. Without the variable, the client adapts by itself.",
		},
	),
	explained(
		"unknown-command",
		{
			pattern: /docker: unknown command: docker \S+|docker: '\S+' is not a docker command/,
			look: ["docker --help"],
			make: ["docker imagess"],
		},
		{
			title: "그런 docker 명령이 없음",
			means: "명령의 오타이거나, compose나 buildx처럼 따로 설치하는 플러그인입니다.",
			todo: "docker --help에서 이름을 확인하세요.",
		},
		{
			title: "No such docker command",
			means: "It is misspelled, or it is a plugin that has to be installed separately, such as compose or buildx.",
			todo: "Check the name in docker --help.",
		},
	),
	explained(
		"unknown-flag",
		{ pattern: /unknown (?:shorthand )?flag: /, look: ["docker COMMAND --help"], make: ["docker ps --everything"] },
		{
			title: "그런 옵션이 없음",
			means: "이 명령에는 그 옵션이 없습니다. 컨테이너 안의 프로그램에 줄 옵션을 이미지 이름보다 앞에 두었을 수도 있습니다.",
			todo: "docker 명령 --help를 보고, 프로그램의 옵션은 이미지 이름 뒤에 두세요.",
		},
		{
			title: "No such option",
			means: "This command has no such option. Or you have put an option for the program in the container before the image name.",
			todo: "See the --help of the command, and put options for the program after the image name.",
		},
	),
	explained(
		"not-a-swarm-manager",
		{
			pattern: /This node is not (?:a swarm manager|part of a swarm)/,
			look: ["docker info -f '{{.Swarm.LocalNodeState}}'"],
			make: ["docker service ls"],
		},
		{
			title: "스웜 매니저가 아님",
			means:
				"service, node, stack, secret, config 명령은 스웜 매니저에서만 쓸 수 있습니다. 이 데몬은 스웜에 들어 있지 않거나 워커입니다.",
			todo: "docker swarm init으로 스웜을 만들거나, 매니저인 데몬에서 실행하세요.",
		},
		{
			title: "Not a swarm manager",
			means:
				"service, node, stack, secret and config work only on a swarm manager. This daemon is not part of a swarm, or it is a worker.",
			todo: "Create a swarm with docker swarm init, or run the command on a manager.",
		},
	),
	explained(
		"argument-count",
		{
			pattern:
				/'?docker [a-z ]+'? (?:requires|accepts) (?:at least |exactly |at most |no |between )?(?:\d+ )?(?:and \d+ )?argument/,
			look: ["docker COMMAND --help"],
			make: ["docker build -t app"],
		},
		{
			title: "인자의 개수가 맞지 않음",
			means:
				"명령에 꼭 있어야 하는 인자가 빠졌거나 더 있습니다. docker build에서 마지막의 점(.)을 빠뜨렸을 때 가장 많이 나옵니다. 점은 현재 디렉터리를 빌드 컨텍스트로 쓰라는 뜻입니다.",
			todo: "Usage 줄을 보고 빠진 것을 채우세요. 값을 받는 옵션(-e, -v 등)이 뒤의 이미지 이름을 값으로 읽어 버린 것은 아닌지도 확인합니다.",
		},
		{
			title: "Wrong number of arguments",
			means:
				"An argument that the command needs is missing, or there is one too many. Most often it is the dot at the end of docker build, which says that the current directory is the build context.",
			todo: "See the Usage line for what is missing. Also check whether an option that takes a value (-e, -v and others) has swallowed the image name.",
		},
	),
	explained(
		"no-such-context",
		{
			pattern: /context "[^"]+": context not found|context "[^"]+" does not exist/,
			look: ["docker context ls"],
			make: ["docker context use nothing"],
		},
		{
			title: "그런 컨텍스트가 없음",
			means:
				"그 이름으로 저장한 컨텍스트가 없습니다. 컨텍스트는 데몬이 아니라 클라이언트의 홈 디렉터리(~/.docker)에 있으므로, 사용자나 컴퓨터가 바뀌면 없을 수 있습니다.",
			todo: "docker context ls로 이름을 확인하거나 docker context create로 만드세요.",
		},
		{
			title: "No such context",
			means:
				"There is no context of that name. Contexts are kept in the client’s home directory (~/.docker), not by the daemon, so another user or another computer may not have it.",
			todo: "See docker context ls for the names, or make one with docker context create.",
		},
	),
	explained(
		"client-file",
		{
			pattern:
				/^(?:docker: )?open (?!.*(?:manifest|meta)\.json)\S+: no such file or directory|^(?:docker: )?lstat \S+: no such file or directory/,
			look: ["pwd", "ls -l FILE"],
			make: ["docker load -i missing.tar"],
		},
		{
			title: "클라이언트가 파일을 찾지 못함",
			means:
				"-i, --env-file, docker cp의 앞쪽처럼 클라이언트가 읽는 파일이 그 경로에 없습니다. 상대 경로는 지금 있는 디렉터리를 기준으로 합니다.",
			todo: "pwd와 ls로 경로를 확인하세요.",
		},
		{
			title: "The client cannot find the file",
			means:
				"A file that the client reads is not at that path: the one given with -i or --env-file, or the source of docker cp. Relative paths start from the current directory.",
			todo: "Check the path with pwd and ls.",
		},
	),
];
