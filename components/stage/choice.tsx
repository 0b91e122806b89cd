// Which of several a picture shows: the newest first.

import styles from "./choice.module.css";

interface Props {
	/** For screen readers. */
	label: string;
	chosen: number;
	options: ReadonlyArray<{ seq: number; text: string }>;
	choose: (seq: number) => void;
}

export function Choice({ label, chosen, options, choose }: Props) {
	return (
		<label className={styles.which}>
			<span className="visually-hidden">{label}</span>
			<select value={chosen} onChange={({ target }) => choose(Number(target.value))}>
				{options.toReversed().map(({ seq, text }) => (
					<option key={seq} value={seq}>
						{text}
					</option>
				))}
			</select>
		</label>
	);
}
