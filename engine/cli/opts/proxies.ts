// The proxies of config.json, which containers and builds get as environment variables and build arguments.

import type { Cli } from "../cli";
import type { ProxySettings } from "../config";

const VARIABLES: ReadonlyArray<[name: string, setting: keyof ProxySettings]> = [
	["HTTP_PROXY", "httpProxy"],
	["HTTPS_PROXY", "httpsProxy"],
	["NO_PROXY", "noProxy"],
	["FTP_PROXY", "ftpProxy"],
	["ALL_PROXY", "allProxy"],
];

/** Name and value of each, in capitals and in small letters: those of this daemon, or else of "default". `given` names are left alone. */
export function proxyVariables(cli: Cli, given: ReadonlySet<string>): Array<[name: string, value: string]> {
	const { proxies = {} } = cli.config.data;
	const settings = proxies[cli.client.host.url] ?? proxies.default ?? {};
	return VARIABLES.flatMap(([name, setting]): Array<[string, string]> => {
		const value = settings[setting];
		return value ? [name, name.toLowerCase()].filter((one) => !given.has(one)).map((one) => [one, value]) : [];
	});
}
