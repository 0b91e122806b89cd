// What an archive of images holds, in the content store but in no image yet: its files by path, and what they turn out to be.

import { collect } from "../../lib/bytes";
import { type Compression, compressionAt, peek } from "../../lib/decompress";
import { EngineError, invalidParameter, isKind, messageOf } from "../../lib/errors";
import { clean } from "../../lib/path";
import { readTar, type TarEntry } from "../../lib/tar/read";
import type { Daemon } from "../daemon/daemon";
import { writeBlob } from "./write";

/** A file of the archive. */
export interface Staged {
	digest: string;
	size: number;
	compression: Compression;
	/** Small ones are kept at hand, too. */
	bytes?: Uint8Array;
}
const SMALL = 4 << 20;
/** How far a layer's link may lead through others. */
const LINK_LIMIT = 8;

export class Staging {
	private readonly files = new Map<string, Staged>();
	/** Path → what it is a link to: older archives share layers so. */
	private readonly links = new Map<string, string>();

	/** Puts every file into the content store, where a lease must hold it. @throws EngineError */
	static async of(daemon: Daemon, tar: AsyncIterable<Uint8Array>): Promise<Staging> {
		const staging = new Staging();
		try {
			for await (const entry of readTar(tar)) await staging.take(daemon, entry);
		} catch (error) {
			if (!isKind(error, "dataLoss")) throw error;
			throw new EngineError("dataLoss", `Error processing tar file(exit status 1): ${messageOf(error)}`);
		}
		return staging;
	}
	private async take(daemon: Daemon, entry: TarEntry): Promise<void> {
		const { name, type, linkname } = entry.header;
		const path = clean(name);
		if (type === "file") this.files.set(path, await stage(daemon, entry));
		else if (type === "symlink") this.links.set(path, clean(`${path}/../${linkname}`));
		else if (type === "link") this.links.set(path, clean(linkname));
	}

	find(path: string): Staged | undefined {
		let at = clean(path);
		for (let links = 0; links < LINK_LIMIT; links++) {
			const file = this.files.get(at);
			if (file) return file;
			const next = this.links.get(at);
			if (next === undefined) return undefined;
			at = next;
		}
		return undefined;
	}
	/** A document's bytes, or undefined where there is none. @throws EngineError invalidParameter for one that is too large */
	document(path: string): Uint8Array | undefined {
		const file = this.find(path);
		if (file && !file.bytes) throw invalidParameter(`${path} is too large`);
		return file?.bytes;
	}
}

async function stage(daemon: Daemon, { header, body }: TarEntry): Promise<Staged> {
	if (header.size <= SMALL) {
		const bytes = await collect(body);
		return { ...(await writeBlob(daemon.containerd, [bytes])), compression: compressionAt(bytes), bytes };
	}
	const { compression, whole } = await peek(body);
	return { ...(await writeBlob(daemon.containerd, whole)), compression };
}
