// Docker at the machine's console on a real daemon that the real route lends: consoleSuite, in this process.

import { expect, it } from "vitest";
import { HOST } from "../conformance/interactive/typist";
import { placeForSandboxes, startSandboxed } from "../support/sandboxed";
import { consoleSuite, PATIENCE } from "./console-suite";

const place = await placeForSandboxes();
const missing = typeof place === "string" ? place : undefined;

consoleSuite(
	"docker by the context sandbox",
	missing,
	async () => {
		if (typeof place === "string") throw new Error(place);
		const { route, server, stop } = await startSandboxed(place);
		return { address: server.address, route, server, stop };
	},
	(at, site) => {
		it("goes on over a connection that broke, and says once that its time is over", async () => {
			site().server.cut();
			expect(await at().line("docker ps -q; echo code=$?", HOST, PATIENCE)).toContain("code=0");
			await site().route.sandboxes.change((shared) => {
				for (const session of shared.sessions) session.until = 0;
			});
			const over = "the time of the real daemon is over, and what was in it is gone; the next command gets a new one";
			expect(await at().line("docker ps", HOST, PATIENCE)).toContain(`${site().server.address}/api/sandbox: ${over}`);
			expect(await at().line("docker ps -q; echo code=$?", HOST, PATIENCE)).toContain("code=0");
		});
	},
);
