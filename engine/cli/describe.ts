// What went wrong in words: a failed system call as Go says it ("open x: no such file or directory"), all else as it is.

import { strerror } from "../lib/errno";
import { messageOf } from "../lib/errors";
import { SysError } from "../sys";

export function describe(error: unknown): string {
	if (!(error instanceof SysError)) return messageOf(error);
	const words = strerror(error.errno);
	const detail = error.detail || error.call === "open" ? ` ${error.detail}` : "";
	return `${error.call}${detail}: ${words[0]!.toLowerCase()}${words.slice(1)}`;
}
