"use client";
// Which lesson the text below belongs to.

import { createContext, type ReactNode, useContext } from "react";
import type { Lesson } from "@/content/lesson";
import { LESSONS } from "@/content/lessons";

const LessonContext = createContext<Lesson | null>(null);

export function LessonProvider({ slug, children }: { slug: string; children: ReactNode }) {
	return <LessonContext value={LESSONS[slug] ?? null}>{children}</LessonContext>;
}

/** @throws when used outside a lesson */
export function useLesson(): Lesson {
	const lesson = useContext(LessonContext);
	if (!lesson) throw new Error("this belongs in a lesson");
	return lesson;
}
