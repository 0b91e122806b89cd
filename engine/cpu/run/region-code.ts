// The code that a region is made of, as it was when it was translated.

import { PAGE_SHIFT } from "../interpret/layout";
import type { Region, Source } from "../translate/blocks";

export interface RegionCode {
	readonly start: number;
	/** Addresses where it can be entered, by the entry's number; undefined for what only it uses. */
	readonly entries: readonly (number | undefined)[];
	readonly pages: ReadonlySet<number>;
	readonly crossed: ReadonlySet<number>;
	/** Addresses and bytes, in stretches. */
	readonly code: readonly { address: number; bytes: Uint8Array }[];
}

export function codeOf(region: Region, { guest }: Source): RegionCode {
	return {
		start: region.root.start,
		entries: region.dispatched.map((block) => (block.external ? block.start : undefined)),
		...region.pages(PAGE_SHIFT),
		code: region.stretches().map(([address, end]) => {
			const bytes = new Uint8Array(guest.buffer, guest.byteOffset + address, end - address).slice();
			return { address, bytes };
		}),
	};
}

export const entriesOf = ({ entries }: RegionCode): number[] => entries.filter((entry) => entry !== undefined);

export const holds = ({ code }: RegionCode, address: number): boolean =>
	code.some((stretch) => address >= stretch.address && address < stretch.address + stretch.bytes.length);
