// The words of the course, and how the texts spell what is no term of Docker's.

import { containerTerms } from "./glossary/containers";
import { imageTerms } from "./glossary/images";
import { partTerms } from "./glossary/parts";
import type { Term } from "./glossary/term";

export type { Term };
export const GLOSSARY_GROUPS = [
	{ id: "parts", terms: partTerms },
	{ id: "images", terms: imageTerms },
	{ id: "containers", terms: containerTerms },
] as const satisfies ReadonlyArray<{ id: string; terms: Term[] }>;
export const GLOSSARY: Term[] = GLOSSARY_GROUPS.flatMap(({ terms }) => terms);

/** How the Korean texts write common words: what they say → what they do not say. */
export const SPELLINGS: ReadonlyArray<readonly [says: string, not: readonly string[]]> = [
	["디렉터리", ["디렉토리"]],
	["파일 시스템", ["파일시스템"]],
	["시스템 콜", ["시스템콜", "시스템 호출"]],
	["환경 변수", ["환경변수"]],
	["표준 출력", ["표준출력"]],
	["표준 입력", ["표준입력"]],
	["사용자", ["유저"]],
	["옵션", ["플래그"]],
	["메시지", ["메세지"]],
	["데이터", ["데이타"]],
	["업데이트", ["업뎃"]],
	["애플리케이션", ["어플리케이션"]],
	["쿠버네티스", ["쿠버네테스", "k8s"]],
	["리눅스", ["리눅스 OS"]],
];
