// What is stored, as it is: a tar with a file for each key. For a disk that this version cannot read, so that it can be put
// aside before the machine starts anew.

import { collect } from "../../lib/bytes";
import { header } from "../../lib/tar/header";
import { type SourceEntry, writeTar } from "../../lib/tar/write";
import type { Storage } from "../../port";

export async function storedAsTar(storage: Pick<Storage, "load">): Promise<Uint8Array> {
	const entries = (await storage.load("")).map(
		([key, value]): SourceEntry => ({ header: header({ name: key, type: "file", size: value.length }), body: [value] }),
	);
	return collect(writeTar(entries));
}
