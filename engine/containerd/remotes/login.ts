// Whether a registry takes credentials: its /v2/ is asked with them, as docker login has dockerd do.

import { EngineError, isKind, systemError, unauthorized, unavailable } from "../../lib/errors";
import { reasonOf } from "../../lib/http/parse";
import type { FetchRequest, FetchResponse } from "../../port";
import type { RegistryAuth } from "../api";
import { answer, parseChallenge } from "./auth";
import { endpointsOf } from "./hosts";
import { discard, type RemoteOptions } from "./repository";
import { LOGIN, within } from "./timeouts";

/**
 * @param domain "docker.io", "localhost:5000"
 * @returns what may be kept in place of the password; "" where the registry gives none
 * @throws EngineError unauthorized, system, unavailable
 */
export async function login(domain: string, auth: RegistryAuth, options: RemoteOptions): Promise<string> {
	const endpoints = endpointsOf(domain, options.hosts, options.settings, false);
	for (const { base } of endpoints.slice(0, -1)) {
		try {
			return await loginAt(`${base}/v2/`, auth, options);
		} catch (error) {
			if (!isKind(error, "unavailable")) throw error;
		}
	}
	return loginAt(`${endpoints.at(-1)!.base}/v2/`, auth, options);
}

async function loginAt(url: string, auth: RegistryAuth, { fetch, clock }: RemoteOptions): Promise<string> {
	const ask = async (headers: Record<string, string>): Promise<FetchResponse> => {
		const signal: NonNullable<FetchRequest["signal"]> = { aborted: false, onabort: null };
		const asking = async () => {
			const response = await fetch({ method: "GET", url, headers, signal });
			await discard(response);
			return response;
		};
		try {
			return await (clock ? within(clock, LOGIN, asking(), () => signal.onabort?.()) : asking());
		} catch (error) {
			throw unavailable(`Get ${JSON.stringify(url)}: ${(error as Error).message}`);
		}
	};
	const first = await ask({});
	const header = first.headers["www-authenticate"];
	const challenge = first.status === 401 && header !== undefined ? parseChallenge(header) : undefined;
	if (!challenge) {
		if (first.status === 200) return "";
		throw refused(url, first.status);
	}
	const answered = await answer(fetch, challenge, auth, { scopes: [], offline: true }).catch((error: unknown) => {
		const said = error instanceof EngineError ? error.detail?.said : undefined;
		throw isKind(error, "unauthorized") && typeof said === "string" ? unauthorized(`Get ${JSON.stringify(url)}: ${said}`) : error;
	});
	const second = await ask({ authorization: answered.authorization });
	if (second.status !== 200) throw refused(url, second.status);
	return answered.identityToken ?? "";
}

const refused = (url: string, status: number): EngineError =>
	(status === 401 ? unauthorized : systemError)(`login attempt to ${url} failed with status: ${status} ${reasonOf(status)}`);
