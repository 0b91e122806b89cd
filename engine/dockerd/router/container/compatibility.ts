// What an older API meant: fields it did not have are forgotten, defaults it had are filled in, and what moved is moved.
// Each rule names the version since which it is otherwise.

import type { ContainerCreateRequest, HostConfig, MountRequest } from "../../../api/container";
import type { EndpointSettings } from "../../../api/network";
import { compareVersions } from "../../../api/version";
import { invalidParameter, systemError } from "../../../lib/errors";
import { networkOwner } from "../../container/network-mode";
import { ENDPOINT_SYSCTLS } from "../../daemon/network";

/** Changes the request in place. Answers warnings. @throws EngineError invalidParameter */
export function modernize(request: ContainerCreateRequest, version: string): string[] {
	request.HostConfig ??= {};
	request.NetworkingConfig ??= {};
	request.NetworkingConfig.EndpointsConfig ??= {};
	const host = request.HostConfig;
	const endpoints = request.NetworkingConfig.EndpointsConfig;
	const before = (other: string): boolean => compareVersions(version, other) < 0;
	nameDefaultNetwork(host, endpoints);
	if (before("1.40")) {
		for (const { BindOptions } of host.Mounts ?? []) if (BindOptions) BindOptions.NonRecursive = false;
		host.IpcMode ||= "shareable";
	}
	if (before("1.42")) forgetMountOptions(host);
	else verifyMountOptions(host.Mounts ?? []);
	if (before("1.43")) delete host.Annotations;
	if (before("1.44")) before144(request, endpoints);
	if (before("1.45") && host.Mounts?.some(({ VolumeOptions }) => VolumeOptions?.Subpath)) {
		throw invalidParameter("VolumeOptions.Subpath needs API v1.45 or newer");
	}
	if (before("1.48")) {
		for (const endpoint of Object.values(endpoints)) if (endpoint) endpoint.GwPriority = 0;
		if (host.Mounts?.some(({ Type }) => Type === "image")) throw invalidParameter('Mount type "Image" needs API v1.48 or newer');
	}
	const warnings = [
		before("1.48") ? undefined : volumeDriverWarning(host),
		before("1.52") ? moveMacAddress(request, endpoints, version) : undefined,
		moveSysctls(host, endpoints, version),
		fillPortBindings(host, version),
	];
	delete request.MacAddress;
	if (host.PidsLimit !== undefined && host.PidsLimit !== null && host.PidsLimit <= 0) host.PidsLimit = null;
	return warnings.filter((warning) => warning !== undefined);
}

type Host = Partial<HostConfig>;
type Endpoints = Record<string, Partial<EndpointSettings> | null>;

/** "default" is what an operating system's default network is: bridge. */
function nameDefaultNetwork(host: Host, endpoints: Endpoints): void {
	if (host.NetworkMode && host.NetworkMode !== "default") return;
	host.NetworkMode = "bridge";
	if (!Object.hasOwn(endpoints, "default")) return;
	endpoints.bridge = endpoints.default!;
	delete endpoints.default;
}

function forgetMountOptions(host: Host): void {
	for (const mount of host.Mounts ?? []) {
		if (mount.BindOptions) mount.BindOptions.CreateMountpoint = false;
		if (mount.Type !== "volume") delete mount.VolumeOptions;
		if (mount.Type !== "tmpfs") delete mount.TmpfsOptions;
	}
	host.ConsoleSize = [0, 0];
}
function verifyMountOptions(mounts: readonly MountRequest[]): void {
	for (const mount of mounts) {
		for (const [name, type] of [
			["VolumeOptions", "volume"],
			["BindOptions", "bind"],
			["TmpfsOptions", "tmpfs"],
		] as const) {
			if (mount[name] && mount.Type !== type) {
				throw invalidParameter(`${name} must not be specified on mount type ${JSON.stringify(mount.Type ?? "")}`);
			}
		}
	}
}

function before144({ Healthcheck, HostConfig }: ContainerCreateRequest, endpoints: Endpoints): void {
	if (Healthcheck) delete Healthcheck.StartInterval;
	for (const { Type, BindOptions } of HostConfig?.Mounts ?? []) {
		if (Type === "bind" && BindOptions?.ReadOnlyForceRecursive) {
			throw invalidParameter("BindOptions.ReadOnlyForceRecursive needs API v1.44 or newer");
		}
	}
	const names = Object.keys(endpoints);
	if (names.length > 1) {
		throw invalidParameter(`Container cannot be created with multiple network endpoints: ${names.join(", ")}`);
	}
}

const VOLUME_DRIVER_WARNING =
	"WARNING: the container-wide volume-driver configuration is ignored for volumes specified via 'mount'. Use '--mount type=volume,volume-driver=...' instead";
const volumeDriverWarning = ({ VolumeDriver, Mounts }: Host): string | undefined =>
	VolumeDriver && Mounts?.some(({ Type, VolumeOptions }) => Type === "volume" && !VolumeOptions?.DriverConfig?.Name)
		? VOLUME_DRIVER_WARNING
		: undefined;

const isPrivate = (mode: string): boolean => mode !== "host" && networkOwner(mode) === undefined;
const hasOwnAddress = (mode: string): boolean => isPrivate(mode) && mode !== "none";

/** The container's own MAC address became its endpoint's in 1.44. */
function moveMacAddress(
	{ MacAddress, HostConfig }: ContainerCreateRequest,
	endpoints: Endpoints,
	version: string,
): string | undefined {
	const mode = HostConfig!.NetworkMode!;
	if (compareVersions(version, "1.44") < 0) {
		if (!MacAddress) {
			for (const endpoint of Object.values(endpoints)) delete endpoint?.MacAddress;
			return undefined;
		}
		if (!hasOwnAddress(mode)) throw invalidParameter("conflicting options: mac-address and the network mode");
		endpointOf(mode, endpoints, version).MacAddress = MacAddress;
		return undefined;
	}
	if (!MacAddress) return undefined;
	if (hasOwnAddress(mode)) {
		const endpoint = endpointOf(mode, endpoints, version, "unable to migrate container-wide MAC address to a specific network: ");
		if (endpoint.MacAddress && endpoint.MacAddress !== MacAddress) {
			throw invalidParameter(
				"the container-wide MAC address must match the endpoint-specific MAC address for the main network, or be left empty",
			);
		}
		endpoint.MacAddress = MacAddress;
	}
	return "The container-wide MacAddress field is now deprecated. It should be specified in EndpointsConfig instead.";
}

/** Of the network that the container is made in; made where there is none. */
function endpointOf(mode: string, endpoints: Endpoints, version: string, context = ""): Partial<EndpointSettings> {
	const names = Object.keys(endpoints);
	if (names.length === 0) {
		endpoints[mode] = {};
		return endpoints[mode]!;
	}
	const name = compareVersions(version, "1.44") < 0 ? names[0]! : mode;
	if (!Object.hasOwn(endpoints, name)) {
		throw invalidParameter(`${context}HostConfig.NetworkMode must match the identity of a network in NetworkSettings.Networks`);
	}
	endpoints[name] ??= {};
	return endpoints[name]!;
}

/** net.*.*.eth0.* are set when the interface is there: by its endpoint. */
function moveSysctls(host: Host, endpoints: Endpoints, version: string): string | undefined {
	if (!isPrivate(host.NetworkMode!)) return undefined;
	const moved: Array<[name: string, setting: string]> = [];
	for (const [name, value] of Object.entries(host.Sysctls ?? {})) {
		const [, family, group, link, rest] = /^net\.([^.]*)\.([^.]*)\.(eth[^.]*)\.(.*)$/.exec(name) ?? [];
		if (link === undefined) continue;
		if (compareVersions(version, "1.47") > 0) {
			throw systemError(
				`interface specific sysctl setting ${JSON.stringify(name)} must be supplied using driver option '${ENDPOINT_SYSCTLS}'`,
			);
		}
		if (link !== "eth0") {
			throw systemError(
				`unable to determine network endpoint for sysctl ${name}, use driver option '${ENDPOINT_SYSCTLS}' to set per-interface sysctls`,
			);
		}
		moved.push([name, `net.${family}.${group}.IFNAME.${rest}=${value}`]);
	}
	if (moved.length === 0) return undefined;
	const endpoint = endpointOf(host.NetworkMode!, endpoints, version, `unable to find a network for sysctl ${moved[0]![0]}: `);
	const settings = moved.map(([, setting]) => setting).join(",");
	const own = endpoint.DriverOpts?.[ENDPOINT_SYSCTLS];
	endpoint.DriverOpts = { ...endpoint.DriverOpts, [ENDPOINT_SYSCTLS]: own === undefined ? settings : `${settings},${own}` };
	for (const [name] of moved) delete host.Sysctls![name];
	const names = JSON.stringify(moved.map(([name]) => name).join(","));
	return `Migrated sysctl ${names} to DriverOpts{${JSON.stringify(ENDPOINT_SYSCTLS)}:${JSON.stringify(settings)}}.`;
}

/** A port with an empty list of bindings is published anywhere. */
function fillPortBindings(host: Host, version: string): string | undefined {
	const empty = Object.entries(host.PortBindings ?? {})
		.filter(([, bindings]) => !bindings?.length)
		.map(([port]) => port);
	for (const port of empty) host.PortBindings![port] = [{ HostIp: "", HostPort: "" }];
	if (empty.length === 0 || compareVersions(version, "1.52") < 0) return undefined;
	return `Following container port(s) have an empty list of port-bindings: ${empty.join(", ")}. Such bindings will be discarded in a future version.`;
}
