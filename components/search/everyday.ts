// What learners say in their own words, and the words that the texts use for it. Each is looked for besides what was typed.

const TABLE: ReadonlyArray<readonly [said: string, ...used: string[]]> = [
	["삭제", "지웁", "rm"],
	["제거", "지웁", "rm"],
	["생성", "만들", "만든", "만듭", "create"],
	["열기", "공개", "publish"],
	["개방", "공개", "publish"],
	["포워딩", "공개", "publish"],
	["포트포워딩", "공개한"],
	["매핑", "공개", "publish"],
	["충돌", "이미", "conflict"],
	["보기", "logs", "ls", "inspect"],
	["조회", "ls", "inspect"],
	["목록", "ls"],
	["접속", "들어가", "exec"],
	["백업", "save", "보관"],
	["용량", "크기", "디스크"],
	["정리", "prune"],
	["멀티", "여러"],
	["스테이지", "stage", "단계"],
	["멀티스테이지", "stage"],
	["재시작", "restart", "다시"],
	["중지", "stop", "멈추", "멈춘", "멈춥"],
	["종료", "exit", "끝나"],
	["쉘", "셸"],
	["컨피그", "설정"],
	["도커파일", "dockerfile"],
	["도커허브", "hub"],
	["컴포즈", "compose"],
	["쿠버네티스", "kubernetes"],
	["맥", "애플", "arm64"],
	["느려", "캐시"],
	["느림", "캐시"],
	["안됨", "오류"],
	["에러", "오류", "error"],
	["delete", "rm", "remove"],
	["erase", "rm", "remove"],
	["multi-stage", "stages"],
	["multistage", "stages"],
	["expose", "publish", "published"],
	["forward", "publish", "published"],
	["enter", "exec"],
	["ssh", "exec"],
	["backup", "save"],
	["stopped", "ended", "exited"],
	["disk", "prune", "space"],
	["mac", "apple", "arm64"],
];

const EVERYDAY = new Map(TABLE.map(([said, ...used]) => [said, used]));

export const usedFor = (said: string): readonly string[] => EVERYDAY.get(said) ?? [];

/** Particles, longest first: what follows a noun in a Korean question. */
const PARTICLES = [
	"이란",
	"에서",
	"으로",
	"에는",
	"에게",
	"란",
	"을",
	"를",
	"이",
	"가",
	"은",
	"는",
	"의",
	"에",
	"로",
	"와",
	"과",
	"도",
];

/** A Korean word without the particle that it may end with: "컨테이너를" → "컨테이너". */
export function withoutParticle(word: string): string | undefined {
	const particle = PARTICLES.find((end) => word.endsWith(end) && word.length > end.length + 1);
	return particle && word.slice(0, -particle.length);
}

/** Words of a question that say nothing about what is looked for. */
export const EMPTY: ReadonlySet<string> = new Set(
	"a an the is are was my your it its to of in on with and or how why what when where does do did can i not for 왜 어떻게 무엇 뭐 방법 하는 하기 법 안 수 있나 때 것".split(
		" ",
	),
);
