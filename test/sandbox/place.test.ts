// Where no sandbox can be, the tests that need one are skipped with the machine's reason: what the reason says.

import { chmodSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { placeForSandboxes } from "../support/sandboxed";

const root = process.getuid?.() === 0;

describe("a machine on which no sandbox can be", () => {
	let programs: string;
	const program = (name: string, script: string): void => {
		writeFileSync(join(programs, name), `#!/bin/sh\n${script}\n`);
		chmodSync(join(programs, name), 0o755);
	};
	beforeEach(() => {
		programs = mkdtempSync(join(tmpdir(), "drydock-place-"));
		symlinkSync("/bin/sh", join(programs, "sh"));
		vi.stubEnv("PATH", programs);
	});
	afterEach(() => {
		vi.unstubAllEnvs();
		rmSync(programs, { recursive: true });
	});

	it("has no dockerd", async () => {
		expect(await placeForSandboxes()).toBe("dockerd is not installed (apt-get install docker.io)");
	});

	it.runIf(root)("has no client, or nothing to make the image of", async () => {
		program("dockerd", "exit 1");
		expect(await placeForSandboxes()).toBe("there is no docker client");
		program("docker", "exit 1");
		expect(await placeForSandboxes()).toBe("the sandbox image is made of Debian's packages");
	});

	it.runIf(root)("has a dockerd that does not start: its last words are the reason", async () => {
		program("dockerd", "echo 'failed to start daemon: Devices cgroup is not mounted' >&2; exit 1");
		for (const name of ["docker", "apt-get", "dpkg-deb"]) program(name, "exit 1");
		expect(await placeForSandboxes()).toMatch(/^dockerd does not start here: .*Devices cgroup is not mounted/);
	});
});
