// What is said in both languages when a page broke: by itself, since it goes with every page.

import type { Locale } from "./locale";

interface Trouble {
	title: string;
	text: string;
	retry: string;
}
export const TROUBLE: Record<Locale, Trouble> = {
	ko: {
		title: "이 화면에서 문제가 생겼습니다",
		text: "컴퓨터의 디스크는 그대로 있습니다. 다시 시도하거나 페이지를 새로 열어 주세요.",
		retry: "다시 시도",
	},
	en: {
		title: "Something went wrong on this page",
		text: "The machine’s disk is as it was. Try again, or open the page anew.",
		retry: "Try again",
	},
};
