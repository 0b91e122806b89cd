// What the route refuses, and how it is said: the status, the reason in a header, and both with words in the body.

import { StoreError } from "./session/store";
import { REASON_HEADER, type Reason, type Refusal } from "./wire";

export const NO_STORE = { "cache-control": "no-store" };
const STATUS: Partial<Record<Reason, number>> = {
	disabled: 503,
	"no-daemon": 503,
	"no-image": 503,
	full: 503,
	"address-limit": 429,
	"rate-limit": 429,
	"cross-site": 403,
	"no-session": 401,
	"not-ready": 409,
	connection: 410,
	sequence: 409,
	"too-large": 413,
	"bad-request": 400,
	idle: 410,
	time: 410,
	lost: 410,
	ended: 410,
	failed: 410,
};
export const WORDS = {
	"address-limit": "there are as many sandboxes for this address as one may have",
	"rate-limit": "this address has asked for many sandboxes within an hour",
	full: "all sandboxes are taken, and so are the places in the queue",
} as const;

export function refuse(reason: Reason, message: string, more: { retryAfter?: number; expected?: number } = {}): Response {
	const body: Refusal & { message: string } = { reason, message, ...more };
	const headers = {
		...NO_STORE,
		[REASON_HEADER]: reason,
		...(more.retryAfter ? { "retry-after": String(more.retryAfter) } : {}),
	};
	return Response.json(body, { status: STATUS[reason] ?? 400, headers });
}

/** Where the state that several web processes share cannot be reached, there is nothing to lend. */
export const withStore =
	(
		answer: (request: Request) => Promise<Response>,
		without: (error: StoreError) => Response = ({ message }) => refuse("no-daemon", message),
	) =>
	async (request: Request): Promise<Response> => {
		try {
			return await answer(request);
		} catch (error) {
			if (error instanceof StoreError) return without(error);
			throw error;
		}
	};
