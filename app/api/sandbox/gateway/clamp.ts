// What is changed in a request before it goes on: limits on processes and open files, which the inner daemon sets by default and
// a client could lift. They stop a fork bomb earlier than the outer container's limit does, and with a clearer error.

import { Refused, type Vetted } from "./vet";

interface Ulimit {
	Name: string;
	Soft: number;
	Hard: number;
}
const CEILINGS: ReadonlyMap<string, number> = new Map([
	["nproc", 256],
	["nofile", 4096],
	["core", 0],
]);

const clampOne = (ulimit: Ulimit): Ulimit => {
	const most = CEILINGS.get(String(ulimit.Name).toLowerCase());
	if (most === undefined) return ulimit;
	// below zero is without limit
	const lowered = (value: unknown): number => (typeof value === "number" && value >= 0 ? Math.min(value, most) : most);
	return { ...ulimit, Soft: lowered(ulimit.Soft), Hard: lowered(ulimit.Hard) };
};
const clampAll = (ulimits: unknown): Ulimit[] => {
	if (!Array.isArray(ulimits) || ulimits.some((one) => typeof one !== "object" || one === null))
		throw new Refused(400, "ulimits are a list");
	return ulimits.map(clampOne);
};

/** Does the request's body have to be read and changed? */
export const clampsBody = ({ method, segments }: Vetted): boolean =>
	method === "POST" && segments[0] === "containers" && segments[1] === "create" && segments.length === 2;

/** The body of POST /containers/create. What is no JSON goes on: the daemon says so in its own words. @throws Refused */
export function clampCreate(source: string): string {
	let body: unknown;
	try {
		body = JSON.parse(source);
	} catch {
		return source;
	}
	if (typeof body !== "object" || body === null || Array.isArray(body)) return source;
	// Go's decoder takes any case of a name, and the last of several: one name is left
	const others = (object: object, name: string) => Object.entries(object).filter(([key]) => key.toLowerCase() !== name);
	const host = Object.entries(body).findLast(([key]) => key.toLowerCase() === "hostconfig")?.[1];
	if (typeof host !== "object" || host === null) return source;
	const ulimits = Object.entries(host as object).findLast(([key]) => key.toLowerCase() === "ulimits")?.[1];
	const clamped = { ...Object.fromEntries(others(host, "ulimits")), ...(ulimits == null ? {} : { Ulimits: clampAll(ulimits) }) };
	return JSON.stringify({ ...Object.fromEntries(others(body, "hostconfig")), HostConfig: clamped });
}

/** Of POST /build: its ulimits are in the address. @throws Refused */
export function clampBuild({ segments, method, target }: Vetted): string {
	if (method !== "POST" || segments[0] !== "build" || segments.length > 1) return target;
	const mark = target.indexOf("?");
	if (mark < 0) return target;
	const query = new URLSearchParams(target.slice(mark + 1));
	const ulimits = query.getAll("ulimits").at(-1);
	if (ulimits === undefined) return target;
	let list: unknown;
	try {
		list = JSON.parse(ulimits);
	} catch {
		throw new Refused(400, "ulimits are a list");
	}
	query.set("ulimits", JSON.stringify(clampAll(list)));
	return `${target.slice(0, mark)}?${query}`;
}
