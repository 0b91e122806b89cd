// Translated modules as bytes, so that they outlive the machine: what an earlier one made is taken up where the same code is met.
//
//     record = length of the head (u32 LE) · head (JSON) · the regions' code, stretch behind stretch · the WebAssembly module

import { PAGE_SHIFT } from "../interpret/layout";
import type { Kept } from "../types";
import { holds, type RegionCode } from "./region-code";

export interface KeptModule {
	readonly regions: readonly RegionCode[];
	readonly bytes: Uint8Array<ArrayBuffer>;
}

interface Head {
	regions: {
		start: number;
		entries: (number | null)[];
		pages: number[];
		crossed: number[];
		code: [address: number, length: number][];
	}[];
}

export function encodeModule({ regions, bytes }: KeptModule): Uint8Array<ArrayBuffer> {
	const head: Head = {
		regions: regions.map(({ start, entries, pages, crossed, code }) => ({
			start,
			entries: entries.map((entry) => entry ?? null),
			pages: [...pages],
			crossed: [...crossed],
			code: code.map((stretch) => [stretch.address, stretch.bytes.length]),
		})),
	};
	const json = new TextEncoder().encode(JSON.stringify(head));
	const stretches = regions.flatMap(({ code }) => code.map((stretch) => stretch.bytes));
	const parts = [json, ...stretches, bytes];
	const record = new Uint8Array(parts.reduce((size, part) => size + part.length, 4));
	new DataView(record.buffer).setUint32(0, json.length, true);
	let at = 4;
	for (const part of parts) {
		record.set(part, at);
		at += part.length;
	}
	return record;
}

/** Of a record that encodeModule made, whole. @throws Error for anything else */
export function decodeModule(record: Uint8Array): KeptModule {
	const size = new DataView(record.buffer, record.byteOffset).getUint32(0, true);
	const { regions } = JSON.parse(new TextDecoder().decode(record.subarray(4, 4 + size))) as Head;
	let at = 4 + size;
	const next = (length: number): Uint8Array<ArrayBuffer> => {
		at += length;
		return record.slice(at - length, at);
	};
	return {
		regions: regions.map(({ start, entries, pages, crossed, code }) => ({
			start,
			entries: entries.map((entry) => entry ?? undefined),
			pages: new Set(pages),
			crossed: new Set(crossed),
			code: code.map(([address, length]) => ({ address, bytes: next(length) })),
		})),
		bytes: next(record.length - at),
	};
}

/** Those whose code was not met yet. */
export class KeptModules {
	private readonly byPage = new Map<number, Set<Waiting>>();

	add(record: Uint8Array, kept: Kept): void {
		const waiting = { module: decodeModule(record), kept };
		for (const page of pagesOf(waiting)) {
			const there = this.byPage.get(page) ?? new Set();
			this.byPage.set(page, there.add(waiting));
		}
	}

	/** Takes out one whose code is at an address. */
	take(address: number, matches: (code: RegionCode) => boolean): Waiting | undefined {
		for (const waiting of this.byPage.get(address >>> PAGE_SHIFT) ?? []) {
			if (!waiting.module.regions.some((code) => holds(code, address) && matches(code))) continue;
			for (const page of pagesOf(waiting)) this.byPage.get(page)?.delete(waiting);
			return waiting;
		}
		return undefined;
	}
}
export interface Waiting {
	readonly module: KeptModule;
	readonly kept: Kept;
}
const pagesOf = ({ module }: Waiting): Set<number> => new Set(module.regions.flatMap(({ pages }) => [...pages]));
