// The reference's entries, out of the CLI's own tables: each command once, under its full name, with the short names it has.

import type { Locale } from "@/components/words/locale";
import { GROUP_NOTES, NOTES } from "@/content/reference/examples";
import { optionInKorean } from "@/content/reference/options";
import { SUMMARIES } from "@/content/reference/summaries";
import type { Command, Group } from "@/engine/cli/command/command";
import { globalOptions } from "@/engine/cli/command/globals";
import { COMMON, GROUPS, OTHERS } from "@/engine/cli/command/tree";
import type { Options } from "@/engine/cli/flags/spec";

export interface ReferenceEntry {
	/** After "docker": ["container", "run"]. */
	path: string[];
	/** "docker container run" and the other names it answers to. */
	names: string[];
	command: Command;
	group?: Group;
}
export interface ReferenceGroup {
	/** Empty for commands that stand alone. */
	name: string;
	group?: Group;
	entries: ReferenceEntry[];
}

const full = (path: string[]): string => `docker ${path.join(" ")}`;

function entryOf(group: Group, command: Command): ReferenceEntry {
	const path = [group.name, command.name];
	const short = [...COMMON, ...OTHERS].filter((one) => one.run === command.run).map(({ name }) => full([name]));
	const aliases = command.aliases.map((alias) => full([group.name, alias]));
	return { path, names: [...new Set([full(path), ...short, ...aliases])], command, group };
}

const grouped: ReferenceGroup[] = GROUPS.filter(({ hidden }) => !hidden).map((group) => ({
	name: group.name,
	group,
	entries: group.commands.filter(({ hidden }) => !hidden).map((command) => entryOf(group, command)),
}));
const alone: ReferenceEntry[] = [...COMMON, ...OTHERS]
	.filter((command) => !grouped.some(({ entries }) => entries.some((entry) => entry.command.run === command.run)))
	.map((command) => ({ path: [command.name], names: [full([command.name])], command }));

export const REFERENCE: ReferenceGroup[] = [...grouped, { name: "", entries: alone }];
export const ENTRIES: ReferenceEntry[] = REFERENCE.flatMap(({ entries }) => entries);

export const findEntry = (path: string[]): ReferenceEntry | undefined =>
	ENTRIES.find((entry) => entry.path.join(" ") === path.join(" "));

export const summaryOf = (summary: string, locale: Locale): string =>
	locale === "ko" ? (SUMMARIES[summary] ?? summary) : summary;
export const notesOf = ({ path }: ReferenceEntry): (typeof NOTES)[string] => NOTES[path.join(" ")] ?? {};
export const groupNoteOf = (name: string): (typeof GROUP_NOTES)[string] | undefined => GROUP_NOTES[name];

export interface OptionRow {
	/** "-d, --detach". */
	name: string;
	type: string;
	text: string;
	default?: string;
	/** API version that it needs. */
	api?: string;
}
/** Those that help shows, by name. */
export function optionRows(options: Options, locale: Locale): OptionRow[] {
	return Object.entries(options)
		.filter(([, spec]) => !spec.hidden && !spec.deprecated)
		.sort(([a], [b]) => (a < b ? -1 : 1))
		.map(([name, spec]) => ({
			name: `${spec.short ? `-${spec.short}, ` : ""}--${name}`,
			type: spec.type,
			text: locale === "ko" ? (optionInKorean(spec.usage) ?? spec.usage) : spec.usage,
			default: spec.shownDefault,
			api: spec.needs?.api,
		}));
}
export const globalRows = (locale: Locale): OptionRow[] => optionRows(globalOptions({}), locale);
