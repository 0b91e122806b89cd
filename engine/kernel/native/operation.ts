// How the kernel's operations and the methods of Sys correspond: the same name and arguments, the task before them, and in
// place of a promise the result itself, a negative errno, or Blocked. What gives nothing in Sys gives 0 here.

import type { Sys } from "../../sys";
import type { Task } from "../task";
import type { Blocked } from "../wait";

/** The methods of Sys that are promises. */
export type CallName = Exclude<
	{ [K in keyof Sys]: Sys[K] extends (...args: never[]) => Promise<unknown> ? K : never }[keyof Sys],
	"exit"
>;

type Result<K extends CallName> = Awaited<ReturnType<Sys[K]>> extends infer R ? (R extends void ? number : R) : never;

export type Operation<K extends CallName> = (
	task: Task,
	...args: Parameters<Sys[K]>
) => Result<K> | number | Blocked<Result<K> | number> | Blocked<Result<K>> | Blocked;

export type Operations<K extends CallName> = { readonly [N in K]: Operation<N> };
