// Bodies of /containers, /exec and /commit.

import type { ContainerCreateRequest, ExecCreateRequest, ExecStartRequest, HostConfig } from "../../../api/container";
import {
	bool,
	duration,
	embedded,
	type Fields,
	fileMode,
	int,
	int64,
	list,
	map,
	named,
	nothing,
	pair,
	pointer,
	struct,
	text,
	uint,
	uint16,
	uint64,
} from "../../../lib/unmarshal";
import { address, hardware, portMap, portSet } from "./address";
import { networkingConfig } from "./network";

export const healthConfig = struct("v1.HealthcheckConfig", {
	Test: list(text),
	Interval: duration,
	Timeout: duration,
	StartPeriod: duration,
	StartInterval: duration,
	Retries: int,
});
const config: Fields = {
	Hostname: text,
	Domainname: text,
	User: text,
	AttachStdin: bool,
	AttachStdout: bool,
	AttachStderr: bool,
	ExposedPorts: portSet,
	Tty: bool,
	OpenStdin: bool,
	StdinOnce: bool,
	Env: list(text),
	Cmd: list(text),
	Healthcheck: healthConfig,
	ArgsEscaped: bool,
	Image: text,
	Volumes: map(nothing),
	WorkingDir: text,
	Entrypoint: list(text),
	NetworkDisabled: bool,
	OnBuild: list(text),
	Labels: map(text),
	StopSignal: text,
	StopTimeout: int,
	Shell: list(text),
};
export const CONFIG_FIELDS: readonly string[] = Object.keys(config);

export const ulimits = list(pointer(struct("units.Ulimit", { Name: text, Hard: int64, Soft: int64 })));
const throttle = list(pointer(struct("blkiodev.ThrottleDevice", { Path: text, Rate: uint64 })));
const resources: Fields = {
	CpuShares: int64,
	Memory: int64,
	NanoCpus: int64,
	CgroupParent: text,
	BlkioWeight: uint16,
	BlkioWeightDevice: list(pointer(struct("blkiodev.WeightDevice", { Path: text, Weight: uint16 }))),
	BlkioDeviceReadBps: throttle,
	BlkioDeviceWriteBps: throttle,
	BlkioDeviceReadIOps: throttle,
	BlkioDeviceWriteIOps: throttle,
	CpuPeriod: int64,
	CpuQuota: int64,
	CpuRealtimePeriod: int64,
	CpuRealtimeRuntime: int64,
	CpusetCpus: text,
	CpusetMems: text,
	Devices: list(struct("container.DeviceMapping", { PathOnHost: text, PathInContainer: text, CgroupPermissions: text })),
	DeviceCgroupRules: list(text),
	DeviceRequests: list(
		struct("container.DeviceRequest", {
			Driver: text,
			Count: int,
			DeviceIDs: list(text),
			Capabilities: list(list(text)),
			Options: map(text),
		}),
	),
	MemoryReservation: int64,
	MemorySwap: int64,
	MemorySwappiness: int64,
	OomKillDisable: bool,
	PidsLimit: int64,
	Ulimits: ulimits,
	CpuCount: int64,
	CpuPercent: int64,
	IOMaximumIOps: uint64,
	IOMaximumBandwidth: uint64,
};
const restartPolicy = struct("container.RestartPolicy", {
	Name: named("container.RestartPolicyMode"),
	MaximumRetryCount: int,
});

export const mount = struct("mount.Mount", {
	Type: named("mount.Type"),
	Source: text,
	Target: text,
	ReadOnly: bool,
	Consistency: named("mount.Consistency"),
	BindOptions: struct("mount.BindOptions", {
		Propagation: named("mount.Propagation"),
		NonRecursive: bool,
		CreateMountpoint: bool,
		ReadOnlyNonRecursive: bool,
		ReadOnlyForceRecursive: bool,
	}),
	VolumeOptions: struct("mount.VolumeOptions", {
		NoCopy: bool,
		Labels: map(text),
		Subpath: text,
		DriverConfig: struct("mount.Driver", { Name: text, Options: map(text) }),
	}),
	ImageOptions: struct("mount.ImageOptions", { Subpath: text }),
	TmpfsOptions: struct("mount.TmpfsOptions", { SizeBytes: int64, Mode: fileMode, Options: list(list(text)) }),
	ClusterOptions: struct("mount.ClusterOptions", {}),
});

const hostConfig = struct("container.HostConfig", {
	Binds: list(text),
	ContainerIDFile: text,
	LogConfig: struct("container.LogConfig", { Type: text, Config: map(text) }),
	NetworkMode: named("container.NetworkMode"),
	PortBindings: portMap,
	RestartPolicy: restartPolicy,
	AutoRemove: bool,
	VolumeDriver: text,
	VolumesFrom: list(text),
	ConsoleSize: pair(uint),
	Annotations: map(text),
	CapAdd: list(text),
	CapDrop: list(text),
	CgroupnsMode: named("container.CgroupnsMode"),
	Dns: list(address),
	DnsOptions: list(text),
	DnsSearch: list(text),
	ExtraHosts: list(text),
	GroupAdd: list(text),
	IpcMode: named("container.IpcMode"),
	Cgroup: named("container.CgroupSpec"),
	Links: list(text),
	OomScoreAdj: int,
	PidMode: named("container.PidMode"),
	Privileged: bool,
	PublishAllPorts: bool,
	ReadonlyRootfs: bool,
	SecurityOpt: list(text),
	StorageOpt: map(text),
	Tmpfs: map(text),
	UTSMode: named("container.UTSMode"),
	UsernsMode: named("container.UsernsMode"),
	ShmSize: int64,
	Sysctls: map(text),
	Runtime: text,
	Isolation: named("container.Isolation"),
	...embedded("Resources", resources),
	Mounts: list(mount),
	MaskedPaths: list(text),
	ReadonlyPaths: list(text),
	Init: bool,
});

export const containerCreate = struct<ContainerCreateRequest>("container.CreateRequest", {
	...embedded("Config", config),
	HostConfig: hostConfig,
	NetworkingConfig: networkingConfig,
	/** Until API 1.51. */
	MacAddress: hardware,
});
export const containerUpdate = struct<Partial<HostConfig>>("container.UpdateConfig", {
	...embedded("Resources", resources),
	RestartPolicy: restartPolicy,
});
export const commitConfig = struct<Partial<ContainerCreateRequest>>("container.commitRequest", embedded("Config", config));

export const execCreate = struct<ExecCreateRequest>("container.ExecCreateRequest", {
	User: text,
	Privileged: bool,
	Tty: bool,
	ConsoleSize: pair(uint),
	AttachStdin: bool,
	AttachStderr: bool,
	AttachStdout: bool,
	DetachKeys: text,
	Env: list(text),
	WorkingDir: text,
	Cmd: list(text),
});
export const execStart = struct<ExecStartRequest>("container.ExecStartRequest", {
	Detach: bool,
	Tty: bool,
	ConsoleSize: pair(uint),
});
