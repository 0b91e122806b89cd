// One machine a tab, outside React: started once, shared by every page that is visited without a reload.
// Components select from the store; they never own the machine's state.

import { createStore } from "zustand/vanilla";
import { BrowserMachine } from "../../engine/host/browser/client";
import type { CallSelection, MachineStatus } from "../../engine/host/browser/facade";
import { missingFeatures } from "../../engine/host/browser/support";
import type { TraceEvent } from "../../engine/trace/event";
import { Changes, changesWorld, readWorld, type World } from "./world";

export type CallEvent = Extract<TraceEvent, { type: "syscall" }>;

export interface MachineState {
	status: MachineStatus;
	/** What the browser lacks; empty while all is there. */
	missing: string[];
	/** The events of this boot that are still kept, oldest first. The array is new whenever it has grown. */
	trace: readonly TraceEvent[];
	/** System calls of whom the reader chose, oldest first: the last of them. */
	calls: readonly CallEvent[];
	/** Images and containers as the daemon tells them; null before the first answer. */
	world: World | null;
	/** Grows with every reading of the world: what tasks and predictions wait for. */
	revision: number;
}

export const machineStore = createStore<MachineState>(() => ({
	status: { phase: "off" },
	missing: [],
	trace: [],
	calls: [],
	world: null,
	revision: 0,
}));

let machine: BrowserMachine | undefined;
let asked = false;

/** The tab's machine; undefined until it is first started. */
export const theMachine = (): BrowserMachine | undefined => machine;

export function startMachine(): void {
	if (asked || typeof window === "undefined") return;
	asked = true;
	const missing = missingFeatures();
	if (missing.length > 0) {
		machineStore.setState({ missing });
		return;
	}
	machine = new BrowserMachine("/engine/");
	machine.onStatus((status) => {
		machineStore.setState({ status });
		if (status.phase === "ready") refreshSoon();
		if (status.phase === "off") changes = new Changes();
		if (status.phase === "off") machineStore.setState({ trace: [], calls: [], world: null });
	});
	machine.watchTrace(0, takeEvents);
	// For the curious, from the browser's own console: drydock.docker("GET", "/info")
	Object.defineProperty(globalThis, "drydock", { value: machine, configurable: true });
	void machine.start();
}

const TRACE_SHOWN = 20_000;
const CALLS_SHOWN = 2000;
let arrived: TraceEvent[] = [];
let painting = false;

/** Events come in bursts; the pictures are told once a frame. */
function takeEvents(events: TraceEvent[]): void {
	arrived.push(...events);
	for (const event of events) changes.note(event);
	if (events.some(changesWorld)) refreshSoon();
	if (painting) return;
	painting = true;
	setTimeout(() => {
		painting = false;
		const fresh = arrived;
		arrived = [];
		const seen = fresh.filter(({ type }) => type !== "syscall");
		const made = fresh.filter((event): event is CallEvent => event.type === "syscall");
		machineStore.setState(({ trace, calls }) => ({
			trace: seen.length > 0 ? [...trace, ...seen].slice(-TRACE_SHOWN) : trace,
			calls: made.length > 0 ? [...calls, ...made].slice(-CALLS_SHOWN) : calls,
		}));
	}, 50);
}

const FEW = 20;
let changes = new Changes();
/** The last reading failed, so what was noted for it is lost. */
let missed = false;
let refreshing = false;
let again = false;
let timer: ReturnType<typeof setTimeout> | undefined;

export function refreshSoon(): void {
	clearTimeout(timer);
	timer = setTimeout(() => void refresh(), 120);
}

async function refresh(): Promise<void> {
	if (refreshing) {
		again = true;
		return;
	}
	if (machine?.status().phase !== "ready") return;
	refreshing = true;
	const noted = changes;
	changes = new Changes();
	try {
		const { world: before } = machineStore.getState();
		// Few containers are simply all asked again: that also sees what no event tells of.
		const few = missed || (before?.containers.length ?? 0) <= FEW;
		const world = await readWorld(machine, before, few ? undefined : await noted.stale(machine));
		missed = false;
		machineStore.setState(({ revision }) => ({ world, revision: revision + 1 }));
	} catch {
		// The daemon may be down (a learner may kill it): the next event that changes something asks again.
		missed = true;
		machineStore.setState(({ revision }) => ({ revision: revision + 1 }));
	} finally {
		refreshing = false;
		if (again) {
			again = false;
			refreshSoon();
		}
	}
}

/** Whose system calls are watched; those of before go. */
export async function watchCalls(selection: CallSelection | null): Promise<void> {
	machineStore.setState({ calls: [] });
	if (machine?.status().phase === "ready") await machine.traceCalls(selection);
}
