"use client";
// Network: bridges, plugs and addresses; a request's hops one at a time; and a little browser on a published port.

import { useMemo, useState } from "react";
import { useMachine } from "../../machine/use-machine";
import { useLocale, useWords } from "../../words/context";
import { PictureFrame } from "../frame";
import { Gradually, ROWS } from "../gradually";
import { describe } from "../run/describe";
import { type Flow, flowsOf, type NetworkMap } from "./model";
import styles from "./network.module.css";
import { NetworkDrawing } from "./network-drawing";
import { PortBrowser } from "./port-browser";
import { useNetwork } from "./use-network";

const FLOWS = 30;

export function NetworkPicture() {
	const words = useWords().network;
	const map = useNetwork();
	const trace = useMachine((state) => state.trace);
	const flows = useMemo(() => flowsOf(trace, FLOWS), [trace]);
	const [wanted, setWanted] = useState<number | null>(null);
	const [step, setStep] = useState(0);
	const flow = flows.find(({ flow }) => flow === wanted);
	const at = Math.min(step, (flow?.hops.length ?? 1) - 1);
	const ports = (map?.containers ?? []).flatMap((container) => container.ports);
	if (!map) return <PictureFrame caption={words.caption} empty={words.empty} picture={null} table={null} />;
	return (
		<PictureFrame
			caption={words.caption}
			controls={
				<FlowChoice
					flows={flows}
					chosen={flow}
					choose={(next) => {
						setWanted(next);
						setStep(0);
					}}
				/>
			}
			picture={<NetworkDrawing map={map} flow={flow} at={at} />}
			table={<NetworkTable map={map} flow={flow} />}
			foot={
				<>
					{flow && <HopSteps flow={flow} at={at} go={setStep} />}
					{ports.length > 0 && <PortBrowser ports={ports} />}
				</>
			}
		/>
	);
}

function FlowChoice({
	flows,
	chosen,
	choose,
}: {
	flows: Flow[];
	chosen: Flow | undefined;
	choose: (flow: number | null) => void;
}) {
	const words = useWords().network;
	return (
		<label className={styles.which}>
			<span className="visually-hidden">{words.which}</span>
			<select
				value={chosen?.flow ?? ""}
				onChange={({ target }) => choose(target.value === "" ? null : Number(target.value))}
				disabled={flows.length === 0}
			>
				<option value="">{flows.length === 0 ? words.noFlows : words.noFlow(flows.length)}</option>
				{flows.toReversed().map(({ flow, protocol, source, destination }) => (
					<option key={flow} value={flow}>
						{protocol} {source} → {destination}
					</option>
				))}
			</select>
		</label>
	);
}

function HopSteps({ flow, at, go }: { flow: Flow; at: number; go: (step: number) => void }) {
	const words = useWords();
	const locale = useLocale();
	const hop = flow.hops[at];
	const last = flow.hops.length - 1;
	if (!hop) return null;
	return (
		<div className={styles.steps}>
			<button type="button" onClick={() => go(at - 1)} disabled={at === 0} aria-label={words.run.back}>
				◀
			</button>
			<button type="button" onClick={() => go(at + 1)} disabled={at === last} aria-label={words.run.forward}>
				▶
			</button>
			<input
				type="range"
				min={0}
				max={last}
				value={at}
				aria-label={words.network.hop}
				aria-valuetext={`${words.run.step(at + 1, last + 1)}: ${describe(hop)[locale]}`}
				onChange={({ target }) => go(Number(target.value))}
			/>
			<span className={styles.count}>{words.run.step(at + 1, last + 1)}</span>
			<p>{describe(hop)[locale]}</p>
		</div>
	);
}

function NetworkTable({ map, flow }: { map: NetworkMap; flow: Flow | undefined }) {
	const words = useWords().network;
	const locale = useLocale();
	const nameOf = (id: string): string => map.bridges.find((bridge) => bridge.id === id)?.name ?? id.slice(0, 12);
	return (
		<>
			<table>
				<thead>
					<tr>
						<th scope="col">{words.network}</th>
						<th scope="col">{words.bridge}</th>
						<th scope="col">{words.subnet}</th>
						<th scope="col">{words.gateway}</th>
					</tr>
				</thead>
				<tbody>
					{map.bridges.map(({ id, name, device, subnet, gateway, internal }) => (
						<tr key={id}>
							<td>
								{name}
								{internal && ` (${words.internal})`}
							</td>
							<td>
								<code>{device}</code>
							</td>
							<td>{subnet}</td>
							<td>{gateway}</td>
						</tr>
					))}
				</tbody>
			</table>
			<table>
				<thead>
					<tr>
						<th scope="col">{words.container}</th>
						<th scope="col">{words.address}</th>
						<th scope="col">{words.ports}</th>
					</tr>
				</thead>
				<tbody>
					<Gradually
						all={map.containers}
						each={ROWS}
						draw={({ id, name, plugs, ports, onHost }) => (
							<tr key={id}>
								<td>{name}</td>
								<td>
									{onHost
										? words.onHost
										: plugs.map(({ network, address }) => `${nameOf(network)} ${address}`).join(", ") || words.none}
								</td>
								<td>{ports.map(({ port, inside }) => `${port} → ${inside}`).join(", ")}</td>
							</tr>
						)}
					/>
				</tbody>
			</table>
			{flow && (
				<ol>
					{flow.hops.map((hop) => (
						<li key={hop.seq}>{describe(hop)[locale]}</li>
					))}
				</ol>
			)}
		</>
	);
}
