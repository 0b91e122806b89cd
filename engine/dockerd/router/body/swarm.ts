// Bodies of what only a swarm has: /swarm, /services, /nodes, /secrets and /configs. Nobody here goes by them; what is none is refused.

import {
	bool,
	bytes,
	duration,
	embedded,
	type Fields,
	fileMode,
	float32,
	int,
	int64,
	list,
	map,
	named,
	nothing,
	pointer,
	struct,
	text,
	uint32,
	uint64,
} from "../../../lib/unmarshal";
import { address, prefix } from "./address";
import { healthConfig, mount, ulimits } from "./container";

const annotations: Fields = embedded("Annotations", { Name: text, Labels: map(text) });
const driver = struct("swarm.Driver", { Name: text, Options: map(text) });
const availability = named("swarm.NodeAvailability");

export const secretSpec = struct("swarm.SecretSpec", { ...annotations, Data: bytes, Driver: driver, Templating: driver });
export const configSpec = struct("swarm.ConfigSpec", { ...annotations, Data: bytes, Templating: driver });
export const nodeSpec = struct("swarm.NodeSpec", {
	...annotations,
	Role: named("swarm.NodeRole"),
	Availability: availability,
});

export const swarmSpec = struct("swarm.Spec", {
	...annotations,
	Orchestration: struct("swarm.OrchestrationConfig", { TaskHistoryRetentionLimit: int64 }),
	Raft: struct("swarm.RaftConfig", {
		SnapshotInterval: uint64,
		KeepOldSnapshots: uint64,
		LogEntriesForSlowFollowers: uint64,
		ElectionTick: int,
		HeartbeatTick: int,
	}),
	Dispatcher: struct("swarm.DispatcherConfig", { HeartbeatPeriod: duration }),
	CAConfig: struct("swarm.CAConfig", {
		NodeCertExpiry: duration,
		ExternalCAs: list(
			pointer(
				struct("swarm.ExternalCA", {
					Protocol: named("swarm.ExternalCAProtocol"),
					URL: text,
					Options: map(text),
					CACert: text,
				}),
			),
		),
		SigningCACert: text,
		SigningCAKey: text,
		ForceRotate: uint64,
	}),
	TaskDefaults: struct("swarm.TaskDefaults", { LogDriver: driver }),
	EncryptionConfig: struct("swarm.EncryptionConfig", { AutoLockManagers: bool }),
});
const addresses: Fields = { ListenAddr: text, AdvertiseAddr: text, DataPathAddr: text };
export const initRequest = struct("swarm.InitRequest", {
	...addresses,
	DataPathPort: uint32,
	ForceNewCluster: bool,
	Spec: swarmSpec,
	AutoLockManagers: bool,
	Availability: availability,
	DefaultAddrPool: list(prefix),
	SubnetSize: uint32,
});
export const joinRequest = struct("swarm.JoinRequest", {
	...addresses,
	RemoteAddrs: list(text),
	JoinToken: text,
	Availability: availability,
});
export const unlockRequest = struct("swarm.UnlockRequest", { UnlockKey: text });

/** The file that a secret or a config is in a container. */
const fileTarget = (name: string) => struct(`swarm.${name}`, { Name: text, UID: text, GID: text, Mode: fileMode });
const containerSpec = struct("swarm.ContainerSpec", {
	Image: text,
	Labels: map(text),
	Command: list(text),
	Args: list(text),
	Hostname: text,
	Env: list(text),
	Dir: text,
	User: text,
	Groups: list(text),
	Privileges: struct("swarm.Privileges", {
		CredentialSpec: struct("swarm.CredentialSpec", { Config: text, File: text, Registry: text }),
		SELinuxContext: struct("swarm.SELinuxContext", { Disable: bool, User: text, Role: text, Type: text, Level: text }),
		Seccomp: struct("swarm.SeccompOpts", { Mode: named("swarm.SeccompMode"), Profile: bytes }),
		AppArmor: struct("swarm.AppArmorOpts", { Mode: named("swarm.AppArmorMode") }),
		NoNewPrivileges: bool,
	}),
	Init: bool,
	StopSignal: text,
	TTY: bool,
	OpenStdin: bool,
	ReadOnly: bool,
	Mounts: list(mount),
	StopGracePeriod: duration,
	Healthcheck: healthConfig,
	Hosts: list(text),
	DNSConfig: struct("swarm.DNSConfig", { Nameservers: list(address), Search: list(text), Options: list(text) }),
	Secrets: list(
		pointer(struct("swarm.SecretReference", { File: fileTarget("SecretReferenceFileTarget"), SecretID: text, SecretName: text })),
	),
	Configs: list(
		pointer(
			struct("swarm.ConfigReference", {
				File: fileTarget("ConfigReferenceFileTarget"),
				Runtime: nothing,
				ConfigID: text,
				ConfigName: text,
			}),
		),
	),
	Isolation: named("container.Isolation"),
	Sysctls: map(text),
	CapabilityAdd: list(text),
	CapabilityDrop: list(text),
	Ulimits: ulimits,
	OomScoreAdj: int64,
});

const attachments = list(struct("swarm.NetworkAttachmentConfig", { Target: text, Aliases: list(text), DriverOpts: map(text) }));
const genericResources = list(
	struct("swarm.GenericResource", {
		NamedResourceSpec: struct("swarm.NamedGenericResource", { Kind: text, Value: text }),
		DiscreteResourceSpec: struct("swarm.DiscreteGenericResource", { Kind: text, Value: int64 }),
	}),
);
const taskSpec = struct("swarm.TaskSpec", {
	ContainerSpec: containerSpec,
	PluginSpec: struct("swarm.RuntimeSpec", {
		name: text,
		remote: text,
		privileges: list(pointer(struct("swarm.RuntimePrivilege", { name: text, description: text, value: list(text) }))),
		disabled: bool,
		env: list(text),
	}),
	NetworkAttachmentSpec: struct("swarm.NetworkAttachmentSpec", { ContainerID: text }),
	Resources: struct("swarm.ResourceRequirements", {
		Limits: struct("swarm.Limit", { NanoCPUs: int64, MemoryBytes: int64, Pids: int64 }),
		Reservations: struct("swarm.Resources", { NanoCPUs: int64, MemoryBytes: int64, GenericResources: genericResources }),
		SwapBytes: int64,
		MemorySwappiness: int64,
	}),
	RestartPolicy: struct("swarm.RestartPolicy", {
		Condition: named("swarm.RestartPolicyCondition"),
		Delay: duration,
		MaxAttempts: uint64,
		Window: duration,
	}),
	Placement: struct("swarm.Placement", {
		Constraints: list(text),
		Preferences: list(struct("swarm.PlacementPreference", { Spread: struct("swarm.SpreadOver", { SpreadDescriptor: text }) })),
		MaxReplicas: uint64,
		Platforms: list(struct("swarm.Platform", { Architecture: text, OS: text })),
	}),
	Networks: attachments,
	LogDriver: driver,
	ForceUpdate: uint64,
	Runtime: named("swarm.RuntimeType"),
});
const updateConfig = struct("swarm.UpdateConfig", {
	Parallelism: uint64,
	Delay: duration,
	FailureAction: named("swarm.FailureAction"),
	Monitor: duration,
	MaxFailureRatio: float32,
	Order: named("swarm.UpdateOrder"),
});
export const serviceSpec = struct("swarm.serviceWithLegacy", {
	...embedded("ServiceSpec", {
		...annotations,
		TaskTemplate: taskSpec,
		Mode: struct("swarm.ServiceMode", {
			Replicated: struct("swarm.ReplicatedService", { Replicas: uint64 }),
			Global: nothing,
			ReplicatedJob: struct("swarm.ReplicatedJob", { MaxConcurrent: uint64, TotalCompletions: uint64 }),
			GlobalJob: nothing,
		}),
		UpdateConfig: updateConfig,
		RollbackConfig: updateConfig,
		EndpointSpec: struct("swarm.EndpointSpec", {
			Mode: named("swarm.ResolutionMode"),
			Ports: list(
				struct("swarm.PortConfig", {
					Name: text,
					Protocol: named("network.IPProtocol"),
					TargetPort: uint32,
					PublishedPort: uint32,
					PublishMode: named("swarm.PortConfigPublishMode"),
				}),
			),
		}),
	}),
	Networks: attachments,
});
