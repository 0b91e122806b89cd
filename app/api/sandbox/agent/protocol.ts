// What a web process asks of an agent, the small server on each machine that makes the sandboxes there.
//
//     GET    /sandboxes             200 AgentState
//     POST   /sandboxes             201 { id }, 503 when the machine has as many as it may
//     DELETE /sandboxes/ID          204, also when it is gone
//     POST   /sandboxes/ID/dial     101, upgraded to DIAL: the connection is one to the sandbox's daemon; half-closes go through
//
// Every request carries the secret that the operator gave to both: Authorization: Bearer SECRET. An agent makes, lists, dials and takes away
// sandboxes of its owner's, and nothing else of its machine's Docker daemon can be reached through it.

import { z } from "zod";

export const DIAL = "drydock-dial";
export const AGENT_PORT = 7070;
export const authorization = (secret: string): string => `Bearer ${secret}`;

export const agentStateSchema = z.object({
	/** The machine's name, the same for as long as its sandboxes live. */
	node: z.string().regex(/^[\w.-]{1,128}$/),
	/** Sandboxes that it may hold at once. */
	most: z.number(),
	/** That it holds, those that are being made among them. */
	taken: z.number(),
	/** Processes that want a core, for each core: the mean of the last minute. */
	load: z.number(),
	trouble: z.object({ reason: z.enum(["no-daemon", "no-image"]), message: z.string() }).optional(),
	sandboxes: z.array(z.object({ id: z.string(), created: z.number() })),
});
export type AgentState = z.infer<typeof agentStateSchema>;
