"use client";
// System calls: what the processes that the reader chose ask of the kernel, call by call, as strace writes it. Off until asked.

import { useEffect, useMemo, useRef, useState } from "react";
import type { CallSelection, ProcessInfo } from "../../../engine/host/browser/facade";
import { type CallEvent, theMachine, watchCalls } from "../../machine/store";
import { useMachine } from "../../machine/use-machine";
import { useWords } from "../../words/context";
import { ProcessGroup } from "../process-group";
import { ProcessPicture, Whose } from "../whose";
import styles from "./calls.module.css";
import { callLine, choices, failed, shownCalls } from "./model";

/** Rows in the page; more are neither read nor cheap. */
const MOST_ROWS = 500;
const CONTAINERS = "containers";

export function CallsPanel() {
	const words = useWords().calls;
	const calls = useMachine((state) => state.calls);
	const [whose, setWhose] = useState("");
	const [text, setText] = useState("");
	const [onlyErrors, setOnlyErrors] = useState(false);
	const [since, setSince] = useState(0);
	const shown = useMemo(
		() =>
			shownCalls(calls, { text, onlyErrors })
				.filter(({ seq }) => seq > since)
				.slice(-MOST_ROWS),
		[calls, text, onlyErrors, since],
	);

	useEffect(() => {
		void watchCalls(selectionOf(whose)).catch(() => {});
	}, [whose]);
	// Who leaves the panel does not pay for it any longer.
	useEffect(() => () => void watchCalls(null).catch(() => {}), []);

	const empty = whose === "" ? words.off : shown.length > 0 ? "" : calls.length > 0 ? words.noMatch : words.none;
	return (
		<ProcessPicture
			name="calls"
			caption={words.caption}
			controls={
				<>
					<CallsOf chosen={whose} choose={setWhose} />
					<input
						type="search"
						className={styles.filter}
						placeholder={words.filter}
						aria-label={words.filter}
						value={text}
						onChange={({ target }) => setText(target.value)}
					/>
					<label className={styles.check}>
						<input type="checkbox" checked={onlyErrors} onChange={({ target }) => setOnlyErrors(target.checked)} />
						{words.onlyErrors}
					</label>
					<button
						type="button"
						className={styles.clear}
						onClick={() => setSince(calls.at(-1)?.seq ?? 0)}
						disabled={shown.length === 0}
					>
						{words.clear}
					</button>
				</>
			}
		>
			{empty ? <p className={styles.empty}>{empty}</p> : <CallTable calls={shown} />}
			{!empty && (
				<p className={styles.count} aria-live="off">
					{words.count(shown.length, MOST_ROWS)}
				</p>
			)}
		</ProcessPicture>
	);
}

const selectionOf = (whose: string): CallSelection | null =>
	whose === "" ? null : whose === CONTAINERS ? { of: "containers" } : { of: "process", pid: Number(whose) };

/** The processes are asked for when the list is about to be opened. */
function CallsOf({ chosen, choose }: { chosen: string; choose: (whose: string) => void }) {
	const words = useWords().calls;
	const revision = useMachine((state) => state.revision);
	const [processes, setProcesses] = useState<ProcessInfo[]>([]);
	const refresh = (): void => {
		theMachine()
			?.processes()
			.then(setProcesses, () => {});
	};
	// biome-ignore lint/correctness/useExhaustiveDependencies: whatever has changed on the machine may have changed its processes
	useEffect(refresh, [revision]);
	const { containers, host } = choices(processes);
	return (
		<Whose label={words.whose} chosen={chosen} choose={choose} opening={refresh}>
			<option value="">{words.nobody}</option>
			<option value={CONTAINERS}>{words.containers}</option>
			<ProcessGroup label={words.group.containers} processes={containers} />
			<ProcessGroup label={words.group.host} processes={host} />
		</Whose>
	);
}

function CallTable({ calls }: { calls: CallEvent[] }) {
	const words = useWords().calls;
	const place = useRef<HTMLElement>(null);
	/** Follows what comes, until the reader scrolls up. */
	const following = useRef(true);
	const began = calls[0]?.time ?? 0;

	// biome-ignore lint/correctness/useExhaustiveDependencies: scrolls when rows have come
	useEffect(() => {
		if (following.current && place.current) place.current.scrollTop = place.current.scrollHeight;
	}, [calls]);

	return (
		<section
			ref={place}
			className={styles.rows}
			// biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls can be reached by keyboard
			tabIndex={0}
			aria-label={words.caption}
			onScroll={({ currentTarget: { scrollTop, scrollHeight, clientHeight } }) => {
				following.current = scrollHeight - scrollTop - clientHeight < 24;
			}}
		>
			<table>
				<thead>
					<tr>
						<th scope="col">{words.time}</th>
						<th scope="col">{words.process}</th>
						<th scope="col">{words.call}</th>
						<th scope="col">{words.result}</th>
						<th scope="col">{words.duration}</th>
					</tr>
				</thead>
				<tbody>
					{calls.map((call) => (
						<tr key={call.seq} data-failed={failed(call) || undefined}>
							<td className={styles.number}>{(call.time - began).toFixed(0)}</td>
							<td className={styles.number}>{call.pid}</td>
							<td>
								<code>
									<b>{call.name}</b>
									{callLine(call).slice(call.name.length)}
								</code>
							</td>
							<td>
								<code>{call.result}</code>
							</td>
							<td className={styles.number}>{call.duration.toFixed(1)} ms</td>
						</tr>
					))}
				</tbody>
			</table>
		</section>
	);
}
