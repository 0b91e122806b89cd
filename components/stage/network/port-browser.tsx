"use client";
// A little browser on a published port. What a container serves is a stranger's: it is shown in a frame of no origin, without scripts.

import { type FormEvent, useState } from "react";
import { theMachine } from "../../machine/store";
import { useWords } from "../../words/context";
import type { NetPort } from "./model";
import styles from "./network.module.css";

interface Page {
	status: number;
	type: string;
	text: string;
}
const MOST = 512 * 1024;

export function PortBrowser({ ports }: { ports: NetPort[] }) {
	const words = useWords().network;
	const [port, setPort] = useState<number>();
	const [path, setPath] = useState("/");
	const [page, setPage] = useState<Page>();
	const [trouble, setTrouble] = useState("");
	const chosen = ports.some((known) => known.port === port) ? port : ports[0]?.port;

	async function open(event: FormEvent): Promise<void> {
		event.preventDefault();
		if (chosen === undefined) return;
		try {
			const response = await theMachine()?.fetchPort(chosen, { path: path.startsWith("/") ? path : `/${path}` });
			if (!response) return;
			const type = response.headers["content-type"] ?? "text/plain";
			setPage({ status: response.status, type, text: new TextDecoder().decode(response.body.slice(0, MOST)) });
			setTrouble("");
		} catch (error) {
			setPage(undefined);
			setTrouble(error instanceof Error ? error.message : String(error));
		}
	}
	return (
		<details className={styles.browser}>
			<summary>{words.browser}</summary>
			<form onSubmit={open}>
				<label>
					<span className="visually-hidden">{words.port}</span>
					<select value={chosen} onChange={({ target }) => setPort(Number(target.value))}>
						{ports.map((known) => (
							<option key={known.port} value={known.port}>
								localhost:{known.port}
							</option>
						))}
					</select>
				</label>
				<input
					type="text"
					value={path}
					aria-label={words.path}
					spellCheck={false}
					onChange={({ target }) => setPath(target.value)}
				/>
				<button type="submit" className="button">
					{words.go}
				</button>
				{page && <output>{page.status}</output>}
			</form>
			{trouble && <p role="alert">{trouble}</p>}
			{page &&
				(page.type.startsWith("text/html") ? (
					<iframe title={`localhost:${chosen}${path}`} sandbox="" srcDoc={page.text} />
				) : (
					<pre>{page.text}</pre>
				))}
		</details>
	);
}
