// docker info.

import { bytesSize } from "../../../lib/units";
import type { Cli } from "../../cli";
import { DaemonError } from "../../client/client";
import { ConnectionFailed } from "../../client/dial";
import { INDEX_SERVER, loginFor } from "../../credentials/store";
import { describe } from "../../describe";
import { string } from "../../flags/spec";
import { INSPECT_FORMAT_HELP } from "../../format/table";
import { Template, TemplateError } from "../../format/template/execute";
import { GoNil, GoStruct, type Value } from "../../format/template/value";
import { typed } from "../../format/typed";
import { CLIENT_VERSION } from "../../version";
import { type Call, command, StatusError } from "../command";
import { type SwarmInfo, swarmLines } from "./info-swarm";
import { clientFacts } from "./version";

type Info = Record<string, unknown>;

const OPTIONS = { format: string(INSPECT_FORMAT_HELP, "f") };

export const info = command({
	name: "info",
	synopsis: "[OPTIONS]",
	summary: "Display system-wide information",
	otherNames: ["docker system info", "docker info"],
	options: OPTIONS,
	run: async ({ cli, options }: Call<typeof OPTIONS>) => {
		const { format } = options;
		const answer = needsServer(cli, format) ? await ask(cli, format) : {};
		if (format === "") await printAll(cli, answer);
		else await printTemplate(cli, format === "json" ? "{{json .}}" : format, answer);
		if (answer.unreachable) throw answer.unreachable;
	},
});

interface Answer {
	server?: Info;
	/** The daemon said no. */
	refused?: string;
	unreachable?: ConnectionFailed;
}
async function ask(cli: Cli, format: string): Promise<Answer> {
	try {
		return { server: await cli.client.json<Info>("GET", "/info") };
	} catch (error) {
		if (error instanceof ConnectionFailed) return { unreachable: error };
		if (!(error instanceof DaemonError)) throw error;
		if (format !== "") await cli.err.line(describe(error));
		return { refused: describe(error) };
	}
}

/** A template of the client's own facts needs no daemon. */
function needsServer(cli: Cli, format: string): boolean {
	if (format === "" || format === "json" || format === "{{json .}}" || !/\.[a-zA-Z]/.test(format)) return true;
	try {
		const own = new Map<string, Value>([
			["ClientInfo", clientInfo(cli)],
			["ClientErrors", NO_TEXTS],
		]);
		Template.parse(format).execute(new GoStruct("system.sparseInfo", own));
		return false;
	} catch {
		return true;
	}
}

const NO_TEXTS = new GoNil("slice", "[]string");

/** Its API version is asked of no daemon, and stays empty. */
function clientInfo(cli: Cli): GoStruct {
	const { ApiVersion: _, ...facts } = clientFacts(cli);
	const fields = new Map<string, Value>([
		["Debug", cli.debug],
		["Platform", new GoNil("pointer", "*system.platformInfo")],
		["APIVersion", ""],
		...Object.entries(facts),
		["Plugins", []],
		["Warnings", NO_TEXTS],
	]);
	const unsent = ["Platform", "APIVersion"];
	if (facts.BuildTime === "") unsent.push("BuildTime");
	return new GoStruct("system.clientInfo", fields, {}, new Set(unsent));
}

async function printTemplate(cli: Cli, format: string, { server, refused }: Answer): Promise<void> {
	let template: Template;
	try {
		template = Template.parse(format);
	} catch (error) {
		throw new StatusError(64, `template parsing error: ${describe(error)}`);
	}
	const known = server ? (typed(server, "info") as GoStruct) : undefined;
	const fields = new Map<string, Value>([
		...(known?.fields ?? []),
		["UserName", ""],
		["ServerErrors", refused === undefined ? NO_TEXTS : [refused]],
		["ClientInfo", clientInfo(cli)],
		["ClientErrors", NO_TEXTS],
	]);
	const unsent = new Set(["UserName", "ClientErrors", ...(known?.unsent ?? [])]);
	if (refused === undefined) unsent.add("ServerErrors");
	let text = "";
	let wrong: string | undefined;
	try {
		text = template.execute(new GoStruct("system.dockerInfo", fields, {}, unsent, known?.otherNames));
	} catch (error) {
		wrong = describe(error);
		if (error instanceof TemplateError) text = error.written;
	}
	await cli.out.line(text);
	if (wrong !== undefined) throw new Error(wrong);
}

async function printAll(cli: Cli, { server, refused }: Answer): Promise<void> {
	const head = [
		"Client:",
		` Version:    ${CLIENT_VERSION}`,
		` Context:    ${cli.contexts.current}`,
		` Debug Mode: ${cli.debug}`,
		"",
		"Server:",
	];
	await cli.out.write(`${head.join("\n")}\n`);
	if (refused !== undefined) {
		await cli.err.line(`ERROR: ${refused}`);
		throw new Error("errors pretty printing info");
	}
	if (!server) return;
	const user = (await loginFor(cli, INDEX_SERVER).catch(() => undefined))?.username;
	await cli.out.write(`${serverLines(server, cli.debug, user).join("\n")}\n\n`);
	for (const warning of (server.Warnings as string[] | null) ?? []) await cli.err.line(warning);
}

/** [label, field] of the lines that are one field; `always` even when it is empty. */
type Row = [label: string, field: string, always?: boolean];

function serverLines(info: Info, debug: boolean, user: string | undefined): string[] {
	const text = (field: string): string => String(info[field] ?? "");
	const rows = (...all: Row[]): string[] =>
		all.filter(([, field, always]) => always || text(field) !== "").map(([label, field]) => ` ${label}: ${text(field)}`);
	const pairs = (field: string, indent: string): string[] => pairLines(info[field] as string[][] | null, indent);
	return [
		...rows(
			["Containers", "Containers", true],
			[" Running", "ContainersRunning", true],
			[" Paused", "ContainersPaused", true],
			[" Stopped", "ContainersStopped", true],
			["Images", "Images", true],
			["Server Version", "ServerVersion"],
			["Storage Driver", "Driver"],
		),
		...pairs("DriverStatus", "  "),
		...pairs("SystemStatus", " "),
		...rows(["Logging Driver", "LoggingDriver"], ["Cgroup Driver", "CgroupDriver"], ["Cgroup Version", "CgroupVersion"]),
		...pluginLines((info.Plugins ?? {}) as Record<string, string[] | null>),
		...deviceLines(info),
		...swarmLines((info.Swarm ?? {}) as SwarmInfo),
		...runtimeLines(info),
		...(text("OSType") === "linux" ? linuxLines(info) : []),
		...rows(
			["Kernel Version", "KernelVersion"],
			["Operating System", "OperatingSystem"],
			["OSType", "OSType"],
			["Architecture", "Architecture"],
			["CPUs", "NCPU", true],
		),
		` Total Memory: ${bytesSize(Number(info.MemTotal ?? 0))}`,
		...rows(["Name", "Name"], ["ID", "ID"], ["Docker Root Dir", "DockerRootDir", true], ["Debug Mode", "Debug", true]),
		...(info.Debug || debug
			? rows(
					[" File Descriptors", "NFd", true],
					[" Goroutines", "NGoroutines", true],
					[" System Time", "SystemTime", true],
					[" EventsListeners", "NEventsListener", true],
				)
			: []),
		...rows(["HTTP Proxy", "HttpProxy"], ["HTTPS Proxy", "HttpsProxy"], ["No Proxy", "NoProxy"]),
		...(user ? [` Username: ${user}`] : []),
		...listLines(" Labels:", (info.Labels as string[] | null) ?? []),
		...rows(["Experimental", "ExperimentalBuild", true]),
		...registryLines((info.RegistryConfig ?? {}) as RegistryConfig),
		...rows(["Live Restore Enabled", "LiveRestoreEnabled", true], ["Product License", "ProductLicense"]),
		...poolLines((info.DefaultAddressPools as Array<{ Base: string; Size: number }> | null) ?? []),
		...firewallLines(info.FirewallBackend as Firewall | undefined),
		...(info.NRI ? [" NRI:", ...pairLines((info.NRI as { Info?: string[][] | null }).Info, "  ")] : []),
	];
}

const pairLines = (pairs: readonly string[][] | null | undefined, indent: string): string[] =>
	(pairs ?? []).map(([key, value]) => `${indent}${key}: ${value}`);
const listLines = (title: string, items: readonly string[]): string[] =>
	items.length > 0 ? [title, ...items.map((item) => `  ${item}`)] : [];

function pluginLines(plugins: Record<string, string[] | null>): string[] {
	const names = (kind: string): string => (plugins[kind] ?? []).join(" ");
	return [
		" Plugins:",
		`  Volume: ${names("Volume")}`,
		`  Network: ${names("Network")}`,
		...(names("Authorization") ? [`  Authorization: ${names("Authorization")}`] : []),
		`  Log: ${names("Log")}`,
	];
}

function deviceLines(info: Info): string[] {
	const devices = ((info.DiscoveredDevices as Array<{ Source: string; ID: string }> | null) ?? []).map(
		({ Source, ID }) => `${Source}: ${ID}`,
	);
	return [
		...listLines(" CDI spec directories:", (info.CDISpecDirs as string[] | null) ?? []),
		...listLines(" Discovered Devices:", devices),
	];
}

function runtimeLines(info: Info): string[] {
	const names = Object.keys((info.Runtimes as Info | null) ?? {});
	return names.length > 0 ? [` Runtimes: ${names.join(" ")}`, ` Default Runtime: ${info.DefaultRuntime ?? ""}`] : [];
}

function linuxLines(info: Info): string[] {
	const commit = (field: string): unknown => (info[field] as Info | undefined)?.ID ?? "";
	const security = ((info.SecurityOptions as string[] | null) ?? []).flatMap((option) => {
		const fields = option.includes("=")
			? option.split(",").map((field) => field.split("=") as [string, string])
			: [["name", option] as [string, string]];
		const name = fields.find(([key]) => key === "name")?.[1] ?? option;
		return [`  ${name}`, ...fields.filter(([key]) => key === "profile").map(([, value]) => `   Profile: ${value}`)];
	});
	return [
		` Init Binary: ${info.InitBinary ?? ""}`,
		` containerd version: ${commit("ContainerdCommit")}`,
		` runc version: ${commit("RuncCommit")}`,
		` init version: ${commit("InitCommit")}`,
		...(security.length > 0 ? [" Security Options:", ...security] : []),
	];
}

interface RegistryConfig {
	InsecureRegistryCIDRs?: string[] | null;
	IndexConfigs?: Record<string, { Name: string; Secure: boolean }> | null;
	Mirrors?: string[] | null;
}
function registryLines(config: RegistryConfig): string[] {
	const insecure = [
		...Object.values(config.IndexConfigs ?? {})
			.filter(({ Secure }) => !Secure)
			.map(({ Name }) => Name),
		...(config.InsecureRegistryCIDRs ?? []),
	];
	const known = Object.keys(config.IndexConfigs ?? {}).length > 0 || (config.InsecureRegistryCIDRs ?? []).length > 0;
	return [
		...(known ? [" Insecure Registries:", ...insecure.map((name) => `  ${name}`)] : []),
		...listLines(" Registry Mirrors:", config.Mirrors ?? []),
	];
}

interface Firewall {
	Driver: string;
	Info?: string[][] | null;
}
const firewallLines = (firewall: Firewall | undefined): string[] =>
	firewall ? [` Firewall Backend: ${firewall.Driver}`, ...pairLines(firewall.Info, "  ")] : [];

const poolLines = (pools: ReadonlyArray<{ Base: string; Size: number }>): string[] =>
	pools.length > 0 ? [" Default Address Pools:", ...pools.map(({ Base, Size }) => `   Base: ${Base}, Size: ${Size}`)] : [];
