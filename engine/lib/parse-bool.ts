// Truth values as Go's strconv.ParseBool reads them.

import { invalidParameter } from "./errors";
import { goQuote } from "./quote";

const TRUE = new Set(["1", "t", "T", "true", "TRUE", "True"]);
const FALSE = new Set(["0", "f", "F", "false", "FALSE", "False"]);

/** @throws EngineError invalidParameter, in Go's words */
export function parseBool(text: string): boolean {
	if (TRUE.has(text)) return true;
	if (FALSE.has(text)) return false;
	throw invalidParameter(`strconv.ParseBool: parsing ${goQuote(text)}: invalid syntax`);
}
