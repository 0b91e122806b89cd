// docker login, logout and where logins are kept. Cases of docker/cli's registry/login_test.go, config/config_test.go, config/configfile/file_test.go,
// config/credentials/{file,native}_store_test.go (v29.7.2), and ours beside them.

import { describe, expect, it } from "vitest";
import { readConfig, writeConfig } from "../../../engine/cli/config";
import { parseAuths } from "../../../engine/cli/credentials/environment";
import type { RunProgram } from "../../../engine/cli/credentials/helper";
import { hostnameOf } from "../../../engine/cli/credentials/store";
import { encodeBase64 } from "../../../engine/lib/base64";
import { utf8 } from "../../../engine/lib/bytes";
import { answers, FakeDaemon, runDocker } from "./double";

const INDEX = "https://index.docker.io/v1/";
const CONFIG = "/root/.docker/config.json";
const NO_TERMINAL = "error: cannot perform an interactive login from a non-TTY device\n";
const base64 = (text: string): string => encodeBase64(utf8(text));

/** As the table's daemon: some names and passwords have their own answers. */
const registry = (): FakeDaemon => {
	const daemon = new FakeDaemon({
		"POST /auth": async (_, responder) => {
			const { username, password } = JSON.parse(daemon.requests.at(-1)!.body) as Record<string, string>;
			if (password === "I_M_EXPIRED") return responder.json(500, { message: "invalid Username or Password" });
			if (password === "I_M_TOKEN") return responder.json(200, { IdentityToken: password });
			if (username === "userunknownError") return responder.json(500, { message: "UNKNOWN_ERR" });
			return responder.json(200, { Status: "" });
		},
	});
	return daemon;
};
const login = (words: string[], stored: Record<string, unknown> = {}, given: Parameters<typeof runDocker>[2] = {}) =>
	runDocker(["login", ...words], registry().handle, { files: { [CONFIG]: JSON.stringify({ auths: stored }) }, ...given });
const auths = (files: Record<string, string>): unknown => (JSON.parse(files[CONFIG]!) as { auths: unknown }).auths;

describe("docker login", () => {
	const mine = { auth: base64("my-username:a-password") };
	it.each<[string, string[], Record<string, unknown>, string, Record<string, unknown>]>([
		["what is stored does", ["reg1"], { reg1: mine }, "", { reg1: mine }],
		["given", ["reg1", "-u", "my-username", "-p", "p2"], {}, "", { reg1: { auth: base64("my-username:p2") } }],
		["a token", ["reg1", "-u", "me", "-p", "I_M_TOKEN"], {}, "", { reg1: { auth: base64("me:"), identitytoken: "I_M_TOKEN" } }],
		[
			"a token for what is stored",
			["reg1"],
			{ reg1: { auth: base64("me:I_M_TOKEN") } },
			"",
			{ reg1: { auth: base64("me:"), identitytoken: "I_M_TOKEN" } },
		],
		["Docker Hub", ["-u", "my-username", "-p", "a-password"], {}, "", { [INDEX]: mine }],
		["Docker Hub by its name", ["docker.io", "-u", "my-username", "-p", "a-password"], {}, "", { [INDEX]: mine }],
		[
			"a repository",
			["registry-1.docker.io/bork/test", "-u", "my-username", "-p", "a-password"],
			{},
			"",
			{ "registry-1.docker.io": mine },
		],
		["line end", ["reg1", "-u", "u", "--password-stdin"], {}, "my password\r\n", { reg1: { auth: base64("u:my password") } }],
		["dash", ["reg1", "-u", "u", "-p", "-"], {}, "my password\r\n", { reg1: { auth: base64("u:my password") } }],
		["blanks", ["reg1", "-u", "u", "-p", "  p with q  "], {}, "", { reg1: { auth: base64("u:  p with q  ") } }],
		["blanks read", ["reg1", "-u", "u", "--password-stdin"], {}, "  p q  \r\n", { reg1: { auth: base64("u:  p q  ") } }],
		["lines read", ["reg1", "-u", "u", "-p", "-"], {}, "  p\nq  \r\n\r\n", { reg1: { auth: base64("u:  p\nq  \r\n") } }],
	])("%s", async (_, words, stored, stdin, expected) => {
		const { code, files } = await login(words, stored, { stdin, files: { [CONFIG]: JSON.stringify({ auths: stored }) } });
		expect({ code, auths: auths(files) }).toEqual({ code: 0, auths: expected });
	});

	it.each<[string[], Record<string, unknown>, string]>([
		[["reg1"], {}, NO_TERMINAL],
		[["reg1", "-u", "my-username"], {}, NO_TERMINAL],
		[["-p", "my-password"], {}, NO_TERMINAL],
		[["reg1"], { reg1: { auth: base64("me:I_M_EXPIRED") } }, NO_TERMINAL],
		[["reg1", "-u", "userunknownError", "-p", "p"], {}, "Error response from daemon: UNKNOWN_ERR\n"],
		[["reg1", "-u", "u", "--password-stdin"], {}, "password is empty\n"],
		[["--password-stdin", "-u", "u", "-p", "-"], {}, "password is empty\n"],
		[["--password-stdin"], {}, "the --password-stdin option requires --username to be set\n"],
		[["-p", "-"], {}, "the --password-stdin option requires --username to be set\n"],
		[["--password-stdin", "-u", ""], {}, "username is empty\n"],
		[["-u", ""], {}, "username is empty\n"],
		[["-p", ""], {}, "password is empty\n"],
		[["--password-stdin", "-p", ""], {}, "conflicting options: cannot specify both --password and --password-stdin\n"],
	])("refuses %j", async (words, stored, message) => {
		const { code, err } = await login(words, stored);
		expect(code).toBe(1);
		expect(err.endsWith(message)).toBe(true);
	});

	it("says what a stored login was refused for", async () => {
		const { err } = await login(["reg1"], { reg1: { auth: base64("me:I_M_EXPIRED") } });
		expect(err).toContain("Login did not succeed, error: Error response from daemon: invalid Username or Password\n");
	});

	it("asks for Docker Hub's login on the terminal, where the browser cannot", async () => {
		const terminal = { rows: 24, cols: 80 };
		const { code, out, err, files } = await login([], {}, { stdin: "me\n secret \r", terminal });
		expect(err.startsWith("Failed to start web-based login - falling back to command line login...\n\n")).toBe(true);
		expect(out.startsWith("Log in with your Docker ID or email address")).toBe(true);
		expect(out).toContain("\nUsername: Password: ");
		expect(err).toContain("A Personal Access Token (PAT) can be used instead.");
		expect({ code, auths: auths(files) }).toEqual({ code: 0, auths: { [INDEX]: { auth: base64("me:secret") } } });
	});
});

it.each([
	["127.0.0.1", "127.0.0.1"],
	["::1", "::1"],
	["[::1]", "[::1]"],
	["example.com", "example.com"],
	["http://example.com", "example.com"],
	["https://example.com/v2/", "example.com"],
	["unix:///var/run/docker.sock", "unix:"],
	["ftp://example.com", "example.com"],
	["::1:6556", "::1:6556"],
	["[::1]:6556", "[::1]:6556"],
	["example.com:6555", "example.com:6555"],
	["https://127.0.0.1:6555/v2/", "127.0.0.1:6555"],
	["https://::1:6555/v2/", "[::1]:6555"],
	["https://[::1]:6555/v2/", "[::1]:6555"],
	["https://[::1]/v2/", "::1"],
	["https://me@example.com:6555", "example.com:6555"],
])("the registry of %s is %s", (address, host) => {
	expect(hostnameOf(address)).toBe(host);
});

describe("config.json", () => {
	const reread = (content: string): string => {
		const data = {};
		readConfig(content, data);
		return writeConfig(data);
	};
	it.each([
		["", '{\n\t"auths": {}\n}'],
		["{}", '{\n\t"auths": {}\n}'],
		['{"experimental":"enabled"}', '{\n\t"auths": {}\n}'],
		[
			'{"auths":{"h":{"auth":"am9lam9lOmhlbGxv","email":"user@example.com"}}}',
			'{\n\t"auths": {\n\t\t"h": {\n\t\t\t"auth": "am9lam9lOmhlbGxv"\n\t\t}\n\t}\n}',
		],
		[
			'{"auths":{"h":{"username":"joejoe","password":"hello"}}}',
			'{\n\t"auths": {\n\t\t"h": {\n\t\t\t"auth": "am9lam9lOmhlbGxv"\n\t\t}\n\t}\n}',
		],
		['{"PsFormat":"<none>","auths":{}}', '{\n\t"auths": {},\n\t"psFormat": "\\u003cnone\\u003e"\n}'],
		[
			'{"HttpHeaders":{"User-Agent":"1","user-agent":"2","CUSTOM-HEADER":"custom-value"}}',
			'{\n\t"auths": {},\n\t"HttpHeaders": {\n\t\t"CUSTOM-HEADER": "custom-value"\n\t}\n}',
		],
		[
			'{"proxies":{"default":{"noProxy":"n","httpProxy":"h"}},"credsStore":"s","credHelpers":{}}',
			'{\n\t"auths": {},\n\t"credsStore": "s",\n\t"proxies": {\n\t\t"default": {\n\t\t\t"httpProxy": "h",\n\t\t\t"noProxy": "n"\n\t\t}\n\t}\n}',
		],
	])("%s is written as docker writes it", (content, written) => {
		expect(reread(content)).toBe(written);
	});
	it.each([
		["{", "unexpected EOF"],
		['{"psFormat":1}', "json: cannot unmarshal number into Go struct field ConfigFile.psFormat of type string"],
		['{"auths":{"h":{"auth":"am9!am9l"}}}', "illegal base64 data at input byte 3"],
		['{"psFormat":1,"detachKeys":2}', "json: cannot unmarshal number into Go struct field ConfigFile.psFormat of type string"],
		["[]", "json: cannot unmarshal array into Go value of type configfile.ConfigFile"],
		[`{"auths":{"h":{"auth":"${base64("joejoe")}"}}}`, "invalid auth configuration file"],
		[`{"auths":{"h":{"auth":"${base64(":hello")}"}}}`, "invalid auth configuration file"],
	])("%s is warned of", async (content, problem) => {
		const { code, err } = await runDocker(["context", "show"], registry().handle, { files: { [CONFIG]: content } });
		expect({ code, err }).toEqual({ code: 0, err: `WARNING: Error parsing config file (${CONFIG}): ${problem}\n` });
	});
});

it("what else is in config.json counts all the same", async () => {
	const show = async (content: string) =>
		(await runDocker(["context", "show"], registry().handle, { files: { [CONFIG]: content } })).out;
	expect(await show('{"psFormat":1,"currentContext":"x"}')).toBe("x\n");
	expect(await show('{"auths":{"h":{"auth":"!"}},"currentContext":"x"}')).toBe("x\n");
	expect(await show("null")).toBe("default\n");
});

describe("DOCKER_AUTH_CONFIG", () => {
	const entry = { auth: base64("env_user:env_pass") };
	it("may have logins and nothing else", () => {
		expect(parseAuths(JSON.stringify({ auths: { "env.example.test": entry } }))).toEqual({ "env.example.test": entry });
		expect(parseAuths("")).toEqual({});
	});
	it.each([
		['{"auths":{"h":{"username":"u"}}}', 'json: unknown field "username"'],
		['{"psFormat":"f"}', 'json: unknown field "psFormat"'],
		['{"auths":{"h":{"auth":"something"}}}{}', "DOCKER_AUTH_CONFIG does not support more than one JSON object"],
		['{"auths":{"h":{}}}', "DOCKER_AUTH_CONFIG environment variable is missing key `auth` for h"],
		['{"auths":{"h":{"auth":"YQ=="}}}', "invalid auth configuration file"],
	])("refuses %s", (given, problem) => {
		expect(() => parseAuths(given)).toThrow(problem);
	});
	it("goes before the file; where it is wrong, the file counts", async () => {
		const seen: string[] = [];
		const daemon = new FakeDaemon({
			"POST /images/create": async (request, responder) => {
				seen.push(Buffer.from(String(request.headers["x-registry-auth"]), "base64url").toString());
				return responder.json(200, {});
			},
		});
		const files = { [CONFIG]: JSON.stringify({ auths: { "reg.example": { auth: base64("file:f") } } }) };
		const good = JSON.stringify({ auths: { "reg.example": { auth: base64("env:e") } } });
		await runDocker(["pull", "reg.example/a"], daemon.handle, { files, env: { DOCKER_AUTH_CONFIG: good } });
		const { err } = await runDocker(["pull", "reg.example/a"], daemon.handle, { files, env: { DOCKER_AUTH_CONFIG: "{" } });
		expect(seen.map((one) => (JSON.parse(one) as { username: string }).username)).toEqual(["env", "file"]);
		expect(err).toContain("Failed to create credential store from DOCKER_AUTH_CONFIG:  unexpected EOF\n");
	});
});

describe("a helper's logins", () => {
	/** Knows one registry by a password and one by a token; everything else fails. */
	const helper =
		(calls: string[]): RunProgram =>
		async (name, [action], input) => {
			calls.push(`${name} ${action} ${input.trim()}`);
			if (action === "get" && input === "good.example") return { code: 0, out: '{"Username":"foo","Secret":"bar"}' };
			if (action === "get" && input === "token.example") return { code: 0, out: '{"Username":"<token>","Secret":"abcd1234"}' };
			if (action === "get" && input === "missing.example") return { code: 1, out: "credentials not found in native keychain\n" };
			if (action === "list") return { code: 0, out: '{"good.example":"foo","token.example":"<token>"}' };
			if (action === "store" && input.includes("good.example")) return { code: 0, out: "" };
			return { code: 1, out: input.includes("nobody") ? "no credentials username" : "program failed\n" };
		};
	const files = { [CONFIG]: '{"credsStore":"safe"}' };
	const pull = async (host: string, config: Record<string, unknown> = { credsStore: "safe" }) => {
		let sent = "";
		const calls: string[] = [];
		const daemon = new FakeDaemon({
			"POST /images/create": async (request, responder) => {
				sent = Buffer.from(String(request.headers["x-registry-auth"]), "base64url").toString();
				return responder.json(200, {});
			},
		});
		const given = { files: { [CONFIG]: JSON.stringify(config) }, run: helper(calls) };
		const { err } = await runDocker(["pull", `${host}/a`], daemon.handle, given);
		return { sent: sent && JSON.parse(sent), calls, err };
	};
	it("are a password, a token or none", async () => {
		const password = { username: "foo", password: "bar", serveraddress: "good.example" };
		expect((await pull("good.example")).sent).toEqual(password);
		expect((await pull("token.example")).sent).toEqual({ identitytoken: "abcd1234", serveraddress: "token.example" });
		expect((await pull("missing.example")).sent).toEqual({});
	});
	it("fail in the helper's words", async () => {
		const { err } = await pull("bad.example");
		expect(err).toContain("error getting credentials - err: exit status 1, out: `program failed`\n");
		const nobody = await pull("nobody.example");
		expect(nobody.err).toContain("error getting credentials - err: no credentials username, out: `no credentials username`\n");
	});
	it("are asked for where a registry has a helper of its own, by its whole name", async () => {
		const config = { credsStore: "safe", credHelpers: { "good.example": "own", "token.example": "" } };
		expect((await pull("good.example", config)).calls).toEqual(["docker-credential-own get good.example"]);
		expect((await pull("token.example", config)).calls).toEqual([]);
		expect((await pull("missing.example", config)).calls).toEqual(["docker-credential-safe get missing.example"]);
	});
	it("are all listed for a build, but for those that cannot be had", async () => {
		let sent: unknown;
		const daemon = new FakeDaemon({
			"POST /build": async (request, responder) => {
				sent = JSON.parse(Buffer.from(String(request.headers["x-registry-config"]), "base64url").toString());
				return responder.respond(200, {}, "");
			},
		});
		const config = JSON.stringify({ credsStore: "safe", credHelpers: { "bad.example": "own" } });
		const { err } = await runDocker(["build", "-"], daemon.handle, {
			files: { [CONFIG]: config },
			run: helper([]),
			stdin: "FROM scratch\n",
			env: { DOCKER_BUILDKIT: "0" },
		});
		expect(sent).toEqual({
			"good.example": { username: "foo", password: "bar", serveraddress: "good.example" },
			"token.example": { identitytoken: "abcd1234", serveraddress: "token.example" },
		});
		expect(err).toContain('level=warning msg="Failed to get credentials for registry: bad.example" error="error getting');
	});
	it("are kept by the helper; the file only says that there is one", async () => {
		const calls: string[] = [];
		const daemon = new FakeDaemon({ "POST /auth": answers(200, { Status: "Login Succeeded" }) });
		const words = ["login", "good.example", "-u", "foo", "-p", "bar"];
		const done = await runDocker(words, daemon.handle, { files, run: helper(calls) });
		expect(calls).toEqual(['docker-credential-safe store {"ServerURL":"good.example","Username":"foo","Secret":"bar"}']);
		expect(auths(done.files)).toEqual({ "good.example": {} });
		expect(done.err).not.toContain("unencrypted");
		const failed = await runDocker(["login", "bad.example", "-u", "a", "-p", "b"], daemon.handle, { files, run: helper([]) });
		expect(failed.err).toContain(
			"error saving credentials: error storing credentials - err: exit status 1, out: `program failed`\n",
		);
	});
	it("of a plain name count as erased once: docker has it twice among the names", async () => {
		const { code, err } = await runDocker(["logout", "bad.example"], registry().handle, { files, run: helper([]) });
		expect({ code, err }).toEqual({ code: 0, err: "" });
	});
	it("by browser are ended with Docker Hub's", async () => {
		const { err } = await runDocker(["logout"], registry().handle, { files, run: helper([]) });
		expect(err).toContain(
			"WARNING: error getting credentials - err: exit status 1, out: `program failed`\nWARNING: could not erase",
		);
	});
	it("that cannot be erased under any name are told of", async () => {
		const { code, out, err } = await runDocker(["logout", "https://bad.example/v2/"], registry().handle, {
			files,
			run: helper([]),
		});
		expect({ code, out }).toEqual({ code: 0, out: "Removing login credentials for bad.example\n" });
		const why = "error erasing credentials - err: exit status 1, out: `program failed`";
		const names = ["https://bad.example/v2/", "bad.example", "http://bad.example", "https://bad.example"];
		expect(err).toBe(`WARNING: could not erase credentials:\n${names.map((name) => `${name}: ${why}\n`).join("")}`);
	});
});
