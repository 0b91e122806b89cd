// A registry put together from its configuration: store, rights, token server. Whoever opens it carries its requests.

import type { AccessControl } from "./auth/control";
import { basicAccess, tokenAccess } from "./auth/control";
import { Users } from "./auth/htpasswd";
import { USERS_ALL } from "./auth/rights";
import { TokenService } from "./auth/tokens";
import type { AuthConfig, Config } from "./config/config";
import { RegistryError } from "./errors";
import type { Files } from "./files";
import { recover } from "./garbage";
import { type RegistryHandler, refusal, registryHandler } from "./handle";
import { ROOT } from "./store/layout";
import { RegistryStore } from "./store/store";

export interface Surroundings {
	files: Files;
	/** Milliseconds since 1970. */
	now(): number;
	random(bytes: Uint8Array): Uint8Array;
	/** The htpasswd file. */
	readText(path: string): Promise<string>;
}

export interface OpenRegistry {
	store: RegistryStore;
	handle: RegistryHandler;
	/** Removes uploads that nobody finished. */
	purge(): Promise<void>;
}

/** @throws Error for users or tokens that cannot be read */
export async function openRegistry(config: Config, around: Surroundings): Promise<OpenRegistry> {
	const { files, now, random } = around;
	const store = new RegistryStore(files, now);
	await recover(store);
	const { access, tokens } = config.auth ? await openAccess(config.auth, around) : {};
	const { readOnly, deletes, sparseIndexes, origin, headers } = config;
	const registry = registryHandler(store, { readOnly, deletes, sparseIndexes, origin, headers, access, random });
	return {
		store,
		handle: tokens ? withTokens(tokens, registry) : registry,
		purge: async () => {
			if (config.purge) await store.uploads.purge(await store.namesBegun(), now() - config.purge.age);
		},
	};
}

async function openAccess(
	auth: AuthConfig,
	{ files, now, random, readText }: Surroundings,
): Promise<{ access: AccessControl; tokens?: TokenService }> {
	const users = new Users(await readText(auth.htpasswd));
	const rules = auth.rules ?? USERS_ALL;
	if (!auth.token) return { access: basicAccess(users, rules, auth.realm) };
	const secret = await keptSecret(files, random);
	const tokens = new TokenService({ users, rules, secret, now, ...auth.token });
	return { access: tokenAccess(tokens), tokens };
}

const SECRET = `${ROOT}/token.key`;
/** Made once, so that logins outlive a restart. */
async function keptSecret(files: Files, random: (bytes: Uint8Array) => Uint8Array): Promise<Uint8Array> {
	const size = await files.size(SECRET);
	if (size !== undefined && size >= 32) for await (const bytes of files.read(SECRET, 0, size)) return bytes;
	const secret = random(new Uint8Array(32));
	await files.replace(SECRET, secret);
	return secret;
}

const withTokens =
	(tokens: TokenService, registry: RegistryHandler): RegistryHandler =>
	async (request) => {
		if (request.path !== "/token") return registry(request);
		try {
			if (!["GET", "POST"].includes(request.method)) throw new RegistryError("UNSUPPORTED");
			return await tokens.handle(request);
		} catch (error) {
			if (error instanceof RegistryError) return refusal(error, request.method);
			throw error;
		}
	};
