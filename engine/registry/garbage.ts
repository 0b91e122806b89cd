// The collector: marks what manifests refer to, and deletes the rest, while pushes go on and whatever process runs it.
//
//     plan     read what pushes rely on, then every manifest; blobs and layer links that neither names are condemned
//     away     condemned blobs are moved to garbage/, their links taken away; a journal tells which links
//     again    pending and manifests are read once more; what is named now is brought back
//     delete   garbage/ goes, then the journal
//
// A push announces what it relies on before it looks whether that is there (store/pending.ts). So for each blob: either the
// push looked after it was taken away, and is refused, or it announced before that, and the blob is brought back. Cut by a
// power cut, the journal makes the next run (or the server's start) take up at `again`.

import { text, utf8 } from "../lib/bytes";
import { type Digest, isDigest } from "../lib/digest";
import type { Files } from "./files";
import { referencesOf } from "./manifest";
import { BLOBS, blobFolder, blobPath, GARBAGE, garbagePath } from "./store/layout";
import { digestsIn, readWhole } from "./store/links";
import type { RegistryStore } from "./store/store";

const JOURNAL = `${GARBAGE}/journal`;

export interface GarbageOptions {
	/** Says what would go, and lets it stay. */
	dryRun?: boolean;
	/** Manifests that no tag, no index and no subject keeps go too. */
	deleteUntagged?: boolean;
	/** A line of what is found. */
	report?(line: string): Promise<void> | void;
}
export interface GarbageResult {
	manifests: Digest[];
	blobs: Digest[];
}

interface Marks {
	all: Set<Digest>;
	/** What each repository's own manifests and pushes name. */
	byRepository: Map<string, Set<Digest>>;
}
interface Journal {
	links: Array<[name: string, digest: Digest]>;
}

export async function collectGarbage(store: RegistryStore, options: GarbageOptions = {}): Promise<GarbageResult> {
	const say = async (line: string): Promise<void> => options.report?.(line);
	if (!options.dryRun) await recover(store);
	const untagged = options.deleteUntagged ? await findUntagged(store) : [];
	const marks = await mark(store, untagged, say);
	const blobs = (await blobsIn(store.files)).filter((digest) => !marks.all.has(digest));
	await say("");
	await say(`${marks.all.size} blobs marked, ${blobs.length} blobs and ${untagged.length} manifests eligible for deletion`);
	for (const [name, digest] of untagged) await say(`manifest eligible for deletion: ${name}@${digest}`);
	for (const digest of blobs) await say(`blob eligible for deletion: ${digest}`);
	const result = { manifests: untagged.map(([, digest]) => digest), blobs };
	if (options.dryRun) return result;

	for (const [name, digest] of untagged) {
		// somebody may have tagged it meanwhile
		if ((await store.manifests.tagsOf(name, digest)).length === 0) await store.manifests.delete(name, digest);
	}
	const links: Journal["links"] = [];
	for (const name of await store.names()) {
		const own = marks.byRepository.get(name);
		for (const digest of await store.blobs.linked(name)) if (own && !own.has(digest)) links.push([name, digest]);
	}
	const journal: Journal = { links };
	await store.files.replace(JOURNAL, utf8(JSON.stringify(journal)));
	for (const [name, digest] of links) await store.blobs.unlink(name, digest);
	for (const digest of blobs) await moveAway(store.files, digest);
	await finish(store, journal);
	return result;
}

/** Ends what an earlier run left half done. Called before a registry serves. */
export async function recover(store: RegistryStore): Promise<void> {
	const size = await store.files.size(JOURNAL);
	if (size === undefined) return;
	let words = "";
	for await (const piece of store.files.read(JOURNAL, 0, size)) words += text(piece);
	await finish(store, JSON.parse(words) as Journal);
}

/** Brings back what is needed after all; deletes the rest. */
async function finish(store: RegistryStore, { links }: Journal): Promise<void> {
	const marks = await mark(store, [], () => {});
	for (const [name, digest] of links)
		if (marks.byRepository.get(name)?.has(digest)) await store.manifests.linkLayer(name, digest);
	for (const digest of await digestsIn(store.files, `${GARBAGE}/blobs`)) {
		if (!marks.all.has(digest)) continue;
		if ((await store.files.size(blobPath(digest))) === undefined)
			await store.files.rename(garbagePath(digest), blobFolder(digest));
	}
	await store.files.remove(`${GARBAGE}/blobs`);
	await store.files.remove(JOURNAL);
}

async function moveAway(files: Files, digest: Digest): Promise<void> {
	await files.remove(garbagePath(digest));
	await files.rename(blobFolder(digest), garbagePath(digest));
}

async function blobsIn(files: Files): Promise<Digest[]> {
	const out: Digest[] = [];
	for (const algorithm of await files.list(BLOBS))
		for (const group of await files.list(`${BLOBS}/${algorithm}`))
			for (const encoded of await files.list(`${BLOBS}/${algorithm}/${group}`)) {
				const digest = `${algorithm}:${encoded}`;
				if (isDigest(digest)) out.push(digest);
			}
	return out;
}

/** A document wherever it is: a manifest may have been put while its content, left by an earlier one, was being taken away. */
async function bytesOf(files: Files, digest: Digest): Promise<Uint8Array | undefined> {
	for (const path of [blobPath(digest), `${garbagePath(digest)}/data`, blobPath(digest)]) {
		const data = await readWhole(files, path);
		if (data) return data;
	}
	return undefined;
}

/** Pending first: a push that has ended by then has its manifest in place by the time that those are read. */
async function mark(
	store: RegistryStore,
	without: ReadonlyArray<readonly [name: string, digest: Digest]>,
	say: (line: string) => Promise<void> | void,
): Promise<Marks> {
	const marks: Marks = { all: new Set(), byRepository: new Map() };
	const names = await store.namesBegun();
	for (const name of names) {
		const pending = new Set(await store.pending.digests(name));
		marks.byRepository.set(name, pending);
		for (const digest of pending) marks.all.add(digest);
	}
	for (const name of names) {
		const own = marks.byRepository.get(name)!;
		const condemned = new Set(without.filter(([one]) => one === name).map(([, digest]) => digest));
		await say(name);
		for (const revision of await store.manifests.revisions(name)) {
			if (condemned.has(revision)) continue;
			await say(`${name}: marking manifest ${revision} `);
			marks.all.add(revision);
			own.add(revision);
			const data = await bytesOf(store.files, revision);
			for (const digest of data ? referencesOf(data) : []) {
				await say(`${name}: marking blob ${digest}`);
				marks.all.add(digest);
				own.add(digest);
			}
		}
	}
	return marks;
}

/** Manifests that no tag leads to: not through an index, and not as what is about a manifest that stays. */
async function findUntagged(store: RegistryStore): Promise<Array<[name: string, digest: Digest]>> {
	const out: Array<[string, Digest]> = [];
	for (const name of await store.names()) {
		const revisions = await store.manifests.revisions(name);
		const kept = new Set(await store.pending.digests(name));
		const documents = new Map<Digest, { references: Digest[]; subject?: Digest }>();
		for (const digest of revisions) {
			const data = await store.blobs.bytes(digest);
			documents.set(digest, { references: data ? referencesOf(data) : [], subject: data && subjectOf(data) });
		}
		for (const tag of await store.manifests.tags(name)) {
			const digest = await store.manifests.resolve(name, tag);
			if (digest) kept.add(digest);
		}
		for (let grown = true; grown; ) {
			const before = kept.size;
			for (const [digest, { references, subject }] of documents) {
				if (subject && kept.has(subject)) kept.add(digest);
				if (kept.has(digest)) for (const one of references) kept.add(one);
			}
			grown = kept.size > before;
		}
		for (const digest of revisions) if (!kept.has(digest)) out.push([name, digest]);
	}
	return out;
}

function subjectOf(data: Uint8Array): Digest | undefined {
	try {
		return (JSON.parse(text(data)) as { subject?: { digest?: Digest } }).subject?.digest;
	} catch {
		return undefined;
	}
}
