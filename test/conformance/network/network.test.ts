// The network's own tools against the kernel's network: scripts of ip, ss, bridge, iptables, ping and nc in namespaces that are new,
// natively and in the engine. Same output, same exit code. DRYDOCK_CASE=words runs those whose names have them.

import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cases, PRELUDE } from "./cases";
import { missing, nativeNetworkRoot } from "./root";
import { natively, networkEngine } from "./run";

const lacking = missing();
const chosen = cases.filter(({ name }) => name.includes(process.env.DRYDOCK_CASE ?? ""));

describe.skipIf(lacking)(`the network, as this machine's kernel has it${lacking ? ` (needs ${lacking})` : ""}`, () => {
	let root: string | undefined;
	let engine: Awaited<ReturnType<typeof networkEngine>>;
	beforeAll(async () => {
		root = await nativeNetworkRoot();
		engine = await networkEngine();
	});
	afterAll(() => engine?.close());

	test.for(chosen)("$name", { timeout: 120_000 }, async ({ script }) => {
		const whole = `${PRELUDE}\n${script}`;
		const [real, ours] = await Promise.all([natively(root!, whole), engine.run(whole)]);
		expect(real.output.length).toBeGreaterThan(1);
		expect(ours).toEqual(real);
	});
});
