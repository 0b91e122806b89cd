// Options of a bridge network (-o com.docker.network…), and what they mean.

import { invalidParameter, messageOf } from "../../lib/errors";
import { isIP } from "../../lib/ip";
import { parseBool } from "../../lib/parse-bool";

export interface BridgeOptions {
	bridge: string;
	defaultBridge: boolean;
	icc: boolean;
	masquerade: boolean;
	mtu: number;
	/** Where ports are published when nothing is said. */
	hostBinding: string;
	/** Source address of what leaves, instead of the interface's own. */
	hostAddress4?: string;
	hostAddress6?: string;
	/** Containers see its interfaces as PREFIX0, PREFIX1 … */
	interfacePrefix: string;
}

const DEFAULT_MTU = 1500;
/** IFNAMSIZ, less the NUL. */
const NAME_LIMIT = 15;

export const OPTION = {
	name: "com.docker.network.bridge.name",
	default: "com.docker.network.bridge.default_bridge",
	icc: "com.docker.network.bridge.enable_icc",
	masquerade: "com.docker.network.bridge.enable_ip_masquerade",
	hostBinding: "com.docker.network.bridge.host_binding_ipv4",
	mtu: "com.docker.network.driver.mtu",
	hostAddress4: "com.docker.network.host_ipv4",
	hostAddress6: "com.docker.network.host_ipv6",
	interfacePrefix: "com.docker.network.container_iface_prefix",
} as const;

/** As every Docker host has them for docker0. */
export const DEFAULT_BRIDGE_OPTIONS: Readonly<Record<string, string>> = {
	[OPTION.default]: "true",
	[OPTION.icc]: "true",
	[OPTION.masquerade]: "true",
	[OPTION.hostBinding]: "0.0.0.0",
	[OPTION.name]: "docker0",
	[OPTION.mtu]: String(DEFAULT_MTU),
};

/** @throws EngineError invalidParameter for a value that is none */
export function bridgeOptions(networkId: string, options: Readonly<Record<string, string>>): BridgeOptions {
	const truth = (label: string, otherwise: boolean): boolean => {
		const value = options[label];
		if (value === undefined) return otherwise;
		try {
			return parseBool(value);
		} catch (error) {
			throw unparsable(label, value, messageOf(error));
		}
	};
	const address = (label: string): string | undefined => {
		const value = options[label];
		if (value !== undefined && !isIP(value)) throw unparsable(label, value, "nil ip");
		return value;
	};
	const mtu = options[OPTION.mtu];
	if (mtu !== undefined && !/^\d+$/.test(mtu)) {
		throw unparsable(OPTION.mtu, mtu, `strconv.Atoi: parsing ${JSON.stringify(mtu)}: invalid syntax`);
	}
	const bridge = options[OPTION.name] || `br-${networkId.slice(0, 12)}`;
	if (bridge.length > NAME_LIMIT) {
		throw unparsable(OPTION.name, bridge, `${bridge} is not a valid interface name: it is longer than ${NAME_LIMIT} characters`);
	}
	return {
		bridge,
		defaultBridge: truth(OPTION.default, false),
		icc: truth(OPTION.icc, true),
		masquerade: truth(OPTION.masquerade, true),
		mtu: Number(mtu ?? 0) || DEFAULT_MTU,
		hostBinding: address(OPTION.hostBinding) ?? "0.0.0.0",
		hostAddress4: address(OPTION.hostAddress4),
		hostAddress6: address(OPTION.hostAddress6),
		interfacePrefix: options[OPTION.interfacePrefix] || "eth",
	};
}
const unparsable = (label: string, value: string, why: string) =>
	invalidParameter(`failed to parse ${label} value: ${JSON.stringify(value)} (${why})`);
