"use client";
// The registry on the left, this machine on the right; each blob a slab on the side where it is, with a line for its way.

import { meaningsIn } from "../../console/find-links";
import { humanSize } from "../../machine/bytes";
import { machineStore } from "../../machine/store";
import { useWords } from "../../words/context";
import { fitText } from "../grammar/fit-text";
import { DigestMark, Patterns, Slab } from "../grammar/grammar";
import { Halo, Live } from "../grammar/live";
import { shortId } from "../grammar/mark";
import { useSize } from "../use-size";
import type { Transfer, TransferBlob } from "./model";
import styles from "./registry.module.css";

const TOP = 48;
const ROW = 46;
const HEIGHT = 34;
const SIDE = 12;

export function RegistryDrawing({ transfer }: { transfer: Transfer }) {
	const words = useWords().registry;
	const { ref, width } = useSize();
	const wide = Math.max(width, 330);
	const slab = Math.min(210, (wide - 2 * SIDE) * (wide < 420 ? 0.4 : 0.37));
	const right = wide - SIDE - slab;
	const height = TOP + transfer.blobs.length * ROW + 12;
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls can be reached by keyboard
		<section ref={ref} className={styles.place} tabIndex={0} aria-label={words.caption}>
			<svg width={wide} height={height} role="img" aria-label={`${words.caption}: ${transfer.direction} ${transfer.reference}`}>
				<Patterns />
				<text x={SIDE} y={20} className={styles.side}>
					{words.registry}
				</text>
				<text x={SIDE} y={36} className={styles.small}>
					{fitText(transfer.host, slab, 11, true)}
				</text>
				<text x={right} y={20} className={styles.side}>
					{words.here}
				</text>
				<text x={right} y={36} className={styles.small}>
					/var/lib/containerd
				</text>
				{transfer.blobs.map((blob, index) => (
					<Live
						key={`${blob.role}${blob.digest}`}
						means={() => meaningsIn(blob.digest, machineStore.getState().world)}
						transform={`translate(0 ${TOP + index * ROW})`}
					>
						<Halo x={4} y={-5} width={wide - 8} height={ROW - 2} />
						<BlobRow blob={blob} transfer={transfer} left={SIDE} right={right} slab={slab} />
					</Live>
				))}
			</svg>
		</section>
	);
}

interface RowProps {
	blob: TransferBlob;
	transfer: Transfer;
	left: number;
	right: number;
	slab: number;
}
function BlobRow({ blob, transfer: { direction }, left, right, slab }: RowProps) {
	const words = useWords().registry;
	const [from, to] = direction === "pull" ? [left, right] : [right, left];
	const arrived = blob.state === "moved" || blob.state === "there" || blob.state === "mounted";
	const share = blob.state === "moved" ? 1 : blob.size > 0 ? Math.min(1, blob.current / blob.size) : 0;
	const [begin, end] = direction === "pull" ? [left + slab + 6, right - 8] : [right - 6, left + slab + 8];
	const middle = (begin + end) / 2;
	const head = direction === "pull" ? "m-6 -4 6 4 -6 4" : "m6 -4 -6 4 6 4";
	return (
		<>
			<BlobSlab blob={blob} x={from} width={slab} />
			{arrived ? (
				<BlobSlab blob={blob} x={to} width={slab} />
			) : (
				<rect x={to} y={0} width={slab} height={HEIGHT} rx={2} className={styles.awaited} />
			)}
			{blob.state === "moved" || blob.state === "moving" ? (
				<>
					<path d={`M${begin} ${HEIGHT / 2}H${end}${head}`} className={styles.wayAhead} />
					<path d={`M${begin} ${HEIGHT / 2}H${begin + (end - begin) * share}${share === 1 ? head : ""}`} className={styles.way} />
				</>
			) : null}
			<text x={middle} y={HEIGHT / 2 - 6} textAnchor="middle" className={styles.small}>
				{fitText(words.states[direction][blob.state], Math.abs(end - begin) - 4, 11)}
			</text>
		</>
	);
}

function BlobSlab({ blob, x, width }: { blob: TransferBlob; x: number; width: number }) {
	const words = useWords().registry;
	const size = blob.size > 0 ? humanSize(blob.size) : "";
	return (
		<>
			<Slab box={{ x, y: 0, width, height: HEIGHT }} kind="read-only" />
			<DigestMark digest={blob.digest} x={x + 8} y={8} size={18} />
			<text x={x + 33} y={14} className={styles.digest}>
				{fitText(shortId(blob.digest), width - 38, 12, true)}
			</text>
			<text x={x + 33} y={28} className={styles.small}>
				{fitText([words.roles[blob.role], size].filter(Boolean).join(" · "), width - 38, 11)}
			</text>
		</>
	);
}
