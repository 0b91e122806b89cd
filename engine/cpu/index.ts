// x86-64 in WebAssembly. See README.md for the design, types.ts for the border.

export { interpreterModule, versionOf } from "./interpret/generate";
export { type CpuOptions, createCpu, DEFAULT_TIER } from "./run/cpu";
export type { AddressSpace, Cpu, Keeper, Kept, Stop, Thread } from "./types";
