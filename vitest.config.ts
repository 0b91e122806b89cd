import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";

export default defineConfig({
	/** As in tsconfig.json. */
	resolve: { alias: { "@/": fileURLToPath(new URL("./", import.meta.url)) } },
	test: {
		include: ["test/**/*.test.ts"],
		exclude: ["test/e2e/**", "**/node_modules/**"],
		testTimeout: 30_000,
		hookTimeout: 120_000,
		maxWorkers: 2,
		// Many of these run beside real programs on a busy machine; what fails there is tried again, and the report says so.
		retry: process.env.CI ? 2 : 0,
	},
});
