// How a netlink protocol answers one message of a program (man 7 netlink): with messages, an error, an error in words, or nothing.

import type { Errno } from "../../../lib/errno";
import type { Task } from "../../task";
import type { NetStack } from "../stack";

export interface Request {
	task: Task;
	stack: NetStack;
	type: number;
	/** NLM_F_*. */
	flags: number;
	body: Uint8Array;
	/** The port of who asks. */
	pid: number;
}
/** A message of the answer: sequence and port are the question's. */
export interface Answer {
	type: number;
	body: Uint8Array;
	flags?: number;
}
/** An error with the words that programs show ("Error: … ."), or a warning with 0. */
export interface Refusal {
	error: Errno | 0;
	text?: string;
}
export const refusal = (error: Errno | 0, text?: string): Refusal => ({ error, text });
/** An array is what was asked for; it is a dump where NLM_F_DUMP was set. */
export type Reply = 0 | Errno | Refusal | Answer[];

export interface Protocol {
	handle(request: Request): Reply;
}
