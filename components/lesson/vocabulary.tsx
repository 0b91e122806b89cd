// The words that a lesson's prose may use beside Markdown: the whole list. Each is explained where it is made.

import type { MDXComponents } from "mdx/types";
import type { ComponentProps } from "react";
import { Aside, Break, Changed, Question } from "./asides";
import { Beside, Lend } from "./beside";
import { Command } from "./command";
import { Ask, Choice, Predict } from "./predict";
import { See } from "./see";
import { Hint, Task } from "./task";

const SHORT = 24;
/** An option or a name is not broken at its hyphens, unless a phone has no room for it. */
const Code = ({ children, ...rest }: ComponentProps<"code">) => (
	<code
		{...rest}
		data-whole={typeof children === "string" && children.length <= SHORT && !/\s/.test(children) ? true : undefined}
	>
		{children}
	</code>
);

const VOCABULARY = {
	code: Code,
	/** What the lesson answers. */
	Question,
	/** A command of lesson.ts by its id, run in the console at a press. */
	Command,
	/** The same command on two daemons at once, their answers side by side. */
	Beside,
	/** Where a real daemon is borrowed from the site. */
	Lend,
	/** A prediction of lesson.ts by its id: an Ask, then its Choices by their ids. */
	Predict,
	Ask,
	Choice,
	/** A task of lesson.ts by its id, with Hint n={1} and n={2}. */
	Task,
	Hint,
	/** Opens a picture: view="run" | "layers" | "files". */
	See,
	/** A failure on purpose, and what the error means. */
	Break,
	/** Where common texts describe an older Docker. */
	Changed,
	/** A word by the way. */
	Aside,
};

export const lessonVocabulary = (): MDXComponents => VOCABULARY as MDXComponents;
