// What pulls and pushes asked of registries and got, out of the trace. Pure.

import type { Descriptor, TraceEvent } from "../../../engine/trace/event";

export type Role = "index" | "manifest" | "config" | "layer";
/** What became of a blob: it was on both sides already, moves, has moved, or came from another repository there. */
export type BlobState = "waiting" | "moving" | "moved" | "there" | "mounted";

export interface TransferBlob {
	digest: string;
	role: Role;
	/** Bytes; 0 while unknown. */
	size: number;
	/** Bytes that have moved. */
	current: number;
	state: BlobState;
}
export interface RegistryCall {
	seq: number;
	method: string;
	url: string;
	status: number;
	bytes: number;
}
export interface Transfer {
	/** seq of its first event. */
	seq: number;
	direction: "pull" | "push";
	/** What was asked for: a reference, or of a push host/repository. */
	reference: string;
	host: string;
	blobs: TransferBlob[];
	calls: RegistryCall[];
	over: boolean;
	error?: string;
}

const URL_PARTS = /^https?:\/\/([^/]+)\/v2\/(.+?)\/(manifests|blobs|tags)\/(.+)$/;
const STATES: Readonly<Record<string, BlobState>> = {
	exists: "there",
	waiting: "waiting",
	downloading: "moving",
	downloaded: "moved",
	verified: "moved",
	extracting: "moved",
	done: "moved",
};

export function transfersOf(trace: readonly TraceEvent[]): Transfer[] {
	const transfers: Transfer[] = [];
	const open = (direction: Transfer["direction"]): Transfer[] =>
		transfers.filter((transfer) => transfer.direction === direction && !transfer.over);
	for (const event of trace) {
		switch (event.type) {
			case "pull.begin":
				transfers.push(begun(event.seq, "pull", event.reference, ""));
				break;
			case "pull.manifest": {
				const transfer = open("pull").find(({ reference }) => reference === event.reference) ?? open("pull").at(-1);
				if (transfer) transfer.blobs.push(...blobsOf(event));
				break;
			}
			case "pull.layer":
				for (const transfer of open("pull")) {
					const blob = transfer.blobs.find(({ digest, role }) => role === "layer" && digest === event.digest);
					if (blob) progress(blob, event);
				}
				break;
			case "pull.end": {
				const transfer = open("pull").find(({ reference }) => reference === event.reference) ?? open("pull").at(-1);
				if (!transfer) break;
				transfer.over = true;
				if (event.error) transfer.error = event.error;
				break;
			}
			case "registry.request": {
				const { seq, method, url, status, bytes } = event;
				const parts = URL_PARTS.exec(url);
				const reading = method === "GET" || (method === "HEAD" && parts?.[3] === "manifests");
				const name = parts ? `${parts[1]}/${parts[2]}` : "";
				let transfer: Transfer | undefined;
				if (reading) transfer = open("pull").find((pull) => mentions(pull.reference, parts?.[2] ?? "")) ?? open("pull").at(-1);
				if (!transfer && parts) {
					transfer = open("push").find(({ reference }) => reference === name);
					if (!transfer && !reading) {
						transfer = begun(seq, "push", name, parts[1]!);
						transfers.push(transfer);
					}
				}
				if (!transfer) break;
				transfer.host ||= parts?.[1] ?? "";
				transfer.calls.push({ seq, method, url, status, bytes });
				if (parts && transfer.direction === "push") pushed(transfer, { method, what: parts[3]!, rest: parts[4]!, status });
				break;
			}
		}
	}
	return transfers;
}

const begun = (seq: number, direction: Transfer["direction"], reference: string, host: string): Transfer => ({
	seq,
	direction,
	reference,
	host,
	blobs: [],
	calls: [],
	over: false,
});
/** Whether a reference is of this repository: `docker.io/library/busybox:latest` is of `library/busybox` and of `busybox`. */
const mentions = (reference: string, repository: string): boolean =>
	repository !== "" && new RegExp(`(^|/)${repository.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")}([:@]|$)`).test(reference);

function blobsOf({
	manifest,
	config,
	layers,
}: {
	manifest: Descriptor;
	config: Descriptor;
	layers: Descriptor[];
}): TransferBlob[] {
	const blob = (role: Role, { digest, size }: Descriptor, state: BlobState): TransferBlob => ({
		digest,
		role,
		size,
		current: state === "moved" ? size : 0,
		state,
	});
	return [
		blob("manifest", manifest, "moved"),
		blob("config", config, "moved"),
		...layers.map((layer) => blob("layer", layer, "waiting")),
	];
}
function progress(blob: TransferBlob, { state, current, total }: Extract<TraceEvent, { type: "pull.layer" }>): void {
	blob.state = blob.state === "there" ? "there" : (STATES[state] ?? blob.state);
	if (total > 0 && state === "downloading") blob.size ||= total;
	blob.current = blob.state === "moved" ? blob.size : state === "downloading" ? current : blob.current;
}

/** A push tells of itself by its requests: HEAD finds what is there, POST mounts or begins, PUT ends. */
function pushed(
	transfer: Transfer,
	{ method, what, rest, status }: { method: string; what: string; rest: string; status: number },
): void {
	const digest = /sha(?:256|512):[0-9a-f]+/.exec(decoded(rest))?.[0];
	if (what === "manifests") {
		if (method !== "PUT" || status >= 400) return;
		transfer.blobs.unshift({ digest: digest ?? rest, role: "manifest", size: 0, current: 0, state: "moved" });
		// the name is written last
		if (!digest || rest !== digest) transfer.over = true;
		return;
	}
	if (!digest) return;
	let blob = transfer.blobs.find((known) => known.digest === digest);
	if (!blob) {
		blob = { digest, role: "layer", size: 0, current: 0, state: "waiting" };
		transfer.blobs.push(blob);
	}
	if (method === "HEAD") blob.state = status === 200 ? "there" : "waiting";
	else if (method === "POST") blob.state = status === 201 && /[?&]mount=/.test(rest) ? "mounted" : "moving";
	else if (method === "PUT") blob.state = status === 201 ? "moved" : blob.state;
}
function decoded(text: string): string {
	try {
		return decodeURIComponent(text);
	} catch {
		return text;
	}
}
