// The daemon's JSON as the Go values that docker's client decodes it into: what is a struct, what a map, what a nil means.
// The order of fields is the wire's, which is the order of Go's structs.

import { type GoMap, GoNil, GoNumber, GoStruct, GoTime, textList, textMap, type Value } from "./template/value";

/** Fields that are maps in Go; every other object is a struct. */
const MAPS = new Set(
	(
		"Labels Options DriverOpts Volumes ExposedPorts Ports PortBindings Networks Sysctls Tmpfs StorageOpt Annotations Data " +
		"Containers Runtimes AuxiliaryAddresses Status Services Config Metadata IndexConfigs Endpoints TLSMaterial"
	).split(" "),
);
/** Those of them whose values are texts. */
const TEXT_MAPS = new Set(
	"Labels Options DriverOpts Sysctls Tmpfs StorageOpt Annotations Data AuxiliaryAddresses Config".split(" "),
);
/** Structs by such a name directly in the root. */
const STRUCTS_IN_ROOT = new Set(["Config", "Metadata"]);

/** Pointer fields: a null prints as <nil>. */
const POINTERS = new Set(
	(
		"Init OomKillDisable PidsLimit MemorySwappiness Health Healthcheck StopTimeout IPAMConfig ImageManifestDescriptor " +
		"SizeRw SizeRootFs ConfigFrom UsageData Platform BindOptions VolumeOptions TmpfsOptions"
	).split(" "),
);
const TIMES: Record<string, Set<string>> = { network: new Set(["Created"]), image: new Set(["LastTagTime"]) };

const HEALTH_TIMES: Record<string, Value> = { Interval: 0, Timeout: 0, StartPeriod: 0, StartInterval: 0, Retries: 0 };
/** Fields that the wire leaves out when empty, and what they are then. */
const LEFT_OUT: Record<string, Record<string, Value>> = {
	container: { SizeRw: new GoNil("pointer", "*int64"), SizeRootFs: new GoNil("pointer", "*int64") },
	"container.Config": {
		StopSignal: "",
		StopTimeout: new GoNil("pointer", "*int"),
		Shell: new GoNil("slice", "[]string"),
		Healthcheck: new GoNil("pointer", "*container.HealthConfig"),
		ExposedPorts: new GoNil("map", "nat.PortSet"),
		ArgsEscaped: false,
		NetworkDisabled: false,
	},
	"container.HostConfig": {
		Annotations: new GoNil("map", "map[string]string"),
		Tmpfs: new GoNil("map", "map[string]string"),
		StorageOpt: new GoNil("map", "map[string]string"),
		Sysctls: new GoNil("map", "map[string]string"),
		Mounts: new GoNil("slice", "[]mount.Mount"),
		Init: new GoNil("pointer", "*bool"),
		Runtime: "",
	},
	"container.Mounts": { Name: "", Driver: "", Type: "" },
	"image.Config": {
		StopSignal: "",
		Shell: new GoNil("slice", "[]string"),
		Healthcheck: new GoNil("pointer", "*dockerspec.HealthcheckConfig"),
		ExposedPorts: new GoNil("map", "map[string]struct {}"),
	},
	image: { Variant: "", OsVersion: "" },
	"container.Config.Healthcheck": { Test: new GoNil("slice", "[]string"), ...HEALTH_TIMES },
	"image.Config.Healthcheck": { Test: new GoNil("slice", "[]string"), ...HEALTH_TIMES },
	"container.State": { Health: new GoNil("pointer", "*container.Health") },
	info: {
		ProductLicense: "",
		DefaultAddressPools: new GoNil("slice", "[]system.NetworkAddressPool"),
		GenericResources: new GoNil("slice", "[]swarm.GenericResource"),
		DiscoveredDevices: new GoNil("slice", "[]system.DeviceInfo"),
		Containerd: new GoNil("pointer", "*system.ContainerdInfo"),
		FirewallBackend: new GoNil("pointer", "*system.FirewallInfo"),
	},
	"info.Swarm": {
		NodeID: "",
		NodeAddr: "",
		Nodes: 0,
		Managers: 0,
		Cluster: new GoNil("pointer", "*swarm.ClusterInfo"),
		Warnings: new GoNil("slice", "[]string"),
	},
	volume: { CreatedAt: "", Status: new GoNil("map", "map[string]interface {}") },
};

/** Structs that are often printed whole: all fields in Go's order. */
const WHOLE: Record<string, Record<string, Value>> = {
	"network.IPAM.Config": { Subnet: "", IPRange: "", Gateway: "", AuxiliaryAddresses: new GoNil("map", "map[string]string") },
};

/** Fields that Go calls otherwise than the wire does: by Go's name. */
const WIRE_NAMES: ReadonlyMap<string, string> = new Map([
	["APIVersion", "ApiVersion"],
	["AuxAddress", "AuxiliaryAddresses"],
	["CPUCfsPeriod", "CpuCfsPeriod"],
	["CPUCfsQuota", "CpuCfsQuota"],
	["CPUCount", "CpuCount"],
	["CPUPercent", "CpuPercent"],
	["CPUPeriod", "CpuPeriod"],
	["CPUQuota", "CpuQuota"],
	["CPURealtimePeriod", "CpuRealtimePeriod"],
	["CPURealtimeRuntime", "CpuRealtimeRuntime"],
	["CPUShares", "CpuShares"],
	["DNS", "Dns"],
	["DNSOptions", "DnsOptions"],
	["DNSSearch", "DnsSearch"],
	["HostIP", "HostIp"],
	["HTTPProxy", "HttpProxy"],
	["HTTPSProxy", "HttpsProxy"],
	["ID", "Id"],
	["NanoCPUs", "NanoCpus"],
	["Path", "path"],
]);

const TYPE_NAMES: Record<string, string> = {
	container: "container.InspectResponse",
	"container.State": "*container.State",
	"container.Config": "*container.Config",
	"container.HostConfig": "*container.HostConfig",
	"container.NetworkSettings": "*container.NetworkSettings",
	"container.HostConfig.LogConfig": "container.LogConfig",
	"container.HostConfig.RestartPolicy": "container.RestartPolicy",
	image: "image.InspectResponse",
	"image.Config": "*dockerspec.DockerOCIImageConfig",
	network: "network.Inspect",
	volume: "volume.Volume",
	context: "context.contextWithTLSListing",
	"context.Metadata": "store.Metadata",
};

/** `kind` is container, image, network, volume … : the root's kind. */
export function typed(json: unknown, kind: string): Value {
	return convert(json, kind, kind, "");
}

function convert(json: unknown, root: string, path: string, name: string): Value {
	if (json === null || json === undefined) return nil(name);
	if (typeof json === "string") return TIMES[root]?.has(name) ? new GoTime(json) : json;
	if (typeof json !== "object") return json as Value;
	if (Array.isArray(json)) {
		const items = json.map((item) => convert(item, root, path, ""));
		return items.length > 0 && items.every((item) => typeof item === "string") ? textList(items as string[]) : items;
	}
	const entries = Object.entries(json);
	if (isMap(path, root, name)) {
		const map: GoMap = new Map(entries.map(([key, item]) => [key, convert(item, root, `${path}.*`, "")]));
		return TEXT_MAPS.has(name) ? textMap(map) : map;
	}
	const fields = new Map<string, Value>(Object.entries(WHOLE[path] ?? {}));
	for (const [key, item] of entries) fields.set(key, convert(item, root, `${path}.${key}`, key));
	const unsent = new Set<string>(Object.keys(WHOLE[path] ?? {}).filter((key) => !Object.hasOwn(json, key)));
	for (const [key, empty] of Object.entries(LEFT_OUT[path] ?? {})) {
		if (fields.has(key)) continue;
		fields.set(key, empty);
		unsent.add(key);
	}
	return new GoStruct(TYPE_NAMES[path] ?? path, fields, {}, unsent, WIRE_NAMES);
}

function isMap(path: string, root: string, name: string): boolean {
	if (!MAPS.has(name)) return false;
	const owner = path.split(".").at(-2);
	return !(owner === root && STRUCTS_IN_ROOT.has(name));
}

function nil(name: string): Value {
	if (POINTERS.has(name)) return new GoNil("pointer", `*${name}`);
	return new GoNil(MAPS.has(name) ? "map" : "slice", name);
}

/** Plain decoding, as into interface{}: objects are maps, numbers keep their text. */
export function untyped(json: unknown): Value {
	if (typeof json === "number") return new GoNumber(String(json));
	if (json === null || typeof json !== "object") return json as Value;
	if (Array.isArray(json)) return json.map(untyped);
	return new Map(Object.entries(json).map(([key, item]) => [key, untyped(item)]));
}
