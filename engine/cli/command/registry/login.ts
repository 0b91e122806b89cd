// docker login and logout.

import { text } from "../../../lib/bytes";
import { readAll } from "../../../lib/files";
import type { Cli } from "../../cli";
import { DaemonError } from "../../client/client";
import { type AuthConfig, forgetLogin, hostnameOf, INDEX_SERVER, keepLogin, loginFor } from "../../credentials/store";
import { describe } from "../../describe";
import { bool, string } from "../../flags/spec";
import { note } from "../../stream/note";
import { makeRaw } from "../../stream/terminal";
import { atMost, type Call, command } from "../command";

const LOGIN_OPTIONS = {
	password: string("Password or personal access token; - reads it from STDIN", "p"),
	"password-stdin": bool("Read the password from STDIN"),
	username: string("User", "u"),
};

export const login = command({
	name: "login",
	synopsis: "[OPTIONS] [SERVER]",
	summary: "Authenticate to a registry",
	description: "Authenticate to a registry.\nWithout a server, Docker Hub is meant.",
	options: LOGIN_OPTIONS,
	args: atMost(1),
	run: async ({ cli, options, args, changed }: Call<typeof LOGIN_OPTIONS>) => {
		checkOptions(options, changed);
		const fromInput = options["password-stdin"] || options.password === "-";
		if (options.password && !fromInput)
			await cli.err.line("WARNING! Using --password via the CLI is insecure. Use --password-stdin.");
		const password = fromInput ? text(await readAll(cli.sys, 0)).replace(/(\r\n|\n|\r)$/, "") : options.password;
		if (fromInput && password.trim() === "") throw new Error("password is empty");
		await warnOfEnvironment(cli);
		const server = serverKey(args[0]);
		const kept = options.username || password ? {} : await loginFor(cli, server).catch((): AuthConfig => ({}));
		const status =
			(kept.username && kept.password ? await again(cli, server, kept) : undefined) ??
			(await anew(cli, server, options.username, password, kept.username ?? ""));
		if (status) await cli.out.line(status);
	},
});

function checkOptions({ username, password }: { username: string; password: string }, changed: ReadonlySet<string>): void {
	const dash = password === "-";
	if (changed.has("password-stdin") && changed.has("password") && !dash)
		throw new Error("conflicting options: cannot specify both --password and --password-stdin");
	if ((changed.has("password-stdin") || dash) && !changed.has("username"))
		throw new Error("the --password-stdin option requires --username to be set");
	if (changed.has("username") && username === "") throw new Error("username is empty");
	if (changed.has("password") && password === "") throw new Error("password is empty");
}

const warnOfEnvironment = async (cli: Cli): Promise<void> => {
	if (cli.env.DOCKER_AUTH_CONFIG)
		await note(
			cli.err,
			"warn",
			"DOCKER_AUTH_CONFIG is set and takes precedence.\nUnset DOCKER_AUTH_CONFIG to restore the CLI auth behaviour.\n",
		);
};

/** Docker Hub by its names, and by none; others lose their scheme and path. */
const serverKey = (server: string | undefined): string =>
	server === undefined || server === "" || server === "docker.io" || server === INDEX_SERVER ? INDEX_SERVER : hostnameOf(server);

/** What is kept may still do. Undefined when it does not. */
async function again(cli: Cli, server: string, kept: AuthConfig): Promise<string | undefined> {
	await cli.err.line(`Authenticating with existing credentials... [Username: ${kept.username}]`);
	await note(cli.err, "info", "To login with a different account, run 'docker logout' followed by 'docker login'");
	await cli.err.write("\n\n");
	try {
		return await authenticate(cli, server, kept);
	} catch (error) {
		const invalid = error instanceof DaemonError && error.status === 401;
		await cli.err.line(invalid ? "Stored credentials invalid or expired" : `Login did not succeed, error: ${describe(error)}`);
		return undefined;
	}
}

async function anew(cli: Cli, server: string, givenName: string, givenPassword: string, usual: string): Promise<string> {
	if ((!givenName || !givenPassword) && !cli.stdinTerminal)
		throw new Error("error: cannot perform an interactive login from a non-TTY device");
	const hub = server === INDEX_SERVER;
	// nothing here leads to the site that a login by browser begins at
	if (hub && !givenName && !givenPassword)
		await cli.err.write("Failed to start web-based login - falling back to command line login...\n\n");
	const username = givenName.trim() || (await askName(cli, usual, hub));
	const password = givenPassword.trim() ? givenPassword : await askPassword(cli, hub);
	return authenticate(cli, server, { username, password });
}

const REGISTER =
	"Log in with your Docker ID or email address to push and pull images from Docker Hub. If you don't have a Docker ID, head over to https://hub.docker.com/ to create one.\n";
const TOKENS =
	"You can log in with your password or a Personal Access Token (PAT). Using a limited-scope PAT grants better security and is required for organizations using SSO. Learn more at https://docs.docker.com/go/access-tokens/\n\n";

async function askName(cli: Cli, usual: string, hub: boolean): Promise<string> {
	const hints = !/^(0|f|F|false|FALSE|False)$/.test(cli.env.DOCKER_CLI_HINTS ?? "");
	if (hub) await cli.out.write(REGISTER + (hints ? TOKENS : ""));
	await cli.out.write(usual ? `Username (${usual}): ` : "Username: ");
	const name = (await cli.readLine()).trim() || usual;
	if (name === "") throw new Error("error: username is required");
	return name;
}

async function askPassword(cli: Cli, hub: boolean): Promise<string> {
	const where = "\x1b[4mhttps://app.docker.com/settings\x1b[0m";
	if (hub) await note(cli.err, "info", `A Personal Access Token (PAT) can be used instead.\nTo create a PAT, visit ${where}\n\n`);
	return askSecret(cli, "Password: ");
}

async function authenticate(cli: Cli, server: string, { username, password }: AuthConfig): Promise<string> {
	const answer = await cli.client.json<{ IdentityToken?: string; Status?: string }>("POST", "/auth", {
		json: { username, password, serveraddress: server },
	});
	const token = answer.IdentityToken ? { identitytoken: answer.IdentityToken } : {};
	const bare = await keepLogin(cli, server, { username, password, ...token }).catch((error: unknown) => {
		throw new Error(`error saving credentials: ${describe(error)}`);
	});
	if (bare)
		await cli.err.line(
			`\nWARNING! Your credentials are stored unencrypted in '${cli.config.path}'.\nConfigure a credential helper to remove this warning. See\nhttps://docs.docker.com/go/credential-store/\n`,
		);
	return answer.Status ?? "";
}

/** A line that is not shown. */
async function askSecret(cli: Cli, question: string): Promise<string> {
	await cli.out.write(question);
	const restore = await makeRaw(cli);
	let secret = "";
	try {
		for (;;) {
			const typed = text(await cli.sys.read(0, 1));
			if (typed === "" || typed === "\r" || typed === "\n") break;
			if (typed === "\x03") throw new Error("login canceled");
			secret = typed === "\x7f" || typed === "\b" ? secret.slice(0, -1) : secret + typed;
		}
	} finally {
		await restore();
		await cli.out.write("\n");
	}
	if (secret.trim() === "") throw new Error("error: password is required");
	return secret.trim();
}

export const logout = command({
	name: "logout",
	synopsis: "[SERVER]",
	summary: "Log out from a registry",
	description: "Log out from a registry.\nWithout a server, Docker Hub is meant.",
	args: atMost(1),
	run: async ({ cli, args: [given] }) => {
		await warnOfEnvironment(cli);
		const host = given ? hostnameOf(given) : INDEX_SERVER;
		if (!given) await endBrowserLogin(cli);
		await cli.out.line(`Removing login credentials for ${host}`);
		const servers = given ? [given, host, `http://${host}`, `https://${host}`] : [INDEX_SERVER];
		const failures = new Map<string, string>();
		for (const server of servers)
			try {
				await forgetLogin(cli, server);
			} catch (error) {
				failures.set(server, describe(error));
			}
		// docker counts a name that is there twice as one that succeeded
		if (failures.size < servers.length) return;
		await cli.err.line("WARNING: could not erase credentials:");
		for (const [server, why] of failures) await cli.err.line(`${server}: ${why}`);
	},
});

/** The tokens of a login by browser, which a real docker may have left with a helper. */
async function endBrowserLogin(cli: Cli): Promise<void> {
	try {
		const { password = "" } = await loginFor(cli, `${INDEX_SERVER}refresh-token`, INDEX_SERVER);
		if (password.split("..").length !== 2) return;
		for (const kind of ["access-token", "refresh-token"]) await forgetLogin(cli, `${INDEX_SERVER}${kind}`, INDEX_SERVER);
	} catch (error) {
		await cli.err.line(`WARNING: ${describe(error)}`);
	}
}
