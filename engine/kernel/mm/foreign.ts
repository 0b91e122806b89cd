// Another program's memory as its tracer sees it (access_remote_vm with FOLL_FORCE): page protections do not matter, and a write to what is
// not writable makes private pages of it, as a breakpoint in a program's text does.

import { PAGE, PROT_WRITE } from "../../cpu/types";
import type { Mm } from "./mm";

/** As many bytes as are mapped from `address` on. */
export function readForeign(mm: Mm, address: number, length: number): Uint8Array {
	const out = new Uint8Array(length);
	mm.sharing.update();
	const done = eachPage(mm, address, length, (at, count, done) => {
		out.set(mm.space.read(at, count), done);
		return true;
	});
	return out.subarray(0, done);
}
/** How many bytes could be written. */
export function writeForeign(mm: Mm, address: number, bytes: Uint8Array): number {
	mm.sharing.update();
	return eachPage(mm, address, bytes.length, (at, count, done) => {
		const area = mm.areas.at(at)!;
		if (area.shared) {
			if (!(area.prot & PROT_WRITE)) return false;
			mm.sharing.prepareWrite(at, count);
		}
		mm.space.bytes(at, count).set(bytes.subarray(done, done + count));
		mm.space.written(at, count);
		return true;
	});
}

function eachPage(mm: Mm, address: number, length: number, act: (at: number, count: number, done: number) => boolean): number {
	let done = 0;
	while (done < length) {
		const at = address + done;
		const count = Math.min(length - done, PAGE - (at % PAGE));
		if (at < 0 || at >= mm.space.limit || !mm.areas.at(at) || mm.space.protection(at) < 0 || !act(at, count, done)) break;
		done += count;
	}
	return done;
}
