// HostConfig with everything filled in.

import type { HostConfig } from "../../api/container";

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
	config.OomKillDisable ??= false;
	config.MaskedPaths ??= DEFAULTS.MaskedPaths;
	config.ReadonlyPaths ??= DEFAULTS.ReadonlyPaths;
	if (config.Privileged) Object.assign(config, { MaskedPaths: null, ReadonlyPaths: null });
	return config;
}
