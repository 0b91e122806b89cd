// Errors about volumes, mounts and files.

import { explained } from "./explained";

export const volumeErrors = [
	explained(
		"volume-in-use",
		{
			pattern: /remove \S+: volume is in use|unable to remove volume/,
			look: ["docker ps -a --filter volume=NAME"],
			make: ["docker run --name holder -v data:/d busybox true", "docker volume rm data"],
		},
		{
			title: "사용 중인 볼륨",
			means: "컨테이너가 그 볼륨을 쓰고 있으면 멈춘 컨테이너라도 볼륨을 지울 수 없습니다.",
			todo: "그 컨테이너를 먼저 docker rm으로 지우세요.",
		},
		{
			title: "The volume is in use",
			means: "You cannot remove a volume while a container uses it, even if the container is stopped.",
			todo: "Remove that container with docker rm first.",
		},
	),
	explained(
		"no-such-volume",
		{ pattern: /(?:get \S+: )?no such volume/i, look: ["docker volume ls"], make: ["docker volume rm nothing"] },
		{
			title: "그런 볼륨이 없음",
			means: "그 이름의 볼륨이 이 데몬에 없습니다.",
			todo: "docker volume ls로 이름을 확인하세요. docker run -v 이름:/경로는 볼륨이 없으면 만듭니다.",
		},
		{
			title: "No such volume",
			means: "This daemon has no volume with that name.",
			todo: "Check the name in docker volume ls. docker run -v NAME:/path creates the volume if it does not exist.",
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
			title: "바인드 마운트할 경로가 호스트에 없음",
			means:
				"--mount type=bind는 호스트에 없는 경로를 만들지 않습니다. 여기서 호스트는 클라이언트가 아니라 데몬이 있는 컴퓨터입니다.",
			todo: "먼저 디렉터리를 만들거나 경로를 고치세요. -v는 경로가 없으면 root 소유의 빈 디렉터리를 만듭니다.",
		},
		{
			title: "The path to bind-mount does not exist on the host",
			means:
				"--mount type=bind does not create a path that does not exist on the host. The host is the computer of the daemon, not of the client.",
			todo: "Create the directory, or correct the path. -v creates an empty directory owned by root if the path does not exist.",
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
			todo: '디렉터리를 마운트하려면 "$PWD/디렉터리"처럼 절대 경로를 쓰세요. ./로 시작하는 상대 경로도 됩니다.',
		},
		{
			title: "Neither a volume name nor an absolute path",
			means:
				"The first part of -v is read as the name of a volume unless it begins with a slash, and volume names cannot contain slashes.",
			todo: 'To mount a directory, write an absolute path such as "$PWD/dir". A relative path that begins with ./ works too.',
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
			means: "컨테이너를 --read-only로 실행했거나, 볼륨을 :ro로 마운트했습니다.",
			todo: "써야 하는 곳에만 --tmpfs나 볼륨을 마운트하세요.",
		},
		{
			title: "Read-only file system",
			means: "The container was started with --read-only, or the volume is mounted with :ro.",
			todo: "Mount a --tmpfs or a volume only where the program has to write.",
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
			title: "디렉터리를 파일에 마운트하려고 함",
			means:
				"한쪽은 디렉터리이고 다른 쪽은 파일입니다. 호스트에 없는 파일을 -v로 마운트하면 도커가 그 이름으로 빈 디렉터리를 만들기 때문에 자주 생깁니다.",
			todo: "잘못 생긴 빈 디렉터리를 지우고, 파일을 먼저 만든 다음 다시 실행하세요.",
		},
		{
			title: "Mounting a directory on a file",
			means:
				"One side is a directory and the other is a file. This often happens because the file does not exist on the host, so -v created an empty directory with that name.",
			todo: "Remove that empty directory, create the file, and try again.",
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
			means: "docker cp의 경로는 컨테이너의 루트 디렉터리를 기준으로 합니다. 볼륨에 있는 파일은 볼륨을 마운트한 경로로 적습니다.",
			todo: "docker exec … ls로 경로를 확인하세요.",
		},
		{
			title: "The container has no such file",
			means:
				"Paths in docker cp start at the root directory of the container. For a file in a volume, use the path where the volume is mounted.",
			todo: "Check the path with docker exec … ls.",
		},
	),
	explained(
		"permission-in-container",
		{
			pattern: /(?:can't create|cannot (?:touch|create|open)|touch: |can't open) ?.*: Permission denied/,
			look: ["docker exec NAME id", "docker exec NAME ls -ld PATH", "ls -ldn PATH"],
			make: ["docker run --rm -u 1000 busybox touch /file"],
		},
		{
			title: "컨테이너 안에서 파일을 쓸 권한이 없음",
			means:
				"컨테이너의 프로그램이 root가 아닌 사용자로 도는데, 그 디렉터리의 주인이 아닙니다. 바인드 마운트한 디렉터리에서는 호스트의 UID와 권한이 그대로 적용됩니다.",
			todo: "docker exec으로 id와 ls -ld를 비교하세요. 이미지라면 COPY --chown이나 RUN chown으로, 바인드 마운트라면 호스트에서 주인을 바꾸거나 --user로 UID를 맞춥니다.",
		},
		{
			title: "No permission to write in the container",
			means:
				"The program in the container does not run as root, and its user does not own that directory. In a bind mount, the UIDs and modes of the host apply.",
			todo: "Compare id and ls -ld with docker exec. In an image, use COPY --chown or RUN chown. For a bind mount, change the owner on the host, or match the UID with --user.",
		},
	),
];
