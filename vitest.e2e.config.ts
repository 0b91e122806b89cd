// The tests in a real browser, one after the other: each boots a whole machine. The site must have been built.

import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
	/** As in tsconfig.json. */
	resolve: { alias: { "@/": fileURLToPath(new URL("./", import.meta.url)) } },
	test: {
		include: ["test/e2e/**/*.test.ts"],
		globalSetup: ["test/e2e/server.ts"],
		testTimeout: 180_000,
		hookTimeout: 120_000,
		fileParallelism: false,
		retry: process.env.CI ? 2 : 0,
		maxWorkers: 1,
		/** Of the tests in a file that are meant to run beside others. */
		maxConcurrency: 2,
	},
});
