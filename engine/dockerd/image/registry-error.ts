// What a registry refused, in dockerd's words. Names are as the user wrote them, without tag.

import { EngineError, notFound } from "../../lib/errors";

export function asPullError(error: unknown, name: string): unknown {
	const denied = error instanceof EngineError && error.kind === "unauthorized" && error.detail?.denied === true;
	return denied ? notFound(`pull access denied for ${name}, repository does not exist or may require 'docker login'`) : error;
}

/** A refusal that the registry gave its own words for is told in them. */
export function asPushError(error: unknown): unknown {
	if (!(error instanceof EngineError)) return error;
	const { kind, detail } = error;
	const told = typeof detail?.code === "string" && typeof detail.said === "string" && detail.denied !== true;
	return told ? new EngineError(kind, `error from registry: ${detail.said}`, detail) : error;
}
