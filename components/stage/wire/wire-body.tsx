"use client";
// One exchange, whole: both messages with their bodies, JSON set out to be read.

import { useWords } from "../../words/context";
import { prettyJson } from "../run/describe";
import { type Exchange, statusOf } from "./model";
import styles from "./wire.module.css";

export function WireBody({ exchange }: { exchange: Exchange }) {
	const words = useWords().wire;
	const status = statusOf(exchange);
	const asked = prettyJson(exchange.body);
	const said = prettyJson(exchange.answer?.body);
	return (
		<details className={styles.detail}>
			<summary>
				<code>
					{exchange.method} {exchange.target}
				</code>
			</summary>
			<div className={styles.messages}>
				<section aria-label={words.request}>
					<h3>{words.request}</h3>
					<pre>{asked ?? words.noBody}</pre>
				</section>
				<section aria-label={words.answer}>
					<h3>
						{words.answer} {status ?? ""}
					</h3>
					<pre>
						{exchange.upgrade
							? words.upgraded(exchange.upgrade.protocol)
							: (said ?? (exchange.answer ? words.unread(exchange.answer.bytes) : words.waiting))}
					</pre>
				</section>
			</div>
		</details>
	);
}
