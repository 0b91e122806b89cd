// Words about images, registries and building.

import { type Term, term } from "./term";

export const imageTerms: Term[] = [
	term(
		"image",
		["이미지", "image"],
		[
			"컨테이너를 만드는 틀입니다. 읽기 전용 레이어들과, 실행할 명령이나 환경 변수 같은 기본 설정으로 이루어집니다.",
			"What containers are made from: read-only layers, and a default configuration such as the command and the environment.",
		],
		["layers", "why"],
		{ ko: ["이메지", "도커 이미지 파일"] },
	),
	term(
		"layer",
		["레이어", "layer"],
		[
			"이미지를 이루는 파일 변경의 묶음입니다. 보통 Dockerfile의 명령 하나가 레이어 하나가 됩니다. 같은 레이어는 여러 이미지가 함께 씁니다.",
			"A set of changes to files that an image is made of, usually one for each instruction of a Dockerfile. Images share layers that are the same.",
		],
		["layers", "pull"],
		{ ko: ["계층"] },
	),
	term(
		"tag",
		["태그", "tag"],
		[
			"이미지의 이름에서 콜론 뒤에 오는 부분입니다. 언제든 다른 이미지로 옮길 수 있는 꼬리표이고, 생략하면 `latest`입니다.",
			"What comes after the colon in an image’s name: a label that can be moved to another image at any time. `latest` if left away.",
		],
		["registries", "keeping"],
	),
	term(
		"digest",
		["다이제스트", "digest"],
		[
			"내용을 SHA-256으로 계산한 값입니다. 내용이 같으면 같고 다르면 다르므로, 변하지 않는 이름으로 씁니다.",
			"The SHA-256 of some content. The same content has the same one, other content has another, so it serves as a name that never changes.",
		],
		["pull", "registries"],
		{ ko: ["해시값", "해시 값", "해쉬"], en: ["hash value", "checksum of the image"] },
	),
	term(
		"manifest",
		["매니페스트", "manifest"],
		[
			"이미지 하나가 어떤 설정과 레이어로 이루어지는지 다이제스트로 적은 목록입니다.",
			"The list, by digests, of the config and layers that make up an image.",
		],
		["pull"],
		{ ko: ["메니페스트", "매니패스트"] },
	),
	term(
		"index",
		["인덱스", "index"],
		[
			"한 이름 아래에 CPU와 운영체제마다 매니페스트를 하나씩 두는 목록입니다.",
			"A list that has, under one name, a manifest for each CPU and operating system.",
		],
		["pull"],
	),
	term(
		"blob",
		["블롭", "blob"],
		[
			"다이제스트로 부르는 파일 하나입니다. 매니페스트도, 설정도, 압축된 레이어도 블롭입니다. 본문에서는 조각이라고 풀어 쓰기도 합니다.",
			"A file that is called by its digest: a manifest, a config or a compressed layer. The lessons also say piece.",
		],
		["pull"],
		{ ko: ["블랍"] },
	),
	term(
		"image-store",
		["이미지 스토어", "image store"],
		[
			"데몬이 이미지를 보관하는 곳입니다. Engine 29를 새로 설치하면 containerd의 것을 씁니다. 압축된 블롭과 풀어 놓은 스냅숏을 함께 보관합니다.",
			"Where a daemon keeps its images. A fresh Engine 29 uses containerd’s, which keeps both compressed blobs and unpacked snapshots.",
		],
		["pull", "copy-on-write"],
		{ ko: ["이미지 저장소"] },
	),
	term(
		"registry",
		["레지스트리", "registry"],
		[
			"이미지를 맡아 두었다가 이름을 대면 내주는 HTTP 서버입니다. 가장 큰 것이 Docker Hub입니다.",
			"An HTTP server that keeps images and hands them out by name. Docker Hub is the largest.",
		],
		["registries"],
		{ ko: ["레지스터리", "도커 허브"] },
	),
	term(
		"repository",
		["저장소", "repository"],
		[
			"레지스트리 안에서 이름이 같고 태그만 다른 이미지들이 모인 곳입니다. `library/ubuntu`가 저장소의 이름입니다.",
			"The images in a registry that have one name and different tags. `library/ubuntu` is the name of one.",
		],
		["registries"],
		{ ko: ["리포지토리", "리포지터리", "레포지토리", "레포지터리"], en: ["repo"] },
	),
	term(
		"push",
		["push", "push"],
		[
			"데몬이 이미지를 레지스트리로 보내는 것입니다. 레지스트리에 이미 있는 레이어는 보내지 않습니다.",
			"A daemon sends an image to a registry, leaving out the layers that are there already.",
		],
		["registries"],
		{ ko: ["푸시", "푸쉬"] },
	),
	term(
		"pull",
		["pull", "pull"],
		[
			"데몬이 이미지를 레지스트리에서 받는 것입니다. 이미 있는 레이어는 받지 않습니다.",
			"A daemon fetches an image from a registry, leaving out the layers that it has already.",
		],
		["pull", "registries"],
		{ ko: ["풀링", "풀 받"] },
	),
	term(
		"dockerfile",
		["Dockerfile", "Dockerfile"],
		[
			"이미지를 만드는 순서를 적은 파일입니다. 한 줄이 명령 하나입니다.",
			"A file that says, an instruction a line, how an image is built.",
		],
		["building", "small-images"],
		{ ko: ["도커파일", "도커 파일"] },
	),
	term(
		"build-context",
		["빌드 컨텍스트", "build context"],
		[
			"빌드할 때 데몬에 건네는 파일들입니다. `.dockerignore`로 뺄 것을 정합니다. 데몬을 고르는 컨텍스트와는 다른 것입니다.",
			"The files that a build is given. `.dockerignore` says what is left out. Not to be confused with the context that names a daemon.",
		],
		["building", "small-images"],
		{ ko: ["콘텍스트"] },
	),
	term(
		"build-cache",
		["캐시", "cache"],
		[
			"전에 만든 단계를 다시 쓰는 것입니다. 명령과 그 명령이 읽는 파일이 같으면 캐시를 쓰고, 하나라도 다르면 그 뒤로는 새로 만듭니다.",
			"Steps made before are used again as long as the instruction, and the files it reads, are the same. After the first that differs, all are made anew.",
		],
		["building"],
	),
	term(
		"prune",
		["정리(prune)", "prune"],
		[
			"쓰지 않는 것을 한꺼번에 지우는 것입니다. 무엇을 쓰지 않는 것으로 치는지는 객체마다 다릅니다.",
			"To remove all that is unused at once. What counts as unused differs from object to object.",
		],
		["keeping", "objects"],
		{ ko: ["프룬", "가지치기"] },
	),
];
