// What a lesson is, apart from its prose: goals, commands, predictions and tasks, judged by the machine's state alone.
// The prose (ko.mdx, en.mdx) refers to these by id; a test holds both against each other and runs every command.

import type { Machine } from "../engine/host/browser/facade";

/** What a lesson may ask of the machine: to look, never to act. */
export type Witness = Pick<Machine, "docker" | "list" | "readFile" | "processes" | "mounts">;

export interface Lesson {
	/** In the address: /ko/lessons/<slug>. */
	slug: string;
	part: number;
	number: number;
	minutes: number;
	/** Images that the commands name, as the site's registry has them. */
	images: string[];
	commands: Record<string, Command>;
	predictions: Record<string, Prediction>;
	tasks: Record<string, Task>;
	/** The way through the lesson as a learner goes: ids of commands, in order. Tests type them. */
	path: string[];
}

export interface Command {
	line: string;
	/** Where it is typed: at the host's prompt, or in the container that an earlier command opened. */
	where: "host" | "container";
	/** A failure on purpose. */
	fails?: true;
}

export interface Prediction {
	/** Ids of the choices, in the order shown. */
	choices: readonly string[];
	/** Which choice the machine bears out; undefined while it has not happened yet. */
	observe(machine: Witness): Promise<string | undefined>;
}

export interface Task {
	/** Bears on the machine's state: any way that gets there counts. */
	solved(machine: Witness): Promise<boolean>;
	/** Lines for the host's shell that solve it from a machine that has nothing but the images. */
	solution: string[];
	hints: number;
}
