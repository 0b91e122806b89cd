// The daemon itself on the wire.

/** GET /version. */
export interface VersionResponse {
	Platform: { Name: string };
	Components: Array<{ Name: string; Version: string; Details: Record<string, string> }>;
	Version: string;
	ApiVersion: string;
	MinAPIVersion: string;
	GitCommit: string;
	GoVersion: string;
	Os: string;
	Arch: string;
	KernelVersion: string;
	BuildTime: string;
}

/** GET /info: the members that clients print; others are left out. */
export interface SystemInfo {
	ID: string;
	Containers: number;
	ContainersRunning: number;
	ContainersPaused: number;
	ContainersStopped: number;
	Images: number;
	Driver: string;
	DriverStatus: Array<[string, string]>;
	Plugins: { Volume: string[]; Network: string[]; Authorization: string[] | null; Log: string[] };
	MemoryLimit: boolean;
	SwapLimit: boolean;
	CpuCfsPeriod: boolean;
	CpuCfsQuota: boolean;
	CPUShares: boolean;
	CPUSet: boolean;
	PidsLimit: boolean;
	IPv4Forwarding: boolean;
	Debug: boolean;
	NFd: number;
	OomKillDisable: boolean;
	NGoroutines: number;
	SystemTime: string;
	LoggingDriver: string;
	CgroupDriver: string;
	CgroupVersion: string;
	NEventsListener: number;
	KernelVersion: string;
	OperatingSystem: string;
	OSVersion: string;
	OSType: string;
	Architecture: string;
	IndexServerAddress: string;
	RegistryConfig: {
		InsecureRegistryCIDRs: string[];
		IndexConfigs: Record<string, { Name: string; Mirrors: string[]; Secure: boolean; Official: boolean }>;
		Mirrors: string[] | null;
	};
	NCPU: number;
	MemTotal: number;
	GenericResources: null;
	DockerRootDir: string;
	HttpProxy: string;
	HttpsProxy: string;
	NoProxy: string;
	Name: string;
	Labels: string[];
	ExperimentalBuild: boolean;
	ServerVersion: string;
	Runtimes: Record<string, { path: string; status?: Record<string, string> }>;
	DefaultRuntime: string;
	Swarm: {
		NodeID: string;
		NodeAddr: string;
		LocalNodeState: string;
		ControlAvailable: boolean;
		Error: string;
		RemoteManagers: null;
	};
	LiveRestoreEnabled: boolean;
	Isolation: string;
	InitBinary: string;
	ContainerdCommit: { ID: string };
	RuncCommit: { ID: string };
	InitCommit: { ID: string };
	SecurityOptions: string[];
	CDISpecDirs: string[] | null;
	Containerd?: { Address: string; Namespaces: { Containers: string; Plugins: string } };
	/** From API 1.49 on. */
	FirewallBackend?: { Driver: string };
	Warnings: string[] | null;
}
