// What a search engine is told of the course and its lessons, as schema.org has it. Data, not a script: nothing runs it.

import { COURSE, type CourseLesson, type CoursePart } from "@/content/course";
import { wordsFor } from "../words";
import type { Locale } from "../words/locale";
import { origin } from "./origin";

const at = (path: string): string => new URL(path, origin()).href;

function Data({ value }: { value: object }) {
	// "<" cannot end the element from within.
	const text = JSON.stringify({ "@context": "https://schema.org", ...value }).replaceAll("<", "\\u003c");
	// biome-ignore lint/security/noDangerouslySetInnerHtml: our own text, with every "<" escaped
	return <script type="application/ld+json" dangerouslySetInnerHTML={{ __html: text }} />;
}
const provider = (locale: Locale) => ({ "@type": "Organization", name: wordsFor(locale).site, url: at(`/${locale}`) });

export function CourseData({ locale }: { locale: Locale }) {
	const words = wordsFor(locale);
	const lessons = COURSE.flatMap((part) => part.lessons).filter(({ slug }) => slug);
	return (
		<Data
			value={{
				"@type": "Course",
				name: `${words.site}: ${words.lessons.title}`,
				description: words.description,
				inLanguage: locale,
				isAccessibleForFree: true,
				url: at(`/${locale}/lessons`),
				provider: provider(locale),
				hasCourseInstance: { "@type": "CourseInstance", courseMode: "online", courseWorkload: `PT${lessons.length * 10}M` },
				hasPart: lessons.map(({ slug, title }) => ({
					"@type": "LearningResource",
					name: title[locale],
					url: at(`/${locale}/lessons/${slug}`),
				})),
			}}
		/>
	);
}

interface LessonProps {
	locale: Locale;
	lesson: CourseLesson;
	part: CoursePart;
	minutes: number;
}
export function LessonData({ locale, lesson, part, minutes }: LessonProps) {
	const words = wordsFor(locale);
	return (
		<Data
			value={{
				"@type": "LearningResource",
				name: lesson.title[locale],
				description: lesson.about[locale],
				learningResourceType: "interactive tutorial",
				timeRequired: `PT${minutes}M`,
				inLanguage: locale,
				isAccessibleForFree: true,
				url: at(`/${locale}/lessons/${lesson.slug}`),
				provider: provider(locale),
				isPartOf: { "@type": "Course", name: `${words.site}: ${part.title[locale]}`, url: at(`/${locale}/lessons`) },
			}}
		/>
	);
}
