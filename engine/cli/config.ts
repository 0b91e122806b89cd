// ~/.docker/config.json: the client's own settings and logins.

import { makeDirectories, readText, replaceFile } from "../lib/files";
import type { Sys } from "../sys";

export interface StoredLogin {
	/** base64 of user:password */
	auth?: string;
	identitytoken?: string;
}
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
	volumesFormat?: string;
	statsFormat?: string;
	detachKeys?: string;
	/** The context in use when nothing else says one. */
	currentContext?: string;
	/** The program docker-credential-NAME keeps logins; for some registries another one. */
	credsStore?: string;
	credHelpers?: Record<string, string>;
	/** Proxies for containers and builds, by daemon address or "default". */
	proxies?: Record<string, ProxySettings>;
	[other: string]: unknown;
}

export class ConfigFile {
	constructor(
		private readonly sys: Sys,
		readonly directory: string,
		readonly data: ConfigData,
	) {}

	get path(): string {
		return `${this.directory}/config.json`;
	}

	/** A missing file is an empty one. @throws Error when it is no JSON */
	static async load(sys: Sys, directory: string): Promise<ConfigFile> {
		const content = await readText(sys, `${directory}/config.json`).catch(() => "");
		return new ConfigFile(sys, directory, content.trim() === "" ? {} : (JSON.parse(content) as ConfigData));
	}

	async save(): Promise<void> {
		await makeDirectories(this.sys, this.directory, 0o700);
		await replaceFile(this.sys, this.path, JSON.stringify({ auths: {}, ...this.data }, null, "\t"), 0o600);
	}
}
