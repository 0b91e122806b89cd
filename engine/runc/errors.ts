// How runc words what went wrong. Docker shows these words to people, and tells by them whether to exit with 126 or 127.

import { strerror } from "../lib/errno";
import { SysError } from "../sys";

/** An error whose text is complete: it is shown as it is. */
export class RuncError extends Error {
	override readonly name = "RuncError";
}

/** As Go prints a syscall's error: "no such file or directory". */
export const goErrno = (error: unknown): string => {
	if (!(error instanceof SysError)) return error instanceof Error ? error.message : String(error);
	const words = strerror(error.errno);
	return words.charAt(0).toLowerCase() + words.slice(1);
};

/** Runs a step; what it throws is prefixed with what was being done. */
export async function doing<T>(what: string, step: () => Promise<T>): Promise<T> {
	try {
		return await step();
	} catch (error) {
		throw new RuncError(`${what}: ${goErrno(error)}`);
	}
}
