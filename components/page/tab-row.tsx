"use client";
// A row of tabs: one chosen, the arrow keys go from one to the next that is seen.

import type { KeyboardEvent, ReactNode } from "react";
import styles from "./tab-row.module.css";

interface Props<Name extends string> {
	/** For screen readers. */
	label: string;
	names: readonly Name[];
	chosen: Name;
	/** The one that is drawn as chosen, and that Tab comes to; the chosen one unless it is said. */
	current?: Name;
	choose: (name: Name) => void;
	/** What stands on a tab. */
	text: (name: Name) => ReactNode;
	/** Each tab carries its name as data-AS. */
	as: string;
	/** The id of the panel that the tabs show things in; each tab's own id is made of it by `tabId`. */
	panel?: string;
	className?: string;
	onKeyDown?: (event: KeyboardEvent) => void;
}

export const tabId = (panel: string, name: string): string => `${panel}-${name}`;

export function TabRow<Name extends string>(props: Props<Name>) {
	const { label, names, chosen, current = chosen, choose, text, as, panel, className, onKeyDown } = props;

	function onKey(event: KeyboardEvent<HTMLElement>): void {
		onKeyDown?.(event);
		const move = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
		if (move === undefined) return;
		const shown = [...event.currentTarget.querySelectorAll<HTMLButtonElement>("[role=tab]")].filter(
			(tab) => tab.offsetParent !== null,
		);
		const at = shown.indexOf(document.activeElement as HTMLButtonElement);
		if (at < 0) return;
		event.preventDefault();
		const next = shown[(at + move + shown.length) % shown.length];
		next?.focus();
		next?.click();
	}
	return (
		<div role="tablist" aria-label={label} className={className ? `${styles.tabs} ${className}` : styles.tabs} onKeyDown={onKey}>
			{names.map((name) => (
				<button
					key={name}
					id={panel && tabId(panel, name)}
					type="button"
					role="tab"
					aria-selected={name === chosen}
					aria-controls={panel}
					tabIndex={name === current ? 0 : -1}
					data-current={name === current || undefined}
					{...{ [`data-${as}`]: name }}
					className={styles.tab}
					onClick={() => choose(name)}
				>
					{text(name)}
				</button>
			))}
		</div>
	);
}
