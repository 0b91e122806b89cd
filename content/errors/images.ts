// Errors about images and registries.

import { explained } from "./explained";

export const imageErrors = [
	explained(
		"pull-access-denied",
		{
			pattern: /pull access denied for (\S+), repository does not exist or may require/,
			look: ["docker search NAME", "docker images", "docker login"],
			notMade: "this site's registry is open to all, so it says that a name is unknown",
		},
		{
			title: "pull access denied: 이미지를 받을 수 없음",
			means:
				"그 이름의 저장소가 레지스트리에 없거나, 비공개라서 볼 수 없습니다. 레지스트리는 둘을 일부러 구별해 주지 않습니다. 가장 흔한 까닭은 이름의 오타입니다.",
			todo: "이름을 다시 확인하세요. 비공개 저장소라면 docker login으로 먼저 로그인합니다. 직접 빌드한 이미지라면 docker images에 그 이름이 있는지 봅니다.",
		},
		{
			title: "pull access denied",
			means:
				"The registry has no repository of this name, or it is private and you may not see it; registries do not tell which, on purpose. Most often the name is misspelt.",
			todo: "Check the name. For a private repository, docker login first. If you built the image yourself, see whether docker images lists it under this name.",
		},
	),
	explained(
		"manifest-unknown",
		{
			pattern: /manifest unknown|manifest for \S+ not found|failed to resolve reference "[^"]+": \S+: not found/,
			look: ["docker images NAME", "docker search NAME"],
			make: ["docker pull busybox:no-such-tag"],
		},
		{
			title: "manifest unknown: 그런 이름이나 태그가 없음",
			means:
				"레지스트리에 그 저장소가 없거나, 저장소에 그 태그나 다이제스트를 가진 매니페스트가 없습니다. 대개 오타이거나 지워진 태그입니다.",
			todo: "레지스트리의 태그 목록을 확인하세요. 태그를 생략하면 latest이며, latest가 없는 저장소도 있습니다.",
		},
		{
			title: "manifest unknown: no such name or tag",
			means: "The registry has no such repository, or nothing in it has this tag or digest: mostly misspelt, or deleted.",
			todo: "Look at the registry’s list of tags. Without a tag, latest is meant, and not every repository has one.",
		},
	),
	explained(
		"no-such-image",
		{
			pattern: /No such image: (\S+)|image not known|reference does not exist|No such object: (\S+)/i,
			look: ["docker images -a"],
			make: ["docker rmi nothing-here"],
		},
		{
			title: "No such image: 이 호스트에 없는 이미지",
			means:
				"이 데몬에는 그 이름이나 ID의 이미지가 없습니다. rmi, tag, save, push는 레지스트리에서 받아 오지 않고 로컬에 있는 것만 다룹니다.",
			todo: "docker images로 실제 이름을 확인하거나, 먼저 docker pull로 받습니다. 컨텍스트가 다른 데몬을 가리키고 있지 않은지도 보세요.",
		},
		{
			title: "No such image",
			means: "This daemon has no image of that name or id. rmi, tag, save and push work on what is here; they fetch nothing.",
			todo: "See docker images for the real name, or docker pull first. Also check that the context is the daemon you mean.",
		},
	),
	explained(
		"image-in-use",
		{
			pattern: /conflict: unable to (?:delete|remove repository reference) .*container \S+ is using/,
			look: ["docker ps -a --filter ancestor=IMAGE"],
			make: ["docker run --name user busybox true", "docker rmi busybox"],
		},
		{
			title: "이미지를 쓰는 컨테이너가 있음",
			means: "멈춘 컨테이너도 이미지의 레이어 위에 서 있습니다. 그래서 그 컨테이너가 있는 동안 이미지를 지우지 않습니다.",
			todo: "그 컨테이너를 docker rm으로 지우고 다시 하세요. -f는 태그만 떼어 낼 뿐, 컨테이너가 쓰는 레이어는 남습니다.",
		},
		{
			title: "A container uses the image",
			means:
				"A container stands on its image’s layers even while it is stopped, so the image stays as long as the container does.",
			todo: "Remove that container with docker rm, then try again. -f takes the name away only: the layers in use stay.",
		},
	),
	explained(
		"image-many-tags",
		{
			pattern: /conflict: unable to delete \S+ \(must be forced\) - image is referenced in multiple repositories/,
			look: ["docker images"],
			make: ["docker pull busybox", "docker tag busybox other/name", "docker rmi $(docker images -q busybox)"],
		},
		{
			title: "여러 이름이 가리키는 이미지",
			means: "ID로 지우려 했는데 이 이미지를 가리키는 이름이 둘 이상입니다. 어느 이름을 뗄지 알 수 없어서 멈춥니다.",
			todo: "이름을 하나씩 docker rmi로 떼세요. 마지막 이름을 뗄 때 레이어가 지워집니다. -f를 주면 모두 뗍니다.",
		},
		{
			title: "The image has several names",
			means: "You named it by its id, and more than one name points at it: which one should go is not clear.",
			todo: "docker rmi each name. With the last one the layers go. -f takes all of them at once.",
		},
	),
	explained(
		"invalid-reference",
		{
			pattern: /invalid reference format|repository name must be lowercase|invalid tag/,
			look: [],
			make: ["docker pull Busy_Box:"],
		},
		{
			title: "invalid reference format: 이름의 형식이 틀림",
			means:
				"이미지 이름은 소문자와 숫자, 구분자(. _ -)로만 쓰고, 태그는 콜론 뒤에 옵니다. 대문자, 빈칸, 빈 태그, 그리고 값이 빈 셸 변수가 흔한 원인입니다.",
			todo: "이름을 소문자로 쓰고, 변수를 썼다면 echo로 실제 값을 확인하세요. 옵션은 이미지 이름보다 앞에 와야 합니다.",
		},
		{
			title: "invalid reference format",
			means:
				"An image’s name has lower-case letters, digits and separators (. _ -); a tag follows a colon. Capitals, blanks, an empty tag and an empty shell variable are the usual causes.",
			todo: "Write the name in lower case, echo the variables in it, and put options before the image.",
		},
	),
	explained(
		"registry-unreachable",
		{
			pattern:
				/(?:dial tcp|lookup|Get "https?:\/\/[^"]*"|failed to do request).*(?:no such host|connection refused|network is unreachable|i\/o timeout|connect: |no route to host)/,
			look: ["docker info", "ping -c1 REGISTRY"],
			make: ["docker pull localhost:5999/app"],
		},
		{
			title: "레지스트리에 닿지 못함",
			means:
				"이름에 든 호스트(첫 슬래시 앞)의 주소를 찾지 못했거나, 그곳의 포트에서 아무도 듣지 않습니다. 연결하는 것은 CLI가 아니라 데몬입니다.",
			todo: "호스트 이름과 포트, 그리고 데몬이 도는 컴퓨터의 네트워크와 프록시를 확인하세요. 로컬 레지스트리라면 컨테이너가 떠 있는지 봅니다.",
		},
		{
			title: "The registry cannot be reached",
			means:
				"The host in the name (before the first slash) has no address, or nobody listens at that port. It is the daemon that connects, not the CLI.",
			todo: "Check host and port, and the network and proxy of the machine on which the daemon runs. For a registry of your own, see whether its container is up.",
		},
	),
	explained(
		"https-to-http",
		{
			pattern: /server gave HTTP response to HTTPS client|x509: certificate signed by unknown authority/,
			look: ["docker info -f '{{json .RegistryConfig.InsecureRegistryCIDRs}}'"],
			notMade: "it takes a registry on another host",
		},
		{
			title: "HTTPS가 아니거나 인증서를 믿을 수 없는 레지스트리",
			means: "도커는 localhost가 아닌 레지스트리에는 HTTPS로만 말하고, 인증서를 발급한 곳을 알아야 믿습니다.",
			todo: "레지스트리에 인증서를 두거나 /etc/docker/certs.d/호스트:포트/ca.crt에 발급자의 인증서를 넣습니다. 실험용이라면 데몬 설정의 insecure-registries에 주소를 적습니다.",
		},
		{
			title: "No HTTPS, or a certificate nobody trusts",
			means: "Except on localhost, Docker speaks HTTPS to registries and must know who signed the certificate.",
			todo: "Give the registry a certificate, or put its authority into /etc/docker/certs.d/HOST:PORT/ca.crt. For experiments, name it in the daemon’s insecure-registries.",
		},
	),
	explained(
		"push-denied",
		{
			pattern:
				/requested access to the resource is denied|unauthorized: authentication required|insufficient_scope|no basic auth credentials|The operation is unsupported/,
			look: ["docker login REGISTRY", "docker images"],
			make: ["docker pull busybox", "docker push busybox"],
		},
		{
			title: "denied: 올릴 권한이 없음",
			means:
				"로그인하지 않았거나, 이름의 앞부분(사용자 이름)이 자신의 것이 아닙니다. 슬래시가 없는 이름은 docker.io/library에 올리라는 뜻이라 언제나 거절됩니다. 이 사이트의 docker.io는 읽기만 됩니다.",
			todo: "docker login을 하고, docker tag로 자신의 이름을 앞에 붙인 뒤(내이름/앱) 그 이름을 push하세요.",
		},
		{
			title: "denied: you may not push there",
			means:
				"You are not logged in, or the first part of the name is not yours. A name without a slash means docker.io/library, where nobody may push. This site’s docker.io is for reading only.",
			todo: "docker login, give the image a name of yours with docker tag (you/app), and push that.",
		},
	),
	explained(
		"login-failed",
		{
			pattern: /incorrect username or password|unauthorized: (?:incorrect|invalid)|login attempt to \S+ failed/,
			look: ["cat ~/.docker/config.json"],
			notMade: "it takes a registry that knows users",
		},
		{
			title: "로그인 실패",
			means:
				"레지스트리가 이름과 비밀번호를 받아들이지 않았습니다. 2단계 인증을 쓰는 계정은 비밀번호 대신 액세스 토큰이 필요합니다.",
			todo: "레지스트리 주소를 함께 적었는지 확인하세요. 주소가 없으면 Docker Hub에 로그인합니다.",
		},
		{
			title: "The login failed",
			means:
				"The registry does not accept name and password. Accounts with a second factor want an access token in place of the password.",
			todo: "Name the registry: without an address, you log in to Docker Hub.",
		},
	),
	explained(
		"not-an-archive",
		{
			pattern:
				/invalid tar header|unexpected EOF|archive\/tar|open .*manifest\.json: no such file|does not contain a manifest\.json|unrecognized image format|invalid archive|not a tar/i,
			look: ["tar tf FILE | head"],
			make: ["echo hello > /tmp/not.tar", "docker load -i /tmp/not.tar"],
		},
		{
			title: "이미지 아카이브가 아님",
			means:
				"docker load는 docker save가 만든 아카이브만 읽습니다. docker export로 만든 것은 파일 시스템일 뿐이라 docker import로 읽어야 합니다. 받다가 끊긴 파일도 이 오류가 납니다.",
			todo: "tar tf로 안에 manifest.json이나 index.json이 있는지 보세요. 없고 bin, etc 같은 디렉터리가 있으면 docker import입니다.",
		},
		{
			title: "No archive of images",
			means:
				"docker load reads what docker save wrote. docker export gives a file system, which is docker import’s. A download that broke off looks like this, too.",
			todo: "See with tar tf whether there is a manifest.json or index.json. If there are bin and etc instead, use docker import.",
		},
	),
	explained(
		"platform",
		{
			pattern:
				/no match(?:ing manifest)? for (?:platform|linux\/)|image with reference \S+ was found but (?:its platform|does not provide)|does not match the (?:detected host|specified) platform/,
			look: ["docker version -f '{{.Server.Os}}/{{.Server.Arch}}'", "docker manifest inspect IMAGE"],
			make: ["docker pull --platform linux/arm64 busybox"],
		},
		{
			title: "플랫폼이 맞지 않음",
			means:
				"이미지에 이 CPU와 운영체제용 매니페스트가 없습니다. 애플 실리콘에서 만든 arm64 이미지를 amd64 서버에서 쓰려 할 때 흔합니다.",
			todo: "docker build --platform linux/amd64로 다시 빌드하거나, 여러 플랫폼용 이미지를 만드세요.",
		},
		{
			title: "The platform does not match",
			means: "The image has nothing for this processor and system: often an arm64 image from a laptop on an amd64 server.",
			todo: "Build with --platform linux/amd64, or for several platforms.",
		},
	),
];
