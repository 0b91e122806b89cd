// One WebAssembly memory with an instance of the interpreter on it. Banks are costly to make and are pooled; what a bank
// knows about its bytes (their content, and decoded code) outlives the address spaces that use it one after the other.

import { LAYOUT, LIMIT, PAGE_SHIFT, PAGES, SERVE } from "../interpret/layout";
import type { Served } from "../types";
import { CodeCache } from "./code";
import { ZERO } from "./content";
import { divideS } from "./divide";
import { BankRegions } from "./regions";
import { careful } from "./sse";
import type { Translations } from "./translations";
import { x87 } from "./x87";

const WASM_PAGE = 65536;
/** The guest's part of a new memory, and the least by which it grows. */
const STEP = 0x400000;
/** Readable bytes behind the last guest page, so that decoding never reads out of bounds. */
const SLACK = WASM_PAGE;

export class Bank {
	readonly memory: WebAssembly.Memory;
	/** Views of the whole memory; made anew when it grows. */
	u8!: Uint8Array;
	u16!: Uint16Array;
	u32!: Uint32Array;
	view!: DataView;
	/** From the guest's address 0. */
	guest!: DataView;
	/** What each page holds: ZERO, UNKNOWN, or a content's number (see content.ts). */
	readonly content = new Int32Array(PAGES);
	/** What was executed here last. */
	program: object | undefined;
	readonly code: CodeCache;
	readonly regions: BankRegions;
	/** Of the thread that runs: see Thread.serve. */
	serve: (() => Served) | undefined;
	/** (record) → EXIT. */
	readonly run: (record: number) => number;
	private size = 0;

	constructor(module: WebAssembly.Module, translations: Translations) {
		this.memory = new WebAssembly.Memory({
			initial: (LAYOUT.guest + STEP + SLACK) / WASM_PAGE,
			maximum: (LAYOUT.guest + LIMIT + SLACK) / WASM_PAGE,
		});
		this.refresh();
		this.regions = new BankRegions(this, translations);
		this.code = new CodeCache(this, this.regions);
		const env = {
			memory: this.memory,
			regions: this.regions.table,
			sample: (record: number) => this.regions.sample(record),
			serve: () => this.served(),
			lookup: (rip: bigint) => this.code.lookup(Number(rip)),
			resolve: (record: number) => this.code.resolve(record),
			codeWritten: (page: number) => this.code.suspend(page),
			divideS,
			x87: (operation: number, operand: bigint, extra: number) => x87(this.view, operation, operand, extra),
			careful: (operation: number) => careful(this.view, operation),
		};
		const { exports } = new WebAssembly.Instance(module, { env });
		this.run = exports.run as (record: number) => number;
		this.regions.functions = { ...env, ...exports };
	}

	/** Makes guest bytes up to `end` exist; false when the host has no memory. */
	reserve(end: number): boolean {
		if (end <= this.size) return true;
		const wanted = Math.min(LIMIT, Math.ceil(end / STEP) * STEP);
		try {
			this.memory.grow((wanted - this.size) / WASM_PAGE);
		} catch {
			return false;
		}
		this.refresh();
		return true;
	}

	/** Of the host's memory: the pages that were ever written to. */
	get bytes(): number {
		let pages = 0;
		for (let page = 0; page < this.size >> PAGE_SHIFT; page++) if (this.content[page] !== ZERO) pages++;
		return pages << PAGE_SHIFT;
	}

	/** A system call was made. */
	private served(): number {
		const served = this.serve?.() ?? "no";
		if (served === "no") return SERVE.no;
		if (served === "stop") return SERVE.stop;
		const budget = this.view.getInt32(LAYOUT.budget, true);
		this.view.setInt32(LAYOUT.budget, Math.max(0, budget - served.fuel), true);
		return SERVE.goOn;
	}

	private refresh(): void {
		const buffer = this.memory.buffer;
		this.size = buffer.byteLength - LAYOUT.guest - SLACK;
		this.u8 = new Uint8Array(buffer);
		this.u16 = new Uint16Array(buffer);
		this.u32 = new Uint32Array(buffer);
		this.view = new DataView(buffer);
		this.guest = new DataView(buffer, LAYOUT.guest);
	}
}
