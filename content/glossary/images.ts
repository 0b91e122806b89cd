// Words about images, registries and building.

import { type Term, term } from "./term";

export const imageTerms: Term[] = [
	term(
		"image",
		["이미지", "image"],
		[
			"컨테이너를 만드는 틀입니다. 읽기 전용 레이어들과, 실행할 명령이나 환경 변수 같은 기본 설정으로 이루어집니다.",
			"The template for containers: read-only layers, and default settings such as the command and environment variables.",
		],
		["layers", "why"],
		{ ko: ["이메지", "도커 이미지 파일"] },
	),
	term(
		"layer",
		["레이어", "layer"],
		[
			"이미지를 이루는 파일 변경의 묶음입니다. 보통 Dockerfile의 명령 하나가 레이어 하나가 됩니다. 같은 레이어는 여러 이미지가 함께 씁니다.",
			"A set of file changes that an image consists of, usually one for each instruction of a Dockerfile. Images share equal layers.",
		],
		["layers", "pull"],
		{ ko: ["계층"] },
	),
	term(
		"tag",
		["태그", "tag"],
		[
			"이미지의 이름에서 콜론 뒤에 오는 부분입니다. 언제든 다른 이미지로 옮길 수 있는 꼬리표이고, 생략하면 `latest`입니다.",
			"The part after the colon in an image name: a label that can be moved to another image at any time. If you leave it out, it is `latest`.",
		],
		["registries", "keeping"],
	),
	term(
		"digest",
		["다이제스트", "digest"],
		[
			"내용을 SHA-256으로 계산한 값입니다. 내용이 같으면 같고 다르면 다르므로, 변하지 않는 이름으로 씁니다.",
			"The SHA-256 of some content. Equal content has an equal digest and different content a different one, so it serves as a name that never changes.",
		],
		["pull", "registries"],
		{ ko: ["해시값", "해시 값", "해쉬"], en: ["hash value", "checksum of the image"] },
	),
	term(
		"manifest",
		["매니페스트", "manifest"],
		["이미지 하나의 설정과 레이어를 다이제스트로 적은 목록입니다.", "The list of the config and layers of an image, by digest."],
		["pull"],
		{ ko: ["메니페스트", "매니패스트"] },
	),
	term(
		"index",
		["인덱스", "index"],
		[
			"한 이름 아래에 CPU와 운영체제마다 매니페스트를 하나씩 두는 목록입니다.",
			"A list with one manifest for each CPU and operating system, under one name.",
		],
		["pull"],
	),
	term(
		"blob",
		["블롭", "blob"],
		[
			"다이제스트로 부르는 파일 하나입니다. 매니페스트, 설정, 압축된 레이어가 모두 블롭입니다. 강의에서는 조각이라고 쉽게 부르기도 합니다.",
			"A file named by its digest: a manifest, a config or a compressed layer. The lessons also call it a piece.",
		],
		["pull"],
		{ ko: ["블랍"] },
	),
	term(
		"image-store",
		["이미지 스토어", "image store"],
		[
			"데몬이 이미지를 보관하는 곳입니다. Engine 29를 새로 설치하면 containerd의 것을 씁니다. 압축된 블롭과 풀어 놓은 스냅숏을 함께 보관합니다.",
			"Where a daemon keeps its images. A fresh Engine 29 uses the one of containerd, which keeps compressed blobs as well as unpacked snapshots.",
		],
		["pull", "copy-on-write"],
		{ ko: ["이미지 저장소"] },
	),
	term(
		"registry",
		["레지스트리", "registry"],
		[
			"이미지를 보관했다가 이름을 대면 내주는 HTTP 서버입니다. 가장 큰 것이 Docker Hub입니다.",
			"An HTTP server that stores images and hands them out by name. Docker Hub is the largest.",
		],
		["registries"],
		{ ko: ["레지스터리", "도커 허브"] },
	),
	term(
		"repository",
		["저장소", "repository"],
		[
			"레지스트리 안에서 이름이 같고 태그만 다른 이미지의 모음입니다. 예를 들어 `library/ubuntu`가 저장소의 이름입니다.",
			"The images in a registry that share a name and differ by tag. `library/ubuntu` is the name of a repository.",
		],
		["registries"],
		{ ko: ["리포지토리", "리포지터리", "레포지토리", "레포지터리"], en: ["repo"] },
	),
	term(
		"push",
		["push", "push"],
		[
			"데몬이 이미지를 레지스트리로 보내는 것입니다. 레지스트리에 이미 있는 레이어는 보내지 않습니다.",
			"Sending an image from a daemon to a registry. Layers that the registry already has are not sent.",
		],
		["registries"],
		{ ko: ["푸시", "푸쉬"] },
	),
	term(
		"pull",
		["pull", "pull"],
		[
			"데몬이 이미지를 레지스트리에서 받는 것입니다. 이미 있는 레이어는 받지 않습니다.",
			"Fetching an image from a registry to a daemon. Layers that the daemon already has are not fetched.",
		],
		["pull", "registries"],
		{ ko: ["풀링", "풀 받"] },
	),
	term(
		"dockerfile",
		["Dockerfile", "Dockerfile"],
		[
			"이미지를 만드는 순서를 적은 파일입니다. 한 줄이 명령 하나입니다.",
			"A file that lists the steps to build an image, one instruction per line.",
		],
		["building", "small-images"],
		{ ko: ["도커파일", "도커 파일"] },
	),
	term(
		"build-context",
		["빌드 컨텍스트", "build context"],
		[
			"빌드할 때 데몬에 보내는 파일들입니다. 뺄 파일은 `.dockerignore`에 적습니다. 데몬을 고르는 컨텍스트와는 다릅니다.",
			"The files sent to the daemon for a build. Files to leave out are listed in `.dockerignore`. Not the same as the context that chooses a daemon.",
		],
		["building", "small-images"],
		{ ko: ["콘텍스트"] },
	),
	term(
		"build-cache",
		["캐시", "cache"],
		[
			"전에 빌드한 단계의 결과를 다시 쓰는 것입니다. 명령과 그 명령이 읽는 파일이 같으면 캐시를 쓰고, 다르면 그 단계부터 새로 빌드합니다.",
			"Results of earlier builds that are used again. If an instruction and the files it reads are the same, the cache is used. From the first step that differs, everything is built again.",
		],
		["building"],
	),
	term(
		"prune",
		["정리(prune)", "prune"],
		[
			"쓰지 않는 객체를 한꺼번에 지우는 것입니다. 무엇을 쓰지 않는다고 보는지는 객체의 종류마다 다릅니다.",
			"To remove everything unused at once. What counts as unused depends on the kind of object.",
		],
		["keeping", "objects"],
		{ ko: ["프룬", "가지치기"] },
	),
	term(
		"base-image",
		["기반 이미지", "base image"],
		[
			"`FROM`에 적는, 그 위에 새 이미지를 만드는 이미지입니다. 기반 이미지가 같은 이미지는 그 레이어를 함께 씁니다.",
			"The image written after `FROM`, on top of which a new image is built. Images with the same base image share its layers.",
		],
		["small-images", "building"],
		{ ko: ["베이스 이미지", "바탕 이미지"] },
	),
	term(
		"stage",
		["단계", "stage"],
		[
			"Dockerfile에서 `FROM`으로 시작하는 한 부분입니다. 여러 단계로 나누면 마지막 단계만 이미지가 되고, 앞 단계에서는 필요한 파일만 `COPY --from`으로 가져옵니다.",
			"The part of a Dockerfile that begins with a `FROM`. With several stages, only the last one becomes the image, and `COPY --from` takes just the files it needs from the others.",
		],
		["small-images"],
		{ ko: ["스테이지"] },
	),
	term(
		"buildkit",
		["BuildKit", "BuildKit"],
		[
			"23.0부터 기본인 빌더입니다. 단계마다 캐시 키를 계산하고, 서로 기다릴 필요가 없는 단계는 동시에 실행합니다.",
			"The default builder since 23.0. It computes a cache key for each step, and runs steps at the same time when they do not depend on each other.",
		],
		["building"],
		{ ko: ["빌드킷"] },
	),
	term(
		"config",
		["설정", "configuration"],
		[
			"이미지나 컨테이너에서 파일이 아닌 부분입니다. 실행할 명령, 환경 변수, 사용자, 작업 디렉터리가 들어 있습니다.",
			"The part of an image or container that is not files: the command, environment variables, user and working directory.",
		],
		["pull", "keeping"],
		{ ko: ["컨피그레이션"] },
	),
	term(
		"history",
		["히스토리", "history"],
		[
			"이미지의 레이어와 설정이 어떤 명령에서 나왔는지 적은 기록입니다. `docker image history`로 봅니다.",
			"The record of which instructions made the layers and the configuration of an image. See `docker image history`.",
		],
		["layers", "keeping"],
		{ ko: ["내력", "이미지 이력"] },
	),
	term(
		"private-registry",
		["사설 레지스트리", "private registry"],
		[
			"회사나 개인이 직접 운영하는 레지스트리입니다. 이미지 이름의 첫 부분에 그 주소를 적습니다.",
			"A registry that a company or a person runs. Its address is the first part of the image name.",
		],
		["registries", "moving"],
		{ ko: ["프라이빗 레지스트리", "개인 레지스트리"] },
	),
	term(
		"official-image",
		["공식 이미지", "official image"],
		[
			"Docker Hub의 `library` 아래에 있는, Docker가 관리하는 이미지입니다.",
			"An image under `library` on Docker Hub that Docker looks after.",
		],
		["registries"],
	),
];
