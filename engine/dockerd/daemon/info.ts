// GET /version and GET /info.

import type { SystemInfo, VersionResponse } from "../../api/system";
import { API_VERSION, compareVersions, ENGINE_VERSION, MIN_API_VERSION } from "../../api/version";
import { CONTAINERD_SOCKET, NAMESPACE } from "../../containerd/api";
import { readText } from "../../lib/files";
import { NO_BLOCK_LIMITS } from "../container/block-io";
import { allImages } from "../image/names";
import { LOG_DRIVERS } from "../logs/driver";
import { now } from "../time";
import { type Daemon, DOCKER_ROOT } from "./daemon";
import { totalMemory } from "./stats";

/** Of the runc that comes with this host; runc --version says the same. */
const RUNC = { version: "1.3.3", commit: "v1.3.3-0-gd842d771" };
const BUILT = "2026-01-01T00:00:00.000000000+00:00";
const COMMIT = "drydock";
/** No Go is in it. Clients want the member. */
/** Where the engine lives. */
const MODULE = "drydock/engine";
const LANGUAGE = "none (TypeScript)";

export async function version({ sys, containerd }: Daemon): Promise<VersionResponse> {
	const { release } = await sys.uname();
	const { version, revision } = await containerd["version.version"]({});
	return {
		Platform: { Name: "Drydock" },
		Version: ENGINE_VERSION,
		ApiVersion: API_VERSION,
		MinAPIVersion: MIN_API_VERSION,
		Os: "linux",
		Arch: "amd64",
		KernelVersion: release,
		BuildTime: BUILT,
		GitCommit: COMMIT,
		GoVersion: LANGUAGE,
		Components: [
			{
				Name: "Engine",
				Version: ENGINE_VERSION,
				Details: {
					ApiVersion: API_VERSION,
					Arch: "amd64",
					BuildTime: BUILT,
					Experimental: "false",
					GitCommit: COMMIT,
					GoVersion: LANGUAGE,
					KernelVersion: release,
					MinAPIVersion: MIN_API_VERSION,
					Module: MODULE,
					ModuleVersion: `v${ENGINE_VERSION}`,
					Os: "linux",
				},
			},
			{ Name: "containerd", Version: version, Details: { GitCommit: revision } },
			{ Name: "runc", Version: RUNC.version, Details: { GitCommit: RUNC.commit } },
		],
	};
}

export async function systemInfo(daemon: Daemon): Promise<SystemInfo> {
	const { sys } = daemon;
	const { release, nodename } = await sys.uname();
	const containers = daemon.containers.all();
	const paused = containers.filter(({ state }) => state.Paused).length;
	const running = containers.filter(({ state }) => state.Running).length - paused;
	return {
		ID: daemon.id,
		Containers: containers.length,
		ContainersRunning: running,
		ContainersPaused: paused,
		ContainersStopped: containers.length - running - paused,
		Images: (await allImages(daemon.containerd)).length,
		Driver: "overlayfs",
		DriverStatus: [["driver-type", "io.containerd.snapshotter.v1"]],
		Plugins: { Volume: ["local"], Network: ["bridge", "host", "null"], Authorization: null, Log: [...LOG_DRIVERS] },
		MemoryLimit: true,
		SwapLimit: true,
		CpuCfsPeriod: true,
		CpuCfsQuota: true,
		CPUShares: true,
		CPUSet: false,
		PidsLimit: true,
		IPv4Forwarding: true,
		Debug: daemon.configuration.debug,
		NFd: (await sys.readdir("/proc/self/fd").catch(() => [])).length,
		OomKillDisable: false,
		NGoroutines: 1,
		SystemTime: now(sys),
		LoggingDriver: "json-file",
		CgroupDriver: "cgroupfs",
		CgroupVersion: "2",
		NEventsListener: daemon.events.listening,
		KernelVersion: release,
		OperatingSystem: await operatingSystem(daemon),
		OSVersion: "",
		OSType: "linux",
		Architecture: "x86_64",
		IndexServerAddress: "https://index.docker.io/v1/",
		RegistryConfig: registryConfig(daemon),
		NCPU: 1,
		MemTotal: await totalMemory(daemon),
		GenericResources: null,
		DockerRootDir: DOCKER_ROOT,
		HttpProxy: "",
		HttpsProxy: "",
		NoProxy: "",
		Name: nodename,
		Labels: daemon.configuration.labels,
		ExperimentalBuild: false,
		ServerVersion: ENGINE_VERSION,
		Runtimes: { "io.containerd.runc.v2": { path: "runc" }, runc: { path: "runc" } },
		DefaultRuntime: "runc",
		Swarm: {
			NodeID: "",
			NodeAddr: "",
			LocalNodeState: "inactive",
			ControlAvailable: false,
			Error: "",
			RemoteManagers: null,
		},
		LiveRestoreEnabled: true,
		Isolation: "",
		InitBinary: "docker-init",
		ContainerdCommit: { ID: (await daemon.containerd["version.version"]({})).revision },
		RuncCommit: { ID: RUNC.commit },
		InitCommit: { ID: "" },
		SecurityOptions: ["name=seccomp,profile=builtin", "name=cgroupns"],
		CDISpecDirs: [],
		Containerd: { Address: CONTAINERD_SOCKET, Namespaces: { Containers: NAMESPACE, Plugins: "plugins.moby" } },
		FirewallBackend: { Driver: "iptables" },
		Warnings: ["WARNING: No cpuset support", ...NO_BLOCK_LIMITS],
	};
}

/** What an older API has otherwise. */
export function infoFor(version: string, info: SystemInfo): Record<string, unknown> {
	const before = (other: string): boolean => compareVersions(version, other) < 0;
	const shown: Record<string, unknown> = { ...info };
	if (before("1.44")) {
		shown.Runtimes = Object.fromEntries(Object.entries(info.Runtimes).map(([name, { path }]) => [name, { path }]));
	}
	if (before("1.46")) delete shown.Containerd;
	if (before("1.47")) {
		shown.RegistryConfig = {
			...info.RegistryConfig,
			AllowNondistributableArtifactsCIDRs: null,
			AllowNondistributableArtifactsHostnames: null,
		};
	}
	if (before("1.49")) {
		delete shown.FirewallBackend;
		for (const name of ["ContainerdCommit", "RuncCommit", "InitCommit"] as const) {
			shown[name] = { ...info[name], Expected: info[name].ID };
		}
	}
	if (before("1.50")) Object.assign(shown, { BridgeNfIptables: false, BridgeNfIp6tables: false });
	return shown;
}

async function operatingSystem({ sys }: Daemon): Promise<string> {
	const release = await readText(sys, "/etc/os-release").catch(() => "");
	return /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(release)?.[1] ?? "Linux";
}

function registryConfig({ configuration }: Daemon): SystemInfo["RegistryConfig"] {
	const { insecure, mirrors } = configuration.registries;
	const isNetwork = (name: string): boolean => name.includes("/");
	const named = insecure.filter((name) => !isNetwork(name));
	return {
		InsecureRegistryCIDRs: ["::1/128", "127.0.0.0/8", ...insecure.filter(isNetwork)],
		IndexConfigs: {
			"docker.io": { Name: "docker.io", Mirrors: mirrors, Secure: true, Official: true },
			...Object.fromEntries(named.map((Name) => [Name, { Name, Mirrors: [], Secure: false, Official: false }])),
		},
		Mirrors: mirrors.length > 0 ? mirrors : null,
	};
}
