// /etc/docker/daemon.json: what it may say, and what this host heeds of it. It is read when the daemon starts, and again at SIGHUP.

import type { RegistrySettings } from "../containerd/api";
import { invalidParameter, messageOf } from "../lib/errors";
import { isErrno, readText } from "../lib/files";
import { parseJson } from "../lib/json-problem";
import { bool, list, struct, text } from "../lib/unmarshal";
import type { Sys } from "../sys";

export const CONFIGURATION_FILE = "/etc/docker/daemon.json";

export interface Configuration {
	registries: RegistrySettings;
	labels: string[];
	debug: boolean;
}
interface Written {
	"insecure-registries"?: string[];
	"registry-mirrors"?: string[];
	labels?: string[];
	debug?: boolean;
}
const HEEDED = struct<Written>("config.Config", {
	"insecure-registries": list(text),
	"registry-mirrors": list(text),
	labels: list(text),
	debug: bool,
});
/** The other directives of dockerd: they are known, and change nothing here. */
const WITHOUT_EFFECT = new Set(
	(
		"allow-direct-routing api-cors-header authorization-plugins bip bip6 bridge bridge-accept-fwmark builder cdi-spec-dirs cgroup-parent " +
		"containerd containerd-namespace containerd-plugins-namespace cpu-rt-period cpu-rt-runtime data-root default-address-pools " +
		"default-cgroupns-mode default-gateway default-gateway-v6 default-ipc-mode default-network-opts default-runtime default-shm-size " +
		"default-ulimits dns dns-opts dns-search exec-opts exec-root experimental features firewall-backend fixed-cidr fixed-cidr-v6 group " +
		"host-gateway-ip host-gateway-ips hosts http-proxy https-proxy icc init init-path ip ip-forward ip-forward-no-drop ip-masq ip6tables " +
		"iptables ipv6 live-restore log-driver log-format log-level log-opts max-concurrent-downloads max-concurrent-uploads " +
		"max-download-attempts metrics-addr min-api-version mtu network-control-plane-mtu network-diagnostic-port no-new-privileges no-proxy " +
		"node-generic-resources oom-score-adjust pidfile proxies raw-logs runtimes seccomp-profile selinux-enabled shutdown-timeout " +
		"storage-driver storage-opts swarm-default-advertise-addr tls tlscacert tlscert tlskey tlsverify userland-proxy userland-proxy-path " +
		"userns-remap validate"
	).split(" "),
);

/**
 * @returns the configuration, and the directives that change nothing
 * @throws EngineError invalidParameter in dockerd's words for a file that it would not start with
 */
export async function readConfiguration(sys: Sys): Promise<{ configuration: Configuration; ignored: string[] }> {
	try {
		return configurationOf(await readText(sys, CONFIGURATION_FILE).catch(absent));
	} catch (error) {
		throw invalidParameter(`unable to configure the Docker daemon with file ${CONFIGURATION_FILE}: ${messageOf(error)}`);
	}
}
function absent(error: unknown): string {
	if (isErrno(error, "ENOENT")) return "";
	throw error;
}

export function configurationOf(json: string): { configuration: Configuration; ignored: string[] } {
	const document = json.trim() === "" ? {} : parseJson(json);
	const written = HEEDED.decode(document, undefined);
	const others = Object.keys(document as object).filter((name) => !(name in written));
	const unknown = others.filter((name) => !WITHOUT_EFFECT.has(name));
	if (unknown.length > 0)
		throw invalidParameter(`the following directives don't match any configuration option: ${unknown.join(", ")}`);
	const registries = {
		insecure: (written["insecure-registries"] ?? []).map(checkInsecure),
		mirrors: (written["registry-mirrors"] ?? []).map(checkMirror),
	};
	return { configuration: { registries, labels: written.labels ?? [], debug: written.debug ?? false }, ignored: others };
}

function checkInsecure(name: string): string {
	if (/^https?:\/\//i.test(name)) throw invalidParameter(`insecure registry ${name} should not contain '://'`);
	if (name.startsWith("-")) throw invalidParameter(`insecure registry ${name} cannot begin or end with a hyphen`);
	return name;
}

/** With a slash at its end, as `docker info` shows it. */
function checkMirror(mirror: string): string {
	const [, scheme, rest = ""] = /^([a-z][a-z0-9+.-]*):\/\/(.*)$/i.exec(mirror) ?? [];
	if (scheme === undefined)
		throw invalidParameter(
			`invalid mirror: no scheme specified for ${JSON.stringify(mirror)}: must use either 'https://' or 'http://'`,
		);
	if (scheme !== "http" && scheme !== "https")
		throw invalidParameter(
			`invalid mirror: unsupported scheme ${JSON.stringify(scheme)} in ${JSON.stringify(mirror)}: must use either 'https://' or 'http://'`,
		);
	if (/[?#]/.test(rest)) throw invalidParameter(`invalid mirror: query or fragment at end of the URI ${JSON.stringify(mirror)}`);
	if (rest.includes("@")) throw invalidParameter("invalid mirror: username/password not allowed in URI");
	return `${mirror.replace(/\/+$/, "")}/`;
}
