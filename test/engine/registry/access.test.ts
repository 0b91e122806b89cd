// A private registry: Basic, tokens by GET and POST, what is kept in place of a password, rights by rule, and those who have
// not logged in.

import { describe, expect, it } from "vitest";
import { encodeBase64 } from "../../../engine/lib/base64";
import { collect, text, utf8 } from "../../../engine/lib/bytes";
import { digestOf } from "../../../engine/lib/digest";
import { splitTarget } from "../../../engine/lib/http/query";
import { ANONYMOUS_PULL, type Rule, USERS_ALL } from "../../../engine/registry/auth/rights";
import { type AuthConfig, DEFAULTS, parseConfig } from "../../../engine/registry/config/config";
import { parseYaml } from "../../../engine/registry/config/yaml";
import { openRegistry } from "../../../engine/registry/open";
import { memoryFiles } from "./memory-files";
import { random } from "./node-files";

const ALICE = "alice:$2b$05$V3JRBJFPnpGqMQ/.WJ534eL8SUwWjaMfus30CsnvuKoV42BQMKSXG\n";
const BOB = ALICE.replace("alice", "bob").replace("$2b", "$2y");
const basic = (user: string, password = "secret") => ({ authorization: `Basic ${encodeBase64(utf8(`${user}:${password}`))}` });
const TOKEN = { service: "registry", issuer: "registry", expiration: 300 };

async function open(auth: Partial<AuthConfig>, options: { users?: string; files?: ReturnType<typeof memoryFiles> } = {}) {
	let now = Date.UTC(2026, 0, 1);
	const memory = options.files ?? memoryFiles();
	const config = { ...DEFAULTS, auth: { htpasswd: "users", realm: "R", ...auth } };
	const around = { files: memory.files(), now: () => now, random, readText: async () => options.users ?? ALICE + BOB };
	const { handle } = await openRegistry(config, around);
	const ask = async (line: string, headers: Record<string, string> = {}, body = "") => {
		const [method, target] = line.split(" ") as [string, string];
		const sent = (async function* () {
			if (body) yield utf8(body);
		})();
		const answer = await handle({ method, headers: { host: "reg.test:5000", ...headers }, body: sent, ...splitTarget(target) });
		const bytes = answer.body === undefined ? [] : answer.body instanceof Uint8Array ? [answer.body] : answer.body;
		return { status: answer.status, headers: answer.headers, words: text(await collect(bytes)) };
	};
	const token = async (query: string, headers: Record<string, string> = {}): Promise<Record<string, string>> => {
		const answer = await ask(`GET /token?service=registry&${query}`, headers);
		expect(answer.status).toBe(200);
		return JSON.parse(answer.words);
	};
	const bearer = async (scope: string, headers: Record<string, string> = {}) => ({
		authorization: `Bearer ${(await token(`scope=${scope}`, headers)).token}`,
	});
	const later = (ms: number): void => {
		now += ms;
	};
	return { ask, token, bearer, later, memory };
}
const D = digestOf("x");

describe("basic", () => {
	it("asks for a password, and takes the right one of a known user", async () => {
		const { ask } = await open({});
		const refused = await ask("GET /v2/");
		expect([refused.status, refused.headers["www-authenticate"], JSON.parse(refused.words).errors[0].code]).toEqual([
			401,
			'Basic realm="R"',
			"UNAUTHORIZED",
		]);
		const rows: Array<[Record<string, string>, number]> = [
			[basic("alice"), 200],
			[basic("bob"), 200],
			[basic("alice", "wrong"), 401],
			[basic("carol"), 401],
			[{ authorization: "Basic !!" }, 401],
			[{ authorization: "Bearer x.y.z" }, 401],
		];
		for (const [headers, status] of rows) expect((await ask("GET /v2/", headers)).status).toBe(status);
		expect((await ask("POST /v2/a/blobs/uploads/", basic("alice"))).status).toBe(202);
		expect((await ask("POST /v2/a/blobs/uploads/")).status).toBe(401);
	});
	it("tells a known user without the right so", async () => {
		const rules: Rule[] = [{ user: "*", repository: "$USER/*", actions: ["pull", "push"] }];
		const { ask } = await open({ rules });
		expect((await ask("POST /v2/alice/a/blobs/uploads/", basic("alice"))).status).toBe(202);
		const denied = await ask("POST /v2/bob/a/blobs/uploads/", basic("alice"));
		expect([denied.status, JSON.parse(denied.words).errors[0].code]).toEqual([403, "DENIED"]);
		expect((await ask(`DELETE /v2/alice/a/blobs/${D}`, basic("alice"))).status).toBe(403);
		expect((await ask("GET /v2/_catalog", basic("alice"))).status).toBe(403);
	});
});

describe("tokens", () => {
	it("are what the challenge leads to", async () => {
		const { ask, bearer, later } = await open({ token: TOKEN });
		const refused = await ask("POST /v2/team/app/blobs/uploads/");
		expect([refused.status, refused.headers["www-authenticate"]]).toEqual([
			401,
			'Bearer realm="http://reg.test:5000/token",service="registry",scope="repository:team/app:pull,push"',
		]);
		const behind = await ask("GET /v2/", { "x-forwarded-proto": "https", "x-forwarded-host": "reg.example" });
		expect(behind.headers["www-authenticate"]).toContain('realm="https://reg.example/token"');
		const pull = await bearer("repository:team/app:pull", basic("alice"));
		const short = await ask("POST /v2/team/app/blobs/uploads/", pull);
		expect([short.status, short.headers["www-authenticate"]]).toEqual([
			401,
			expect.stringContaining('error="insufficient_scope"'),
		]);
		const push = await bearer("repository:team/app:pull,push", basic("alice"));
		expect((await ask("POST /v2/team/app/blobs/uploads/", push)).status).toBe(202);
		expect((await ask("POST /v2/team/other/blobs/uploads/", push)).status).toBe(401);
		expect((await ask("GET /v2/", push)).status).toBe(200);
		expect((await ask("GET /v2/_catalog", await bearer("registry:catalog:*", basic("alice")))).status).toBe(200);
		const forged = { authorization: push.authorization.replace(/.$/, (last) => (last === "A" ? "B" : "A")) };
		const none = `Bearer ${btoa('{"alg":"none"}')}.${push.authorization.split(".")[1]}.`;
		for (const headers of [forged, { authorization: none }])
			expect((await ask("POST /v2/team/app/blobs/uploads/", headers)).headers["www-authenticate"]).toContain(
				'error="invalid_token"',
			);
		later(301_000);
		expect((await ask("POST /v2/team/app/blobs/uploads/", push)).status).toBe(401);
	});
	it("have what is granted, not what is asked for; nobody gets nothing", async () => {
		const { ask, token, bearer } = await open({ token: TOKEN, rules: [...USERS_ALL, ANONYMOUS_PULL] });
		const anonymous = await bearer("repository:a:pull,push");
		expect((await ask("GET /v2/a/tags/list", anonymous)).status).toBe(404);
		expect((await ask("POST /v2/a/blobs/uploads/", anonymous)).status).toBe(401);
		expect((await ask("GET /v2/_catalog", await bearer("registry:catalog:*"))).status).toBe(401);
		expect((await token("scope=nonsense&scope=repository:a:pull&offline_token=true")).refresh_token).toBeUndefined();
		expect((await ask("GET /token?service=registry", basic("alice", "wrong"))).status).toBe(401);
	});
	it("are got with what is kept in place of a password, until that changes, over a restart too", async () => {
		const { ask, token, memory } = await open({ token: TOKEN });
		const { refresh_token } = await token("offline_token=true", basic("alice"));
		const form = (fields: Record<string, string>) =>
			new URLSearchParams({ service: "registry", client_id: "x", ...fields }).toString();
		const grant = { grant_type: "refresh_token", refresh_token: refresh_token!, scope: "repository:a:pull repository:b:push" };
		const answer = await ask("POST /token", {}, form(grant));
		expect([answer.status, JSON.parse(answer.words)]).toEqual([
			200,
			expect.objectContaining({ expires_in: 300, scope: grant.scope }),
		]);
		const access = { authorization: `Bearer ${JSON.parse(answer.words).access_token}` };
		expect((await ask("GET /v2/a/tags/list", access)).status).toBe(404);
		const password = await ask(
			"POST /token",
			{},
			form({ grant_type: "password", username: "bob", password: "secret", access_type: "offline" }),
		);
		expect(JSON.parse(password.words).refresh_token).toBeDefined();
		const wrongs: Array<Record<string, string>> = [
			{ grant_type: "password", username: "bob", password: "no" },
			{ grant_type: "refresh_token", refresh_token: `${refresh_token}x` },
			{ grant_type: "refresh_token", refresh_token: JSON.parse(answer.words).access_token as string },
		];
		for (const wrong of wrongs) expect((await ask("POST /token", {}, form(wrong))).status).toBe(401);
		const again = await open({ token: TOKEN }, { files: memory });
		expect((await again.ask("POST /token", {}, form(grant))).status).toBe(200);
		const changed = await open({ token: TOKEN }, { files: memory, users: ALICE.replace("V3JR", "V3JS") });
		expect((await changed.ask("POST /token", {}, form(grant))).status).toBe(401);
	});
	it("let a blob be mounted only from what may be pulled", async () => {
		const rules: Rule[] = [
			{ user: "alice", repository: "*", actions: ["pull", "push"] },
			{ user: "*", repository: "$USER/*", actions: ["pull", "push"] },
		];
		const { ask, bearer } = await open({ token: TOKEN, rules });
		const alice = await bearer("repository:secret:pull,push", basic("alice"));
		expect((await ask(`POST /v2/secret/blobs/uploads/?digest=${D}`, alice, "x")).status).toBe(201);
		const bob = await bearer("repository:bob/a:pull,push&scope=repository:secret:pull", basic("bob"));
		expect((await ask(`POST /v2/bob/a/blobs/uploads/?mount=${D}&from=secret`, bob)).status).toBe(202);
		expect((await ask(`POST /v2/bob/a/blobs/uploads/?mount=${D}`, bob)).status).toBe(202);
		const both = await bearer("repository:mine:pull,push&scope=repository:secret:pull", basic("alice"));
		expect((await ask(`POST /v2/mine/blobs/uploads/?mount=${D}&from=secret`, both)).status).toBe(201);
	});
});

describe("configuration", () => {
	it("is distribution's file", () => {
		const config = parseConfig(`version: 0.1
log:
  fields:
    service: registry
storage:
  cache: {blobdescriptor: inmemory}
  filesystem:
    rootdirectory: /srv/registry   # where it is
  delete:
    enabled: false
  maintenance:
    uploadpurging:
      enabled: true
      age: 1h30m
    readonly:
      enabled: true
http:
  addr: localhost:5001
  host: "https://reg.example/"
  headers:
    X-Content-Type-Options: [nosniff]
auth:
  htpasswd:
    realm: basic-realm
    path: /auth/htpasswd
  rules:
  - user: '*'
    repository: "team/*"
    actions: [pull, push]
  - {user: "", repository: public, actions: [pull]}
`);
		expect(config).toEqual({
			root: "/srv/registry",
			address: "127.0.0.1",
			port: 5001,
			deletes: false,
			readOnly: true,
			sparseIndexes: false,
			origin: "https://reg.example",
			headers: { "x-content-type-options": "nosniff" },
			purge: { age: 5_400_000, interval: 86_400_000 },
			auth: {
				htpasswd: "/auth/htpasswd",
				realm: "basic-realm",
				rules: [
					{ user: "*", repository: "team/*", actions: ["pull", "push"] },
					{ user: "", repository: "public", actions: ["pull"] },
				],
			},
		});
	});
	it.each([
		["version: 1", "unsupported version"],
		["version: 0.1\nhttp:\n\taddr: x", "line 3"],
		["version: 0.1\nauth:\n  token: {realm: x}", "htpasswd"],
		["version: 0.1\nhttp: &anchor x", "not supported here"],
		["version: 0.1\nversion: 0.1", "already set"],
		["version: 0.1\nhttp: [a, b", "line 2"],
	])("%j is refused", (source, words) => {
		expect(() => parseConfig(source)).toThrow(words);
	});
	it("has lists of mappings, and quotes", () => {
		expect(parseYaml(`a:\n  - b: 1\n    c: 'it''s'\n  - "d\\n": {e: [1, two, null]}\n#end`)).toEqual({
			a: [{ b: 1, c: "it's" }, { "d\n": { e: [1, "two", null] } }],
		});
	});
});
