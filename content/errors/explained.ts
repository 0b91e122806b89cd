// What an explanation of an error is: what the console prints or which exit code it ends with, what that means, how to find out more.

import type { Both } from "../../components/words/locale";

export interface ExplainedError {
	/** In the address: /ko/errors#<id>. */
	id: string;
	title: Both;
	/** On what the console prints, a line at a time. */
	pattern?: RegExp;
	/** Exit code that stands for it where nothing was printed: of a docker command, or of a container's process. */
	exit?: number;
	means: Both;
	todo: Both;
	/** Commands that tell more; in capitals what the reader puts in. */
	look: string[];
	/** Lines that make it happen on a machine that has the site's registry; the last one does. */
	make: string[];
}

interface Words {
	title: string;
	means: string;
	todo: string;
}
interface Rest {
	pattern?: RegExp;
	exit?: number;
	look?: string[];
	make?: string[];
}

export const explained = (id: string, rest: Rest, ko: Words, en: Words): ExplainedError => ({
	look: [],
	make: [],
	...rest,
	id,
	title: { ko: ko.title, en: en.title },
	means: { ko: ko.means, en: en.means },
	todo: { ko: ko.todo, en: en.todo },
});
