// What the sandbox's route says to its clients, and they to it: shapes, headers and limits, shared by both sides.
//
//     POST   /api/sandbox                          Offer 201 (ready or starting) or 202 (queued), Refusal 429, 503 …
//     GET    /api/sandbox                          State; it counts as no use: it does not put the idle limit off
//     DELETE /api/sandbox                          204, also when there is none
//     GET    /api/sandbox/streams                  the frames of engine/lib/mux, server to client, while it lasts; the header
//                                                  CONNECTION_HEADER names the connection
//     POST   /api/sandbox/streams?connection=…&sequence=N
//                                                  whole frames, client to server; N counts from 0, one POST after the other:
//                                                  204, or 409 with the number awaited (less than N was lost, more was sent before)
//     *      /api/sandbox/engine/…                 the Engine API for plain HTTP clients: all but upgrades
//
// Each stream of the connection is, to the client, a connection to the Docker socket: it speaks HTTP/1.1, upgrades included.
// A session is a cookie that no script sees. What is refused comes as a Refusal, but under engine/ and within streams, where
// it comes as Docker's own {"message": …} with REASON_HEADER beside it.

import { z } from "zod";

export const CONNECTION_HEADER = "x-sandbox-connection";
export const REASON_HEADER = "x-sandbox-reason";
/** Frames in one POST, in bytes. */
export const UPLOAD_LIMIT = 1024 * 1024;
/** A ping comes down at least this often; a client that hears nothing for three times as long has lost the connection. */
export const PING_SECONDS = 15;

/** Why something was refused. Words for people are the client's business; `message` is English. */
export const reasonSchema = z.enum([
	"disabled", // the operator has not switched it on
	"no-daemon", // no Docker daemon can be reached
	"no-image", // the daemon has no sandbox image
	"full", // all sandboxes are taken, and the queue is full
	"address-limit", // too many from this address
	"rate-limit", // too many requests; `retryAfter` says when
	"cross-site", // asked for by another site's page
	"no-session", // no cookie, or one that is not ours or too old
	"not-ready", // still queued or starting
	"idle", // ended: not used for too long
	"time", // ended: its time was over
	"lost", // ended: its machine or its daemon is gone
	"ended", // ended by its user
	"failed", // it could not be started
	"connection", // no such connection of streams (any more)
	"sequence", // `expected` is the number awaited
	"too-large",
	"bad-request",
	"forbidden", // the gateway lets no such request through
]);
export type Reason = z.infer<typeof reasonSchema>;

export const refusalSchema = z.object({
	reason: reasonSchema,
	message: z.string(),
	/** Seconds. */
	retryAfter: z.number().optional(),
	/** With "sequence". */
	expected: z.number().optional(),
});
export type Refusal = z.infer<typeof refusalSchema>;

export const limitsSchema = z.object({
	/** Seconds without a request until it ends. */
	idleSeconds: z.number(),
	/** Seconds it lives at most. */
	totalSeconds: z.number(),
	/** Seconds before the end from which `state.warning` is set. */
	warningSeconds: z.number(),
	memoryBytes: z.number(),
	diskBytes: z.number(),
	cpus: z.number(),
	processes: z.number(),
	/** Streams of a connection at once. */
	streams: z.number(),
	/** Bytes of one request's body. */
	bodyBytes: z.number(),
	buildSeconds: z.number(),
});
export type Limits = z.infer<typeof limitsSchema>;

export const stateSchema = z.object({
	/** `none`: no session, and with `reason` the site has none to lend; `ended`: `reason` says why, POST begins anew. */
	state: z.enum(["none", "queued", "starting", "ready", "ended"]),
	/** Place in the queue, from 1. */
	place: z.number().optional(),
	/** Seconds. */
	left: z.object({ idle: z.number(), total: z.number() }).optional(),
	/** The nearer end is closer than limits.warningSeconds. */
	warning: z.enum(["idle", "time"]).optional(),
	reason: reasonSchema.optional(),
	/** Sandboxes of this session that were lost with their machine and replaced; what was in them is gone. */
	replaced: z.number().optional(),
	limits: limitsSchema,
	/** Names that `docker pull` finds inside; `loaded` are there already. */
	images: z.object({ loaded: z.array(z.string()), offered: z.array(z.string()) }).optional(),
});
export type State = z.infer<typeof stateSchema>;
