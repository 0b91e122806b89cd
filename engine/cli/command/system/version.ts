// docker version.

import type { Cli } from "../../cli";
import { API_VERSION, DaemonError } from "../../client/client";
import { ConnectionFailed } from "../../client/dial";
import { describe } from "../../describe";
import { string } from "../../flags/spec";
import { INSPECT_FORMAT_HELP } from "../../format/table";
import { align } from "../../format/tabwriter";
import { Template, TemplateError } from "../../format/template/execute";
import { GoNil, GoStruct, type Value } from "../../format/template/value";
import { BUILD, BUILD_TIME, CLIENT_VERSION, RUNTIME } from "../../version";
import { type Call, command, StatusError } from "../command";

interface Component {
	Name: string;
	Version: string;
	Details: Record<string, string> | null;
}
interface ServerVersion {
	Platform?: { Name: string };
	Components?: Component[];
	Version: string;
	ApiVersion: string;
	MinAPIVersion?: string;
	GitCommit: string;
	GoVersion: string;
	Os: string;
	Arch: string;
	KernelVersion?: string;
	Experimental?: boolean;
	BuildTime?: string;
}

const OPTIONS = { format: string(INSPECT_FORMAT_HELP, "f") };

export const version = command({
	name: "version",
	synopsis: "[OPTIONS]",
	summary: "Show the Docker version information",
	options: OPTIONS,
	run: async ({ cli, options }: Call<typeof OPTIONS>) => {
		const template = options.format === "" ? undefined : parse(options.format === "json" ? "{{json .}}" : options.format);
		let server: ServerVersion | undefined;
		let failure: unknown;
		try {
			server = await cli.client.json<ServerVersion>("GET", "/version");
		} catch (error) {
			if (!(error instanceof DaemonError || error instanceof ConnectionFailed)) throw error;
			failure = error;
		}
		const client = await clientVersion(cli, failure !== undefined);
		const parts = server ? componentsOf(server) : undefined;
		if (template) {
			let text = "";
			let wrong: string | undefined;
			try {
				text = template.execute(versionInfo(client, server, parts));
			} catch (error) {
				wrong = describe(error);
				if (error instanceof TemplateError) text = error.written;
			}
			await cli.out.write(align(`${text}\n`, { minimum: 20, padding: 1 }));
			if (wrong !== undefined) throw new Error(wrong);
		} else await cli.out.write(align(pretty(client, server, parts), { minimum: 20, padding: 1 }));
		if (failure !== undefined) throw failure;
	},
});

function parse(format: string): Template {
	try {
		return Template.parse(format, "version");
	} catch (error) {
		throw new StatusError(64, `template parsing error: ${describe(error)}`);
	}
}

interface ClientVersion {
	Version: string;
	ApiVersion: string;
	DefaultAPIVersion: string;
	GitCommit: string;
	GoVersion: string;
	Os: string;
	Arch: string;
	BuildTime: string;
	Context: string;
}
const clientVersion = async (cli: Cli, alone: boolean): Promise<ClientVersion> => ({
	...clientFacts(cli),
	ApiVersion: alone ? (cli.env.DOCKER_API_VERSION ?? API_VERSION) : await cli.client.version(),
});

/** What the client knows of itself. */
export function clientFacts(cli: Cli): ClientVersion {
	return {
		Version: CLIENT_VERSION,
		ApiVersion: "",
		DefaultAPIVersion: API_VERSION,
		GitCommit: BUILD,
		GoVersion: RUNTIME,
		Os: "linux",
		Arch: "amd64",
		BuildTime: BUILD_TIME,
		Context: cli.contexts.current,
	};
}

/** "2006-01-02T15:04:05Z" → "Mon Jan  2 15:04:05 2006"; what is no such time stays. */
function ansiDate(text: string): string {
	const moment = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
	if (Number.isNaN(moment)) return text;
	const [day = "", date = "", month = "", year = "", time = ""] = new Date(moment).toUTCString().replace(",", "").split(" ");
	return `${day} ${month} ${String(Number(date)).padStart(2)} ${time} ${year}`;
}

function componentsOf(server: ServerVersion): Component[] {
	const components = (server.Components ?? []).map((component) => ({ ...component, Details: { ...component.Details } }));
	const engine = components.find((component) => component.Name === "Engine");
	if (engine) {
		if (engine.Details.BuildTime) engine.Details.BuildTime = ansiDate(engine.Details.BuildTime);
		return components;
	}
	const details = {
		ApiVersion: server.ApiVersion,
		MinAPIVersion: server.MinAPIVersion ?? "",
		GitCommit: server.GitCommit,
		GoVersion: server.GoVersion,
		Os: server.Os,
		Arch: server.Arch,
		BuildTime: ansiDate(server.BuildTime ?? ""),
		Experimental: String(server.Experimental ?? false),
	};
	return [...components, { Name: "Engine", Version: server.Version, Details: details }];
}

function pretty(client: ClientVersion, server: ServerVersion | undefined, components: Component[] | undefined): string {
	const downgraded = client.ApiVersion === client.DefaultAPIVersion ? "" : ` (downgraded from ${client.DefaultAPIVersion})`;
	const lines = [
		"Client:",
		` Version:\t${client.Version}`,
		` API version:\t${client.ApiVersion}${downgraded}`,
		` Go version:\t${client.GoVersion}`,
		` Git commit:\t${client.GitCommit}`,
		` Built:\t${client.BuildTime}`,
		` OS/Arch:\t${client.Os}/${client.Arch}`,
		` Context:\t${client.Context}`,
	];
	if (server && components) {
		lines.push("", `Server:${server.Platform?.Name ? ` ${server.Platform.Name}` : ""}`);
		for (const component of components) lines.push(` ${component.Name}:`, ...componentLines(component));
	}
	return `${lines.join("\n")}\n`;
}

function componentLines({ Name, Version, Details }: Component): string[] {
	const detail = Details ?? {};
	if (Name !== "Engine")
		return [
			`  Version:\t${Version}`,
			...Object.keys(detail)
				.sort()
				.map((key) => `  ${key}:\t${detail[key]}`),
		];
	return [
		`  Version:\t${Version}`,
		`  API version:\t${detail.ApiVersion ?? ""} (minimum version ${detail.MinAPIVersion ?? ""})`,
		`  Go version:\t${detail.GoVersion ?? ""}`,
		`  Git commit:\t${detail.GitCommit ?? ""}`,
		`  Built:\t${detail.BuildTime ?? ""}`,
		`  OS/Arch:\t${detail.Os ?? ""}/${detail.Arch ?? ""}`,
		`  Experimental:\t${detail.Experimental ?? ""}`,
	];
}

/** In the order of JSON, before and after the components; the latter are left out where they are empty. */
const SERVER_FIRST = ["Version", "ApiVersion", "MinAPIVersion", "Os", "Arch"] as const;
const SERVER_LAST = ["GitCommit", "GoVersion", "KernelVersion", "Experimental", "BuildTime"] as const;
const GO_NAMES = new Map([["APIVersion", "ApiVersion"]]);
/** As templates see it: fields by Go's names, JSON by the API's. */
function versionInfo(client: ClientVersion, server: ServerVersion | undefined, components: Component[] | undefined): Value {
	const platform = new GoNil("pointer", "*system.platformInfo");
	const facts = new Map<string, Value>([["Platform", platform], ...Object.entries(client)]);
	const clientValue = new GoStruct("system.clientVersion", facts, {}, new Set(["Platform"]), GO_NAMES);
	const serverValue = server
		? new GoStruct(
				"*types.Version",
				new Map<string, Value>([
					["Platform", new GoStruct("struct { Name string }", new Map([["Name", server.Platform?.Name ?? ""]]))],
					...SERVER_FIRST.map((key): [string, Value] => [key, server[key] ?? ""]),
					["Components", (components ?? []).map(componentValue)],
					...SERVER_LAST.map((key): [string, Value] => [key, server[key] ?? (key === "Experimental" ? false : "")]),
				]),
				{},
				new Set(SERVER_LAST.filter((key) => !server[key])),
				GO_NAMES,
			)
		: new GoNil("pointer", "*types.Version");
	return new GoStruct(
		"system.versionInfo",
		new Map<string, Value>([
			["Client", clientValue],
			["Server", serverValue],
		]),
	);
}
const componentValue = ({ Name, Version, Details }: Component): Value =>
	new GoStruct(
		"types.ComponentVersion",
		new Map<string, Value>([
			["Name", Name],
			["Version", Version],
			["Details", new Map(Object.entries(Details ?? {}))],
		]),
	);
