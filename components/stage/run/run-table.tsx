"use client";
// The Run picture as a table: every step with its time, where it happened, and what.

import type { TraceEvent } from "../../../engine/trace/event";
import { useLocale, useWords } from "../../words/context";
import frame from "../frame.module.css";
import { Gradually, ROWS } from "../gradually";
import { describe } from "./describe";
import { readableTime } from "./layout";

export function RunTable({ steps, at }: { steps: TraceEvent[]; at: number }) {
	const words = useWords().run;
	const locale = useLocale();
	const began = steps[0]?.time ?? 0;
	return (
		<table>
			<thead>
				<tr>
					<th scope="col">{words.time}</th>
					<th scope="col">{words.where}</th>
					<th scope="col">{words.what}</th>
				</tr>
			</thead>
			<tbody>
				<Gradually
					all={steps}
					each={ROWS}
					draw={(event, index) => (
						<tr key={event.seq} aria-current={index === at ? "step" : undefined}>
							<td className={frame.short}>{readableTime(event.time - began)}</td>
							<td>{words.lanes[event.layer]}</td>
							<td>{describe(event)[locale]}</td>
						</tr>
					)}
				/>
			</tbody>
		</table>
	);
}
