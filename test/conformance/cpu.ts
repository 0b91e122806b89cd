// The processor of the suites' machines: as it comes, or with the tiers that DRYDOCK_TIER names (both, translator, random; for
// random DRYDOCK_SEED says when it changes). What programs do must not depend on it.

import { type Cpu, type CpuOptions, createCpu, interpreterModule } from "../../engine/cpu";

type Tier = NonNullable<CpuOptions["tier"]>;
const TIERS: readonly Tier[] = ["interpreter", "both", "translator", "random"];

let module: WebAssembly.Module | undefined;

/** @throws Error for a tier that there is not */
export function tierOfSuite(): Tier | undefined {
	const name = process.env.DRYDOCK_TIER;
	if (!name) return undefined;
	const tier = TIERS.find((one) => one === name);
	if (!tier) throw new Error(`DRYDOCK_TIER: ${name} is none of ${TIERS.join(", ")}`);
	return tier;
}

export function suiteCpu(tier = tierOfSuite()): Cpu {
	module ??= new WebAssembly.Module(interpreterModule());
	return createCpu({ module, seed: Number(process.env.DRYDOCK_SEED ?? 1), ...(tier && { tier }) });
}
