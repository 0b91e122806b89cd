// HostConfig with everything filled in, and what cannot be.

import type { ContainerCreateRequest, HostConfig } from "../../api/container";
import { invalidParameter, notFound } from "../../lib/errors";
import { isIP } from "../../lib/ip";
import { networkOwner } from "./network-mode";
import { verifyPortBindings } from "./port-bindings";

export const MASKED_PATHS = [
	"/proc/asound",
	"/proc/acpi",
	"/proc/interrupts",
	"/proc/kcore",
	"/proc/keys",
	"/proc/latency_stats",
	"/proc/timer_list",
	"/proc/timer_stats",
	"/proc/sched_debug",
	"/proc/scsi",
	"/sys/firmware",
	"/sys/devices/virtual/powercap",
];
export const READONLY_PATHS = ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

const DEFAULTS: HostConfig = {
	Binds: null,
	ContainerIDFile: "",
	LogConfig: { Type: "json-file", Config: {} },
	NetworkMode: "bridge",
	PortBindings: {},
	RestartPolicy: { Name: "no", MaximumRetryCount: 0 },
	AutoRemove: false,
	VolumeDriver: "",
	VolumesFrom: null,
	ConsoleSize: [0, 0],
	CapAdd: null,
	CapDrop: null,
	CgroupnsMode: "private",
	Dns: [],
	DnsOptions: [],
	DnsSearch: [],
	ExtraHosts: null,
	GroupAdd: null,
	IpcMode: "private",
	Cgroup: "",
	Links: null,
	OomScoreAdj: 0,
	PidMode: "",
	Privileged: false,
	PublishAllPorts: false,
	ReadonlyRootfs: false,
	SecurityOpt: null,
	UTSMode: "",
	UsernsMode: "",
	ShmSize: 64 << 20,
	Runtime: "runc",
	Isolation: "",
	CpuShares: 0,
	Memory: 0,
	NanoCpus: 0,
	CgroupParent: "",
	BlkioWeight: 0,
	BlkioWeightDevice: [],
	BlkioDeviceReadBps: [],
	BlkioDeviceWriteBps: [],
	BlkioDeviceReadIOps: [],
	BlkioDeviceWriteIOps: [],
	CpuPeriod: 0,
	CpuQuota: 0,
	CpuRealtimePeriod: 0,
	CpuRealtimeRuntime: 0,
	CpusetCpus: "",
	CpusetMems: "",
	Devices: [],
	DeviceCgroupRules: null,
	DeviceRequests: null,
	MemoryReservation: 0,
	MemorySwap: 0,
	MemorySwappiness: null,
	OomKillDisable: null,
	PidsLimit: null,
	Ulimits: [],
	CpuCount: 0,
	CpuPercent: 0,
	IOMaximumIOps: 0,
	IOMaximumBandwidth: 0,
	MaskedPaths: MASKED_PATHS,
	ReadonlyPaths: READONLY_PATHS,
};
/** Strings for which "" means the default. */
const EMPTY_IS_DEFAULT = ["NetworkMode", "IpcMode", "CgroupnsMode", "Runtime"] as const;

export function completeHostConfig(request: Partial<HostConfig>): HostConfig {
	const given = Object.fromEntries(Object.entries(request).filter(([, value]) => value !== undefined));
	const config: HostConfig = { ...DEFAULTS, ...given };
	for (const name of EMPTY_IS_DEFAULT) config[name] ||= DEFAULTS[name];
	if (config.NetworkMode === "default") config.NetworkMode = "bridge";
	if (!config.LogConfig?.Type) config.LogConfig = { Type: "json-file", Config: config.LogConfig?.Config ?? {} };
	config.LogConfig.Config ??= {};
	config.RestartPolicy = { ...DEFAULTS.RestartPolicy, ...config.RestartPolicy };
	config.RestartPolicy.Name ||= "no";
	config.ShmSize ||= DEFAULTS.ShmSize;
	if (config.Memory > 0 && config.MemorySwap === 0) config.MemorySwap = config.Memory * 2;
	config.MaskedPaths ??= DEFAULTS.MaskedPaths;
	config.ReadonlyPaths ??= DEFAULTS.ReadonlyPaths;
	if (config.Privileged) Object.assign(config, { MaskedPaths: null, ReadonlyPaths: null });
	return config;
}

const MIN_MEMORY = 6 << 20;
const RUNTIMES = new Set(["runc", "io.containerd.runc.v2"]);
const LOG_DRIVERS = new Set(["json-file", "none"]);
const RESTART_POLICIES = new Set(["no", "always", "unless-stopped", "on-failure"]);

/** @throws EngineError invalidParameter, notFound, in the order in which moby looks */
export function verifyHostConfig(config: HostConfig): void {
	if (!LOG_DRIVERS.has(config.LogConfig.Type)) {
		const driver = config.LogConfig.Type;
		throw notFound(`error looking up logging plugin ${driver}: plugin "${driver}" not found`);
	}
	for (const option of Object.keys(config.LogConfig.Config ?? {})) {
		if (!["max-size", "max-file", "labels", "labels-regex", "env", "env-regex", "tag", "compress", "mode"].includes(option)) {
			throw invalidParameter(`unknown log opt '${option}' for ${config.LogConfig.Type} log driver`);
		}
	}
	const { Name, MaximumRetryCount } = config.RestartPolicy;
	if (!RESTART_POLICIES.has(Name)) {
		throw invalidParameter(
			`invalid restart policy: unknown policy '${Name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`,
		);
	}
	if (Name !== "on-failure" && MaximumRetryCount !== 0) {
		throw invalidParameter("invalid restart policy: maximum retry count can only be used with 'on-failure'");
	}
	if (MaximumRetryCount < 0) throw invalidParameter("invalid restart policy: maximum retry count cannot be negative");
	if (config.AutoRemove && Name !== "no") throw invalidParameter("can't create 'AutoRemove' container with restart policy");
	verifyPortBindings(config);
	for (const entry of config.ExtraHosts ?? []) verifyExtraHost(entry);
	if (config.Memory > 0 && config.Memory < MIN_MEMORY) throw invalidParameter("Minimum memory limit allowed is 6MB");
	if (config.Memory > 0 && config.MemorySwap > 0 && config.MemorySwap < config.Memory) {
		throw invalidParameter("Minimum memoryswap limit should be larger than memory limit, see usage");
	}
	if (config.Memory === 0 && config.MemorySwap > 0) {
		throw invalidParameter("You should always set the Memory limit when using Memoryswap limit, see usage");
	}
	if (config.NanoCpus > 0 && (config.CpuPeriod > 0 || config.CpuQuota > 0)) {
		throw invalidParameter("Conflicting options: Nano CPUs and CPU Period cannot both be set.");
	}
	if (!RUNTIMES.has(config.Runtime)) throw invalidParameter(`Unknown runtime specified ${config.Runtime}`);
	if (config.UsernsMode !== "" && config.UsernsMode !== "host") {
		throw invalidParameter(`invalid user namespace mode: ${config.UsernsMode}`);
	}
	if (config.CgroupnsMode !== "private" && config.CgroupnsMode !== "host") {
		throw invalidParameter(`invalid cgroup namespace mode: ${config.CgroupnsMode}`);
	}
}

function verifyExtraHost(entry: string): void {
	const at = entry.indexOf(":");
	if (at <= 0) throw invalidParameter(`bad format for add-host: ${JSON.stringify(entry)}`);
	const address = entry.slice(at + 1);
	if (address !== "host-gateway" && !isIP(address)) {
		throw invalidParameter(`invalid IP address in add-host: ${JSON.stringify(address)}`);
	}
}

/** What cannot be had in a namespace that is not the container's own. @throws EngineError invalidParameter, conflicting options */
export function verifyNetworkMode(request: ContainerCreateRequest, config: HostConfig): void {
	const refuse = (what: string): never => {
		throw invalidParameter(`conflicting options: ${what}`);
	};
	const owner = networkOwner(config.NetworkMode);
	if (owner === "") throw invalidParameter(`invalid network mode: invalid container format container:<name|id>`);
	if (owner !== undefined) {
		if (request.Hostname) refuse("hostname and the network mode");
		if (config.Links?.length) refuse("container type network can't be used with links. This would result in undefined behavior");
		if (config.Dns?.length) refuse("dns and the network mode");
		if (config.ExtraHosts?.length) refuse("custom host-to-IP mapping and the network mode");
		if (request.MacAddress) refuse("mac-address and the network mode");
		if (Object.keys(config.PortBindings ?? {}).length > 0 || config.PublishAllPorts) {
			refuse("port publishing and the container type network mode");
		}
		if (Object.keys(request.ExposedPorts ?? {}).length > 0) refuse("port exposing and the container type network mode");
	}
	if (config.UTSMode === "host" && request.Hostname) refuse("hostname and the UTS mode");
	if (config.NetworkMode === "host" && config.Links?.length) {
		refuse("host type networking can't be used with links. This would result in undefined behavior");
	}
}

/** What a start is refused for, as Docker looks at devices no earlier: silence would start a container without them. */
export function verifyDevices(config: HostConfig): void {
	const device = config.Devices?.[0];
	if (device) {
		throw invalidParameter(
			`error gathering device information while adding custom device "${device.PathOnHost}": this machine passes no devices on`,
		);
	}
	if (config.DeviceRequests?.length) throw invalidParameter('could not select device driver "" with capabilities: [[gpu]]');
}
