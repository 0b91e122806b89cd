// A command's options as a table.

import { wordsFor } from "@/components/words";
import type { Locale } from "@/components/words/locale";
import type { OptionRow } from "./commands";
import styles from "./reference.module.css";

export function OptionTable({ rows, locale, caption }: { rows: OptionRow[]; locale: Locale; caption: string }) {
	const words = wordsFor(locale).reference;
	return (
		<table className={styles.options}>
			<caption className="visually-hidden">{caption}</caption>
			<thead>
				<tr>
					<th scope="col">{words.option}</th>
					<th scope="col">{words.what}</th>
				</tr>
			</thead>
			<tbody>
				{rows.map(({ name, type, text, default: shown, api }) => (
					<tr key={name} id={name.replace(/^.*--/, "option-")}>
						<th scope="row">
							<code translate="no">
								{name} <i>{type}</i>
							</code>
						</th>
						<td>
							{text}
							{shown !== undefined && (
								<span className={styles.default}>
									{words.default} <code translate="no">{shown}</code>
								</span>
							)}
							{api && <span className={styles.default}>{words.api(api)}</span>}
						</td>
					</tr>
				))}
			</tbody>
		</table>
	);
}
