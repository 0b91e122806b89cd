// What a HostConfig may say: limits, modes and options that cannot be had, in moby's words and order.

import type { ContainerCreateRequest, HostConfig } from "../../api/container";
import { invalidParameter, messageOf, systemError } from "../../lib/errors";
import { isIP } from "../../lib/ip";
import { goQuote } from "../../lib/quote";
import { verifyLogConfig } from "../logs/driver";
import { capabilities } from "../spec/defaults";
import { verifyDestination } from "../volume/parse";
import { dropBlockLimits } from "./block-io";
import { networkOwner } from "./network-mode";
import { verifyPortBindings } from "./port-bindings";

/** Of this machine. */
export const CPUS = 1;

const MIN_MEMORY = 6 << 20;
const RUNTIMES = new Set(["runc", "io.containerd.runc.v2"]);
const RESTART_POLICIES = new Set(["no", "always", "unless-stopped", "on-failure"]);

/** @throws EngineError invalidParameter */
export function verifyRestartPolicy({ Name, MaximumRetryCount }: HostConfig["RestartPolicy"]): void {
	const wrong = (why: string) => invalidParameter(`invalid restart policy: ${why}`);
	if (!RESTART_POLICIES.has(Name)) {
		throw wrong(`unknown policy '${Name}'; use one of 'no', 'always', 'on-failure', or 'unless-stopped'`);
	}
	if (Name !== "on-failure" && MaximumRetryCount !== 0) {
		throw wrong(
			`maximum retry count can only be used with 'on-failure'${MaximumRetryCount < 0 ? " and cannot be negative" : ""}`,
		);
	}
	if (MaximumRetryCount < 0) throw wrong("maximum retry count cannot be negative");
}

/** The order of moby. @throws EngineError invalidParameter, notFound. Answers warnings */
export function verifyHostConfig(config: HostConfig): string[] {
	if (config.AutoRemove && config.RestartPolicy.Name !== "no") {
		throw invalidParameter("can't create 'AutoRemove' container with restart policy");
	}
	for (const entry of config.ExtraHosts ?? []) verifyExtraHost(entry);
	verifyPortBindings(config);
	verifyRestartPolicy(config.RestartPolicy);
	verifyCapabilities(config);
	if (!["", "default"].includes(config.Isolation.toLowerCase())) {
		throw invalidParameter(`invalid isolation (${config.Isolation}): linux only supports 'default'`);
	}
	if (Object.hasOwn(config.Annotations ?? {}, "")) {
		throw invalidParameter("invalid Annotations: the empty string is not permitted as an annotation key");
	}
	const warnings = verifyResources(config, false);
	verifyModes(config);
	if (config.NetworkMode === "host" && Object.keys(config.PortBindings ?? {}).length > 0) {
		warnings.push("Published ports are discarded when using host network mode");
	}
	if (!RUNTIMES.has(config.Runtime)) throw invalidParameter(`Unknown runtime specified ${config.Runtime}`);
	for (const destination of Object.keys(config.Tmpfs ?? {})) verifyDestination(destination, "tmpfs");
	verifyLogConfig(config.LogConfig);
	return warnings;
}

function verifyModes(config: HostConfig): void {
	const { IpcMode, PidMode, UTSMode, CgroupnsMode, UsernsMode, ShmSize, OomScoreAdj } = config;
	const isContainer = (mode: string): boolean => /^container:.+$/.test(mode);
	// which container's is looked at when it starts
	if (!["", "none", "private", "shareable", "host"].includes(IpcMode) && !IpcMode.startsWith("container:")) {
		throw invalidParameter(`invalid IPC mode: ${IpcMode}`);
	}
	if (PidMode !== "" && PidMode !== "host" && !isContainer(PidMode)) throw invalidParameter(`invalid PID mode: ${PidMode}`);
	if (ShmSize < 0) throw invalidParameter("SHM size can not be less than 0");
	if (UTSMode !== "" && UTSMode !== "host") throw invalidParameter(`invalid UTS mode: ${UTSMode}`);
	if (OomScoreAdj < -1000 || OomScoreAdj > 1000) {
		throw invalidParameter(`Invalid value ${OomScoreAdj}, range for oom score adj is [-1000, 1000]`);
	}
	if (!["", "private", "host"].includes(CgroupnsMode)) {
		throw invalidParameter(`invalid cgroup namespace mode: ${CgroupnsMode}`);
	}
	if (UsernsMode !== "" && UsernsMode !== "host") throw invalidParameter(`invalid userns mode: ${UsernsMode}`);
}

function verifyCapabilities({ CapAdd, CapDrop }: HostConfig): void {
	for (const [field, names] of [
		["CapAdd", CapAdd],
		["CapDrop", CapDrop],
	] as const) {
		try {
			capabilities(names, null, false);
		} catch (error) {
			throw invalidParameter(`invalid ${field}: ${messageOf(error)}`);
		}
	}
}

/** Of a new container or of an update. Answers warnings, and drops what they are about. @throws EngineError invalidParameter */
export function verifyResources(config: Partial<HostConfig>, update: boolean): string[] {
	const warnings: string[] = [];
	const refuse = (why: string): never => {
		throw invalidParameter(why);
	};
	const { Memory = 0, MemorySwap = 0, MemoryReservation = 0, NanoCpus = 0, CpuPeriod = 0, CpuQuota = 0 } = config;
	if (Memory !== 0 && Memory < MIN_MEMORY) refuse("Minimum memory limit allowed is 6MB");
	if (Memory > 0 && MemorySwap > 0 && MemorySwap < Memory) {
		refuse("Minimum memoryswap limit should be larger than memory limit, see usage");
	}
	if (Memory === 0 && MemorySwap > 0 && !update) {
		refuse("You should always set the Memory limit when using Memoryswap limit, see usage");
	}
	if (config.MemorySwappiness !== undefined && config.MemorySwappiness !== null && config.MemorySwappiness !== -1) {
		warnings.push(
			"Your kernel does not support memory swappiness capabilities or the cgroup is not mounted. Memory swappiness discarded.",
		);
	}
	config.MemorySwappiness = null;
	if (MemoryReservation > 0 && MemoryReservation < MIN_MEMORY) refuse("Minimum memory reservation allowed is 6MB");
	if (Memory > 0 && Memory < MemoryReservation) {
		refuse("Minimum memory limit can not be less than memory reservation limit, see usage");
	}
	if (config.OomKillDisable) warnings.push("Your kernel does not support OomKillDisable. OomKillDisable discarded.");
	config.OomKillDisable = null;
	if (NanoCpus > 0 && CpuPeriod > 0) refuse("Conflicting options: Nano CPUs and CPU Period cannot both be set");
	if (NanoCpus > 0 && CpuQuota > 0) refuse("Conflicting options: Nano CPUs and CPU Quota cannot both be set");
	if (NanoCpus < 0 || NanoCpus > CPUS * 1e9) {
		refuse(`range of CPUs is from 0.01 to ${CPUS}.00, as there are only ${CPUS} CPUs available`);
	}
	if ((config.CpuShares ?? 0) < 0) refuse(`invalid CPU shares (${config.CpuShares}): value must be a positive integer`);
	if (config.CpuRealtimePeriod || config.CpuRealtimeRuntime) refuse("kernel does not support CPU real-time scheduler");
	if (CpuPeriod !== 0 && (CpuPeriod < 1000 || CpuPeriod > 1_000_000)) {
		refuse("CPU cfs period can not be less than 1ms (i.e. 1000) or larger than 1s (i.e. 1000000)");
	}
	if (CpuQuota > 0 && CpuQuota < 1000) refuse("CPU cfs quota can not be less than 1ms (i.e. 1000)");
	if ((config.CpuPercent ?? 0) > 0) warnings.push("linux does not support CPU percent. Percent discarded.");
	verifySets(config);
	warnings.push(...dropBlockLimits(config));
	if (config.IOMaximumBandwidth) refuse("invalid option: QoS maximum bandwidth configuration is not supported on linux");
	if (config.IOMaximumIOps) refuse("invalid option: QoS maximum IOPs configuration is not supported on linux");
	return warnings;
}

/** --cpuset-cpus and --cpuset-mems: lists such as 0-2,4 of what this machine has, which is number 0. */
function verifySets({ CpusetCpus = "", CpusetMems = "" }: Partial<HostConfig>): void {
	for (const [text, words, called, last] of [
		[CpusetCpus, "cpuset cpus", "CPUs", CPUS - 1],
		[CpusetMems, "cpuset mems", "memory nodes", 0],
	] as const) {
		if (text === "") continue;
		const ranges = text.split(",").map((range) => /^\s*(\d+)(?:-(\d+))?\s*$/.exec(range));
		if (ranges.some((range) => !range || Number(range[2] ?? range[1]) < Number(range[1]))) {
			throw invalidParameter(`Invalid value ${text} for ${words}: invalid format: ${text}`);
		}
		if (ranges.some((range) => Number(range![2] ?? range![1]) > last)) {
			const available = last === 0 ? "0" : `0-${last}`;
			throw invalidParameter(`Requested ${called} are not available - requested ${text}, available: ${available}`);
		}
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
	for (const { Driver, DeviceIDs, Capabilities } of config.DeviceRequests ?? []) {
		if (Driver === "cdi" && !DeviceIDs?.length) continue;
		if (Driver === "cdi") throw systemError(`CDI device injection failed: unresolvable CDI devices ${DeviceIDs!.join(", ")}`);
		const wanted = (Capabilities ?? []).map((all) => `[${all.join(" ")}]`).join(" ");
		throw invalidParameter(`could not select device driver ${goQuote(Driver)} with capabilities: [${wanted}]`);
	}
}
