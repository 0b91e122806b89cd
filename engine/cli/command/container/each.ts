// A verb done to each of several names: the name on stdout, or what went wrong on stderr; docker's exit code is 1 if any failed.

import type { Cli } from "../../cli";
import { describe } from "../../describe";
import { StatusError } from "../command";

/** All at once; results and complaints come in order, the complaints together at the end. An answer of false keeps quiet. @throws StatusError */
export async function eachParallel(cli: Cli, names: readonly string[], act: (name: string) => Promise<unknown>): Promise<void> {
	const results = names.map((name) =>
		act(name).then(
			(shown) => ({ shown: shown !== false, failure: undefined }),
			(error: unknown) => ({ shown: false, failure: describe(error) }),
		),
	);
	const failures: string[] = [];
	for (const [i, result] of results.entries()) {
		const { shown, failure } = await result;
		if (shown) await cli.out.line(names[i]!);
		if (failure !== undefined) failures.push(failure);
	}
	failed(failures);
}

/** One after the other. @throws StatusError */
export async function eachInTurn(cli: Cli, names: readonly string[], act: (name: string) => Promise<void>): Promise<void> {
	const failures: string[] = [];
	for (const name of names) {
		try {
			await act(name);
			await cli.out.line(name);
		} catch (error) {
			failures.push(describe(error));
		}
	}
	failed(failures);
}

/** @throws StatusError with a line for each failure */
export function failed(failures: readonly string[]): void {
	if (failures.length > 0) throw new StatusError(1, failures.join("\n"));
}
