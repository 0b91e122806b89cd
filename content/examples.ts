// What one may start with in the playground: a few real commands each, typed one after the other.

import type { Both } from "../components/words/locale";

export interface Example {
	id: string;
	title: Both;
	about: Both;
	/** For the host's shell. None waits for keys. */
	lines: string[];
}

export const EXAMPLES: Example[] = [
	{
		id: "web",
		title: { ko: "웹 서버를 띄우고 들여다보기", en: "A web server, and a look inside" },
		about: {
			ko: "nginx를 8080 포트에 열고 요청을 보냅니다. 네트워크 그림의 작은 브라우저로도 열 수 있습니다.",
			en: "nginx behind port 8080, and a request. The little browser of the Network picture opens it, too.",
		},
		lines: [
			"docker run -d --name web -p 8080:80 nginx",
			"docker ps",
			"curl -s localhost:8080 | head -n 5",
			"docker logs web",
			"docker exec web ls /usr/share/nginx/html",
		],
	},
	{
		id: "two",
		title: { ko: "이름으로 서로 찾는 두 컨테이너", en: "Two containers that find each other by name" },
		about: {
			ko: "네트워크를 하나 만들고, redis가 대답하기를 기다렸다가 클라이언트를 이름으로 잇습니다.",
			en: "A network of their own, on which redis, as soon as it answers, and its client meet by name.",
		},
		lines: [
			"docker network create shop",
			"docker run -d --name store --network shop redis",
			"until docker exec store redis-cli ping 2> /dev/null; do sleep 1; done",
			"docker run --rm --network shop redis redis-cli -h store set greeting hello",
			"docker run --rm --network shop redis redis-cli -h store get greeting",
			"docker network inspect shop",
		],
	},
	{
		id: "waste",
		title: { ko: "지운 파일이 남는 이미지", en: "An image in which a deleted file stays" },
		about: {
			ko: "2 MB 파일을 만들고 다음 단계에서 지웁니다. 레이어 탐색기에서 낭비된 바이트를 확인하세요.",
			en: "Two megabytes are written in one step and deleted in the next. The layer explorer shows what that wastes.",
		},
		lines: [
			"mkdir -p /root/waste && cd /root/waste",
			`printf 'FROM busybox\\nRUN head -c 2000000 /dev/urandom > /big\\nRUN rm /big\\n' > Dockerfile`,
			"docker build -t waste .",
			"docker history waste",
			"cd",
		],
	},
	{
		id: "limits",
		title: { ko: "메모리 한도와 137", en: "A memory limit, and 137" },
		about: {
			ko: "16 MiB만 허락된 컨테이너가 더 쓰려다 커널에 죽습니다. 격리 그림에서 수위를 보세요.",
			en: "A container that may have 16 MiB wants more, and the kernel kills it. Watch the level in the Isolation picture.",
		},
		lines: [
			"docker run --name hungry -m 16m busybox sh -c 'head -c 64000000 /dev/zero | tail'",
			"docker inspect -f '{{.State.OOMKilled}} {{.State.ExitCode}}' hungry",
		],
	},
	{
		id: "volume",
		title: { ko: "컨테이너보다 오래 사는 볼륨", en: "A volume outlives its container" },
		about: {
			ko: "컨테이너 하나가 쓰고 사라지면, 다음 컨테이너가 같은 볼륨에서 읽습니다.",
			en: "One container writes and is gone; the next reads it from the same volume.",
		},
		lines: [
			"docker run --rm -v notes:/data busybox sh -c 'date > /data/when'",
			"docker run --rm -v notes:/data busybox cat /data/when",
			"docker volume inspect notes",
		],
	},
	{
		id: "save",
		title: { ko: "이미지를 파일로 옮기기", en: "An image as a file" },
		about: {
			ko: "save로 아카이브를 만들고 지운 뒤 다시 불러옵니다. 파일은 호스트 파일 목록에서 내려받을 수 있습니다.",
			en: "Saved to an archive, removed, loaded again. The file can be downloaded from the list of the host’s files.",
		},
		lines: [
			"docker pull layers",
			"docker save layers | gzip > /root/layers.tar.gz",
			"docker rmi layers",
			"docker load -i /root/layers.tar.gz",
			"docker images",
		],
	},
];
