// x86-64 in WebAssembly. See README.md for the design, types.ts for the border.

export { interpreterModule } from "./interpret/generate";
export { type CpuOptions, createCpu, DEFAULT_TIER } from "./run/cpu";
export type { AddressSpace, Cpu, Stop, Thread } from "./types";
