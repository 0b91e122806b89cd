// Ids across user namespaces (man 7 user_namespaces): each maps ranges of its own ids to ids of its parent.
// Credentials hold ids of the initial namespace; programs see those of their own.

import type { UserNamespace } from "./namespaces";

/** What an id without a mapping looks like (/proc/sys/kernel/overflowuid). */
export const OVERFLOW_ID = 65534;

type MapName = "uidMap" | "gidMap";

/** An id as a program gives it → the initial namespace's; undefined where it is not mapped. */
export function toOutside(user: UserNamespace, map: MapName, id: number): number | undefined {
	let at: UserNamespace | undefined = user;
	let value = id;
	while (at?.parent) {
		const range = at[map].find(([inside, , count]) => value >= inside && value < inside + count);
		if (!range) return undefined;
		value = range[1] + value - range[0];
		at = at.parent;
	}
	return value;
}

/** The initial namespace's id → as a program in `user` sees it. */
export const fromOutside = (user: UserNamespace, map: MapName, id: number): number => inside(user, map, id) ?? OVERFLOW_ID;
/** Does the namespace have the id, by whatever number? */
export const isMapped = (user: UserNamespace, map: MapName, id: number): boolean => inside(user, map, id) !== undefined;

function inside(user: UserNamespace, map: MapName, id: number): number | undefined {
	if (!user.parent) return id;
	const above = inside(user.parent, map, id);
	if (above === undefined) return undefined;
	const range = user[map].find(([, outside, count]) => above >= outside && above < outside + count);
	return range && range[0] + above - range[1];
}
