// All of containerd's services over one state directory, put together into one method table.

import type { Handlers } from "../lib/rpc/types";
import type { Port } from "../port";
import type { Sys } from "../sys";
import type { Tracer } from "../trace/event";
import type { ContainerdApi } from "./api";
import { containerHandlers, containerOf } from "./containers";
import { contentHandlers } from "./content/handlers";
import { ContentStore } from "./content/store";
import { diffHandlers } from "./diff/handlers";
import { Pins, type Stores } from "./gc";
import { imageHandlers } from "./images/handlers";
import { ImageStore } from "./images/store";
import { dropHalfUnpacked } from "./images/unpack";
import { leaseHandlers } from "./leases";
import { openDatabase } from "./metadata/database";
import type { Hosts } from "./remotes/hosts";
import { snapshotHandlers } from "./snapshots/handlers";
import { Snapshotter } from "./snapshots/snapshotter";
import { taskHandlers } from "./tasks/handlers";
import { transferHandlers } from "./transfer/handlers";
import { VERSION } from "./version";

export interface ContainerdDeps {
	trace: Tracer;
	port: Pick<Port, "fetch" | "clock" | "gunzip">;
	/** Where registries really are; see remotes/hosts.ts. */
	registries: Hosts;
}

/** Opens what is on the disk, and removes what a power cut left half done. */
export async function openService(sys: Sys, { trace, port, registries }: ContainerdDeps): Promise<Handlers<ContainerdApi>> {
	const database = await openDatabase(sys);
	const stores: Stores = {
		images: new ImageStore(sys, database.images),
		content: await ContentStore.open(sys, database.content),
		snapshots: await Snapshotter.open(sys, database.snapshots, trace),
	};
	await stores.content.sweep();
	await stores.snapshots.sweep();
	await dropHalfUnpacked(stores.snapshots);
	const pins = new Pins();
	const tasks = taskHandlers({ sys, trace, container: async (id) => containerOf(database.containers, id) });
	await tasks.recover();
	return {
		"version.version": async () => VERSION,
		...contentHandlers(stores.content),
		...snapshotHandlers(stores.snapshots),
		...diffHandlers(sys, stores.content, stores.snapshots, port.gunzip),
		...imageHandlers(sys, stores, pins, port.gunzip),
		...transferHandlers({ sys, port, hosts: registries, trace, stores, pins, downloads: new Map() }),
		...leaseHandlers(sys, pins),
		...containerHandlers(sys, database.containers),
		...tasks.handlers,
	};
}
