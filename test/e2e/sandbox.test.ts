// The built site lends a real daemon: consoleSuite by `next start` and its own environment. It takes minutes, and is tried in long runs;
// test/sandbox/real.test.ts has the same without Next.

import { consoleSuite } from "../sandbox/console-suite";
import { IMAGE, placeForSandboxes, startSandboxed } from "../support/sandboxed";
import { serveSite } from "../support/site";

const place = process.env.DRYDOCK_LONG ? await placeForSandboxes() : "in long runs alone: DRYDOCK_LONG=1";

consoleSuite("docker by the built site", typeof place === "string" ? place : undefined, async () => {
	if (typeof place === "string") throw new Error(place);
	// it brings the image to the daemon; its own route is not asked
	const { stop } = await startSandboxed(place);
	const env = { SANDBOX: "1", SANDBOX_IMAGE: IMAGE, SANDBOX_OWNER: "built", DOCKER_HOST: place.host };
	const site = await serveSite(process.env.DRYDOCK_BUILT ?? process.cwd(), env);
	return {
		address: site.address,
		stop: async () => {
			await site.stop();
			await stop();
		},
	};
});
