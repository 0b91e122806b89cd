"use client";
// A program's code as it is executed: what is hot, who executes it, and x86-64 beside the WebAssembly that it became.

import { useState } from "react";
import type { ProcessInfo } from "../../../engine/host/browser/facade";
import { useWords } from "../../words/context";
import frame from "../frame.module.css";
import { ProcessGroup } from "../process-group";
import { ProcessPicture, Whose } from "../whose";
import styles from "./code.module.css";
import { CodeListingView } from "./code-listing";
import { HotFunctions } from "./hot-functions";
import { likely, STEPS, type Step, watchable } from "./model";
import { TierShares } from "./tier-shares";
import { useHotCode, useListing, useProcesses } from "./use-hot-code";

export function CodePicture() {
	const words = useWords().code;
	const [whose, setWhose] = useState<number>();
	const [place, setPlace] = useState<number>();
	const [step, setStep] = useState<Step>("wasm");
	const processes = watchable(useProcesses() ?? []);
	const all = [...processes.containers, ...processes.host];
	const pid = all.some((process) => process.pid === whose) ? whose : likely(processes.containers);
	const hot = useHotCode(pid);
	const chosen = hot?.functions.find(({ address }) => address === place) ?? hot?.functions[0];
	const listing = useListing(hot?.pid, chosen?.address);
	return (
		<ProcessPicture
			name="code"
			caption={words.caption}
			controls={
				<>
					<CodeOf processes={processes} chosen={pid} choose={setWhose} />
					<Steps step={step} choose={setStep} />
				</>
			}
		>
			{pid === undefined ? (
				<p className={frame.empty}>{words.empty}</p>
			) : !hot || hot.functions.length === 0 ? (
				<p className={frame.empty} role="status">
					{hot ? words.idle : words.waiting}
				</p>
			) : (
				<div className={styles.body}>
					<TierShares hot={hot} />
					<HotFunctions functions={hot.functions} chosen={chosen?.address} choose={setPlace} />
					{listing && chosen && <CodeListingView key={listing.start} listing={listing} step={step} chosen={chosen} />}
				</div>
			)}
		</ProcessPicture>
	);
}

interface CodeOfProps {
	processes: { containers: ProcessInfo[]; host: ProcessInfo[] };
	chosen: number | undefined;
	choose: (pid: number) => void;
}
function CodeOf({ processes, chosen, choose }: CodeOfProps) {
	const words = useWords().code;
	return (
		<Whose label={words.whose} chosen={String(chosen ?? "")} choose={(whose) => choose(Number(whose))}>
			{chosen === undefined && <option value="">{words.nobody}</option>}
			<ProcessGroup label={words.group.containers} processes={processes.containers} />
			<ProcessGroup label={words.group.host} processes={processes.host} />
		</Whose>
	);
}

/** The way of the code, one step more at a time, and back. */
function Steps({ step, choose }: { step: Step; choose: (step: Step) => void }) {
	const words = useWords().code;
	const at = STEPS.indexOf(step);
	const to = (index: number) => () => choose(STEPS[index]!);
	return (
		<fieldset className={styles.steps}>
			<legend className="visually-hidden">{words.steps}</legend>
			<button type="button" aria-label={words.back} disabled={at === 0} onClick={to(at - 1)}>
				‹
			</button>
			<output>
				{at + 1}/{STEPS.length} {words.step[step].name}
			</output>
			<button type="button" aria-label={words.on} disabled={at === STEPS.length - 1} onClick={to(at + 1)}>
				›
			</button>
		</fieldset>
	);
}
