// How a site tells of the real Docker daemon that it lends: what /api/sandbox answers, whatever is asked of it.
//
//     none ──POST──► queued ──► starting ──► ready ──► over ──POST──► …
//
// GET only tells, POST asks for one (again and again it is the same one), DELETE gives it back. The session is a cookie.
// /api/sandbox/streams carries connections to the lent daemon's socket, many on one answer (lib/mux).

/** Where a site has it. */
export const SANDBOX_PATH = "/api/sandbox";
/** Below SANDBOX_PATH: GET is the way down, POST the way up. */
export const STREAMS_PATH = "/streams";

export type SandboxState =
	/** This site lends none: nobody set it up, or its Docker does not answer. */
	| { state: "absent"; why: "off" | "unreachable" }
	/** There is none for this session, and one may be asked for. */
	| { state: "none" }
	/** All are lent; 1 is next. */
	| { state: "queued"; place: number }
	| { state: "starting" }
	| SandboxReady
	| { state: "over"; why: SandboxEnd }
	/** This session, or its address, had as much as one gets. */
	| { state: "refused"; why: string };

export interface SandboxReady {
	state: "ready";
	/** The server's clock now, and when the sandbox ends, in milliseconds since 1970. */
	now: number;
	ends: number;
	/** The lent engine's version. */
	engine?: string;
}

/** Its time was up, nobody used it, it was given back, or the machine that it was on is lost. */
export type SandboxEnd = "time" | "idle" | "ended" | "lost";
