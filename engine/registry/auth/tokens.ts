// The token server: credentials in, a short-lived token out that says what its bearer may do.
//
//     GET  /token?service=S&scope=repository:a/b:pull,push&offline_token=true      with Basic credentials, or without any
//     POST /token   grant_type=password&username=…&password=…&scope=…&access_type=offline
//     POST /token   grant_type=refresh_token&refresh_token=…&scope=…
//
// Asking for more than one has is no error: the token has what is granted. https://distribution.github.io/distribution/spec/auth/

import { collect, text, utf8 } from "../../lib/bytes";
import { parseQuery } from "../../lib/http/query";
import type { Query } from "../../lib/http/types";
import { RegistryError } from "../errors";
import type { RegistryRequest, RegistryResponse } from "../types";
import { basicCredentials } from "./control";
import type { Users } from "./htpasswd";
import { sign, verify } from "./jwt";
import { granted, type Rule } from "./rights";
import { type Access, parseScopes } from "./scope";

export interface TokenOptions {
	users: Users;
	rules: readonly Rule[];
	secret: Uint8Array;
	/** Milliseconds since 1970. */
	now(): number;
	service: string;
	issuer: string;
	/** Seconds that a token is good for. */
	expiration: number;
	/** Where clients get tokens; without it, /token at the address that the client used. */
	realm?: string;
}

const FORM_LIMIT = 64 * 1024;
/** Clocks differ. */
const LEEWAY_S = 60;

export class TokenService {
	readonly service: string;
	constructor(private readonly options: TokenOptions) {
		this.service = options.service;
	}

	realmFor({ headers }: RegistryRequest): string {
		if (this.options.realm) return this.options.realm;
		const scheme = headers["x-forwarded-proto"]?.split(",")[0]?.trim() || "http";
		return `${scheme}://${headers["x-forwarded-host"] ?? headers.host ?? "localhost"}/token`;
	}

	/** Who a token is for and what it is good for; undefined when it is not ours or its time is over. */
	async read(token: string): Promise<{ user?: string; access: Access[] } | undefined> {
		const claims = await verify(this.options.secret, token);
		const now = this.options.now() / 1000;
		if (claims?.iss !== this.options.issuer || claims.aud !== this.service || !Array.isArray(claims.access)) return undefined;
		if (!(Number(claims.exp) > now) || !(Number(claims.nbf) - LEEWAY_S <= now)) return undefined;
		return { ...(claims.sub ? { user: String(claims.sub) } : {}), access: claims.access as Access[] };
	}

	async handle(request: RegistryRequest): Promise<RegistryResponse> {
		return request.method === "POST" ? this.oauth(request) : this.get(request);
	}

	private async get(request: RegistryRequest): Promise<RegistryResponse> {
		const credentials = basicCredentials(request);
		const asked = request.headers.authorization !== undefined;
		if (asked && !(credentials && (await this.options.users.check(credentials.user, credentials.password)))) throw this.refused();
		const { query } = request;
		return this.answer(credentials?.user, query, { offline: query.flag("offline_token"), both: true });
	}

	private async oauth(request: RegistryRequest): Promise<RegistryResponse> {
		const form = parseQuery(text(await collect(limited(request.body))));
		const user = await this.userOf(form);
		if (user === undefined) throw this.refused();
		return this.answer(user, form, { offline: form.get("access_type") === "offline", both: false });
	}
	private async userOf(form: Query): Promise<string | undefined> {
		const { users, secret } = this.options;
		const grant = form.get("grant_type");
		if (grant === "password") {
			const user = form.get("username") ?? "";
			return (await users.check(user, form.get("password") ?? "")) ? user : undefined;
		}
		if (grant !== "refresh_token") throw new RegistryError("UNSUPPORTED", { grant_type: grant ?? "" }, { status: 400 });
		const claims = await verify(secret, form.get("refresh_token") ?? "");
		const user = typeof claims?.sub === "string" && claims.typ === "refresh" ? claims.sub : undefined;
		// a changed password ends what was given out for the old one
		return user !== undefined && claims?.stamp !== undefined && claims.stamp === users.stamp(user) ? user : undefined;
	}

	private async answer(
		user: string | undefined,
		query: Query,
		{ offline, both }: { offline: boolean; both: boolean },
	): Promise<RegistryResponse> {
		const { rules, secret, issuer, expiration, users } = this.options;
		const service = query.get("service") || this.service;
		const access = parseScopes(query.all("scope"))
			.map((one) => granted(rules, user, one))
			.filter(({ actions }) => actions.length > 0);
		const now = Math.floor(this.options.now() / 1000);
		const claims = { iss: issuer, aud: service, exp: now + expiration, nbf: now, iat: now, access };
		const token = await sign(secret, { ...claims, ...(user === undefined ? {} : { sub: user }) });
		const body = {
			...(both ? { token } : {}),
			access_token: token,
			...(both ? {} : { scope: query.all("scope").join(" ") }),
			expires_in: expiration,
			issued_at: new Date(now * 1000).toISOString(),
			...(offline && user !== undefined
				? { refresh_token: await sign(secret, { typ: "refresh", iss: issuer, sub: user, iat: now, stamp: users.stamp(user) }) }
				: {}),
		};
		const bytes = utf8(`${JSON.stringify(body)}\n`);
		const headers = { "content-type": "application/json", "content-length": String(bytes.length), "cache-control": "no-store" };
		return { status: 200, headers, body: bytes };
	}
	private refused(): RegistryError {
		const headers = { "www-authenticate": `Basic realm=${JSON.stringify(this.options.issuer)}` };
		return new RegistryError("UNAUTHORIZED", undefined, { headers, message: "incorrect username or password" });
	}
}

async function* limited(body: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
	let size = 0;
	for await (const piece of body) {
		size += piece.length;
		if (size > FORM_LIMIT) throw new RegistryError("SIZE_INVALID", undefined, { status: 413 });
		yield piece;
	}
}
