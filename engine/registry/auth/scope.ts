// What a request wants to do, and how tokens write it: TYPE:NAME:ACTION,ACTION, several with spaces between.
// https://distribution.github.io/distribution/spec/auth/scope/

export interface Access {
	/** "repository" or "registry". */
	type: string;
	/** A repository's name; "catalog" for the registry. */
	name: string;
	/** pull, push, delete; "*" for the catalogue. */
	actions: string[];
}

const NAME = /^[a-z0-9]+(?:[._/-]+[a-z0-9]+)*$/;

/** Scopes that are none are passed over, as the specification asks. */
export function parseScopes(scopes: readonly string[]): Access[] {
	const out: Access[] = [];
	for (const scope of scopes.flatMap((one) => one.split(" "))) {
		// a name may have a port in it, and so a colon
		const match = /^([a-z0-9]+)(?:\([a-z0-9]+\))?:(.+):([a-z*,]*)$/.exec(scope);
		if (!match || !NAME.test(match[2]!.replace(/^[^/]*:\d+\//, ""))) continue;
		out.push({ type: match[1]!, name: match[2]!, actions: match[3]!.split(",").filter((action) => action !== "") });
	}
	return out;
}
export const formatScope = ({ type, name, actions }: Access): string => `${type}:${name}:${actions.join(",")}`;

/** Whether what was granted covers what is needed. */
export const covers = (granted: readonly Access[], needed: Access): boolean =>
	needed.actions.every((action) =>
		granted.some(
			({ type, name, actions }) =>
				type === needed.type && name === needed.name && (actions.includes(action) || actions.includes("*")),
		),
	);
