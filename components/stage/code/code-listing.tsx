"use client";
// One piece of code, block by block: bytes, instructions, the table's row of each, and the WebAssembly of the whole.

import { useState } from "react";
import type { CodeListing, HotFunction, ListedBlock } from "../../../engine/host/browser/facade";
import { useWords } from "../../words/context";
import styles from "./code.module.css";
import { functionName, hexadecimal, lengthOf, reaches, type Step } from "./model";

/** Lines in the page at first; more are seldom read, and not cheap. */
const MOST_LINES = 400;

interface Props {
	listing: CodeListing;
	step: Step;
	chosen: HotFunction;
}
export function CodeListingView({ listing, step, chosen }: Props) {
	const words = useWords().code;
	/** The block that the reader points at, in either text. */
	const [lit, setLit] = useState<number>();
	const wasm = reaches(step, "wasm");
	return (
		<section className={styles.listing} aria-label={functionName(chosen)}>
			<p className={styles.about} role="status">
				{words.step[step].about} {step === "wasm" && (chosen.translated ? words.translated : words.notYet)}
			</p>
			<div className={styles.sides} data-both={wasm || undefined}>
				<Machine listing={listing} step={step} lit={lit} light={setLit} />
				{wasm && <Wasm listing={listing} lit={lit} light={setLit} />}
			</div>
		</section>
	);
}

interface SideProps {
	listing: CodeListing;
	lit: number | undefined;
	light: (block: number | undefined) => void;
}

function Machine({ listing, step, lit, light }: SideProps & { step: Step }) {
	const words = useWords().code;
	return (
		// biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls can be reached by keyboard
		<section className={styles.side} tabIndex={0} aria-label={words.machine(lengthOf(listing))}>
			<h3>{words.machine(lengthOf(listing))}</h3>
			<table>
				<thead className="visually-hidden">
					<tr>
						<th scope="col">{words.address}</th>
						<th scope="col">{words.bytes}</th>
						{reaches(step, "decoded") && <th scope="col">{words.instruction}</th>}
						{reaches(step, "table") && <th scope="col">{words.row}</th>}
					</tr>
				</thead>
				{listing.blocks.map((block, number) => (
					<Block
						key={block.instructions[0]?.address ?? `empty ${number}`}
						block={block}
						step={step}
						lit={lit === number}
						light={(on) => light(on ? number : undefined)}
					/>
				))}
			</table>
		</section>
	);
}

function Block({ block, step, lit, light }: { block: ListedBlock; step: Step; lit: boolean; light: (on: boolean) => void }) {
	const words = useWords().code;
	const blocks = reaches(step, "blocks");
	return (
		<tbody
			data-lit={(blocks && lit) || undefined}
			data-blocks={blocks || undefined}
			onMouseEnter={() => light(true)}
			onMouseLeave={() => light(false)}
		>
			{blocks && (block.loop || block.called > 0) && (
				<tr className={styles.mark}>
					<td colSpan={4}>{[block.loop && words.loop, block.called > 0 && words.taken].filter(Boolean).join(" · ")}</td>
				</tr>
			)}
			{block.instructions.map(({ address, bytes, text, row, interpreted }) => (
				<tr key={address} data-interpreted={interpreted || undefined}>
					<td className={styles.address}>{hexadecimal(address)}</td>
					<td className={styles.bytes}>{bytes.map((byte) => byte.toString(16).padStart(2, "0")).join(" ")}</td>
					{reaches(step, "decoded") && (
						<td>
							<code>{text}</code>
							{interpreted && blocks && <small> {words.left}</small>}
						</td>
					)}
					{reaches(step, "table") && <td className={styles.row}>{row}</td>}
				</tr>
			))}
		</tbody>
	);
}

/** Of the line that is pointed at. */
function blockOf(target: EventTarget): number | undefined {
	const line = target instanceof Element ? target.closest("[data-block]") : null;
	return line ? Number(line.getAttribute("data-block")) : undefined;
}

function Wasm({ listing, lit, light }: SideProps) {
	const words = useWords().code;
	const [all, setAll] = useState(false);
	const lines = all ? listing.wasm : listing.wasm.slice(0, MOST_LINES);
	return (
		<section
			className={styles.side}
			// biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls can be reached by keyboard
			tabIndex={0}
			aria-label={words.wasm(listing.lines, listing.bytes)}
			data-wasm
			onMouseOver={({ target }) => light(blockOf(target))}
			onFocus={() => light(undefined)}
		>
			<h3>{words.wasm(listing.lines, listing.bytes)}</h3>
			<pre>
				{lines.map(({ text, depth, block }, line) => (
					<span
						// biome-ignore lint/suspicious/noArrayIndexKey: lines have no other name, and never change
						key={line}
						data-lit={(block !== undefined && block === lit) || undefined}
						data-frame={block === undefined || undefined}
						data-block={block}
						style={{ paddingInlineStart: `${depth}ch` }}
					>
						{`${text}\n`}
					</span>
				))}
			</pre>
			{!all && listing.wasm.length > MOST_LINES && (
				<button type="button" className={styles.more} onClick={() => setAll(true)}>
					{words.more(listing.wasm.length - MOST_LINES)}
				</button>
			)}
		</section>
	);
}
