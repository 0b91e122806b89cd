// The snapshot service's methods.

import type { Handlers } from "../../lib/rpc/types";
import type { ContainerdApi } from "../api";
import type { Snapshotter } from "./snapshotter";

type SnapshotMethods = Pick<ContainerdApi, Extract<keyof ContainerdApi, `snapshots.${string}`>>;

export function snapshotHandlers(snapshots: Snapshotter): Handlers<SnapshotMethods> {
	return {
		"snapshots.stat": async ({ key }) => snapshots.stat(key),
		"snapshots.list": async () => snapshots.list(),
		"snapshots.prepare": ({ key, parent, labels }) => snapshots.prepare(key, parent, labels),
		"snapshots.view": ({ key, parent, labels }) => snapshots.view(key, parent, labels),
		"snapshots.mounts": async ({ key }) => snapshots.mounts(key),
		"snapshots.commit": async ({ key, name, labels }) => {
			await snapshots.commit(key, name, labels);
			return {};
		},
		"snapshots.remove": async ({ key }) => {
			await snapshots.remove(key);
			return {};
		},
		"snapshots.usage": ({ key }) => snapshots.usage(key),
	};
}
