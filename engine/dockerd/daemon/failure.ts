// What a start that failed is said to have ended with, and in which words: moby's translateContainerdStartErr.

import { EngineError, messageOf } from "../../lib/errors";

interface Failure {
	/** As the shell has it: 127 not found, 126 not executable. */
	code?: number;
	error: EngineError;
}

/** The exit code and the status come from the words. */
export function translate(error: unknown): Failure {
	const message = messageOf(error);
	const includes = (...words: string[]): boolean => words.some((one) => message.toLowerCase().includes(one));
	if (includes("executable file not found", "no such file or directory", "system cannot find the file specified")) {
		return { code: 127, error: new EngineError("invalidParameter", message) };
	}
	if (includes("permission denied", "is a directory")) return { code: 126, error: new EngineError("invalidParameter", message) };
	if (includes("not a directory")) {
		const hint =
			": Are you trying to mount a directory onto a file (or vice-versa)? Check if the specified host path exists and is the expected type";
		return { code: 126, error: new EngineError("invalidParameter", message + hint) };
	}
	return { error: error instanceof EngineError ? error : new EngineError("system", message) };
}
