// Leases: what a client brings in while it holds one is not garbage, though no image names it yet. A lease lasts as long as its call:
// whoever goes away, or is killed, holds nothing any more.

import { Feed } from "../lib/feed";
import type { Handlers } from "../lib/rpc/types";
import type { Sys } from "../sys";
import type { ContainerdApi } from "./api";
import type { Pins } from "./gc";
import { timestamp } from "./metadata/database";

export function leaseHandlers(sys: Sys, pins: Pins): Handlers<Pick<ContainerdApi, "leases.hold">> {
	return {
		"leases.hold": (_request, call) => {
			const since = timestamp(sys);
			const feed = new Feed<{ since: string }>();
			const release = pins.take(since);
			call.onCancel(() => {
				release();
				feed.end();
			});
			feed.push({ since });
			return feed;
		},
	};
}
