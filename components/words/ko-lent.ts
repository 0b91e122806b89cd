// What the site says in Korean about the real daemon that it lends, about two daemons side by side, and about conformance.

export const koLent = {
	lent: {
		title: "실제 도커에서 해 보기",
		take: "실제 도커 빌리기",
		giveBack: "돌려주기",
		leave: "줄에서 빠지기",
		how: "을 실행하면 그다음 명령부터 빌린 데몬이 받습니다. 한 번만 쓰려면 docker -c sandbox처럼 컨텍스트를 붙입니다.",
		none: "이 사이트의 서버가 실제 도커 데몬을 잠시 빌려줍니다. 네트워크가 없는 격리된 컨테이너 안에서 돌며, 시간이 다하면 흔적 없이 지워집니다.",
		queued: (place: number) => `지금은 모두 쓰이고 있습니다. 대기 순서는 ${place}번째입니다.`,
		state: {
			asking: "빌릴 수 있는지 사이트에 묻고 있습니다.",
			away: "사이트에 연결할 수 없습니다.",
			starting: "데몬이 켜지고 있습니다.",
			ready: "실제 도커 데몬을 쓰고 있습니다.",
		},
		replaced: "빌린 데몬이 있던 서버가 사라져 다른 서버의 새 데몬으로 이어졌습니다. 앞의 데몬에 있던 것은 함께 사라졌습니다.",
		left: { time: "남은 시간", idle: "쓰지 않으면 회수까지" },
		warning: {
			time: "곧 시간이 다합니다. 남길 것이 있으면 docker save나 docker cp로 이 탭에 옮겨 두세요.",
			idle: "오래 쓰지 않아 곧 회수됩니다. 명령을 하나 실행하면 계속 쓸 수 있습니다.",
		},
		absent: {
			disabled:
				"이 사이트에는 빌려줄 실제 도커가 없습니다. 운영자가 SANDBOX=1로 켜야 하고, 서버에 도커 데몬이 있어야 합니다. 나머지는 모두 그대로 됩니다.",
			"no-daemon":
				"이 사이트에는 빌려줄 실제 도커가 없습니다. 기능은 켜져 있지만 서버의 도커 데몬이 응답하지 않습니다. 나머지는 모두 그대로 됩니다.",
			"no-image":
				"이 사이트에는 빌려줄 실제 도커가 없습니다. 서버에 샌드박스 이미지가 아직 없습니다. 나머지는 모두 그대로 됩니다.",
		} as Record<string, string>,
		refused: {
			full: "모두 쓰이고 있고 기다리는 줄도 찼습니다. 몇 분 뒤에 다시 해 보세요.",
			"address-limit": "같은 네트워크에서 한꺼번에 빌릴 수 있는 수를 다 썼습니다.",
			"rate-limit": "요청이 너무 잦습니다. 잠시 뒤에 다시 해 보세요.",
			failed: "데몬을 켜지 못했습니다. 다시 해 보세요.",
		} as Record<string, string>,
		ended: {
			time: "시간이 다해 회수되었고, 안에 있던 것은 지워졌습니다.",
			idle: "오래 쓰지 않아 회수되었고, 안에 있던 것은 지워졌습니다.",
			lost: "빌린 데몬이 있던 서버가 사라졌습니다. 다시 빌릴 수 있습니다.",
			failed: "데몬을 켜지 못했습니다. 다시 해 보세요.",
			ended: "돌려주었습니다.",
		} as Record<string, string>,
	},
	beside: {
		title: "나란히 실행하기",
		lead: "명령 하나를 두 데몬에서 한꺼번에 실행하고 답을 비교합니다. ID, 시각, 주소처럼 같을 수 없는 것은 접어 두고 비교합니다.",
		run: "두 곳에서 실행",
		running: "실행하는 중…",
		command: "명령",
		here: "이 탭",
		there: { sandbox: "실제 도커", second: "두 번째 호스트" },
		withSecond: "빌린 데몬이 없으므로 두 번째 호스트와 비교합니다.",
		noSecond: "두 번째 호스트도 아직 없습니다. service second start로 켜고 컨텍스트 second를 만드세요.",
		same: "한 글자도 다르지 않습니다.",
		alike: "ID, 시각, 주소를 빼면 모두 같습니다.",
		differs: (n: number) => (n === 0 ? "종료 코드가 다릅니다." : `${n}줄이 다릅니다.`),
		codes: (here: number, there: number) => (here === there ? `종료 코드 ${here}` : `종료 코드 ${here} / ${there}`),
		marks: { same: "같음", alike: "값만 다름", differs: "다름" },
		empty: "출력이 없습니다.",
		nothing: "없음",
		why: "까닭",
		failed: "실행하지 못했습니다:",
	},
	conformance: {
		title: "실제 도커와 비교한 기록",
		lead: "이 엔진은 시험할 때마다 실제 도커, 실제 리눅스 커널과 답을 비교합니다. 이 표는 그 시험이 직접 적은 것입니다.",
		summary: (same: number, all: number) => `${all.toLocaleString("ko")}개 가운데 ${same.toLocaleString("ko")}개가 같습니다.`,
		what: "비교한 것",
		with: "상대",
		same: "같음",
		sample: "일부를 골라 잼",
		of: "/",
		when: "잰 날",
		differences: (n: number) => `다른 것과 그 까닭 ${n}가지`,
		none: "다른 것이 없습니다.",
		step: "단계",
		why: "까닭",
		how: "방법",
		howText: "npm test가 같은 비교의 일부를, npm run test:long이 전부를 실행합니다. 표는 npm run conformance:record가 적습니다.",
	},
};
export type LentWords = typeof koLent;
