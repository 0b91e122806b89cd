// The worker: boots the host, and answers the page's calls.

/// <reference lib="webworker" />
import { SANDBOX_PATH } from "../../api/sandbox";
import { boot } from "../../boot";
import type { Host } from "../../boot/host";
import { messageOf } from "../../lib/errors";
import { fetchAsset } from "./assets";
import { browserPort } from "./port";
import { type Answerer, answerer } from "./serve";
import type { BootRequest, FromWorker, ToWorker } from "./wire";

const scope = self as unknown as DedicatedWorkerGlobalScope;
const post = (message: FromWorker, transfer: Transferable[] = []): void => scope.postMessage(message, transfer);

let answer: Answerer | undefined;

scope.onmessage = ({ data }: MessageEvent<ToWorker>): void => {
	if (data.kind === "boot") {
		// A kept disk that cannot be read has not been touched: the page can put it aside.
		start(data).catch((error: unknown) => post({ kind: "failed", reason: messageOf(error), exportable: data.kept }));
	} else if (answer) void answer(data);
	else post({ kind: "error", id: data.id, error: { name: "Error", message: "the machine is still starting" } });
};

async function start({ kept, system, interpreter, assets }: BootRequest): Promise<void> {
	const step = (name: string): void => post({ kind: "starting", step: name });
	step("boot");
	const port = await browserPort({ kept });
	const host: Host = await boot({
		port,
		assets: { interpreter, system, file: (digest) => fetchAsset(new URL(`tools/${digest}.gz`, assets)) },
		registries: { "docker.io": scope.location.origin },
		hurried: true,
		sandbox: `${scope.location.origin}${SANDBOX_PATH}`,
		progress: step,
	});
	const storage = async () => ({
		...(await port.storage.estimate()),
		persistent: kept && ((await navigator.storage?.persisted?.()) ?? false),
	});
	answer = answerer(host, post);
	post({ kind: "ready", since: port.clock.now(), storage: await storage() });
	// What the page shows of the storage: cheap to ask, and no commit tells of itself.
	setInterval(async () => post({ kind: "storage", storage: await storage() }), 5000);
}
