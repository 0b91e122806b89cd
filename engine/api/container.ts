// Containers on the wire: what is sent to create one, what inspect and list answer.

import type { EndpointSettings, PortBinding } from "./network";

/** What is the image's to give, and the command line's to override. */
export interface ContainerConfig {
	Hostname: string;
	Domainname: string;
	User: string;
	AttachStdin: boolean;
	AttachStdout: boolean;
	AttachStderr: boolean;
	ExposedPorts?: Record<string, Record<string, never>>;
	Tty: boolean;
	OpenStdin: boolean;
	StdinOnce: boolean;
	Env: string[] | null;
	Cmd: string[] | null;
	Healthcheck?: HealthConfig;
	Image: string;
	Volumes: Record<string, Record<string, never>> | null;
	WorkingDir: string;
	Entrypoint: string[] | null;
	NetworkDisabled?: boolean;
	OnBuild: string[] | null;
	Labels: Record<string, string> | null;
	StopSignal?: string;
	/** Seconds. */
	StopTimeout?: number;
	Shell?: string[];
}
export interface HealthConfig {
	Test?: string[];
	/** Nanoseconds. */
	Interval?: number;
	Timeout?: number;
	StartPeriod?: number;
	StartInterval?: number;
	Retries?: number;
}

export interface RestartPolicy {
	Name: "" | "no" | "always" | "unless-stopped" | "on-failure";
	MaximumRetryCount: number;
}
export interface MountRequest {
	Type: "bind" | "volume" | "tmpfs" | string;
	Source?: string;
	Target: string;
	ReadOnly?: boolean;
	Consistency?: string;
	BindOptions?: {
		Propagation?: string;
		NonRecursive?: boolean;
		CreateMountpoint?: boolean;
		ReadOnlyNonRecursive?: boolean;
		ReadOnlyForceRecursive?: boolean;
	};
	VolumeOptions?: {
		NoCopy?: boolean;
		Labels?: Record<string, string>;
		DriverConfig?: { Name?: string; Options?: Record<string, string> };
		Subpath?: string;
	};
	ImageOptions?: { Subpath?: string };
	TmpfsOptions?: { SizeBytes?: number; Mode?: number; Options?: string[][] };
}

/** What is the host's to decide. Members that this host has no use for travel through as they came. */
export interface HostConfig {
	Binds: string[] | null;
	ContainerIDFile: string;
	LogConfig: { Type: string; Config: Record<string, string> | null };
	NetworkMode: string;
	PortBindings: Record<string, PortBinding[] | null> | null;
	RestartPolicy: RestartPolicy;
	AutoRemove: boolean;
	VolumeDriver: string;
	VolumesFrom: string[] | null;
	ConsoleSize: [height: number, width: number];
	Annotations?: Record<string, string>;
	CapAdd: string[] | null;
	CapDrop: string[] | null;
	CgroupnsMode: string;
	Dns: string[] | null;
	DnsOptions: string[] | null;
	DnsSearch: string[] | null;
	ExtraHosts: string[] | null;
	GroupAdd: string[] | null;
	IpcMode: string;
	Cgroup: string;
	Links: string[] | null;
	OomScoreAdj: number;
	PidMode: string;
	Privileged: boolean;
	PublishAllPorts: boolean;
	ReadonlyRootfs: boolean;
	SecurityOpt: string[] | null;
	StorageOpt?: Record<string, string>;
	Tmpfs?: Record<string, string>;
	UTSMode: string;
	UsernsMode: string;
	ShmSize: number;
	Sysctls?: Record<string, string>;
	Runtime: string;
	Isolation: string;
	CpuShares: number;
	Memory: number;
	NanoCpus: number;
	CgroupParent: string;
	BlkioWeight: number;
	BlkioWeightDevice: unknown[] | null;
	BlkioDeviceReadBps: unknown[] | null;
	BlkioDeviceWriteBps: unknown[] | null;
	BlkioDeviceReadIOps: unknown[] | null;
	BlkioDeviceWriteIOps: unknown[] | null;
	CpuPeriod: number;
	CpuQuota: number;
	CpuRealtimePeriod: number;
	CpuRealtimeRuntime: number;
	CpusetCpus: string;
	CpusetMems: string;
	Devices: Array<{ PathOnHost: string; PathInContainer: string; CgroupPermissions: string }> | null;
	DeviceCgroupRules: string[] | null;
	DeviceRequests: DeviceRequest[] | null;
	MemoryReservation: number;
	MemorySwap: number;
	MemorySwappiness: number | null;
	OomKillDisable: boolean | null;
	PidsLimit: number | null;
	Ulimits: Array<{ Name: string; Soft: number; Hard: number }> | null;
	CpuCount: number;
	CpuPercent: number;
	IOMaximumIOps: number;
	IOMaximumBandwidth: number;
	Mounts?: MountRequest[];
	MaskedPaths: string[] | null;
	ReadonlyPaths: string[] | null;
	Init?: boolean;
}
/** Devices that a driver finds: GPUs, and with the driver "cdi" what the Container Device Interface names. */
export interface DeviceRequest {
	Driver: string;
	/** -1: all. */
	Count: number;
	DeviceIDs: string[] | null;
	/** An OR of ANDs. */
	Capabilities: string[][] | null;
	Options: Record<string, string> | null;
}

/** POST /containers/create. */
export type ContainerCreateRequest = Partial<ContainerConfig> & {
	/** Until API 1.43; since then it belongs to a network's endpoint. */
	MacAddress?: string;
	HostConfig?: Partial<HostConfig>;
	NetworkingConfig?: { EndpointsConfig?: Record<string, Partial<EndpointSettings> | null> };
};
export interface ContainerCreateResponse {
	Id: string;
	Warnings: string[];
}

export type ContainerStatus = "created" | "running" | "paused" | "restarting" | "removing" | "exited" | "dead";
export interface ContainerState {
	Status: ContainerStatus;
	Running: boolean;
	Paused: boolean;
	Restarting: boolean;
	OOMKilled: boolean;
	Dead: boolean;
	Pid: number;
	ExitCode: number;
	Error: string;
	/** RFC 3339; 0001-01-01T00:00:00Z for never. */
	StartedAt: string;
	FinishedAt: string;
	Health?: Health;
}
export interface Health {
	Status: HealthStatus;
	/** Failures in a row. */
	FailingStreak: number;
	/** The last few, oldest first. */
	Log: HealthcheckResult[];
}
export type HealthStatus = "none" | "starting" | "healthy" | "unhealthy";
export interface HealthcheckResult {
	/** RFC 3339. */
	Start: string;
	End: string;
	/** -1: it could not be run to its end. */
	ExitCode: number;
	Output: string;
}
export interface MountPoint {
	Type: "bind" | "volume" | "tmpfs" | "image";
	Name?: string;
	Source: string;
	Destination: string;
	Driver?: string;
	Mode: string;
	RW: boolean;
	Propagation: string;
}

/** GET /containers/{id}/json. */
export interface ContainerInspect {
	Id: string;
	Created: string;
	Path: string;
	Args: string[];
	State: ContainerState;
	Image: string;
	ResolvConfPath: string;
	HostnamePath: string;
	HostsPath: string;
	LogPath: string;
	Name: string;
	RestartCount: number;
	Driver: string;
	Platform: string;
	MountLabel: string;
	ProcessLabel: string;
	AppArmorProfile: string;
	ExecIDs: string[] | null;
	HostConfig: HostConfig;
	/** From API 1.52 on. */
	Storage?: { RootFS: { Snapshot: { Name: string } } };
	/** Until API 1.51. */
	GraphDriver?: { Name: string; Data: Record<string, string> | null };
	ImageManifestDescriptor?: unknown;
	SizeRw?: number;
	SizeRootFs?: number;
	Mounts: MountPoint[];
	/** Until API 1.51 with the container's own MAC address. */
	Config: ContainerConfig & { MacAddress?: string };
	NetworkSettings: NetworkSettings & Partial<LegacyNetworkSettings>;
}
/** Until API 1.51. */
export interface LegacyNetworkSettings {
	Bridge: string;
	EndpointID: string;
	Gateway: string;
	GlobalIPv6Address: string;
	GlobalIPv6PrefixLen: number;
	HairpinMode: boolean;
	IPAddress: string;
	IPPrefixLen: number;
	IPv6Gateway: string;
	LinkLocalIPv6Address: string;
	LinkLocalIPv6PrefixLen: number;
	MacAddress: string;
	SecondaryIPAddresses: null;
	SecondaryIPv6Addresses: null;
}
export interface NetworkSettings {
	SandboxID: string;
	SandboxKey: string;
	Ports: Record<string, PortBinding[] | null>;
	Networks: Record<string, EndpointSettings>;
}

export interface PortSummary {
	IP?: string;
	PrivatePort: number;
	PublicPort?: number;
	Type: string;
}
/** An element of GET /containers/json. */
export interface ContainerSummary {
	Id: string;
	Names: string[];
	Image: string;
	ImageID: string;
	ImageManifestDescriptor?: unknown;
	Command: string;
	Created: number;
	Ports: PortSummary[];
	SizeRw?: number;
	SizeRootFs?: number;
	Labels: Record<string, string>;
	State: ContainerStatus;
	Status: string;
	HostConfig: { NetworkMode: string; Annotations?: Record<string, string> };
	/** From API 1.52 on. */
	Health?: { Status: HealthStatus; FailingStreak: number };
	NetworkSettings: { Networks: Record<string, EndpointSettings> };
	Mounts: MountPoint[];
}

export interface WaitResponse {
	StatusCode: number;
	Error?: { Message: string };
}
export interface TopResponse {
	Titles: string[];
	Processes: string[][];
}
/** 0 modified, 1 added, 2 deleted. */
export interface FilesystemChange {
	Path: string;
	Kind: 0 | 1 | 2;
}
/** Base64 of this as JSON is the header X-Docker-Container-Path-Stat. */
export interface PathStat {
	name: string;
	size: number;
	/** Go's os.FileMode: its type bits, not Linux's. */
	mode: number;
	mtime: string;
	linkTarget: string;
}

/** POST /containers/{id}/exec. */
export interface ExecCreateRequest {
	User?: string;
	Privileged?: boolean;
	Tty?: boolean;
	ConsoleSize?: [height: number, width: number] | null;
	AttachStdin?: boolean;
	AttachStderr?: boolean;
	AttachStdout?: boolean;
	DetachKeys?: string;
	Env?: string[];
	WorkingDir?: string;
	Cmd?: string[];
}
/** POST /exec/{id}/start. */
export interface ExecStartRequest {
	Detach?: boolean;
	Tty?: boolean;
	ConsoleSize?: [height: number, width: number] | null;
}
export interface ExecInspect {
	ID: string;
	Running: boolean;
	ExitCode: number | null;
	ProcessConfig: { tty: boolean; entrypoint: string; arguments: string[]; privileged: boolean; user?: string };
	OpenStdin: boolean;
	OpenStderr: boolean;
	OpenStdout: boolean;
	CanRemove: boolean;
	ContainerID: string;
	DetachKeys: string;
	Pid: number;
}
