// The diff service's methods.

import { failedPrecondition } from "../../lib/errors";
import type { Handlers } from "../../lib/rpc/types";
import type { Gunzip } from "../../port";
import type { Sys } from "../../sys";
import type { ContainerdApi } from "../api";
import type { ContentStore } from "../content/store";
import { fsOf, type Snapshotter } from "../snapshots/snapshotter";
import { applyDiff } from "./apply";
import { changes } from "./changes";
import { createDiff } from "./create";

type DiffMethods = Pick<ContainerdApi, Extract<keyof ContainerdApi, `diff.${string}`>>;

export function diffHandlers(sys: Sys, content: ContentStore, snapshots: Snapshotter, gunzip?: Gunzip): Handlers<DiffMethods> {
	return {
		"diff.apply": ({ descriptor, mounts }) => applyDiff(sys, content, descriptor, mounts, gunzip),
		"diff.create": (request) => createDiff(sys, content, request),
		"diff.changes": async ({ key }) => {
			const info = snapshots.stat(key);
			if (info.kind !== "active") throw failedPrecondition(`snapshot ${key} is not active: failed precondition`);
			return changes(sys, fsOf(info.id), snapshots.layersBelow(info));
		},
	};
}
