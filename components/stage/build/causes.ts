// Why the cache had a step's layer or not, in one phrase of each language. A cause without a row does not compile.

import type { BuildCause } from "../../../engine/trace/event";
import { type Both, LOCALES, type Locale } from "../../words/locale";

const both = (ko: string, en: string): Both => ({ ko, en });

/** What says all by itself. */
const WHOLE: { [Cause in BuildCause]?: Both } = {
	same: both(
		"명령도, 아래 레이어도, 읽는 것도 그대로입니다",
		"the instruction, what lies below it and what it reads are the same",
	),
	first: both("처음 실행하는 명령입니다", "this instruction has not been done before"),
	gone: both("만들어 둔 레이어가 이제 없습니다", "its layer is not there any more"),
	off: both("캐시를 쓰지 않도록 했습니다", "the cache is not to be used"),
};
/** What has changed. */
const CHANGED: Record<Exclude<BuildCause, "same" | "first" | "gone" | "off">, Both> = {
	instruction: both("명령", "the instruction"),
	parent: both("아래 레이어", "what lies below it"),
	files: both("복사할 파일", "the files it copies"),
	place: both("복사할 곳", "where it copies to"),
	command: both("실행할 명령", "its command"),
	environment: both("환경 변수", "its environment"),
	workdir: both("작업 디렉터리", "its working directory"),
	user: both("사용자", "its user"),
	network: both("네트워크", "its network"),
	mounts: both("마운트한 내용", "what is mounted"),
	epoch: both("SOURCE_DATE_EPOCH", "SOURCE_DATE_EPOCH"),
};

function inLocale(because: readonly BuildCause[], locale: Locale): string {
	const [first] = because;
	const whole = first && WHOLE[first];
	if (whole) return whole[locale];
	const names = because.map((cause) => CHANGED[cause as keyof typeof CHANGED][locale]).join(", ");
	return locale === "ko" ? `바뀐 것: ${names}` : `changed: ${names}`;
}
export const causeWords = (because: readonly BuildCause[]): Both =>
	Object.fromEntries(LOCALES.map((locale) => [locale, inLocale(because, locale)])) as Both;
