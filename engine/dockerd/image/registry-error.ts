// What a registry refused, in dockerd's words. Names are as the user wrote them.

import { EngineError, type ErrorKind, notFound } from "../../lib/errors";
import { familiarName, familiarString, type Reference } from "../../lib/reference";

/** The kinds of the codes that have one; moby's daemon/containerd/registry_errors.go. */
const KINDS: Readonly<Record<string, ErrorKind>> = {
	UNSUPPORTED: "notImplemented",
	UNAUTHORIZED: "unauthorized",
	DENIED: "forbidden",
	UNAVAILABLE: "unavailable",
};

/**
 * The registry's own words where it gave some; an answer that had none is unknown. What is missing, and whose word is not taken, stay.
 * A manifest that is missing is told of as up to Engine 28, which is what is recorded (script 80); 29 leaves it at containerd's
 * `failed to resolve reference "NAME": NAME: not found`.
 */
export function asPullError(error: unknown, reference: Reference): unknown {
	if (!(error instanceof EngineError)) return error;
	const { kind, detail, message } = error;
	if (kind === "unauthorized" && detail?.denied === true)
		return notFound(`pull access denied for ${familiarName(reference)}, repository does not exist or may require 'docker login'`);
	if (kind === "notFound" && detail?.code === "MANIFEST_UNKNOWN")
		return notFound(`manifest for ${familiarString(reference)} not found: manifest unknown: ${String(detail.said)}`, detail);
	if (detail?.status === undefined || kind === "notFound" || kind === "unauthorized") return error;
	const { code, said, more } = detail;
	if (typeof code !== "string" || typeof said !== "string") return new EngineError("system", `unknown: ${message}`, detail);
	const told = typeof more === "string" ? `${said} - ${more}` : said;
	return new EngineError(KINDS[code] ?? "system", `error from registry: ${told}`, detail);
}

/** A refusal that the registry gave its own words for is told in them. */
export function asPushError(error: unknown): unknown {
	if (!(error instanceof EngineError)) return error;
	const { kind, detail } = error;
	const told = typeof detail?.code === "string" && typeof detail.said === "string" && detail.denied !== true;
	return told ? new EngineError(kind, `error from registry: ${detail.said}`, detail) : error;
}
