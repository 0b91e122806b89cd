// POST /containers/{id}/wait.

import { invalidParameter } from "../../lib/errors";
import type { Container } from "../container/container";
import type { ExitResult, WaitCondition } from "../container/waiters";

export function parseCondition(text: string | undefined): WaitCondition {
	if (text === undefined || text === "" || text === "not-running") return "not-running";
	if (text === "next-exit" || text === "removed") return text;
	throw invalidParameter(`invalid condition: ${JSON.stringify(text)}`);
}

export function waitContainer(container: Container, condition: WaitCondition): Promise<ExitResult> {
	const { state } = container;
	if (condition === "not-running" && !state.Running) return Promise.resolve({ code: state.ExitCode });
	return container.waiters.wait(condition === "removed" ? "removed" : "next-exit");
}
