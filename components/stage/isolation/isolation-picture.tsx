"use client";
// Isolation: one kind of namespace at a time, or the cgroups with their limits, and the processes in each.

import { useMemo, useState } from "react";
import { useMachine } from "../../machine/use-machine";
import { useWords } from "../../words/context";
import { PictureFrame } from "../frame";
import { Gradually, ROWS } from "../gradually";
import styles from "./isolation.module.css";
import { IsolationDrawing } from "./isolation-drawing";
import { roomName, usageLine } from "./labels";
import { innerPid, KINDS, type Kind, programOf, type Room, roomsOf, type Usage } from "./model";
import { useIsolation } from "./use-isolation";

export function IsolationPicture() {
	const words = useWords().isolation;
	const containers = useMachine((state) => state.world?.containers);
	const [kind, setKind] = useState<Kind>("limits");
	const { processes, usage } = useIsolation(kind === "limits");
	const names = useMemo(() => new Map((containers ?? []).map(({ id, name }) => [id, name])), [containers]);
	const rooms = useMemo(() => roomsOf(processes, kind, names), [processes, kind, names]);
	return (
		<PictureFrame
			caption={words.caption}
			empty={rooms.length === 0 ? words.empty : undefined}
			controls={
				<label className={styles.which}>
					<span>{words.which}</span>
					<select value={kind} onChange={({ target }) => setKind(target.value as Kind)}>
						{KINDS.map((name) => (
							<option key={name} value={name}>
								{words.kinds[name]}
							</option>
						))}
					</select>
				</label>
			}
			picture={<IsolationDrawing rooms={rooms} kind={kind} usage={usage} />}
			table={<IsolationTable rooms={rooms} kind={kind} usage={usage} />}
			foot={<p className={styles.about}>{words.about[kind]}</p>}
		/>
	);
}

interface TableProps {
	rooms: Room[];
	kind: Kind;
	usage: ReadonlyMap<string, Usage>;
}
function IsolationTable({ rooms, kind, usage }: TableProps) {
	const words = useWords().isolation;
	return (
		<table>
			<thead>
				<tr>
					<th scope="col">{words.kinds[kind]}</th>
					<th scope="col">{words.whose}</th>
					<th scope="col">{words.processes}</th>
				</tr>
			</thead>
			<tbody>
				<Gradually
					all={rooms}
					each={ROWS}
					draw={(room) => {
						const used = usage.get(room.key);
						return (
							<tr key={room.key}>
								<td>
									<code>{room.label}</code>
									{kind === "limits" && used && <div>{usageLine(used, words)}</div>}
								</td>
								<td>{roomName(room, words)}</td>
								<td>
									<ul className={styles.plain}>
										{room.processes.map((process) => (
											<li key={process.pid}>
												{words.process(process.pid, innerPid(process))} <code>{programOf(process)}</code>
											</li>
										))}
									</ul>
								</td>
							</tr>
						);
					}}
				/>
			</tbody>
		</table>
	);
}
