// Examples that run in place, and what differs here from Docker elsewhere; by the command's full name after "docker".

import type { Both } from "../../components/words/locale";

interface Notes {
	/** Lines for the host's shell. */
	examples?: string[];
	differs?: Both;
}
const SWARM: Both = {
	ko: "명령은 데몬에 그대로 묻습니다. 이 데몬이 스웜에 속하지 않았으면 실제 도커와 같은 오류로 답합니다.",
	en: "The command asks the daemon. While that is in no swarm, it answers with the error that Docker gives.",
};
const PLUGINS: Both = {
	ko: "이 컴퓨터에는 플러그인을 실행하는 기능이 없어, 데몬이 그렇게 답합니다.",
	en: "This machine runs no plugins, and the daemon says so.",
};

export const NOTES: Record<string, Notes> = {
	"container run": {
		examples: [
			"docker run --rm busybox echo hello",
			"docker run -it --rm busybox sh",
			"docker run -d --name web -p 8080:80 nginx",
			"docker run --rm -m 64m --cpus 0.5 busybox cat /sys/fs/cgroup/memory.max",
			"docker run --rm -v notes:/data busybox ls /data",
		],
		differs: {
			ko: "CPU는 WebAssembly로 만든 x86-64 하나이고 프로세스 하나가 쓸 수 있는 메모리는 1 GiB까지입니다. GPU와 윈도용 옵션은 데몬이 거절합니다.",
			en: "The processor is one x86-64 in WebAssembly, and a process has at most 1 GiB. GPUs and the options for Windows are refused by the daemon.",
		},
	},
	"container create": { examples: ["docker create --name later busybox echo now", "docker start -a later"] },
	"container exec": {
		examples: ["docker run -d --name box busybox sleep 1000", "docker exec box ps", "docker exec -it box sh"],
	},
	"container ls": { examples: ["docker ps", "docker ps -a", "docker ps -aq", "docker ps --format '{{.Names}}: {{.Status}}'"] },
	"container attach": { examples: ["docker run -dit --name talk busybox sh", "docker attach talk"] },
	"container commit": {
		examples: ["docker run --name changed busybox touch /new", "docker commit changed mine", "docker history mine"],
	},
	"container cp": { examples: ["docker create --name src busybox", "docker cp src:/etc/passwd .", "cat passwd"] },
	"container diff": { examples: ["docker run --name changed busybox sh -c 'rm /etc/group; touch /new'", "docker diff changed"] },
	"container export": { examples: ["docker create --name src busybox", "docker export src | tar t | head"] },
	"container kill": { examples: ["docker run -d --name victim busybox sleep 1000", "docker kill victim", "docker ps -a"] },
	"container logs": {
		examples: ["docker run -d --name talker busybox sh -c 'echo one; echo two >&2'", "docker logs -t talker"],
	},
	"container pause": {
		examples: ["docker run -d --name still busybox sleep 1000", "docker pause still", "docker ps", "docker unpause still"],
	},
	"container unpause": { examples: ["docker ps --filter status=paused"] },
	"container port": { examples: ["docker run -d --name web -p 8080:80 httpd", "docker port web"] },
	"container rename": { examples: ["docker create --name old busybox", "docker rename old new", "docker ps -a"] },
	"container restart": { examples: ["docker run -d --name again busybox sleep 1000", "docker restart -t 1 again"] },
	"container rm": { examples: ["docker create --name gone busybox", "docker rm gone"] },
	"container start": { examples: ["docker create --name later busybox echo now", "docker start -a later"] },
	"container stats": { examples: ["docker run -d --name busy busybox sleep 1000", "docker stats --no-stream"] },
	"container stop": { examples: ["docker run -d --name long busybox sleep 1000", "docker stop -t 2 long"] },
	"container top": { examples: ["docker run -d --name long busybox sleep 1000", "docker top long"] },
	"container update": { examples: ["docker run -d --name fit busybox sleep 1000", "docker update -m 64m --memory-swap 64m fit"] },
	"container wait": { examples: ["docker run -d --name soon busybox sh -c 'sleep 1; exit 3'", "docker wait soon"] },
	"container prune": { examples: ["docker run busybox true", "docker container prune -f"] },
	"container inspect": {
		examples: ["docker run -d --name long busybox sleep 1000", "docker container inspect -f '{{.State.Pid}}' long"],
	},
	"image build": {
		examples: [
			"mkdir -p /root/tiny && cd /root/tiny && printf 'FROM busybox\\nRUN date > /when\\n' > Dockerfile",
			"docker build -t tiny .",
			"docker build -t tiny .",
			"docker build --check .",
		],
		differs: {
			ko: "BuildKit의 세션이 없어 --secret과 --ssh를 쓸 수 없고, linux/amd64만 빌드합니다. git 주소를 컨텍스트로 쓸 수 없습니다.",
			en: "There are no sessions of BuildKit, so no --secret and no --ssh; linux/amd64 alone is built; a git address is no context.",
		},
	},
	"image history": { examples: ["docker pull layers", "docker history layers", "docker history --no-trunc -q layers"] },
	"image import": {
		examples: [
			"docker create --name src busybox",
			"docker export src | docker import -c 'CMD [\"sh\"]' - flat",
			"docker history flat",
		],
	},
	"image load": {
		examples: ["docker pull layers && docker save -o layers.tar layers", "docker rmi layers", "docker load -i layers.tar"],
	},
	"image ls": { examples: ["docker images", "docker images --digests", "docker images --tree"] },
	"image prune": { examples: ["docker image prune -f", "docker image prune -a -f"] },
	"image pull": {
		examples: ["docker pull busybox", "docker pull -q hello-world"],
		differs: {
			ko: "docker.io는 이 사이트의 레지스트리입니다. 이미지 페이지에 있는 것을 받을 수 있으며, 운영자가 상위 레지스트리를 정해 두면 다른 이미지도 받습니다.",
			en: "docker.io is this site’s registry. It has what the page of images lists, and more where the operator has named an upstream.",
		},
	},
	"image push": {
		examples: [
			"service registry start",
			"docker pull busybox && docker tag busybox localhost:5000/mine",
			"docker push localhost:5000/mine",
		],
		differs: {
			ko: "이 사이트의 docker.io는 읽기만 됩니다. 호스트의 레지스트리처럼 직접 띄운 곳에 올리세요.",
			en: "This site’s docker.io is for reading. Push to a registry of your own.",
		},
	},
	"image rm": { examples: ["docker pull hello-world", "docker rmi hello-world"] },
	"image save": { examples: ["docker pull busybox", "docker save busybox | gzip > busybox.tar.gz", "ls -l busybox.tar.gz"] },
	"image tag": { examples: ["docker pull busybox", "docker tag busybox mine:1.0", "docker images"] },
	"image inspect": { examples: ["docker pull layers", "docker image inspect -f '{{json .RootFS.Layers}}' layers"] },
	"network connect": {
		examples: [
			"docker network create extra; docker run -d --name two busybox sleep 1000",
			"docker network connect extra two",
			"docker exec two ip addr",
		],
	},
	"network create": { examples: ["docker network create --subnet 10.5.0.0/24 mine", "docker network inspect mine"] },
	"network disconnect": { examples: ["docker run -d --name out busybox sleep 1000", "docker network disconnect bridge out"] },
	"network ls": { examples: ["docker network ls", "docker network ls --no-trunc"] },
	"network prune": { examples: ["docker network create unused", "docker network prune -f"] },
	"network rm": { examples: ["docker network create short", "docker network rm short"] },
	"network inspect": { examples: ["docker network inspect bridge"] },
	"volume create": { examples: ["docker volume create data", "docker run --rm -v data:/d busybox touch /d/file"] },
	"volume ls": { examples: ["docker volume ls"] },
	"volume prune": { examples: ["docker volume create unused", "docker volume prune -a -f"] },
	"volume rm": { examples: ["docker volume create short", "docker volume rm short"] },
	"volume inspect": { examples: ["docker volume create data", "docker volume inspect data"] },
	"system df": { examples: ["docker system df", "docker system df -v"] },
	"system events": { examples: ["docker events --since 10m --until 0s"] },
	"system info": { examples: ["docker info", "docker info -f '{{.Driver}}'"] },
	"system prune": { examples: ["docker system prune -f"] },
	"context ls": { examples: ["docker context ls"] },
	"context show": { examples: ["docker context show"] },
	"context inspect": { examples: ["docker context inspect"] },
	"context create": {
		examples: [
			"docker context create other --docker host=unix:///var/run/docker.sock",
			"docker context ls",
			"docker context rm other",
		],
		differs: {
			ko: "SSH 주소와 직접 만든 인증서를 쓰는 TLS는 되지 않습니다.",
			en: "There is no ssh, and no TLS with certificates of one’s own.",
		},
	},
	"builder prune": { examples: ["docker builder prune -f"] },
	"buildx du": { examples: ["docker buildx du"] },
	"buildx ls": { examples: ["docker buildx ls"] },
	"manifest inspect": { examples: ["docker manifest inspect busybox"] },
	search: { examples: ["docker search ubuntu", "docker search --limit 3 busybox"] },
	version: { examples: ["docker version", "docker version -f '{{.Server.APIVersion}}'"] },
	inspect: {
		examples: ["docker run -d --name long busybox sleep 1000", "docker inspect -f '{{.State.Status}}' long"],
	},
	login: {
		differs: {
			ko: "이 사이트의 레지스트리는 로그인이 필요 없습니다. 사용자를 둔 레지스트리를 직접 띄우면 로그인을 시험할 수 있습니다.",
			en: "This site’s registry wants no login. Run one with users of its own to try it.",
		},
	},
};

/** What a whole group has in common, by its name. */
export const GROUP_NOTES: Record<string, Both> = {
	service: SWARM,
	stack: SWARM,
	swarm: SWARM,
	node: SWARM,
	secret: SWARM,
	config: SWARM,
	plugin: PLUGINS,
	checkpoint: {
		ko: "체크포인트는 실험 기능이고, 이 데몬에는 그것을 만드는 CRIU가 없습니다.",
		en: "Checkpoints are experimental, and this daemon has no CRIU to make them.",
	},
	buildx: {
		ko: "buildx는 실제로는 플러그인입니다. 여기서는 데몬의 빌더를 쓰는 몇 가지 명령만 있습니다.",
		en: "Buildx is a plugin in real life. Here are those of its commands that use the daemon’s own builder.",
	},
};
