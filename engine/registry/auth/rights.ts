// Who may do what: rules by user and repository, the first that fits decides.

import type { Access } from "./scope";

export interface Rule {
	/** A user's name, "*" for every user, "" for those who have not logged in. */
	user: string;
	/** With "*" for anything, as in "team/*"; $USER stands for the user's own name. */
	repository: string;
	actions: readonly string[];
}

const ALL = ["pull", "push", "delete", "*"];
/** What holds where nothing is configured: users may do everything, others nothing. */
export const USERS_ALL: readonly Rule[] = [{ user: "*", repository: "*", actions: ALL }];
export const ANONYMOUS_PULL: Rule = { user: "", repository: "*", actions: ["pull"] };

/** The part of what is asked for that the user has. @param user undefined for nobody */
export function granted(rules: readonly Rule[], user: string | undefined, asked: Access): Access {
	const rule = rules.find(
		(one) =>
			(one.user === "*" ? user !== undefined : one.user === (user ?? "")) &&
			matches(one.repository.replaceAll("$USER", user ?? ""), asked.type === "registry" ? "*" : asked.name),
	);
	const may = rule?.actions ?? [];
	// a catalogue names every repository: it is for those who may read every one
	const actions = asked.type === "registry" ? asked.actions.filter(() => rule?.repository === "*" && may.includes("*")) : null;
	return { ...asked, actions: actions ?? asked.actions.filter((action) => may.includes(action) || may.includes("*")) };
}

function matches(pattern: string, name: string): boolean {
	const source = pattern.replace(/[.+?^${}()|[\]\\]/g, "\\$&").replaceAll("*", ".*");
	return new RegExp(`^${source}$`).test(name);
}
