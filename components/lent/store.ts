// The real daemon that the site lends, as this page knows it: asked of the site when something shows it, and again while it changes.
// The machine's docker asks for one by itself when it is first used (engine/host/sandbox); both speak of the same session.

import { createStore } from "zustand/vanilla";
import { SANDBOX_PATH, type SandboxReason, type SandboxState } from "../../engine/api/sandbox";

export interface Lent {
	/** "asking" until the site has answered; "away" while it cannot be reached. */
	state: "asking" | "away" | "absent" | SandboxState["state"];
	reason?: SandboxReason;
	place?: number;
	/** When the nearer end comes, by this page's clock in milliseconds since 1970, and which it is. */
	ends?: { at: number; by: "idle" | "time" };
	warning?: "idle" | "time";
	/** Daemons that were lost with their machine; another took their place, without what was in them. */
	replaced?: number;
	images: readonly string[];
}

export const lentStore = createStore<Lent>(() => ({ state: "asking", images: [] }));

/** Why a site has none at all, in contrast to none at the moment. */
const ABSENT: ReadonlySet<string> = new Set<SandboxReason>(["disabled", "no-daemon", "no-image"]);

/** What the site's answer means here. */
export function lentOf(answer: Partial<SandboxState>, now: number): Lent {
	const { state, reason, place, left, warning, replaced } = answer;
	const images = answer.images?.loaded ?? [];
	if (reason !== undefined && ABSENT.has(reason)) return { state: "absent", reason, images };
	// a refusal has no state: there is none, and this is why
	if (state === undefined) return { state: "none", ...(reason ? { reason } : {}), images };
	const by = left && left.idle < left.total ? "idle" : "time";
	return {
		state,
		...(reason ? { reason } : {}),
		...(place === undefined ? {} : { place }),
		...(left ? { ends: { at: now + Math.min(left.idle, left.total) * 1000, by } } : {}),
		...(warning ? { warning } : {}),
		...(replaced ? { replaced } : {}),
		images,
	};
}

async function ask(method: "GET" | "POST" | "DELETE"): Promise<void> {
	try {
		const response = await fetch(SANDBOX_PATH, { method, cache: "no-store" });
		if (method === "DELETE" && response.ok) return ask("GET");
		const answer = (await response.json().catch(() => ({ reason: "disabled" }))) as Partial<SandboxState>;
		// where there is no such route, a page that says so answers
		lentStore.setState(lentOf(response.status === 404 ? { reason: "disabled" } : answer, Date.now()), true);
	} catch {
		lentStore.setState({ state: "away", images: [] }, true);
	}
}

/** How often the site is asked while it is shown; what does not change by itself is asked seldom. Milliseconds. */
const EVERY: Partial<Record<Lent["state"], number>> = {
	queued: 1500,
	starting: 1000,
	ready: 10_000,
	ended: 30_000,
	none: 30_000,
};
let watchers = 0;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Asks now. */
export async function look(): Promise<void> {
	clearTimeout(timer);
	await ask("GET");
	schedule();
}
function schedule(): void {
	clearTimeout(timer);
	const every = EVERY[lentStore.getState().state];
	if (watchers > 0 && every !== undefined) timer = setTimeout(() => void look(), every);
}

/** While something shows it. Returns what ends that. */
export function watchLent(): () => void {
	if (++watchers === 1) void look();
	return () => {
		if (--watchers === 0) clearTimeout(timer);
	};
}
export async function takeLent(): Promise<void> {
	await ask("POST");
	schedule();
}
export async function giveBack(): Promise<void> {
	await ask("DELETE");
	schedule();
}
