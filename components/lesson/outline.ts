// What a lesson's page must know of it from the start: plain values, which the server gives along. What judges predictions and
// tasks is code, and comes when there is a machine to judge (content/judges.ts).

import type { Command, Lesson, Task } from "@/content/lesson";

export interface LessonOutline {
	slug: string;
	commands: Record<string, Command>;
	/** Their ids. */
	predictions: string[];
	tasks: Record<string, Pick<Task, "solution" | "hints">>;
}

export const outlineOf = ({ slug, commands, predictions, tasks }: Lesson): LessonOutline => ({
	slug,
	commands,
	predictions: Object.keys(predictions),
	tasks: Object.fromEntries(Object.entries(tasks).map(([id, { solution, hints }]) => [id, { solution, hints }])),
});
