// docker login, logout and search.

import { text, utf8 } from "../../../lib/bytes";
import { readAll } from "../../../lib/files";
import { parseNormalized } from "../../../lib/reference";
import type { Cli } from "../../cli";
import { authHeader, INDEX_SERVER, serverOf, toBase64 } from "../../client/auth";
import { encodeFilters } from "../../client/query";
import { bool, int, string } from "../../flags/spec";
import { FORMAT_HELP, renderTable, row } from "../../format/table";
import { ellipsis } from "../../format/text";
import { makeRaw } from "../../stream/terminal";
import { atMost, type Call, command, exactly } from "../command";
import { filterOption } from "../container/list";

const LOGIN_OPTIONS = {
	password: string("Password", "p"),
	"password-stdin": bool("Read the password from STDIN"),
	username: string("User", "u"),
};
export const login = command({
	name: "login",
	synopsis: "[OPTIONS] [SERVER]",
	summary: "Authenticate to a registry",
	description: "Authenticate to a registry.\nWithout a server, the daemon's default one is meant.",
	options: LOGIN_OPTIONS,
	args: atMost(1),
	run: async ({ cli, options, args }: Call<typeof LOGIN_OPTIONS>) => {
		const server = serverKey(args[0]);
		let { username, password } = options;
		if (options["password-stdin"]) {
			if (password) throw new Error("--password and --password-stdin are mutually exclusive");
			if (!username) throw new Error("Must provide --username with --password-stdin");
			password = text(await readAll(cli.sys, 0)).replace(/\r?\n$/, "");
		} else if (password) await cli.err.line("WARNING! Using --password via the CLI is insecure. Use --password-stdin.");
		if ((!username || !password) && !cli.stdinTerminal)
			throw new Error("Error: Cannot perform an interactive login from a non TTY device");
		if (!username) {
			await cli.out.write("Username: ");
			username = (await cli.readLine()).trim();
			if (username === "") throw new Error("username is required");
		}
		if (!password) {
			password = await askSecret(cli, "Password: ");
			if (password === "") throw new Error("password is required");
		}
		const answer = await cli.client.json<{ IdentityToken?: string; Status?: string }>("POST", "/auth", {
			json: { username, password, serveraddress: server },
		});
		const stored = answer.IdentityToken
			? { auth: toBase64(utf8(`${username}:`)), identitytoken: answer.IdentityToken }
			: { auth: toBase64(utf8(`${username}:${password}`)) };
		cli.config.data.auths = { ...cli.config.data.auths, [server]: stored };
		await cli.config.save();
		await cli.err.line(
			`\nWARNING! Your credentials are stored unencrypted in '${cli.config.path}'.\nConfigure a credential helper to remove this warning. See\nhttps://docs.docker.com/go/credential-store/\n`,
		);
		if (answer.Status) await cli.out.line(answer.Status);
	},
});

/** "index.docker.io/v1/" and nothing are Docker Hub; others lose their scheme and path. */
const serverKey = (server: string | undefined): string =>
	server === undefined || server === "" ? INDEX_SERVER : serverOf(server.replace(/^https?:\/\//, "").split("/")[0]!);

/** A line that is not shown. */
async function askSecret(cli: Cli, question: string): Promise<string> {
	await cli.out.write(question);
	const restore = await makeRaw(cli);
	let secret = "";
	try {
		for (;;) {
			const typed = text(await cli.sys.read(0, 1));
			if (typed === "" || typed === "\r" || typed === "\n") return secret;
			if (typed === "\x03") throw new Error("login canceled");
			secret = typed === "\x7f" || typed === "\b" ? secret.slice(0, -1) : secret + typed;
		}
	} finally {
		await restore();
		await cli.out.write("\n");
	}
}

export const logout = command({
	name: "logout",
	synopsis: "[SERVER]",
	summary: "Log out from a registry",
	description: "Log out from a registry.\nWithout a server, the daemon's default one is meant.",
	args: atMost(1),
	run: async ({ cli, args }) => {
		const server = serverKey(args[0]);
		await cli.out.line(`Removing login credentials for ${args[0] ?? server}`);
		const { [server]: gone, ...others } = cli.config.data.auths ?? {};
		if (gone === undefined) return;
		cli.config.data.auths = others;
		await cli.config.save();
	},
});

const SEARCH_OPTIONS = {
	filter: filterOption("Show only those for which this is so"),
	format: string(FORMAT_HELP),
	limit: int("Most results"),
	"no-trunc": bool("Show everything at full length"),
};
interface Found {
	name: string;
	description: string;
	star_count: number;
	is_official: boolean;
}
export const search = command({
	name: "search",
	synopsis: "[OPTIONS] TERM",
	summary: "Search Docker Hub for images",
	options: SEARCH_OPTIONS,
	args: exactly(1),
	run: async ({ cli, options, args }: Call<typeof SEARCH_OPTIONS>) => {
		const term = args[0]!;
		const first = term.split("/")[0]!;
		const domain = term.includes("/") && /[.:]|^localhost$/.test(first) ? parseNormalized(term).domain : "docker.io";
		const found = await cli.client.json<Found[]>("GET", "/images/search", {
			query: { term, limit: options.limit || undefined, filters: encodeFilters(options.filter) },
			headers: authHeader(cli.config, domain),
		});
		found.sort((a, b) => b.star_count - a.star_count);
		const trunc = !options["no-trunc"];
		await cli.out.write(
			renderTable({
				format:
					options.format === "" || options.format === "table"
						? "table {{.Name}}\\t{{.Description}}\\t{{.StarCount}}\\t{{.IsOfficial}}"
						: options.format,
				headers: {
					Name: "NAME",
					Description: "DESCRIPTION",
					StarCount: "STARS",
					IsOfficial: "OFFICIAL",
					IsAutomated: "AUTOMATED",
				},
				rows: found.map((one) =>
					row("*registry.searchContext", {
						Name: () => one.name,
						Description: () => {
							const plain = one.description.replaceAll("\n", " ").replaceAll("\r", " ");
							return trunc ? ellipsis(plain, 45) : plain;
						},
						StarCount: () => String(one.star_count),
						IsOfficial: () => (one.is_official ? "[OK]" : ""),
						IsAutomated: () => "",
					}),
				),
			}),
		);
	},
});
