"use client";
// Keys that a phone's keyboard lacks. Ctrl holds for the next key, whether it comes from here or from the keyboard.

import { useEffect, useState } from "react";
import { useWords } from "../words/context";
import styles from "./console.module.css";

const ESC = "\x1b";

export function KeyBar({ session }: { session: string }) {
	const words = useWords().keys;
	const [held, setHeld] = useState(false);
	const keys: ReadonlyArray<readonly [face: string, name: string, bytes: string]> = [
		["Tab", "Tab", "\t"],
		["Esc", "Esc", ESC],
		["^C", words.interrupt, "\x03"],
		["↑", words.up, `${ESC}[A`],
		["↓", words.down, `${ESC}[B`],
		["←", words.left, `${ESC}[D`],
		["→", words.right, `${ESC}[C`],
		["|", "|", "|"],
		["/", "/", "/"],
		["-", "-", "-"],
	];

	useEffect(() => {
		let left = false;
		let stop = (): void => {};
		void import("./session").then(({ consoleSession }) => {
			if (left) return;
			stop = consoleSession(session).onControl(setHeld);
		});
		return () => {
			left = true;
			stop();
		};
	}, [session]);

	async function press(bytes: string): Promise<void> {
		const { consoleSession } = await import("./session");
		consoleSession(session).press(bytes);
	}
	async function hold(): Promise<void> {
		const { consoleSession } = await import("./session");
		consoleSession(session).holdControl(!held);
	}
	return (
		<div className={styles.keys} role="toolbar" aria-label={words.label}>
			<button type="button" aria-pressed={held} onPointerDown={keepFocus} onClick={() => void hold()}>
				{words.ctrl}
			</button>
			{keys.map(([face, name, bytes]) => (
				<button key={face} type="button" aria-label={name} onPointerDown={keepFocus} onClick={() => void press(bytes)}>
					{face}
				</button>
			))}
		</div>
	);
}

/** The terminal keeps the focus, and with it the phone its keyboard. */
const keepFocus = (event: { preventDefault(): void }): void => event.preventDefault();
