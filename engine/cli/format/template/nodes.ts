// The tree of a template, and how Go prints a node of it.

import { goQuote } from "../../../lib/quote";
import type { Value } from "./value";

export type Operand =
	| { kind: "dot"; at: number }
	| { kind: "nil"; at: number }
	| { kind: "bool"; at: number; value: boolean }
	| { kind: "number"; at: number; value: Value; text: string; integer?: number; overflows?: boolean }
	| { kind: "string"; at: number; value: string; text: string }
	| { kind: "field"; at: number; names: string[] }
	| { kind: "variable"; at: number; name: string; names: string[] }
	| { kind: "function"; at: number; name: string }
	| { kind: "chain"; at: number; of: Operand; names: string[] }
	| { kind: "pipe"; at: number; pipe: Pipe };
export interface CommandNode {
	kind: "command";
	at: number;
	args: Operand[];
}
export interface Pipe {
	kind: "pipeline";
	at: number;
	variables: string[];
	/** `=` rather than `:=`. */
	assigns: boolean;
	commands: CommandNode[];
}
export type Node =
	| { kind: "text"; at: number; text: string }
	| { kind: "action"; at: number; pipe: Pipe }
	| { kind: "if" | "with" | "range"; at: number; pipe: Pipe; body: Node[]; otherwise?: Node[] }
	| { kind: "break" | "continue"; at: number }
	| { kind: "template"; at: number; name: string; pipe?: Pipe };

export interface Tree {
	name: string;
	source: string;
	nodes: Node[];
	/** {{define}}d ones by name. */
	defined: Map<string, Node[]>;
}

/** The node as Go prints it in "executing … at <…>". */
export function showNode(node: Operand | CommandNode | Pipe | Node): string {
	switch (node.kind) {
		case "dot":
			return ".";
		case "nil":
			return "nil";
		case "bool":
			return String(node.value);
		case "number":
		case "string":
			return node.text;
		case "field":
			return node.names.map((name) => `.${name}`).join("");
		case "variable":
			return [node.name, ...node.names].join(".");
		case "function":
			return node.name;
		case "chain":
			return `${showNode(node.of)}${node.names.map((name) => `.${name}`).join("")}`;
		case "pipe":
			return `(${showNode(node.pipe)})`;
		case "text":
			return node.text;
		case "action":
			return `{{${showNode(node.pipe)}}}`;
		case "if":
		case "with":
		case "range": {
			const otherwise = node.otherwise ? `{{else}}${node.otherwise.map(showNode).join("")}` : "";
			return `{{${node.kind} ${showNode(node.pipe)}}}${node.body.map(showNode).join("")}${otherwise}{{end}}`;
		}
		case "break":
		case "continue":
			return `{{${node.kind}}}`;
		case "template":
			return `{{template ${goQuote(node.name)}${node.pipe ? ` ${showNode(node.pipe)}` : ""}}}`;
		case "command":
			return node.args.map(showNode).join(" ");
		case "pipeline": {
			const declared = node.variables.length > 0 ? `${node.variables.join(", ")} ${node.assigns ? "=" : ":="} ` : "";
			return declared + node.commands.map(showNode).join(" | ");
		}
	}
}
