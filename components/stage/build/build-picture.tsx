"use client";
// Build: each step that makes a layer, from the base up, with whether the cache had it and why.

import { lazy, Suspense, useMemo, useState } from "react";
import { useMachine } from "../../machine/use-machine";
import { useLocale, useWords } from "../../words/context";
import { Choice } from "../choice";
import { PictureFrame } from "../frame";
import frame from "../frame.module.css";
import { shortId } from "../grammar/mark";
import { readableTime } from "../run/layout";
import styles from "./build.module.css";
import { BuildDrawing } from "./build-drawing";
import { causeWords } from "./causes";
import { type Build, buildsOf } from "./model";

const SHOWN = 20;

const BuildEditor = lazy(() => import("../../editor/build-editor").then(({ BuildEditor }) => ({ default: BuildEditor })));

/** The builds, or the editor in their place. */
export function BuildPicture() {
	const words = useWords().editor;
	const [editing, setEditing] = useState(false);
	return (
		<>
			<div className={styles.switch}>
				<button type="button" className="button" aria-pressed={editing} onClick={() => setEditing(!editing)}>
					{editing ? words.hide : words.open}
				</button>
			</div>
			{editing ? (
				<Suspense fallback={<p className={styles.sum}>{words.loading}</p>}>
					<BuildEditor />
				</Suspense>
			) : (
				<Builds />
			)}
		</>
	);
}

function Builds() {
	const words = useWords().build;
	const trace = useMachine((state) => state.trace);
	const builds = useMemo(() => buildsOf(trace).slice(-SHOWN), [trace]);
	const [wanted, setWanted] = useState<number | null>(null);
	const build = builds.find(({ seq }) => seq === wanted) ?? builds.at(-1);
	if (!build) return <PictureFrame caption={words.caption} empty={words.empty} picture={null} table={null} />;
	const hits = build.steps.filter(({ hit }) => hit).length;
	return (
		<PictureFrame
			caption={words.caption}
			controls={
				<Choice
					label={words.which}
					chosen={build.seq}
					options={builds.map(({ seq, line }) => ({ seq, text: line || words.api }))}
					choose={setWanted}
				/>
			}
			picture={<BuildDrawing build={build} />}
			table={<BuildTable build={build} />}
			foot={<p className={styles.sum}>{words.sum(build.steps.length, hits)}</p>}
		/>
	);
}

function BuildTable({ build }: { build: Build }) {
	const words = useWords().build;
	const locale = useLocale();
	return (
		<table>
			<thead>
				<tr>
					<th scope="col">{words.step}</th>
					<th scope="col">{words.cache}</th>
					<th scope="col">{words.why}</th>
					<th scope="col">{words.key}</th>
					<th scope="col">{words.took}</th>
				</tr>
			</thead>
			<tbody>
				{build.steps.map(({ seq, name, hit, because, key, took }) => (
					<tr key={seq}>
						<td>
							<code>{name}</code>
						</td>
						<td className={frame.short}>{hit ? words.hit : words.miss}</td>
						<td>{causeWords(because)[locale]}</td>
						<td>
							<code>{shortId(key)}</code>
						</td>
						<td className={frame.short}>{took === undefined ? "" : readableTime(took)}</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}
