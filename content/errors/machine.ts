// Errors about the daemon, networks, volumes, files and builds.

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
				"docker는 클라이언트일 뿐이라 소켓 저편에 dockerd가 있어야 합니다. 데몬이 꺼졌거나, 컨텍스트나 DOCKER_HOST가 다른 곳을 가리킵니다.",
			todo: "데몬이 도는지 보고(systemctl start docker), docker context ls에서 별표가 붙은 것이 맞는지 확인하세요.",
		},
		{
			title: "Cannot connect to the daemon",
			means:
				"docker is a client: a dockerd must be at the other end of the socket. It is down, or the context or DOCKER_HOST points elsewhere.",
			todo: "See whether the daemon runs (systemctl start docker), and which context has the asterisk in docker context ls.",
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
			means: "소켓 파일은 root와 docker 그룹만 쓸 수 있습니다. 그룹에 더한 뒤 다시 로그인하지 않으면 적용되지 않습니다.",
			todo: "sudo usermod -aG docker $USER를 하고 다시 로그인하세요. docker 그룹에 든 사람은 호스트의 root나 다름없다는 것을 알아 두어야 합니다.",
		},
		{
			title: "Permission denied on the socket",
			means: "The socket may be written by root and the group docker. A new membership counts from the next login.",
			todo: "sudo usermod -aG docker $USER, then log in again. Who is in that group is as good as root on the host.",
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
				"이미지, 멈춘 컨테이너, 볼륨, 빌드 캐시, 로그가 디스크를 채웠습니다. tmpfs라면 정해 둔 크기를 넘은 것이고, 아이노드가 떨어져도 같은 오류가 납니다.",
			todo: "docker system df로 무엇이 큰지 보고 docker container prune, docker image prune -a, docker builder prune으로 지우세요. 볼륨은 데이터이므로 따로 확인합니다.",
		},
		{
			title: "no space left on device",
			means:
				"Images, stopped containers, volumes, the build cache and logs have filled the disk; or a tmpfs its size; or the inodes ran out.",
			todo: "docker system df says what is large; docker container prune, image prune -a and builder prune take it away. Volumes are data: look before you prune them.",
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
			means: "DOCKER_API_VERSION이 데몬이 모르는 버전을 가리키거나, 아주 오래된 도구가 이제는 받지 않는 버전으로 말합니다.",
			todo: "docker version에서 양쪽의 API version을 견주어 보세요. 변수를 지우면 둘이 알아서 맞춥니다.",
		},
		{
			title: "Client and daemon speak different API versions",
			means:
				"DOCKER_API_VERSION names a version that the daemon does not know, or a very old tool speaks one that is no longer served.",
			todo: "Compare both in docker version. Without the variable they agree by themselves.",
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
			means: "It is misspelt, or a plugin that is installed separately, such as compose or buildx.",
			todo: "See docker --help for its name.",
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
			means: "This command does not have it; or an option of the program inside stands before the image.",
			todo: "See the command’s --help, and put the program’s options after the image.",
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
			means: "service, node, stack, secret, config는 스웜 매니저에서만 됩니다. 지금 이 데몬은 스웜에 속하지 않았거나 워커입니다.",
			todo: "docker swarm init으로 스웜을 만들거나, 매니저인 데몬에서 실행하세요.",
		},
		{
			title: "Not a swarm manager",
			means: "service, node, stack, secret and config work on a manager of a swarm. This daemon is in none, or a worker.",
			todo: "docker swarm init, or run it on a manager.",
		},
	),
];

export const networkErrors = [
	explained(
		"port-in-use",
		{
			pattern: /port is already allocated|address already in use|failed to bind host port/,
			look: ["docker ps --filter publish=PORT", "netstat -ltnp"],
			make: ["docker run -d -p 8080:80 httpd", "docker run -d -p 8080:80 httpd"],
		},
		{
			title: "포트를 이미 쓰고 있음",
			means:
				"호스트의 그 포트에서 다른 컨테이너나 프로그램이 듣고 있습니다. 컨테이너 안의 포트는 겹쳐도 되지만 호스트의 포트는 하나뿐입니다.",
			todo: "docker ps의 PORTS 열에서 누가 쓰는지 보고 그것을 멈추거나, -p 8081:80처럼 호스트 쪽 포트를 바꾸세요. 실패한 컨테이너는 Created 상태로 남으니 지웁니다.",
		},
		{
			title: "The port is in use",
			means:
				"Another container or program listens at that port of the host. Ports inside containers may be the same; the host has each once.",
			todo: "See PORTS in docker ps, stop that one, or choose another port of the host: -p 8081:80. The failed container stays as Created; remove it.",
		},
	),
	explained(
		"network-not-found",
		{
			pattern: /network \S+ not found|No such network: \S+/i,
			look: ["docker network ls"],
			make: ["docker run --rm --network nowhere busybox true"],
		},
		{
			title: "그런 네트워크가 없음",
			means: "--network로 준 이름의 네트워크가 없습니다. compose가 만든 네트워크는 앞에 프로젝트 이름이 붙습니다.",
			todo: "docker network ls로 이름을 확인하거나 docker network create로 만드세요.",
		},
		{
			title: "No such network",
			means: "There is no network of the name given with --network. Those that compose makes begin with the project’s name.",
			todo: "docker network ls for the name, or docker network create.",
		},
	),
	explained(
		"network-in-use",
		{
			pattern: /error while removing network: network \S+ (?:id \S+ )?has active endpoints|network \S+ has active endpoints/,
			look: ["docker network inspect -f '{{json .Containers}}' NAME"],
			make: [
				"docker network create busynet; docker run -d --name plugged --network busynet busybox sleep 1000",
				"docker network rm busynet",
			],
		},
		{
			title: "쓰는 컨테이너가 있는 네트워크",
			means: "컨테이너가 꽂혀 있는 네트워크는 지울 수 없습니다.",
			todo: "docker network inspect로 누가 있는지 보고, 멈추거나 docker network disconnect로 뽑으세요.",
		},
		{
			title: "Containers are plugged into the network",
			means: "A network with containers on it cannot be removed.",
			todo: "docker network inspect says who; stop them or docker network disconnect.",
		},
	),
	explained(
		"network-exists",
		{
			pattern: /network with name \S+ already exists/,
			look: ["docker network ls"],
			make: ["docker network create twice", "docker network create twice"],
		},
		{
			title: "같은 이름의 네트워크가 이미 있음",
			means: "네트워크의 이름은 하나씩만 쓸 수 있습니다.",
			todo: "있는 것을 그대로 쓰거나 docker network rm으로 지우고 다시 만드세요.",
		},
		{
			title: "A network of this name is there already",
			means: "Each name of a network stands for one.",
			todo: "Use the one that is there, or docker network rm it first.",
		},
	),
	explained(
		"pool-overlaps",
		{
			pattern:
				/Pool overlaps with other one on this address space|invalid pool request|cannot create network .*conflicts with network|address pools have been fully subnetted/,
			look: ["docker network ls -q | xargs docker network inspect -f '{{.Name}} {{range .IPAM.Config}}{{.Subnet}}{{end}}'"],
			make: ["docker network create --subnet 172.17.0.0/16 same"],
		},
		{
			title: "주소 대역이 겹침",
			means: "다른 네트워크가 이미 그 대역을 쓰거나, 나누어 줄 대역이 남지 않았습니다.",
			todo: "겹치지 않는 --subnet을 주거나, docker network prune으로 쓰지 않는 네트워크를 지우세요.",
		},
		{
			title: "The address ranges overlap",
			means: "Another network has this range, or no range is left to give.",
			todo: "Choose a --subnet of its own, or docker network prune what is not used.",
		},
	),
	explained(
		"bad-address",
		{
			pattern: /bad address '[^']+'|Could not resolve host|Temporary failure in name resolution|Name or service not known/,
			look: ["docker network inspect NETWORK", "docker exec NAME cat /etc/resolv.conf"],
			make: ["docker run -d --name target busybox sleep 1000", "docker run --rm busybox ping -c 1 target"],
		},
		{
			title: "이름으로 찾을 수 없음",
			means:
				"기본 bridge 네트워크에서는 컨테이너끼리 이름으로 찾지 못합니다. 이름을 알려 주는 DNS는 직접 만든 네트워크에만 있습니다.",
			todo: "docker network create로 네트워크를 만들고 두 컨테이너를 그 위에 두세요.",
		},
		{
			title: "The name cannot be resolved",
			means:
				"On the default bridge, containers do not find each other by name. The DNS that knows names belongs to networks you make.",
			todo: "docker network create one, and put both containers on it.",
		},
	),
	explained(
		"connection-refused",
		{
			pattern: /[Cc]onnection refused|Failed to connect to \S+ port \d+/,
			look: ["docker ps", "docker logs NAME", "docker exec NAME netstat -ltn"],
			make: ["curl -sS localhost:4321"],
		},
		{
			title: "connection refused: 듣는 프로그램이 없음",
			means:
				"그 주소와 포트에서 아무도 듣지 않습니다. 포트를 -p로 열지 않았거나, 프로그램이 아직 뜨지 않았거나, 컨테이너 안에서 127.0.0.1에만 듣고 있습니다. 컨테이너 안의 localhost는 그 컨테이너 자신입니다.",
			todo: "docker ps에서 PORTS를 보고, 프로그램이 0.0.0.0에 듣게 하세요. 다른 컨테이너에는 그 이름으로 연결합니다.",
		},
		{
			title: "Connection refused: nobody listens",
			means:
				"Nobody listens at that address and port: the port is not published, the program is not up yet, or it listens inside on 127.0.0.1 alone. In a container, localhost is that container itself.",
			todo: "See PORTS in docker ps, and let the program listen on 0.0.0.0. Reach another container by its name.",
		},
	),
];

export const volumeErrors = [
	explained(
		"volume-in-use",
		{
			pattern: /remove \S+: volume is in use|unable to remove volume/,
			look: ["docker ps -a --filter volume=NAME"],
			make: ["docker run --name holder -v data:/d busybox true", "docker volume rm data"],
		},
		{
			title: "쓰는 컨테이너가 있는 볼륨",
			means: "멈춘 컨테이너라도 그 볼륨을 달고 있으면 지우지 않습니다.",
			todo: "그 컨테이너를 먼저 docker rm으로 지우세요.",
		},
		{
			title: "A container uses the volume",
			means: "A volume stays as long as a container has it, even one that is stopped.",
			todo: "docker rm that container first.",
		},
	),
	explained(
		"no-such-volume",
		{ pattern: /(?:get \S+: )?no such volume/i, look: ["docker volume ls"], make: ["docker volume rm nothing"] },
		{
			title: "그런 볼륨이 없음",
			means: "그 이름의 볼륨이 이 데몬에 없습니다.",
			todo: "docker volume ls로 이름을 확인하세요. docker run -v 이름:/경로는 없으면 만듭니다.",
		},
		{
			title: "No such volume",
			means: "This daemon has no volume of that name.",
			todo: "docker volume ls has the names. docker run -v NAME:/path makes one where it is missing.",
		},
	),
	explained(
		"bind-source",
		{
			pattern: /bind source path does not exist|invalid mount config for type "bind"/,
			look: ["ls -ld PATH"],
			make: ["docker run --rm --mount type=bind,src=/no/such,dst=/d busybox true"],
		},
		{
			title: "바인드할 경로가 호스트에 없음",
			means: "--mount type=bind는 호스트에 없는 경로를 만들지 않습니다. 경로는 CLI가 아니라 데몬이 도는 컴퓨터의 것입니다.",
			todo: "먼저 디렉터리를 만들거나 경로를 고치세요. -v는 없으면 root 소유의 빈 디렉터리를 만듭니다.",
		},
		{
			title: "The path to bind is not there",
			means: "--mount type=bind makes no path that the host lacks. It is a path of the daemon’s machine, not of the CLI’s.",
			todo: "Make the directory or mend the path. -v makes an empty one that root owns.",
		},
	),
	explained(
		"relative-path",
		{
			pattern:
				/includes invalid characters for a local volume name|invalid volume specification|mount path must be absolute|invalid mount path/,
			look: ["pwd"],
			make: ["docker run --rm -v here/there:/d busybox true"],
		},
		{
			title: "볼륨 이름도 절대 경로도 아님",
			means: "-v의 앞부분이 /로 시작하지 않으면 볼륨의 이름으로 읽습니다. 이름에는 슬래시를 쓸 수 없습니다.",
			todo: '디렉터리를 달려면 "$PWD/디렉터리"처럼 절대 경로를 쓰세요. ./로 시작하는 상대 경로도 됩니다.',
		},
		{
			title: "Neither a volume’s name nor an absolute path",
			means: "What stands first in -v is a volume’s name unless it begins with a slash, and names have no slashes.",
			todo: 'For a directory write an absolute path, such as "$PWD/dir"; one that begins with ./ works, too.',
		},
	),
	explained(
		"read-only",
		{
			pattern: /[Rr]ead-only file system/,
			look: ["docker inspect -f '{{json .Mounts}} {{.HostConfig.ReadonlyRootfs}}' NAME"],
			make: ["docker run --rm --read-only busybox touch /x"],
		},
		{
			title: "읽기 전용 파일 시스템",
			means: "컨테이너를 --read-only로 켰거나, 볼륨을 :ro로 달았습니다.",
			todo: "쓸 곳만 --tmpfs나 볼륨으로 따로 열어 주세요.",
		},
		{
			title: "Read-only file system",
			means: "The container was started with --read-only, or the volume is mounted :ro.",
			todo: "Open only the places to be written, with --tmpfs or a volume.",
		},
	),
	explained(
		"mount-file-over-directory",
		{
			pattern:
				/not a directory: unknown: Are you trying to mount a directory onto a file|Are you trying to mount a directory onto a file/,
			look: ["ls -ld PATH"],
			make: ["mkdir -p /root/dir", "docker run --rm -v /root/dir:/etc/passwd busybox true"],
		},
		{
			title: "디렉터리를 파일 위에 달려 함",
			means:
				"한쪽은 디렉터리이고 다른 쪽은 파일입니다. 호스트에 없는 파일을 -v로 달면 도커가 그 이름의 빈 디렉터리를 만들기 때문에 흔히 생깁니다.",
			todo: "잘못 생긴 빈 디렉터리를 지우고, 파일을 먼저 만든 다음 다시 실행하세요.",
		},
		{
			title: "A directory onto a file",
			means:
				"One side is a directory, the other a file: often because -v made an empty directory where the host’s file was missing.",
			todo: "Remove that directory, make the file, and try again.",
		},
	),
];

const AT = "mkdir -p /root/t && cd /root/t && printf";
export const buildErrors = [
	explained(
		"no-dockerfile",
		{
			pattern:
				/failed to read dockerfile|[Uu]nable to locate Dockerfile|Cannot locate specified Dockerfile|lstat .*Dockerfile: no such file/,
			look: ["ls -a"],
			make: ["mkdir -p /root/none && docker build /root/none"],
		},
		{
			title: "Dockerfile을 찾을 수 없음",
			means: "컨텍스트로 준 디렉터리에 Dockerfile이 없습니다. 이름의 대소문자와 확장자도 정확해야 합니다.",
			todo: "docker build의 마지막 인자가 맞는 디렉터리인지 보고, 다른 이름이라면 -f로 알려 주세요.",
		},
		{
			title: "No Dockerfile",
			means: "The directory given as context has none. Its name is exact: capitals, no extension.",
			todo: "Check the last argument of docker build; name another file with -f.",
		},
	),
	explained(
		"copy-not-found",
		{
			pattern:
				/failed to calculate checksum of ref|failed to compute cache key.*not found|COPY failed: .*(?:no such file|not found|forbidden path)/,
			look: ["ls -a", "cat .dockerignore"],
			make: [`${AT} 'FROM busybox\\nCOPY missing.txt /\\n' > Dockerfile && docker build .`],
		},
		{
			title: "COPY할 파일이 컨텍스트에 없음",
			means: "COPY는 컨텍스트 안의 파일만 봅니다. 상위 디렉터리(../)의 파일, .dockerignore가 뺀 파일은 없는 것과 같습니다.",
			todo: "경로는 Dockerfile이 아니라 컨텍스트 디렉터리를 기준으로 씁니다. .dockerignore도 확인하세요.",
		},
		{
			title: "What COPY wants is not in the context",
			means: "COPY sees the context alone: nothing above it (../), nothing that .dockerignore leaves out.",
			todo: "Paths are from the context’s directory, not from the Dockerfile’s. Look into .dockerignore, too.",
		},
	),
	explained(
		"run-failed",
		{
			pattern: /process "[^"]*" did not complete successfully: exit code: \d+|The command '[^']*' returned a non-zero code/,
			look: ["docker build --progress=plain --no-cache ."],
			make: [`${AT} 'FROM busybox\\nRUN false\\n' > Dockerfile && docker build .`],
		},
		{
			title: "RUN의 명령이 실패함",
			means:
				"RUN이 실행한 명령이 0이 아닌 코드로 끝나서 빌드가 그 단계에서 멈췄습니다. 127이면 그 프로그램이 바탕 이미지에 없습니다.",
			todo: "위쪽의 출력을 읽으세요. --progress=plain으로 전체 출력을 볼 수 있고, 앞 단계까지의 이미지에서 그 명령을 직접 쳐 볼 수도 있습니다.",
		},
		{
			title: "A RUN command failed",
			means: "The command ended with a code other than 0, and the build stops there. With 127, the base image lacks the program.",
			todo: "Read the output above it; --progress=plain shows all. Or try the command by hand in an image of the steps before.",
		},
	),
	explained(
		"unknown-instruction",
		{
			pattern: /unknown instruction: \S+/i,
			look: [],
			make: [`${AT} 'FROM busybox\\nRUM true\\n' > Dockerfile && docker build .`],
		},
		{
			title: "Dockerfile에 없는 명령",
			means: "그런 명령은 없습니다. 오타이거나, 앞줄 끝에 \\가 빠져 줄이 끊겼습니다.",
			todo: "편집기의 밑줄과 그 앞줄의 끝을 확인하세요.",
		},
		{
			title: "Unknown instruction",
			means: "There is no such instruction: it is misspelt, or the line before lacks its \\ at the end.",
			todo: "See the mark in the editor, and the end of the line before.",
		},
	),
	explained(
		"dockerfile-parse",
		{
			pattern: /dockerfile parse error|failed to solve: dockerfile/i,
			look: ["docker build --check ."],
			make: [`${AT} 'FROM busybox\\nCOPY onlyone\\n' > Dockerfile && docker build .`],
		},
		{
			title: "Dockerfile의 문법 오류",
			means: "인자의 개수가 맞지 않거나 형식이 틀렸습니다. 몇 번째 줄인지 함께 나옵니다.",
			todo: "그 줄을 고치세요. docker build --check는 빌드하지 않고 검사만 합니다.",
		},
		{
			title: "The Dockerfile cannot be read",
			means: "Too few arguments, or a form that is none. The message says which line.",
			todo: "Mend that line. docker build --check only checks and builds nothing.",
		},
	),
	explained(
		"stage-cycle",
		{
			pattern: /circular dependency detected|invalid from flag value|cannot copy from stage|stage .* not found/i,
			look: ["grep -n 'FROM\\|--from' Dockerfile"],
			make: [
				`${AT} 'FROM busybox AS a\\nCOPY --from=b /x /\\nFROM busybox AS b\\nCOPY --from=a /x /\\n' > Dockerfile && docker build --target a .`,
			],
		},
		{
			title: "단계가 서로를 기다림",
			means:
				"COPY --from이 가리키는 단계가 없거나, 두 단계가 서로에게서 복사합니다. 단계는 앞에 있는 단계에서만 복사할 수 있습니다.",
			todo: "FROM … AS 이름과 --from=이름을 견주고, 순서를 바로잡으세요.",
		},
		{
			title: "Stages wait for each other",
			means:
				"COPY --from names a stage that is not there, or two stages copy from each other. A stage copies from those before it.",
			todo: "Compare FROM … AS name with --from=name, and put them in order.",
		},
	),
	explained(
		"cp-not-found",
		{
			pattern: /Could not find the file \S+ in container \S+/,
			look: ["docker exec NAME ls PATH", "docker diff NAME"],
			make: ["docker create --name src busybox", "docker cp src:/nothing ."],
		},
		{
			title: "컨테이너에 그 파일이 없음",
			means: "docker cp의 경로는 컨테이너의 루트에서 시작합니다. 볼륨에 있는 것이라면 그 볼륨의 경로로 찾아야 합니다.",
			todo: "docker exec … ls로 경로를 확인하세요.",
		},
		{
			title: "The container has no such file",
			means: "docker cp’s paths begin at the container’s root.",
			todo: "Look for it with docker exec … ls.",
		},
	),
];
