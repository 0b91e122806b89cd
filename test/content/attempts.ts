// What learners try besides a task's own solution: other ways that must count, and near misses that must not.

export interface Attempts {
	/** Each is a way through, on a machine that has what those before it have left. */
	right: string[][];
	/** Each leaves the task unsolved, also after the ones before it. */
	wrong: string[][];
}

const archive = (line: string): string => `docker pull -q busybox; ${line}`;
const dockerfile = (tag: string, ...lines: string[]): string => [`docker build -t ${tag} - <<'EOF'`, ...lines, "EOF"].join("\n");
const SECOND = "service second start";

/** By lesson and task. */
export const ATTEMPTS: Record<string, Record<string, Attempts>> = {
	why: {
		pair: {
			wrong: [
				["docker run -d busybox sleep 1000"],
				["docker container run --detach busybox sleep 1000", "docker run debian true"],
			],
			right: [["docker container run --detach --name other debian sleep infinity"]],
		},
		limited: {
			wrong: [["docker run -d -m 64k busybox sleep 1000"], ["docker run --memory 64m busybox true"]],
			right: [["docker run --memory=65536k -itd busybox"], ["docker run -dm 67108864 busybox top"]],
		},
		artifact: {
			wrong: [
				[dockerfile("answer:1", "FROM busybox", "RUN echo 42 > /answer"), "docker run answer:1"],
				[dockerfile("answer:1", "FROM busybox", 'CMD ["cat", "/missing"]'), "docker run answer:1"],
			],
			right: [[dockerfile("answer:1", "FROM busybox", "RUN echo 42 > /answer", "CMD cat /answer"), "docker run --rm answer:1"]],
		},
	},
	"client-server": {
		created: {
			wrong: [["docker run --name later busybox true", "docker rm later"], ["docker create --name Later busybox"]],
			right: [["docker container create --name later busybox date"]],
		},
		remote: {
			wrong: [["docker run -d busybox sleep 1000"], [SECOND, "docker -H tcp://second:2375 run busybox true"]],
			right: [[SECOND, "DOCKER_HOST=tcp://second:2375 docker container run --detach busybox top"]],
		},
		switched: {
			wrong: [["docker context create far --docker host=tcp://second:2375"], ["export DOCKER_HOST=tcp://second:2375"]],
			right: [["docker context create other --description x --docker 'host=tcp://second:2375'", "docker context use other"]],
		},
	},
	daemon: {
		survivor: {
			wrong: [
				["docker run -d busybox sleep 1000"],
				["docker run -d --name again busybox sleep 1000", "docker restart -t 0 again"],
			],
			right: [
				[
					"docker run -itd busybox",
					"kill $(pidof dockerd); sleep 2; (dockerd >/dev/null 2>&1 </dev/null &); for n in 1 2 3 4 5 6 7 8; do docker ps >/dev/null 2>&1 && break; sleep 1; done",
				],
			],
		},
		behind: {
			wrong: [["docker run -d --name victim busybox sleep 1000", "docker kill victim"], ["docker run busybox sh -c 'exit 1'"]],
			right: [
				[
					"docker run -d --name prey busybox sleep 987",
					"kill -9 $(docker top prey | tail -1 | tr -s ' ' | cut -d' ' -f2); docker wait prey",
				],
			],
		},
	},
	registries: {
		greet: {
			wrong: [
				["service registry start", "docker pull -q hello-world", "docker tag hello-world localhost:5000/greet:v1"],
				[archive("docker tag busybox localhost:5000/greet:v1"), "docker push localhost:5000/greet:v1"],
			],
			right: [["docker image tag hello-world localhost:5000/greet:v1", "docker image push -q localhost:5000/greet:v1"]],
		},
		twins: {
			wrong: [
				[
					archive("docker tag busybox localhost:5000/t:1; docker tag busybox localhost:5000/t:2"),
					"docker push localhost:5000/t:1",
				],
			],
			right: [["docker push localhost:5000/t:2"]],
		},
		moved: {
			wrong: [
				[
					archive(
						"docker tag busybox localhost:5000/site:live; docker push localhost:5000/site:live; docker push localhost:5000/site:live",
					),
				],
			],
			right: [["docker commit $(docker create busybox) localhost:5000/site:live; docker push localhost:5000/site:live"]],
		},
	},
	objects: {
		joined: {
			wrong: [
				["docker network create team", "docker run -d --network team busybox sleep 1000"],
				["docker run -d -v /root/shop:/shop --network team busybox sleep 1000"],
			],
			right: [["docker run -d --name crew --mount src=shop,dst=/s busybox sleep 1000", "docker network connect team crew"]],
		},
		unplugged: {
			wrong: [["docker run -d --network none busybox sleep 1000"], ["docker run -d --network host busybox sleep 1000"]],
			right: [
				["docker network create n; docker run -d --name loose --net n busybox sleep 1000; docker network disconnect -f n loose"],
			],
		},
		orphan: {
			wrong: [["docker volume create named"], ["docker run --rm -v /data busybox true"]],
			right: [["docker volume create"], ["docker run --name once -v /data busybox true; docker container rm once"]],
		},
	},
	layers: {
		names: {
			wrong: [["docker pull -q busybox; docker tag busybox my/box:1"], ["docker pull -q debian; docker pull -q layers"]],
			right: [["docker image tag my/box:1 other"]],
		},
		deeper: {
			wrong: [
				["docker pull -q layers; docker tag layers deeper"],
				[dockerfile("deeper", "FROM layers", "RUN true > /a", "RUN true > /b")],
			],
			right: [[dockerfile("d", "FROM layers", "RUN echo more > /more")]],
		},
	},
	pull: {
		pinned: {
			wrong: [["docker pull busybox"], ["docker tag busybox b"]],
			right: [["docker pull busybox@$(docker image inspect -f '{{.Id}}' busybox); docker image rm busybox:latest b"]],
		},
		three: {
			wrong: [["docker pull busybox; docker tag busybox a; docker tag busybox b"]],
			right: [["docker run layers true; docker image pull hello-world"]],
		},
	},
	building: {
		motd: {
			wrong: [
				[dockerfile("motd", "FROM debian", 'CMD ["cat", "/motd"]')],
				[dockerfile("motd", "FROM busybox", "RUN echo hi > /motd")],
				// the image before has the file, this one has not, or no longer
				[dockerfile("motd", "FROM busybox", "RUN echo hi > /hello", 'CMD ["cat", "/motd"]')],
				[dockerfile("motd", "FROM busybox", "RUN echo hi > /motd", "RUN rm /motd", 'CMD ["cat", "/motd"]')],
				[dockerfile("motd", "FROM busybox", "RUN mkdir /d && echo hi > /d/motd", 'CMD ["cat", "/motd"]')],
			],
			right: [
				[dockerfile("motd", "FROM busybox", "RUN echo hi > /motd", "WORKDIR /", "ENTRYPOINT cat motd")],
				[
					"mkdir -p m; echo hi > m/motd; printf 'FROM busybox\\nCOPY motd /\\nCMD cat /motd\\n' > m/Dockerfile; docker build -t motd:latest m",
				],
			],
		},
		last: {
			wrong: [
				[
					dockerfile("fast:1", "FROM busybox", "RUN echo a > /a", "RUN echo b > /b"),
					dockerfile("fast:2", "FROM busybox", "RUN echo A > /a", "RUN echo b > /b"),
				],
				["docker tag fast:1 fast:2"],
			],
			right: [
				[
					dockerfile("fast:2", "FROM fast:1", "RUN true"),
					dockerfile("fast:2", "FROM busybox", "RUN echo a > /a", "RUN echo c > /c"),
				],
			],
		},
		fresh: {
			wrong: [
				[dockerfile("day:1", "FROM busybox", "RUN date > /d"), dockerfile("day:2", "FROM busybox", "RUN date > /d")],
				[dockerfile("day:2", "FROM busybox", "RUN date > /e")],
			],
			right: [["docker builder prune -af; sleep 1", dockerfile("day:2", "FROM busybox", "RUN date > /d")]],
		},
	},
	keeping: {
		archive: {
			wrong: [
				[archive("docker save busybox > /root/box.tar.gz")],
				["docker pull -q layers; docker save layers | gzip > /root/box.tar.gz"],
				["docker export $(docker create busybox) | gzip > /root/box.tar.gz"],
			],
			right: [["docker image save -o /root/box.tar busybox; gzip -f /root/box.tar"]],
		},
		flat: {
			wrong: [["docker tag busybox tin:flat"], ["docker export $(docker create busybox) | docker import - tin:flat"]],
			right: [[dockerfile("tin:flat", "FROM layers AS all", "FROM scratch", "COPY --from=all / /")]],
		},
	},
	"small-images": {
		context: {
			wrong: [
				[
					"mkdir -p /root/ctx; head -c 2000000 /dev/urandom > /root/ctx/big.bin; printf 'FROM busybox\\nCOPY . /data\\n' > /root/ctx/Dockerfile",
					"docker build -t notes /root/ctx",
				],
				[
					"printf 'FROM busybox\\nCOPY . /data\\nRUN rm /data/big.bin\\n' > /root/ctx/Dockerfile; docker build -t notes /root/ctx",
				],
			],
			right: [
				[
					"printf 'FROM busybox\\nCOPY . /data\\n' > /root/ctx/Dockerfile; echo '*.bin' > /root/ctx/.dockerignore; cd /root/ctx && docker build -t notes .",
				],
			],
		},
		tidy: {
			wrong: [[dockerfile("tidy", "FROM busybox", "RUN head -c 2000000 /dev/urandom > /big", "RUN wc -c /big; rm /big")]],
			right: [
				[dockerfile("tidy", "FROM busybox", "RUN head -c 2000000 /dev/urandom > /tmp/b; md5sum /tmp/b > /sum; rm -f /tmp/b")],
			],
		},
		solo: {
			wrong: [
				[dockerfile("solo", "FROM busybox", 'CMD ["true"]'), "docker run solo"],
				[dockerfile("solo", "FROM scratch", "COPY --from=busybox /bin/busybox /", "CMD /busybox true"), "docker run solo"],
			],
			right: [
				[
					dockerfile("solo", "FROM scratch", "COPY --from=busybox /bin/busybox /", 'ENTRYPOINT ["/busybox"]'),
					"docker run --rm solo true",
				],
			],
		},
	},
	"docker-run": {
		hello: {
			wrong: [
				["docker run hello-world"],
				["docker run --name hello busybox true; docker rm hello"],
				["docker create --name hello hello-world; docker rm hello"],
			],
			right: [["docker container run --rm --name=hello hello-world:latest"]],
		},
		code: {
			wrong: [["docker run --rm busybox sh -c 'exit 3'"], ["docker run busybox sh -c 'echo 3'"]],
			right: [["docker create --name code busybox sh -c 'exit 3'; docker start code; docker wait code"]],
		},
		background: {
			wrong: [
				["docker run -d --name dock7 busybox sleep 1000"],
				["docker run --hostname dock7 busybox true"],
				["docker run -itd -h dock7 busybox"],
			],
			right: [["docker run -dh dock7 busybox top -b"]],
		},
	},
	"copy-on-write": {
		three: {
			wrong: [
				["docker run busybox sh -c 'echo a > /new; rm /etc/group'"],
				["docker run busybox sh -c 'echo a > /a; echo b >> /a; rm /a'"],
			],
			right: [
				[
					"docker run -d --name three busybox sleep 1000",
					"docker exec three touch /n; docker exec three rm /etc/group; docker exec three chmod 600 /etc/passwd",
				],
			],
		},
		chmod: {
			wrong: [
				["docker run busybox chmod 600 /etc/passwd"],
				["docker run busybox sh -c 'echo >> /bin/busybox'; docker rm -f $(docker ps -aq)"],
			],
			right: [["docker run busybox chown 1 /bin/busybox"]],
		},
		image: {
			wrong: [
				["docker pull -q busybox; docker tag busybox greeting"],
				[dockerfile("greeting", "FROM busybox", "RUN true > /a", "RUN true > /b")],
			],
			right: [[dockerfile("greeting:v2", "FROM busybox", "RUN echo hi > /hi")]],
		},
	},
	lifecycle: {
		paused: {
			wrong: [
				["docker run -d --name still busybox sleep 1000; docker stop -t 0 still"],
				["docker start still; docker pause still; docker unpause still"],
			],
			right: [["docker container pause still"]],
		},
		polite: {
			wrong: [["docker run busybox sh -c 'exit 143'"], ["docker run -d --name deaf busybox sleep 1000; docker stop -t 1 deaf"]],
			right: [["docker run -d --name kind busybox sh -c 'trap \"exit 143\" TERM; sleep 1000 & wait'", "docker stop kind"]],
		},
		keeper: {
			wrong: [["docker run -d busybox sleep 1000"], ["docker run -d --restart on-failure busybox sleep 1000"]],
			right: [["docker run -d --name late busybox sleep 1000; docker update --restart unless-stopped late"]],
		},
	},
	"standing-in": {
		planted: {
			wrong: [["docker run busybox touch /flower"], ["docker run -d --name garden busybox sleep 1000; touch /root/flower"]],
			right: [["docker exec garden touch /flower"]],
		},
		second: {
			wrong: [
				["docker run -d busybox sh -c 'sleep 1000 & sleep 1000'"],
				["docker run -d --name side busybox sleep 1000; docker exec side true"],
			],
			right: [["docker container exec --detach side top -b"]],
		},
	},
	namespaces: {
		shared: {
			wrong: [
				["docker network create n; docker run -d --network n busybox sleep 1000; docker run -d --network n busybox sleep 1000"],
				["docker run -d --network host busybox sleep 1000; docker run -d --network host busybox sleep 1000"],
			],
			right: [["docker run -d --name house busybox sleep 1000; docker run -d --net=container:house busybox sleep 1000"]],
		},
		uts: {
			wrong: [["docker run -d --hostname $(hostname) busybox sleep 1000"], ["docker run --uts host busybox hostname"]],
			right: [["docker run --uts=host --detach busybox sleep 1000"]],
		},
		bare: {
			wrong: [
				["unshare --uts sleep 600 >/dev/null 2>&1 &"],
				["unshare --net true"],
				["docker run -d --network none busybox sleep 1000"],
			],
			right: [["unshare -n sleep 600 >/dev/null 2>&1 &"]],
		},
	},
	cgroups: {
		limited: {
			wrong: [["docker run -d -m 40000000 busybox sleep 1000"], ["docker run -m 40m busybox true"]],
			right: [["docker run -d --name less -m 64m busybox sleep 1000; docker update -m 40m --memory-swap 40m less"]],
		},
		oom: {
			wrong: [
				["docker run busybox sh -c 'exit 137'"],
				["docker run -d --name killed -m 8m busybox sleep 1000; docker kill killed"],
			],
			right: [["docker run -m 16m busybox sh -c 'head -c 64000000 /dev/zero | tail'"]],
		},
	},
	volumes: {
		notes: {
			wrong: [["docker run -v /root/notes:/n busybox touch /n/todo"], ["docker run -v notes:/n busybox mkdir /n/todo"]],
			right: [
				[
					"docker rm -f $(docker ps -aq); docker volume rm notes; docker create --name writer -v notes:/x busybox; echo milk > todo; docker cp todo writer:/x/todo",
				],
			],
		},
		shared: {
			wrong: [
				["docker run -d -v sea:/a busybox sleep 1000; docker run -d -v sea:/a busybox sleep 1000"],
				["docker run -d -v river:/a busybox sleep 1000; docker run -d -v lake:/a:ro busybox sleep 1000"],
			],
			right: [["docker run -d --mount type=volume,source=sea,target=/in,readonly busybox sleep 1000"]],
		},
	},
	networks: {
		published: {
			wrong: [["docker run -d -p 9001:80 httpd"], ["docker run -d --name nine -p 9000:9000 httpd"]],
			right: [["docker rm -f nine; docker run -d -p 127.0.0.1:9000:8000 python python3 -m http.server 8000"]],
		},
		team: {
			wrong: [
				["docker network create team; docker run -d --network team --network-alias database busybox sleep 1000"],
				["docker rm -f $(docker ps -q); for n in 1 2; do docker run -d --network team busybox sleep 1000; done"],
			],
			right: [["docker run -d --name late busybox sleep 1000; docker network connect --alias database team late"]],
		},
		lonely: {
			wrong: [["docker run -d busybox sleep 1000"], ["docker run -d --network host busybox sleep 1000"]],
			right: [
				["docker run -d --net none busybox sleep 1000"],
				["docker run -d --name off busybox sleep 1000; docker network disconnect bridge off"],
			],
		},
	},
	services: {
		three: {
			wrong: [
				[
					"docker network create team; for n in 1 2; do docker run -d --network team --network-alias api busybox sleep 1000; done",
				],
			],
			right: [["docker run -d --name third busybox sleep 1000; docker network connect --alias api team third"]],
		},
		healed: {
			wrong: [
				["docker run -d --name always --restart always busybox sleep 1000; docker restart -t 0 always"],
				["docker kill always"],
			],
			right: [["docker run -d --restart on-failure busybox sh -c 'test -e /x && sleep 1000; touch /x; exit 1'; sleep 3"]],
		},
		replaced: {
			wrong: [
				[
					"docker pull -q busybox; docker pull -q httpd; docker tag busybox app:1; docker tag httpd app:2; docker network create blue",
					"for n in 1 2; do docker run -d --name a$n --network blue --network-alias app app:1 sleep 1000; done",
				],
				["docker rm -f a1; docker run -d --network blue --network-alias app app:2"],
			],
			right: [["docker rm -f a2; docker run -d --network blue --net-alias app app:2"]],
		},
	},
	moving: {
		gift: {
			wrong: [
				[SECOND, "docker context create s2 --docker host=tcp://second:2375", "docker pull -q busybox; docker tag busybox gift:1"],
				["docker export $(docker create busybox) | docker -c s2 import - gift:1"],
			],
			right: [["docker -c s2 pull -q busybox; docker -c s2 tag busybox gift:1"]],
		},
		diary: {
			wrong: [
				["docker run --rm -v diary:/d busybox sh -c 'echo a > /d/mon'"],
				["docker -c s2 run --rm -v diary:/d busybox sh -c 'echo b > /d/mon'"],
			],
			right: [
				["docker cp $(docker create -v diary:/d busybox):/d - | docker -c s2 cp - $(docker -c s2 create -v diary:/d busybox):/"],
			],
		},
		web: {
			wrong: [
				["docker -c s2 run -d -p 8080:80 httpd; docker -c s2 rm -f $(docker -c s2 ps -q)"],
				["docker run -d --restart unless-stopped -p 8080:80 httpd"],
			],
			right: [["docker --context s2 container run --detach --publish 8080:80 --restart=unless-stopped httpd"]],
		},
	},
	"real-thing": {
		notes: {
			wrong: [["docker create --name pair busybox; docker inspect pair > /root/mine.json; cp /root/mine.json /root/theirs.json"]],
			right: [
				[
					SECOND,
					"docker -H tcp://second:2375 create --name pair busybox; docker -H tcp://second:2375 inspect pair | tee /root/theirs.json",
				],
			],
		},
		twins: {
			wrong: [["docker tag busybox twin"]],
			right: [["docker save twin | docker -H tcp://second:2375 load"]],
		},
		archive: {
			wrong: [
				["docker tag busybox mine:1; docker save mine:1 | gzip > /root/mine.tar.gz"],
				[dockerfile("mine:1", "FROM busybox", "LABEL made-by=me"), "docker save busybox | gzip > /root/mine.tar.gz"],
			],
			right: [["docker image save mine:1 | gzip -c | tee /root/mine.tar.gz > /dev/null"]],
		},
	},
	binary: {
		busy: {
			wrong: [
				["docker run -d busybox sleep 1000", "docker run -d busybox md5sum /dev/zero"],
				["docker rm -f $(docker ps -q)", "docker run busybox sh -c 'for n in 1 2 3; do :; done'"],
			],
			right: [["docker run -d --name spin busybox awk 'BEGIN { while (1) n++ }'"]],
		},
		illegal: {
			wrong: [
				["docker rm -f spin", "docker run --name broken busybox sh -c 'exit 132'"],
				["docker run -d --name other busybox sleep 1000; docker kill -s SEGV other; docker run busybox sh -c 'exit 139'"],
			],
			right: [["docker run --name shot busybox sh -c '(sleep 1000 & kill -s ILL $!; wait $!)'"]],
		},
	},
	"without-docker": {
		named: {
			wrong: [["docker run -d --hostname harbour busybox sleep 1000"]],
			right: [
				[
					"mkdir -p /root/n/rootfs; docker pull -q busybox; docker export $(docker create busybox) | tar x -C /root/n/rootfs; cd /root/n; runc spec",
					`cd /root/n; sed -i 's/"terminal": true/"terminal": false/; s/"sh"/"sleep", "600"/; s/"runc"/"harbour"/' config.json; runc create h; runc start h`,
				],
			],
		},
		limited: {
			wrong: [["docker run -d -m 32m busybox sleep 1000"]],
			right: [
				[
					`cp -r /root/n /root/m; cd /root/m; sed -i 's/"resources": {/"resources": {"memory": {"limit": 67108864},/' config.json; runc run -d m`,
				],
			],
		},
		shared: {
			wrong: [["docker run -d --network host busybox sleep 1000"]],
			right: [
				[
					`cp -r /root/n /root/s; cd /root/s; tr -d '\\n\\t' < config.json | sed 's/{ *"type": "network" *},//; s/,{ *"type": "network" *}//' > c; mv c config.json; runc run -d s`,
				],
			],
		},
	},
};
