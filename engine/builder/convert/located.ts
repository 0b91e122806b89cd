// Errors with the place in the Dockerfile that they are about: `line` and `endLine` of their details.

import { EngineError } from "../../lib/errors";

export interface Lines {
	line: number;
	endLine: number;
}

export function locate(error: unknown, { line, endLine }: Lines): unknown {
	if (!(error instanceof EngineError) || error.detail?.line !== undefined) return error;
	return new EngineError(error.kind, error.message, { ...error.detail, line, endLine });
}
export function located<T>(place: Lines, work: () => T): T {
	try {
		return work();
	} catch (error) {
		throw locate(error, place);
	}
}
