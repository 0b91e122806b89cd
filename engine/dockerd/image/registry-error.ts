// What a registry refused, in dockerd's words. Names are as the user wrote them.

import { EngineError, notFound } from "../../lib/errors";
import { familiarName, familiarString, type Reference } from "../../lib/reference";

/** What was asked for is said to be missing only where the registry says so; a server that is none says something else. */
export function asPullError(error: unknown, reference: Reference): unknown {
	if (!(error instanceof EngineError)) return error;
	const { kind, detail } = error;
	if (kind === "unauthorized" && detail?.denied === true)
		return notFound(`pull access denied for ${familiarName(reference)}, repository does not exist or may require 'docker login'`);
	if (kind === "notFound" && detail?.code === "MANIFEST_UNKNOWN")
		return notFound(`manifest for ${familiarString(reference)} not found: manifest unknown: ${String(detail.said)}`, detail);
	return error;
}

/** A refusal that the registry gave its own words for is told in them. */
export function asPushError(error: unknown): unknown {
	if (!(error instanceof EngineError)) return error;
	const { kind, detail } = error;
	const told = typeof detail?.code === "string" && typeof detail.said === "string" && detail.denied !== true;
	return told ? new EngineError(kind, `error from registry: ${detail.said}`, detail) : error;
}
