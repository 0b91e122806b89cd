// --format for lists: "table", "table TEMPLATE", "json", "raw" and templates, over rows whose columns are methods.

import { align } from "./tabwriter";
import { Template } from "./template/execute";
import { HEADER_FUNCTIONS } from "./template/functions";
import { GoNamedMap, GoStruct, type Value } from "./template/value";

/** A row: what each column says. A column with a parameter is called with it ({{.Label "x"}}). */
export type Columns = Readonly<Record<string, (...args: Value[]) => Value>>;

/** A row under its Go type's name, which shows in error messages. */
export const row = (typeName: string, columns: Columns, inJson: Readonly<Record<string, Value>> = {}): GoStruct =>
	new GoStruct(typeName, new Map(), columns, undefined, undefined, inJson);

export interface TableSpec {
	/** The template, after quiet and the table's default have been chosen. */
	format: string;
	headers: Readonly<Record<string, string>>;
	rows: readonly GoStruct[];
}

/** @throws Error "template parsing error: …" */
export function renderTable({ format, headers, rows }: TableSpec): string {
	const tabular = format.startsWith("table");
	const template = parseFormat(format, tabular);
	const body = rows.map((item) => `${run(template, item)}\n`).join("");
	if (!tabular) return body;
	const head = template.execute(headerRow(headers), { functions: HEADER_FUNCTIONS });
	return align(`${head}\n${body}`);
}

/** A template over one thing, which gets no line's end of its own. @throws Error "template parsing error: …", "template: …" */
export const renderOnce = (format: string, item: GoStruct): string =>
	parseFormat(format, format.startsWith("table")).execute(item);

function parseFormat(format: string, tabular: boolean): Template {
	let source = format;
	if (format === "json") source = "{{json .}}";
	else if (tabular) source = format.slice("table".length);
	source = source
		.replace(/^ +| +$/g, "")
		.replaceAll("\\t", "\t")
		.replaceAll("\\n", "\n");
	try {
		return Template.parse(source);
	} catch (error) {
		throw new Error(`template parsing error: ${(error as Error).message}`);
	}
}

function run(template: Template, item: GoStruct): string {
	try {
		return template.execute(item);
	} catch (error) {
		throw new Error(`template parsing error: ${(error as Error).message}`);
	}
}

const headerRow = (headers: Readonly<Record<string, string>>): GoStruct =>
	new GoNamedMap("formatter.SubHeaderContext", new Map(Object.entries(headers)), {
		Label: (name: Value) => String(name).split(".").at(-1)!.replace(/[-_]/g, " "),
	});

/** The help of every --format option. */
export const FORMAT_HELP = `Format output using a custom template:
'table':            Print output in table format with column headers (default)
'table TEMPLATE':   Print output in table format using the given Go template
'json':             Print in JSON format
'TEMPLATE':         Print output using the given Go template.
Refer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates`;
/** The help of --format of the inspect commands. */
export const INSPECT_FORMAT_HELP = `Format output using a custom template:
'json':             Print in JSON format
'TEMPLATE':         Print output using the given Go template.
Refer to https://docs.docker.com/go/formatting/ for more information about formatting output with templates`;
