// Errors about images and registries.

import { explained } from "./explained";

/** A registry that wants to know who asks: the site's own is open to all. */
const GUARDED = [
	"htpasswd -Bbc /tmp/users ann secret",
	"registry serve --port 5001 --root /tmp/guarded --htpasswd /tmp/users > /tmp/guarded.log 2>&1 & sleep 1",
];

/** A registry that gives no manifest, as Docker Hub when one has pulled too often; HEAD, which Hub does not count, it does not know. */
const LIMITED = `read -r way rest; [ "$way" = HEAD ] && code=405 || code=429; printf "HTTP/1.1 $code -\\n\\n{\\"errors\\":[{\\"code\\":\\"TOOMANYREQUESTS\\",\\"message\\":\\"You have reached your unauthenticated pull rate limit.\\"}]}"`;

export const imageErrors = [
	explained(
		"pull-access-denied",
		{
			pattern: /pull access denied for (\S+), repository does not exist or may require/,
			look: ["docker search NAME", "docker images", "docker login"],
			make: [...GUARDED, "docker pull localhost:5001/nothing"],
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
				"The registry has no repository of this name, or it is private and you may not see it. Registries deliberately do not tell you which. Most often the name is misspelled.",
			todo: "Check the name. For a private repository, log in with docker login first. If you built the image yourself, check that docker images lists it under this name.",
		},
	),
	explained(
		"manifest-unknown",
		{
			pattern:
				/^(?!.*failed to resolve source metadata).*(?:manifest unknown|manifest for \S+ not found|failed to resolve reference "[^"]+": \S+: not found)/,
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
			means:
				"The registry has no such repository, or no manifest in it has this tag or digest. Usually it is misspelled, or the tag was deleted.",
			todo: "Check the list of tags in the registry. If you leave out the tag, it means latest, and not every repository has that.",
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
			means: "This daemon has no image with that name or ID. rmi, tag, save and push work only on local images and do not pull.",
			todo: "Check the name in docker images, or pull the image first. Also check that the context points to the daemon you mean.",
		},
	),
	explained(
		"image-in-use",
		{
			pattern: /conflict: unable to (?:delete|remove repository reference) .*(?:container \S+ is using|image is being used by)/,
			look: ["docker ps -a --filter ancestor=IMAGE"],
			make: ["docker run --name user busybox true", "docker rmi busybox"],
		},
		{
			title: "이미지를 쓰는 컨테이너가 있음",
			means: "멈춘 컨테이너도 이미지의 레이어를 씁니다. 그래서 그 컨테이너가 있는 동안에는 이미지를 지울 수 없습니다.",
			todo: "그 컨테이너를 docker rm으로 지우고 다시 시도하세요. -f를 붙이면 태그만 없어지고 컨테이너가 쓰는 레이어는 남습니다.",
		},
		{
			title: "A container is using the image",
			means: "Even a stopped container uses the layers of its image, so you cannot remove the image while the container exists.",
			todo: "Remove that container with docker rm, then try again. -f removes only the name; the layers in use remain.",
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
			means: "ID로 지우려고 했는데 이 이미지의 이름이 두 개 이상입니다. 어느 이름을 없앨지 알 수 없어서 지우지 않습니다.",
			todo: "docker rmi로 이름을 하나씩 없애세요. 마지막 이름을 없앨 때 레이어도 지워집니다. -f를 붙이면 모든 이름을 한 번에 없앱니다.",
		},
		{
			title: "The image has several names",
			means: "You gave the ID, but the image has more than one name, and it is not clear which one to remove.",
			todo: "Remove each name with docker rmi. The layers are removed with the last one. -f removes all names at once.",
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
				"An image name consists of lowercase letters, digits and separators (. _ -), and a tag follows after a colon. Capital letters, blanks, an empty tag and an empty shell variable are the usual causes.",
			todo: "Write the name in lowercase. If it contains variables, check their values with echo. Options go before the image name.",
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
			title: "레지스트리에 연결할 수 없음",
			means:
				"이미지 이름의 첫 빗금 앞에 적힌 호스트를 찾지 못했거나, 그 포트에서 요청을 받는 프로그램이 없습니다. 레지스트리에 연결하는 것은 클라이언트가 아니라 데몬입니다.",
			todo: "호스트 이름과 포트, 그리고 데몬이 도는 컴퓨터의 네트워크와 프록시를 확인하세요. 직접 띄운 레지스트리라면 컨테이너가 돌고 있는지 봅니다.",
		},
		{
			title: "The registry cannot be reached",
			means:
				"The host in the image name (before the first slash) was not found, or nothing is listening on that port. It is the daemon that connects to the registry, not the client.",
			todo: "Check the host name and port, and the network and proxy of the computer the daemon runs on. If it is your own registry, check that its container is running.",
		},
	),
	explained(
		"https-to-http",
		{
			pattern: /server gave HTTP response to HTTPS client|x509: certificate signed by unknown authority/,
			look: ["docker info -f '{{json .RegistryConfig.InsecureRegistryCIDRs}}'"],
			make: ["service registry start", "docker pull 172.17.0.1:5000/app"],
		},
		{
			title: "HTTPS가 아니거나 인증서를 믿을 수 없는 레지스트리",
			means: "도커는 localhost가 아닌 레지스트리에는 HTTPS로만 접속하고, 믿을 수 있는 기관이 발급한 인증서인지 확인합니다.",
			todo: "레지스트리에 인증서를 설치하거나 /etc/docker/certs.d/호스트:포트/ca.crt에 발급자의 인증서를 넣습니다. 시험용이라면 데몬 설정의 insecure-registries에 주소를 적습니다.",
		},
		{
			title: "No HTTPS, or an untrusted certificate",
			means:
				"Except for localhost, Docker connects to registries only with HTTPS, and checks that the certificate was issued by an authority it trusts.",
			todo: "Install a certificate in the registry, or put the issuer’s certificate into /etc/docker/certs.d/HOST:PORT/ca.crt. For tests, add the address to insecure-registries in the daemon’s configuration.",
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
				"로그인하지 않았거나, 이름의 앞부분(사용자 이름)이 자신의 것이 아닙니다. 빗금이 없는 이름은 docker.io/library에 올리라는 뜻이므로 언제나 거절됩니다. 이 사이트의 docker.io는 읽기 전용입니다.",
			todo: "docker login을 하고, docker tag로 자신의 이름을 앞에 붙인 뒤(내이름/앱) 그 이름을 push하세요.",
		},
		{
			title: "denied: you may not push there",
			means:
				"You are not logged in, or the first part of the name is not yours. A name without a slash means docker.io/library, and pushing there is always refused. The docker.io of this site is read-only.",
			todo: "Log in with docker login, give the image a name that begins with yours with docker tag (you/app), and push that name.",
		},
	),
	explained(
		"login-failed",
		{
			pattern: /incorrect username or password|unauthorized: (?:incorrect|invalid)|login attempt to \S+ failed/,
			look: ["cat ~/.docker/config.json"],
			make: [...GUARDED, "docker login -u ann -p wrong localhost:5001"],
		},
		{
			title: "로그인 실패",
			means:
				"레지스트리가 이름과 비밀번호를 받아들이지 않았습니다. 2단계 인증을 쓰는 계정은 비밀번호 대신 액세스 토큰이 필요합니다.",
			todo: "레지스트리 주소를 함께 적었는지 확인하세요. 주소가 없으면 Docker Hub에 로그인합니다.",
		},
		{
			title: "Login failed",
			means:
				"The registry did not accept the user name and password. Accounts with two-factor authentication need an access token instead of the password.",
			todo: "Check that you gave the address of the registry. Without one, you log in to Docker Hub.",
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
			title: "Not an image archive",
			means:
				"docker load reads only archives made by docker save. What docker export makes is just a file system, which you read with docker import. An incomplete download gives this error too.",
			todo: "Check with tar tf whether it contains manifest.json or index.json. If it contains directories such as bin and etc instead, use docker import.",
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
			means:
				"The image has no manifest for this CPU and operating system. This often happens with an arm64 image from an Apple silicon Mac on an amd64 server.",
			todo: "Build again with docker build --platform linux/amd64, or build for several platforms.",
		},
	),
	explained(
		"rate-limit",
		{
			pattern: /toomanyrequests|You have reached your (?:unauthenticated )?pull rate limit|429 Too Many Requests/,
			look: ["docker login"],
			make: [
				`echo '${LIMITED}' > /tmp/limited`,
				"timeout 60 nc -ll -p 5004 -e sh /tmp/limited & sleep 1",
				"docker pull localhost:5004/app",
			],
		},
		{
			title: "pull rate limit(toomanyrequests): 너무 많이 받음",
			means:
				"Docker Hub는 받는 횟수를 제한합니다. 로그인하지 않으면 IP 주소마다 6시간에 100번, 무료 개인 계정은 200번입니다. 회사나 CI에서는 여러 사람이 주소 하나를 함께 써서 빨리 넘습니다. docker pull은 레지스트리가 보낸 문장만 보여 주고, docker build는 429와 코드 toomanyrequests도 함께 보여 줍니다.",
			todo: "docker login을 하거나 사설 레지스트리, pull-through 캐시를 두세요. CI에서는 이미지를 캐시해 두는 방법도 있습니다.",
		},
		{
			title: "pull rate limit (toomanyrequests): pulled too often",
			means:
				"Docker Hub limits pulls: 100 in 6 hours per IP address without login, 200 with a free personal account. In a company or in CI, many people share one address and soon exceed it. docker pull prints only the registry’s own sentence; docker build prints 429 and the code toomanyrequests too.",
			todo: "Use docker login, or set up a private registry or a pull-through cache. In CI, cache the images.",
		},
	),
	explained(
		"network-timeout",
		{
			pattern:
				/TLS handshake timeout|timeout awaiting response headers|request canceled while waiting for connection|context deadline exceeded|Client\.Timeout exceeded/,
			look: ["docker info | grep -i proxy", "curl -sI https://registry-1.docker.io/v2/"],
			make: ["timeout 60 nc -ll -p 5003 -e sleep 60 & sleep 1", "docker login -u ann -p secret 172.17.0.1:5003"],
		},
		{
			title: "레지스트리에 연결하다가 시간이 초과됨",
			means:
				"레지스트리가 제때 답하지 않았습니다. 데몬이 도는 컴퓨터의 DNS나 프록시, 방화벽, 느린 네트워크가 원인입니다. 셸의 HTTP_PROXY는 클라이언트에만 적용되고 데몬에는 적용되지 않습니다.",
			todo: "데몬의 프록시 설정(/etc/docker/daemon.json의 proxies)과 DNS를 확인하고 다시 시도하세요. 이미 받은 레이어는 다시 받지 않습니다.",
		},
		{
			title: "The connection to the registry timed out",
			means:
				"The registry did not answer in time. The cause is the DNS, the proxy, a firewall or a slow network of the computer with the daemon. HTTP_PROXY in your shell is for the client only, not for the daemon.",
			todo: "Check the daemon’s proxy setting (proxies in /etc/docker/daemon.json) and its DNS, then try again. Layers that are already there are not downloaded again.",
		},
	),
];
