// The comparisons that the page of conformance tells of: what is compared, with what, and where the cases are.

import type { Both } from "../../components/words/locale";

export interface Suite {
	id: string;
	title: Both;
	about: Both;
	/** The test that compares. */
	file: string;
	/** Where every case is a test of its own: the groups that count. Elsewhere the test writes a note (test/support/record.ts). */
	group?: RegExp;
	/** A short run has cases enough, and a long one takes hours. */
	short?: true;
	/** The real thing, where what the recording machine has is not it. */
	with?: string;
}

const RECORDED = "Linux 6.18";

export const SUITES: readonly Suite[] = [
	{
		id: "cli-docker-ours",
		file: "test/conformance/cli/corpus.test.ts",
		title: { ko: "실제 docker 명령과 이 데몬", en: "The real docker command, this daemon" },
		about: {
			ko: "실제 Docker Engine에서 기록한 스크립트 31개를 실제 docker 명령으로 이 데몬에서 다시 실행하고, 종료 코드와 출력과 오류를 비교합니다.",
			en: "31 scripts that were recorded on a real Docker Engine run again on this daemon, by the real docker command; exit codes, output and errors are compared.",
		},
	},
	{
		id: "cli-ours-ours",
		file: "test/conformance/cli/corpus.test.ts",
		title: { ko: "이 docker 명령과 이 데몬", en: "This docker command, this daemon" },
		about: {
			ko: "같은 스크립트를 이 사이트의 docker 명령으로 실행합니다. 콘솔에서 쓰는 바로 그 조합입니다.",
			en: "The same scripts, run by this site’s docker command: what you use in the console.",
		},
	},
	{
		id: "cli-ours-docker",
		file: "test/conformance/cli/corpus.test.ts",
		title: { ko: "이 docker 명령과 실제 데몬", en: "This docker command, a real daemon" },
		about: {
			ko: "이 사이트의 docker 명령을 실제 dockerd에 연결합니다. 실제 도커를 빌렸을 때의 조합입니다.",
			en: "This site’s docker command on a real dockerd: what you have when you borrow a real Docker.",
		},
	},
	{
		id: "api",
		file: "test/conformance/api/api.test.ts",
		title: { ko: "엔진 API", en: "The Engine API" },
		about: {
			ko: "도커가 배포하는 API 명세의 모든 동작을 매개변수까지 호출하고, 상태 코드와 본문이 명세와 맞는지 확인합니다.",
			en: "Every operation of Docker’s own description of its API is called, with every parameter; statuses and bodies must be as described.",
		},
	},
	{
		id: "oracles",
		file: "test/conformance/oracles/oracles.test.ts",
		group: /^(?:cli-opts|dockerfile|dockerignore|reference|run-argv|shellword|units) (?!is read whole)/,
		with: "docker 28.2.2, BuildKit 0.23",
		title: { ko: "옵션과 Dockerfile 읽기", en: "Reading options and Dockerfiles" },
		about: {
			ko: "도커의 Go 코드가 옵션, 이미지 이름, Dockerfile, .dockerignore를 어떻게 읽는지 기록해 두고 같은 입력의 결과를 비교합니다.",
			en: "How Docker’s own code reads options, image names, Dockerfiles and .dockerignore was recorded; the same inputs must be read alike.",
		},
	},
	{
		id: "builder",
		file: "test/conformance/builder/builder.test.ts",
		group: /^a build .*(?:classic|BuildKit)/,
		short: true,
		with: "Docker Engine 20.10.24",
		title: { ko: "이미지 빌드", en: "Building images" },
		about: {
			ko: "같은 Dockerfile을 두 데몬에서 빌드해 출력, 이미지의 설정, 파일 트리를 비교합니다. 무작위로 만든 것도 있습니다.",
			en: "The same Dockerfiles, random ones among them, are built on both; output, configuration and files of the images are compared.",
		},
	},
	{
		id: "overlay",
		file: "test/engine/fs/recorded.test.ts",
		group: /^overlay: answers, merged tree, upper layer (?:recorded|found)/,
		with: RECORDED,
		title: { ko: "오버레이 파일 시스템", en: "The overlay file system" },
		about: {
			ko: "리눅스 커널의 overlayfs에서 무작위 작업을 실행해 기록한 답과 합친 트리와 upper 레이어를 비교합니다.",
			en: "Random operations on the Linux kernel’s overlayfs: answers, the merged tree and the upper layer are compared.",
		},
	},
	{
		id: "files",
		file: "test/engine/fs/recorded.test.ts",
		group: /^(?:answers of tmpfs|mountinfo)/,
		with: RECORDED,
		title: { ko: "파일과 마운트", en: "Files and mounts" },
		about: {
			ko: "tmpfs와 마운트(바인드, 전파, pivot_root)에서 커널이 한 답과 비교합니다.",
			en: "What the kernel answers on tmpfs, and to mounts: binds, propagation, pivot_root.",
		},
	},
	{
		id: "syscalls",
		file: "test/conformance/syscalls/syscalls.test.ts",
		title: { ko: "시스템 콜", en: "System calls" },
		about: {
			ko: "C 프로그램을 실제 커널과 이 커널에서 실행해 결과, errno, 효과를 한 줄씩 비교합니다.",
			en: "C programs run on the real kernel and on this one: results, errnos and effects are compared line by line.",
		},
	},
	{
		id: "commandlines",
		file: "test/conformance/commandlines/commandlines.test.ts",
		group: /^busybox/,
		title: { ko: "busybox 명령줄과 터미널", en: "Command lines and terminals of busybox" },
		about: {
			ko: "같은 busybox 바이너리로 같은 명령줄을 실행하고 터미널에 같은 글자를 쳐서, 출력과 종료 코드와 화면을 비교합니다.",
			en: "The same busybox binary runs the same command lines and is typed at; output, exit codes and screens are compared.",
		},
	},
	{
		id: "cpu",
		file: "test/engine/cpu/oracle.test.ts",
		short: true,
		title: { ko: "CPU 명령어", en: "The processor’s instructions" },
		about: {
			ko: "명령어 표의 모든 인코딩을 무작위 입력으로 실제 프로세서와 이 CPU에서 실행해 레지스터, 플래그, 메모리를 비교합니다.",
			en: "Every encoding of the instruction table runs with random inputs on a real processor and on this one; registers, flags and memory are compared.",
		},
	},
];
