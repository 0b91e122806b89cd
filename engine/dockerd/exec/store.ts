// Execs: processes that were asked for in running containers. Remembered until their container is removed.

import { notFound } from "../../lib/errors";
import type { User } from "../../oci/runtime/spec";
import type { Container } from "../container/container";
import type { StreamHub } from "../stream/hub";

export interface Exec {
	id: string;
	container: Container;
	argv: string[];
	env: string[];
	user: string;
	workingDir: string;
	tty: boolean;
	privileged: boolean;
	openStdin: boolean;
	openStdout: boolean;
	openStderr: boolean;
	/** undefined: those that the client did not choose. */
	detachKeys?: Uint8Array;
	consoleSize?: [height: number, width: number];
	running: boolean;
	/** null until it has ended. */
	exitCode: number | null;
	pid: number;
	started: boolean;
	streams?: StreamHub;
	/** Found out at the start. */
	resolvedUser?: User;
}

export class ExecStore {
	private readonly execs = new Map<string, Exec>();

	add(exec: Exec): void {
		this.execs.set(exec.id, exec);
		exec.container.execs.add(exec.id);
	}
	/** By id, or its beginning where that is clear. @throws EngineError notFound */
	get(id: string): Exec {
		const found = this.execs.get(id) ?? this.byPrefix(id);
		if (!found) throw notFound(`No such exec instance: ${id}`);
		return found;
	}
	private byPrefix(prefix: string): Exec | undefined {
		const matches = [...this.execs.values()].filter(({ id }) => id.startsWith(prefix));
		return matches.length === 1 ? matches[0] : undefined;
	}
	/** The container is gone. */
	forget(container: Container): void {
		for (const exec of this.execs.values()) if (exec.container === container) this.execs.delete(exec.id);
	}
}
