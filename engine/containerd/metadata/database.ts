// What containerd knows beside the bytes: images, containers, labels of content, snapshots.

import type { Sys } from "../../sys";
import { CONTAINERD_ROOT, type Container, type ContentInfo, type Image } from "../api";
import type { SnapshotRecord } from "../snapshots/types";
import { Bucket } from "./bucket";

export const METADATA_ROOT = `${CONTAINERD_ROOT}/io.containerd.metadata.v1.bolt`;

export interface Database {
	images: Bucket<Image>;
	containers: Bucket<Container>;
	content: Bucket<ContentInfo>;
	snapshots: Bucket<SnapshotRecord>;
}

export async function openDatabase(sys: Sys): Promise<Database> {
	const open = <T>(name: string): Promise<Bucket<T>> => Bucket.open<T>(sys, `${METADATA_ROOT}/${name}.json`);
	return {
		images: await open("images"),
		containers: await open("containers"),
		content: await open("content"),
		snapshots: await open("snapshots"),
	};
}

/** RFC 3339, with nanoseconds as Go prints them. */
export function timestamp(sys: Sys): string {
	const now = sys.now();
	const seconds = new Date(Number(now / 1_000_000n)).toISOString().slice(0, 19);
	const fraction = (now % 1_000_000_000n).toString().padStart(9, "0").replace(/0+$/, "");
	return `${seconds}${fraction === "" ? "" : `.${fraction}`}Z`;
}

/** Timestamps as texts that sort by time: a fraction's zeros at the end are left out in the others. */
export const sortable = (time: string): string =>
	time.replace(/(?:\.(\d*))?Z$/, (_, fraction: string = "") => `.${fraction.padEnd(9, "0")}Z`);

/** Labels changed as containerd's Update does: an empty value takes the label away. */
export function mergeLabels(labels: Record<string, string>, change: Record<string, string>): Record<string, string> {
	return Object.fromEntries(Object.entries({ ...labels, ...change }).filter(([, value]) => value !== ""));
}
