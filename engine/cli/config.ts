// ~/.docker/config.json: the client's own settings and logins.

import { makeDirectories, readText, replaceFile } from "../lib/files";
import { goJson } from "../lib/json";
import { parseFirstJson } from "../lib/json-problem";
import { join } from "../lib/path";
import { type Fields, isObject, list, map, struct, text } from "../lib/unmarshal";
import type { Sys } from "../sys";
import { type StoredLogin, withoutPlain } from "./credentials/entry";

export interface ProxySettings {
	httpProxy?: string;
	httpsProxy?: string;
	noProxy?: string;
	ftpProxy?: string;
	allProxy?: string;
}
export interface ConfigData {
	auths?: Record<string, StoredLogin>;
	HttpHeaders?: Record<string, string>;
	psFormat?: string;
	imagesFormat?: string;
	networksFormat?: string;
	pluginsFormat?: string;
	volumesFormat?: string;
	statsFormat?: string;
	detachKeys?: string;
	/** The program docker-credential-NAME keeps logins; for some registries another one. */
	credsStore?: string;
	credHelpers?: Record<string, string>;
	serviceInspectFormat?: string;
	servicesFormat?: string;
	tasksFormat?: string;
	secretFormat?: string;
	configFormat?: string;
	nodesFormat?: string;
	pruneFilters?: string[];
	/** Proxies for containers and builds, by daemon address or "default". */
	proxies?: Record<string, ProxySettings>;
	/** The context in use when nothing else says one. */
	currentContext?: string;
	cliPluginsExtraDirs?: string[];
	plugins?: Record<string, Record<string, string>>;
	aliases?: Record<string, string>;
	features?: Record<string, string>;
}

const login = struct<StoredLogin & { username?: string; password?: string }>("types.AuthConfig", {
	username: text,
	password: text,
	auth: text,
	serveraddress: text,
	identitytoken: text,
	registrytoken: text,
});
const PROXIES = ["httpProxy", "httpsProxy", "noProxy", "ftpProxy", "allProxy"] as const;
const proxy = struct("configfile.ProxyConfig", Object.fromEntries(PROXIES.map((name) => [name, text])));
/** In the order in which docker writes them; it drops what it does not know. */
const FIELDS: Fields & Record<keyof ConfigData, unknown> = {
	auths: map(login),
	HttpHeaders: map(text),
	psFormat: text,
	imagesFormat: text,
	networksFormat: text,
	pluginsFormat: text,
	volumesFormat: text,
	statsFormat: text,
	detachKeys: text,
	credsStore: text,
	credHelpers: map(text),
	serviceInspectFormat: text,
	servicesFormat: text,
	tasksFormat: text,
	secretFormat: text,
	configFormat: text,
	nodesFormat: text,
	pruneFilters: list(text),
	proxies: map(proxy),
	currentContext: text,
	cliPluginsExtraDirs: list(text),
	plugins: map(map(text)),
	aliases: map(text),
	features: map(text),
};
const configFile = struct<ConfigData>("configfile.ConfigFile", FIELDS);

export class ConfigFile {
	constructor(
		private readonly sys: Sys,
		readonly directory: string,
		readonly data: ConfigData,
	) {}

	get path(): string {
		return `${this.directory}/config.json`;
	}

	/** A missing file is an empty one. `problem`: what is wrong with the file; as much of it counts as could be read. */
	static async load(sys: Sys, directory: string): Promise<{ config: ConfigFile; problem?: string }> {
		const content = await readText(sys, `${directory}/config.json`).catch(() => "");
		const data: ConfigData = {};
		const config = new ConfigFile(sys, directory, data);
		try {
			readConfig(content, data);
			return { config };
		} catch (error) {
			return { config, problem: `parsing config file (${config.path}): ${(error as Error).message}` };
		}
	}

	/** As docker does: in its order, what is empty left out, through symbolic links, with the permissions that the file has. */
	async save(): Promise<void> {
		await makeDirectories(this.sys, this.directory, 0o700);
		const path = await behindLinks(this.sys, this.path);
		const mode = await this.sys.stat(path).then(
			({ mode }) => mode & 0o777,
			() => 0o600,
		);
		await replaceFile(this.sys, path, writeConfig(this.data), mode);
	}
}

/** Fills in `data`, as far as it comes. @throws Error */
export function readConfig(content: string, data: ConfigData): void {
	const value = content.trim() === "" ? null : parseFirstJson(content).value;
	let problem: unknown;
	// what is of the wrong type is left out, and the rest counts
	for (const one of isObject(value) ? Object.entries(value).map(([name, member]) => ({ [name]: member })) : [value ?? {}])
		try {
			Object.assign(data, configFile.decode(one, undefined));
		} catch (error) {
			problem ??= error;
		}
	if (problem) throw problem;
	for (const [server, entry] of Object.entries(data.auths ?? {})) {
		data.auths![server] = {};
		data.auths![server] = withoutPlain(entry);
	}
}

export function writeConfig(data: ConfigData): string {
	const { HttpHeaders = {}, proxies = {} } = data;
	const named: ConfigData = {
		...data,
		HttpHeaders: Object.fromEntries(Object.entries(HttpHeaders).filter(([name]) => name.toLowerCase() !== "user-agent")),
	};
	const whole: Array<[string, unknown]> = [["auths", sorted(data.auths ?? {})]];
	for (const field of Object.keys(FIELDS).slice(1) as Array<keyof ConfigData>) {
		const value = field === "proxies" ? sorted(proxies, inOrder) : sorted(named[field]);
		if (value && (typeof value !== "object" || Object.keys(value).length > 0)) whole.push([field, value]);
	}
	return goJson(Object.fromEntries(whole), "\t");
}
/** Maps are written by their keys. */
const sorted: (value: unknown, inner?: (one: unknown) => unknown) => unknown = (value, inner = sorted) =>
	isObject(value)
		? Object.fromEntries(
				Object.entries(value)
					.sort(([a], [b]) => (a < b ? -1 : 1))
					.map(([name, one]) => [name, inner(one)]),
			)
		: value;
const inOrder = (one: unknown): unknown =>
	Object.fromEntries(PROXIES.flatMap((name) => ((one as ProxySettings)[name] ? [[name, (one as ProxySettings)[name]]] : [])));

async function behindLinks(sys: Sys, path: string): Promise<string> {
	let at = path;
	for (let hops = 0; hops < 40; hops++) {
		const to = await sys.readlink(at).catch(() => undefined);
		if (to === undefined) return at;
		at = to.startsWith("/") ? to : join(at.slice(0, at.lastIndexOf("/")), to);
	}
	return path;
}
