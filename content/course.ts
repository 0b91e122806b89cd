// The plan of the course: parts and lessons in order, with what each answers. A lesson without a slug is not written yet.

import type { Both, Locale } from "../components/words/locale";

export interface CourseLesson {
	number: number;
	slug?: string;
	title: Both;
	about: Both;
}
export interface CoursePart {
	title: Both;
	lessons: CourseLesson[];
}

const lesson = (number: number, title: [string, string], about: [string, string], slug?: string): CourseLesson => ({
	number,
	slug,
	title: { ko: title[0], en: title[1] },
	about: { ko: about[0], en: about[1] },
});

export const COURSE: CoursePart[] = [
	{
		title: { ko: "구조: 고래의 뼈대", en: "Architecture: the whale’s skeleton" },
		lessons: [
			lesson(
				1,
				["왜 컨테이너인가", "Why containers"],
				["JAR도 어디서나 도는데, 무엇이 다를까요?", "A JAR also runs anywhere. What is different?"],
				"why",
			),
			lesson(
				2,
				["클라이언트와 서버", "Client and server"],
				["docker 명령은 어디에서 실행될까요?", "Where does a docker command run?"],
				"client-server",
			),
			lesson(
				3,
				["데몬과 부품들", "The daemon and its parts"],
				["dockerd를 죽이면 컨테이너도 죽을까요?", "If dockerd dies, do containers die too?"],
				"daemon",
			),
			lesson(
				4,
				["레지스트리", "Registries"],
				["이름, 태그, 다이제스트는 무엇이 다를까요?", "Name, tag, digest: which one is the image?"],
				"registries",
			),
			lesson(
				5,
				["도커의 객체들", "Docker’s objects"],
				[
					"이미지, 컨테이너, 네트워크, 볼륨은 어떻게 이어질까요?",
					"How do images, containers, networks and volumes hang together?",
				],
				"objects",
			),
		],
	},
	{
		title: { ko: "이미지", en: "Images" },
		lessons: [
			lesson(
				6,
				["레이어", "Layers"],
				["이미지는 정말 겹겹이 쌓인 파일일까요?", "Is an image really files upon files?"],
				"layers",
			),
			lesson(
				7,
				["pull 들여다보기", "Pull, looked into"],
				["무엇을 내려받고 무엇을 건너뛸까요?", "What is fetched, and what is skipped?"],
				"pull",
			),
			lesson(8, ["빌드", "Building"], ["캐시는 왜 빗나갔을까요?", "Why did the cache miss?"], "building"),
			lesson(
				9,
				["보관과 이동", "Keeping and moving"],
				["save와 export는 무엇이 다를까요?", "How do save and export differ?"],
				"keeping",
			),
			lesson(
				10,
				["작은 이미지", "Small images"],
				["지운 파일이 왜 아직 자리를 차지할까요?", "Why does a deleted file still cost space?"],
				"small-images",
			),
		],
	},
	{
		title: { ko: "컨테이너", en: "Containers" },
		lessons: [
			lesson(
				11,
				["docker run, 여섯 단계", "docker run, six steps"],
				["엔터를 누르고 프롬프트가 뜰 때까지 무슨 일이 일어날까요?", "What happens between Enter and the prompt?"],
				"docker-run",
			),
			lesson(
				12,
				["카피 온 라이트", "Copy-on-write"],
				["컨테이너에서 지운 파일은 이미지에서도 사라질까요?", "Delete a file in a container: is it gone from the image?"],
				"copy-on-write",
			),
			lesson(
				13,
				["컨테이너의 일생", "A container’s life"],
				["멈춘 컨테이너는 어디에 있을까요?", "Where is a container that has stopped?"],
				"lifecycle",
			),
			lesson(
				14,
				["컨테이너 안에 들어가기", "Standing in"],
				["attach와 exec는 무엇이 다를까요?", "Attach or exec: which one, when?"],
				"standing-in",
			),
			lesson(
				15,
				["네임스페이스", "Namespaces"],
				["“격리”란 정확히 무엇을 뜻할까요?", "What exactly does “isolated” mean?"],
				"namespaces",
			),
			lesson(16, ["cgroup", "cgroups"], ["종료 코드 137은 누가 보냈을까요?", "Exit code 137: who sent it?"], "cgroups"),
			lesson(17, ["볼륨", "Volumes"], ["컨테이너를 지워도 남는 것은 무엇일까요?", "What outlives a container?"], "volumes"),
			lesson(
				18,
				["네트워크", "Networks"],
				["-p 8080:80은 패킷을 어디로 보낼까요?", "Where does -p 8080:80 send a packet?"],
				"networks",
			),
		],
	},
	{
		title: { ko: "여러 데몬", en: "Many daemons" },
		lessons: [
			lesson(
				19,
				["서비스와 스웜", "Services and swarm"],
				["주소 하나에 컨테이너 여럿, 누가 나눠 줄까요?", "One address, many containers: who shares out?"],
				"services",
			),
			lesson(
				20,
				["컨테이너 옮기기", "Moving a container"],
				["다른 서버로 옮길 때 무엇을 가져가야 할까요?", "What must come along to another host?"],
				"moving",
			),
			lesson(
				21,
				["진짜 도커", "The real thing"],
				["여기서 본 것이 진짜 데몬에서도 같을까요?", "Is it the same on a real daemon?"],
				"real-thing",
			),
			lesson(
				22,
				["도커 없이", "Without Docker"],
				["runc만으로 컨테이너를 띄울 수 있을까요?", "Can runc alone start a container?"],
				"without-docker",
			),
		],
	},
	{
		title: { ko: "부록: 더 깊이", en: "Appendix: deeper" },
		lessons: [
			lesson(
				23,
				["바이너리가 여기서 실행되는 법", "How a binary runs here"],
				["브라우저는 x86-64 명령어를 어떻게 실행할까요?", "How does a browser execute x86-64 instructions?"],
				"binary",
			),
		],
	},
];

export const findLesson = (slug: string): { lesson: CourseLesson; part: CoursePart } | undefined => {
	for (const part of COURSE) {
		const found = part.lessons.find((entry) => entry.slug === slug);
		if (found) return { lesson: found, part };
	}
	return undefined;
};

/** Slug → title, of the lessons that are written. */
export const lessonTitles = (locale: Locale): Record<string, string> =>
	Object.fromEntries(
		COURSE.flatMap(({ lessons }) => lessons).flatMap(({ slug, title }) => (slug ? [[slug, title[locale]]] : [])),
	);
