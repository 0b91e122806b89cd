// The one route of this process. Next bundles each route's file apart, so it hangs on the global object.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { LocalProvider } from "./provider/local";
import { SwarmProvider } from "./provider/swarm";
import { SandboxRoute } from "./serve";
import { RedisRelay } from "./session/relay";
import { operatorSettings, type Settings, settingsFrom } from "./session/settings";
import { MemoryStore, RedisStore } from "./session/store";
import type { State } from "./wire";

const KEY = Symbol.for("drydock.sandbox");
const holder = globalThis as { [KEY]?: SandboxRoute };

export function site(): SandboxRoute {
	holder[KEY] ??= opened();
	return holder[KEY];
}

function opened(): SandboxRoute {
	const settings = settingsFrom(process.env);
	const { redis, swarm } = settings;
	const provider = swarm ? new SwarmProvider(swarm) : new LocalProvider(operatorSettings(settings));
	const store = redis ? new RedisStore(redis) : new MemoryStore();
	const route = new SandboxRoute(settings, provider, store, images(settings), redis ? new RedisRelay(redis) : undefined);
	if (settings.enabled) begin(route, redis === undefined);
	return route;
}

function begin(route: SandboxRoute, alone: boolean): void {
	// what is there before anything was lent was left by a server that crashed
	void (alone ? route.sandboxes.clear() : Promise.resolve()).finally(() => route.sandboxes.start());
	if (alone) for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void route.stop());
}

/** The names in the site's registry, all of which are in the sandbox image. */
function images({ enabled }: Settings): State["images"] {
	if (!enabled) return undefined;
	try {
		const path = join(/* turbopackIgnore: true */ process.cwd(), ".drydock/registry/catalogue.json");
		const { images } = JSON.parse(readFileSync(path, "utf8")) as { images: Array<{ name: string }> };
		return { loaded: ["busybox", "hello-world"], offered: images.map(({ name }) => name) };
	} catch {
		return undefined;
	}
}
