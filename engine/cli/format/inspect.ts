// What every inspect does: look each name up, then show the daemon's JSON laid out, or a template over it.

import type { Cli } from "../cli";
import { StatusError } from "../command/command";
import { describe } from "../describe";
import { compactJson, indentJson } from "./json";
import { Template } from "./template/execute";
import { typed, untyped } from "./typed";

export interface Inspected {
	/** container, image, network, volume … */
	kind: string;
	/** The daemon's answer as it came. */
	raw: string;
}

/**
 * Names that are not found are told at the end, after what was found.
 * @throws StatusError 64 for a template that cannot be read, 1 when a name failed
 */
export async function inspect(
	cli: Cli,
	names: readonly string[],
	format: string,
	find: (name: string) => Promise<Inspected>,
): Promise<void> {
	const shown = format === "" || format === "json" ? jsonOutput(format === "json") : templateOutput(format);
	const failures: string[] = [];
	for (const name of names) {
		try {
			shown.add(await find(name));
		} catch (error) {
			failures.push(describe(error));
		}
	}
	await cli.out.write(shown.end());
	if (failures.length > 0) throw new StatusError(1, failures.join("\n"));
}

interface InspectOutput {
	/** @throws Error when the template fails on it */
	add(item: Inspected): void;
	end(): string;
}

function jsonOutput(compact: boolean): InspectOutput {
	const items: string[] = [];
	return {
		add: ({ raw }) => items.push(raw.trim()),
		end: () => {
			const all = `[${items.join(",")}]`;
			return `${compact ? compactJson(all) : indentJson(all)}\n`;
		},
	};
}

function templateOutput(source: string): InspectOutput {
	let template: Template;
	try {
		template = Template.parse(source);
	} catch (error) {
		throw new StatusError(64, `template parsing error: ${describe(error)}`);
	}
	let text = "";
	return {
		add: ({ kind, raw }) => {
			const json: unknown = JSON.parse(raw);
			let one: string;
			try {
				one = template.execute(typed(json, kind));
			} catch (error) {
				// contexts are the client's own, and as it knows them
				if (kind === "context") throw new Error(`template parsing error: ${describe(error)}`);
				// what the types do not know may still be in the answer
				try {
					one = template.execute(untyped(json), { strict: true });
				} catch (error) {
					throw new Error(`template parsing error: ${describe(error)}`);
				}
			}
			text += `${one}\n`;
		},
		end: () => text || "\n",
	};
}
