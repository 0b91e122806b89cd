// GET /containers/{id}/json.

import type { ContainerInspect, LegacyNetworkSettings, MountPoint } from "../../api/container";
import type { EndpointSettings } from "../../api/network";
import { compareVersions } from "../../api/version";
import { isPredefined } from "../../network/network";
import type { Container } from "../container/container";
import { shownEndpoints } from "../container/endpoint-settings";
import { statusOf } from "../container/state";
import type { Daemon } from "./daemon";
import { shownLinks } from "./links";
import { sizes } from "./size";

export async function inspectContainer(
	daemon: Daemon,
	container: Container,
	version: string,
	withSize: boolean,
): Promise<ContainerInspect> {
	const { id, stored, hostConfig, config, state } = container;
	const execs = [...container.execs];
	const since = (one: string): boolean => compareVersions(version, one) >= 0;
	const networks = shownEndpoints(stored.NetworkSettings.Networks);
	return {
		Id: id,
		Created: stored.Created,
		Path: stored.Path,
		Args: stored.Args,
		State: {
			Status: statusOf(state),
			Running: state.Running,
			Paused: state.Paused,
			Restarting: state.Restarting,
			OOMKilled: state.OOMKilled,
			Dead: state.Dead,
			Pid: state.Pid,
			ExitCode: state.ExitCode,
			Error: state.Error,
			StartedAt: state.StartedAt,
			FinishedAt: state.FinishedAt,
			...(state.Health ? { Health: state.Health } : {}),
		},
		Image: stored.Image,
		ResolvConfPath: stored.HasBeenStartedBefore ? stored.ResolvConfPath : "",
		HostnamePath: stored.HasBeenStartedBefore ? stored.HostnamePath : "",
		HostsPath: stored.HasBeenStartedBefore ? stored.HostsPath : "",
		LogPath: stored.HasBeenStartedBefore && hostConfig.LogConfig.Type === "json-file" ? stored.LogPath : "",
		Name: stored.Name,
		RestartCount: stored.RestartCount,
		Driver: stored.Driver,
		Platform: stored.OS,
		MountLabel: "",
		ProcessLabel: "",
		AppArmorProfile: "",
		ExecIDs: execs.length > 0 ? execs : null,
		HostConfig: { ...hostConfig, Links: shownLinks(daemon, container) },
		...(compareVersions(version, "1.52") >= 0
			? { Storage: { RootFS: { Snapshot: { Name: "overlayfs" } } } }
			: { GraphDriver: { Data: null, Name: "overlayfs" } }),
		...(withSize ? await sizes(daemon, container) : {}),
		Mounts: mountPoints(container),
		...(since("1.52") && stored.ImageManifest ? { ImageManifestDescriptor: stored.ImageManifest } : {}),
		Config: { ...config, ...(since("1.52") ? {} : ownAddress(container)) },
		NetworkSettings: {
			SandboxID: stored.NetworkSettings.SandboxID ?? "",
			SandboxKey: stored.NetworkSettings.SandboxKey ?? "",
			Ports: sorted(stored.NetworkSettings.Ports ?? {}),
			Networks: since("1.45") ? networks : withImpliedAliases(container, networks),
			...(compareVersions(version, "1.52") < 0 ? legacyNetworkSettings(stored.NetworkSettings.Networks.bridge) : {}),
		},
	};
}

/** Until API 1.51: the MAC address that was asked for on the container's own network. */
function ownAddress({ stored, hostConfig }: Container): { MacAddress?: string } {
	const asked = stored.NetworkSettings.Networks[hostConfig.NetworkMode]?.DesiredMacAddress;
	return asked ? { MacAddress: asked } : {};
}

/** Until API 1.44 names that a container has anyway stood among those that were asked for. */
const withImpliedAliases = (
	{ id, config }: Container,
	networks: Record<string, EndpointSettings>,
): Record<string, EndpointSettings> =>
	Object.fromEntries(
		Object.entries(networks).map(([name, settings]) => {
			if (isPredefined(name)) return [name, settings];
			return [name, { ...settings, Aliases: [...new Set([...(settings.Aliases ?? []), id.slice(0, 12), config.Hostname])] }];
		}),
	);

/** As Go writes maps. */
const sorted = <T>(map: Readonly<Record<string, T>>): Record<string, T> =>
	Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));

/** Until API 1.51 the default network's endpoint stood beside the list of networks, too. */
function legacyNetworkSettings(bridge: Partial<EndpointSettings> = {}): LegacyNetworkSettings {
	return {
		Bridge: "",
		EndpointID: bridge.EndpointID ?? "",
		Gateway: bridge.Gateway ?? "",
		GlobalIPv6Address: bridge.GlobalIPv6Address ?? "",
		GlobalIPv6PrefixLen: bridge.GlobalIPv6PrefixLen ?? 0,
		HairpinMode: false,
		IPAddress: bridge.IPAddress ?? "",
		IPPrefixLen: bridge.IPPrefixLen ?? 0,
		IPv6Gateway: bridge.IPv6Gateway ?? "",
		LinkLocalIPv6Address: "",
		LinkLocalIPv6PrefixLen: 0,
		MacAddress: bridge.MacAddress ?? "",
		SecondaryIPAddresses: null,
		SecondaryIPv6Addresses: null,
	};
}

export function mountPoints({ stored }: Container): MountPoint[] {
	return Object.values(stored.MountPoints).map(({ Type, Name, Source, Destination, Driver, Mode, RW, Propagation }) => ({
		Type,
		...(Type === "volume" || Type === "image" ? { Name } : {}),
		Source: Type === "tmpfs" ? "" : Source,
		Destination,
		...(Type === "volume" ? { Driver } : {}),
		Mode,
		RW,
		Propagation,
	}));
}
