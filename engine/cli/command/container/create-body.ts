// From run's options and arguments to the body of POST /containers/create.

import type { DeviceRequest } from "../../../api/container";
import type { Cli } from "../../cli";
import { describe } from "../../describe";
import { compactJson } from "../../format/json";
import { checkMac } from "../../opts/addresses";
import { keyValues, readEnvironment, readLabels } from "../../opts/env";
import { absoluteSource, type Mount } from "../../opts/mount";
import { exposePorts, parsePorts } from "../../opts/ports";
import { cdiRequest, isCdiName, parseDevice, parseRestartPolicy } from "../../opts/resources";
import { parseVolume } from "../../opts/volume";
import type { CreateValues } from "./create-options";
import { endpointsOf } from "./endpoints";

export interface CreateBody {
	Config: Record<string, unknown>;
	HostConfig: Record<string, unknown>;
	NetworkingConfig: { EndpointsConfig: Record<string, unknown> };
}

const orNull = <T>(items: T[]): T[] | null => (items.length > 0 ? items : null);
const whenAny = (map: ReadonlyMap<string, string>): Record<string, string> | undefined =>
	map.size > 0 ? Object.fromEntries(map) : undefined;

/** What goes wrong with an option's file is said with the option. */
const naming = <T>(option: string, read: Promise<T>): Promise<T> =>
	read.catch((error: unknown) => {
		throw new Error(`${option}: ${describe(error)}`);
	});

/** @throws Error in docker's words */
export async function createBody(
	cli: Cli,
	options: CreateValues,
	changed: ReadonlySet<string>,
	image: string,
	command: string[],
): Promise<CreateBody> {
	checkMac(options["mac-address"]);
	const swappiness = options["memory-swappiness"];
	if (swappiness !== -1 && (swappiness < 0 || swappiness > 100))
		throw new Error(`invalid value: ${swappiness}. Valid memory swappiness range is 0-100`);
	const cwd = await cli.sys.getcwd();
	const volumes = splitVolumes(options.volume, cwd);
	const ports = parsePorts(options.publish);
	for (const port of exposePorts(options.expose)) ports.exposed[port] = {};
	const [cdi, mapped] = [options.device.filter(isCdiName), options.device.filter((device) => !isCdiName(device))];
	const devices = mapped.map(parseDevice);
	const requests = cdi.length > 0 ? [...options.gpus, cdiRequest(cdi)] : options.gpus;
	const env = await naming("--env-file", readEnvironment(cli, options["env-file"], options.env));
	const labels = await naming("--label-file", readLabels(cli, options["label-file"], options.label));
	checkModes(options);
	const restart = parseRestartPolicy(options.restart);
	if (options["log-driver"] === "none" && options["log-opt"].length > 0) throw new Error("invalid logging opts for driver none");
	const security = await securityOf(cli, options["security-opt"]);
	const storage = storageOf(options["storage-opt"]);
	const healthcheck = healthOf(options);
	if (options.rm && restart.Name !== "no" && restart.Name !== "")
		throw new Error("conflicting options: cannot specify both --restart and --rm");
	const attachAll = options.attach.length === 0;
	const attachStdin = options.attach.includes("stdin") || options.interactive;
	const mode = options.network[0]?.Target ?? "default";

	const Config = {
		Hostname: options.hostname,
		Domainname: options.domainname,
		User: options.user,
		AttachStdin: attachStdin,
		AttachStdout: attachAll || options.attach.includes("stdout"),
		AttachStderr: attachAll || options.attach.includes("stderr"),
		...(Object.keys(ports.exposed).length > 0 ? { ExposedPorts: ports.exposed } : {}),
		Tty: options.tty,
		OpenStdin: options.interactive,
		StdinOnce: options.interactive && attachStdin,
		Env: env,
		Cmd: orNull(command),
		...(healthcheck ? { Healthcheck: healthcheck } : {}),
		Image: image,
		Volumes: volumes.anonymous,
		WorkingDir: options.workdir,
		Entrypoint: changed.has("entrypoint") ? [options.entrypoint] : null,
		...(options["mac-address"] ? { MacAddress: options["mac-address"] } : {}),
		OnBuild: null,
		Labels: labels,
		...(options["stop-signal"] ? { StopSignal: options["stop-signal"] } : {}),
		...(changed.has("stop-timeout") ? { StopTimeout: options["stop-timeout"] } : {}),
	};
	const HostConfig = {
		Binds: volumes.binds,
		ContainerIDFile: options.cidfile,
		LogConfig: { Type: options["log-driver"], Config: keyValues(options["log-opt"]) },
		NetworkMode: mode,
		PortBindings: ports.bindings,
		RestartPolicy: restart,
		AutoRemove: options.rm,
		VolumeDriver: options["volume-driver"],
		VolumesFrom: orNull(options["volumes-from"]),
		ConsoleSize: [0, 0],
		Annotations: whenAny(options.annotation),
		CapAdd: orNull(options["cap-add"]),
		CapDrop: orNull(options["cap-drop"]),
		CgroupnsMode: options.cgroupns,
		Dns: options.dns,
		DnsOptions: options["dns-option"],
		DnsSearch: options["dns-search"],
		ExtraHosts: orNull(options["add-host"]),
		GroupAdd: orNull(options["group-add"]),
		IpcMode: options.ipc,
		Cgroup: "",
		Links: orNull(options.link),
		OomScoreAdj: options["oom-score-adj"],
		PidMode: options.pid,
		Privileged: options.privileged,
		PublishAllPorts: options["publish-all"],
		ReadonlyRootfs: options["read-only"],
		SecurityOpt: orNull(security.options),
		StorageOpt: storage,
		Tmpfs: tmpfsOf(options.tmpfs),
		UTSMode: options.uts,
		UsernsMode: options.userns,
		ShmSize: options["shm-size"],
		Sysctls: whenAny(options.sysctl),
		...(options.runtime ? { Runtime: options.runtime } : {}),
		Isolation: options.isolation,
		...resourcesOf(options),
		Devices: devices,
		DeviceCgroupRules: orNull(options["device-cgroup-rule"]),
		DeviceRequests: orNull<DeviceRequest>(requests),
		Mounts: mountsOf(options.mount, cwd),
		MaskedPaths: security.unconfined ? [] : null,
		ReadonlyPaths: security.unconfined ? [] : null,
		...(changed.has("init") ? { Init: options.init } : {}),
	};
	return { Config, HostConfig, NetworkingConfig: { EndpointsConfig: endpointsOf(options) } };
}

function splitVolumes(specs: readonly string[], cwd: string): { binds: string[] | null; anonymous: Record<string, object> } {
	const binds: string[] = [];
	const anonymous: Record<string, object> = {};
	for (const spec of new Set(specs)) {
		const volume = parseVolume(spec);
		if (volume.source === undefined) anonymous[spec] = {};
		else if (volume.type === "bind") {
			const at = spec.indexOf(":");
			binds.push(`${absoluteSource(spec.slice(0, at), cwd)}${spec.slice(at)}`);
		} else binds.push(spec);
	}
	return { binds: orNull(binds), anonymous };
}

const mountsOf = (mounts: Mount[], cwd: string): Mount[] | undefined =>
	mounts.length === 0
		? undefined
		: mounts.map((mount) => (mount.Source ? { ...mount, Source: absoluteSource(mount.Source, cwd) } : mount));

function tmpfsOf(specs: readonly string[]): Record<string, string> | undefined {
	if (specs.length === 0) return undefined;
	return Object.fromEntries(
		specs.map((spec) => {
			const at = spec.indexOf(":");
			return at < 0 ? [spec, ""] : [spec.slice(0, at), spec.slice(at + 1)];
		}),
	);
}

const isContainerMode = (mode: string): boolean => /^container:./.test(mode);
function checkModes(options: CreateValues): void {
	if (!(options.pid === "" || options.pid === "host" || isContainerMode(options.pid))) throw new Error("--pid: invalid PID mode");
	if (!["", "host"].includes(options.uts)) throw new Error("--uts: invalid UTS mode");
	if (!["", "host"].includes(options.userns)) throw new Error("--userns: invalid USER mode");
	if (!["", "host", "private"].includes(options.cgroupns)) throw new Error("--cgroupns: invalid CGROUP mode");
}

async function securityOf(cli: Cli, given: readonly string[]): Promise<{ options: string[]; unconfined: boolean }> {
	const options: string[] = [];
	let unconfined = false;
	for (const option of given) {
		const separator = option.includes("=") ? "=" : ":";
		const at = option.indexOf(separator);
		const key = at < 0 ? option : option.slice(0, at);
		const value = at < 0 ? "" : option.slice(at + 1);
		if (value === "" && key !== "no-new-privileges") throw new Error(`invalid --security-opt: ${JSON.stringify(option)}`);
		if (option === "systempaths=unconfined") unconfined = true;
		else if (key === "seccomp" && value !== "unconfined" && value !== "builtin")
			options.push(`seccomp=${await seccompProfile(cli, value)}`);
		else options.push(option);
	}
	return { options, unconfined };
}
async function seccompProfile(cli: Cli, path: string): Promise<string> {
	let profile: string;
	try {
		profile = await cli.readText(path);
	} catch (error) {
		throw new Error(`opening seccomp profile (${path}) failed: open ${path}: ${(error as Error).message}`);
	}
	try {
		JSON.parse(profile);
	} catch (error) {
		throw new Error(`compacting json for seccomp profile (${path}) failed: ${(error as Error).message}`);
	}
	return compactJson(profile);
}

function storageOf(given: readonly string[]): Record<string, string> | undefined {
	if (given.some((option) => !option.includes("="))) throw new Error("invalid storage option");
	return given.length > 0 ? keyValues(given) : undefined;
}

function healthOf(options: CreateValues): Record<string, unknown> | undefined {
	const numbers: Array<[keyof CreateValues, string]> = [
		["health-interval", "Interval"],
		["health-timeout", "Timeout"],
		["health-retries", "Retries"],
		["health-start-period", "StartPeriod"],
		["health-start-interval", "StartInterval"],
	];
	const given = options["health-cmd"] !== "" || numbers.some(([name]) => options[name] !== 0);
	if (options["no-healthcheck"]) {
		if (given) throw new Error("--no-healthcheck conflicts with --health-* options");
		return { Test: ["NONE"] };
	}
	if (!given) return undefined;
	for (const [name] of numbers) if ((options[name] as number) < 0) throw new Error(`--${name} cannot be negative`);
	const set = numbers.filter(([name]) => options[name] !== 0).map(([name, field]) => [field, options[name]]);
	return {
		...(options["health-cmd"] ? { Test: ["CMD-SHELL", options["health-cmd"]] } : {}),
		...Object.fromEntries(set),
	};
}

function resourcesOf(options: CreateValues): Record<string, unknown> {
	return {
		CpuShares: options["cpu-shares"],
		Memory: options.memory,
		NanoCpus: options.cpus,
		CgroupParent: options["cgroup-parent"],
		BlkioWeight: options["blkio-weight"],
		BlkioWeightDevice: options["blkio-weight-device"],
		BlkioDeviceReadBps: options["device-read-bps"],
		BlkioDeviceWriteBps: options["device-write-bps"],
		BlkioDeviceReadIOps: options["device-read-iops"],
		BlkioDeviceWriteIOps: options["device-write-iops"],
		CpuPeriod: options["cpu-period"],
		CpuQuota: options["cpu-quota"],
		CpuRealtimePeriod: options["cpu-rt-period"],
		CpuRealtimeRuntime: options["cpu-rt-runtime"],
		CpusetCpus: options["cpuset-cpus"],
		CpusetMems: options["cpuset-mems"],
		...(options["kernel-memory"] ? { KernelMemory: options["kernel-memory"] } : {}),
		MemoryReservation: options["memory-reservation"],
		MemorySwap: options["memory-swap"],
		MemorySwappiness: options["memory-swappiness"],
		OomKillDisable: options["oom-kill-disable"],
		PidsLimit: options["pids-limit"],
		Ulimits: [...options.ulimit.values()].map(({ name, soft, hard }) => ({ Name: name, Hard: hard, Soft: soft })),
		CpuCount: options["cpu-count"],
		CpuPercent: options["cpu-percent"],
		IOMaximumIOps: options["io-maxiops"],
		IOMaximumBandwidth: options["io-maxbandwidth"],
	};
}
