// What changed since the last commit: inodes, parts of contents, inodes that are gone.

import { CHUNK } from "../memfs/content";
import type { MemFile } from "../memfs/file";
import type { MemNode } from "../memfs/node";

/** Chunks first to last, both included. */
type Span = [first: number, last: number];
/** So many spans of one file are kept apart, then they are taken together. */
const SPANS = 64;

export class Changes {
	readonly nodes = new Set<MemNode>();
	readonly contents = new Map<MemFile, Span[]>();
	readonly gone = new Set<number>();

	get isEmpty(): boolean {
		return this.nodes.size === 0 && this.contents.size === 0 && this.gone.size === 0;
	}
	/** Bytes from `start` to `end`; the chunk at `end` counts too, as the file may end in it. */
	wrote(file: MemFile, start: number, end: number): void {
		this.add(file, [Math.floor(start / CHUNK), Math.floor(end / CHUNK)]);
	}
	/** It is there, whatever was said before. */
	change(node: MemNode): void {
		this.gone.delete(node.ino);
		this.nodes.add(node);
	}
	remove(node: MemNode): void {
		this.nodes.delete(node);
		this.contents.delete(node as MemFile);
		this.gone.add(node.ino);
	}
	covers(file: MemFile, chunk: number): boolean {
		return this.contents.get(file)?.some(([first, last]) => chunk >= first && chunk <= last) === true;
	}
	/** Takes back what could not be committed; what is gone by now stays gone. */
	restore(failed: Changes): void {
		for (const ino of failed.gone) this.gone.add(ino);
		for (const node of failed.nodes) if (!this.gone.has(node.ino)) this.nodes.add(node);
		for (const [file, spans] of failed.contents) if (!this.gone.has(file.ino)) for (const span of spans) this.add(file, span);
	}

	private add(file: MemFile, [first, last]: Span): void {
		const spans = this.contents.get(file);
		if (spans === undefined) {
			this.contents.set(file, [[first, last]]);
			return;
		}
		// Files are written from front to back, mostly: the latest span grows.
		const latest = spans.at(-1)!;
		if (first <= latest[1] + 1 && last >= latest[0] - 1) {
			latest[0] = Math.min(latest[0], first);
			latest[1] = Math.max(latest[1], last);
		} else if (spans.length < SPANS) spans.push([first, last]);
		else {
			const all = spans.splice(0);
			spans.push([Math.min(first, ...all.map(([start]) => start)), Math.max(last, ...all.map(([, end]) => end))]);
		}
	}
}
