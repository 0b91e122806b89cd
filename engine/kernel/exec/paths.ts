// Paths as execve passes them on.

import { pathOf } from "../../fs/vfs/mount";
import type { Task } from "../task";

/** AT_EXECFN: absolute, since a native program or a lesson may move; otherwise as given. */
export function absolute(task: Task, path: string): string {
	if (path.startsWith("/") || path === "") return path;
	const cwd = pathOf(task.fs.cwd, task.fs.root).path;
	return cwd === "/" ? `/${path}` : `${cwd}/${path}`;
}
