"use client";
// The steps of the build: cached or made, and why; a press shows what the step's layer changed.

import { useEffect, useRef, useState } from "react";
import { LayerFiles } from "../explorer/layer-files";
import { useExplored } from "../explorer/use-explored";
import { useMachine } from "../machine/use-machine";
import { causeWords } from "../stage/build/causes";
import type { Build, BuildStep } from "../stage/build/model";
import { readableTime } from "../stage/run/layout";
import { useLocale, useWords } from "../words/context";
import styles from "./editor.module.css";
import { layerOfStep } from "./step-lines";

export function BuildSteps({ build, tag }: { build: Build | undefined; tag: string }) {
	const words = useWords().editor;
	const locale = useLocale();
	const [chosen, setChosen] = useState<string | null>(null);
	if (!build || build.steps.length === 0) return <p className={styles.note}>{words.stepsNone}</p>;
	return (
		<section className={styles.steps} aria-label={words.steps}>
			<h2>{words.steps}</h2>
			<ol>
				{build.steps.map((step) => {
					const { seq, name, hit, because, took } = step;
					return (
						<li key={seq}>
							<button
								type="button"
								className={styles.step}
								aria-expanded={name === chosen}
								data-hit={hit || undefined}
								onClick={() => setChosen(name === chosen ? null : name)}
							>
								<code translate="no">{name}</code>
								<span>
									{hit ? `✓ ${words.hit}` : `● ${words.miss}${took === undefined ? "" : ` ${readableTime(took)}`}`}
									<span> · {causeWords(because)[locale]}</span>
								</span>
							</button>
							{name === chosen && <StepFiles step={step} tag={tag} />}
						</li>
					);
				})}
			</ol>
		</section>
	);
}

/** What the step's layer changed, out of the image that has it: the one with the tag, or any. */
export function StepFiles({ step, tag }: { step: BuildStep; tag?: string }) {
	const words = useWords().editor;
	const images = useMachine((state) => state.world)?.images ?? [];
	const named = images.filter(({ tags }) => tag === undefined || tags.some((one) => one === tag || one === `${tag}:latest`));
	const image = [...named, ...images].find((one) => layerOfStep(one, step));
	const found = layerOfStep(image, step);
	const { layers, trouble } = useExplored(image);
	const explored = found && layers?.[found.at];
	const place = useRef<HTMLElement>(null);
	useEffect(() => {
		if (explored) place.current?.scrollIntoView({ block: "nearest" });
	}, [explored]);
	if (!found) return <p className={styles.note}>{words.noLayer}</p>;
	return (
		<section ref={place} className={styles.stepFiles} aria-label={words.stepFiles}>
			<h3>{words.stepFiles}</h3>
			{trouble && <p className={styles.note}>{trouble}</p>}
			{explored && <LayerFiles key={found.layer.digest} digest={found.layer.digest} layer={explored} label={words.stepFiles} />}
		</section>
	);
}
