// Where a copy lands, as docker cp has it.
//
// |               | no file there           | a file there    | a directory there |
// | a file        | becomes that file       | replaces it     | goes into it      |
// | a directory   | becomes that directory  | error           | goes into it      |
// | directory/.   | becomes that directory  | error           | its content does  |

import { clean } from "../../lib/path";

export interface CopyEnd {
	/** As given; a "/" or "/." at its end means a directory. */
	path: string;
	exists: boolean;
	directory: boolean;
}
export interface Place {
	/** Where the archive is extracted. */
	directory: string;
	/** What the archive's entries are called, and shall be called. */
	rename?: { from: string; to: string };
}

/** The directory a path is in and its last part, "." where the path ends in "/.". */
export function splitEntry(path: string): { directory: string; base: string } {
	const cleaned = clean(path);
	if (/(^|\/)\.$/.test(path)) return { directory: cleaned, base: "." };
	const slash = cleaned.lastIndexOf("/");
	if (slash < 0) return { directory: "", base: cleaned };
	return { directory: cleaned.slice(0, slash + 1), base: cleaned.slice(slash + 1) || "/" };
}

/** @param name what the source is called in the archive, where that differs from its path. @throws Error */
export function placeCopy(source: CopyEnd, destination: CopyEnd, name = ""): Place {
	const to = splitEntry(destination.path);
	const from = splitEntry(source.path).base;
	if (destination.exists && destination.directory) return { directory: destination.path };
	if (destination.exists && source.directory) throw new Error("cannot copy directory");
	const rename = { from: name || from, to: to.base };
	if (destination.exists || source.directory) return { directory: to.directory || ".", rename };
	if (/(\/|(^|\/)\.)$/.test(destination.path)) throw new Error("no such directory");
	return { directory: to.directory || ".", rename };
}
