// Limits and devices as options write them: CPUs, restart policies, durations, capabilities, devices, throttles, GPUs.

import type { DeviceRequest } from "../../api/container";
import { clean } from "../../lib/path";
import { parseDuration } from "../../lib/time/duration";
import { ramInBytes } from "../../lib/units";
import { readCsv } from "./csv";

/** --cpus: a decimal or a fraction → billionths. @throws Error */
export function parseCpus(text: string): number {
	const match = /^([+-]?)(\d+(?:\.\d*)?|\.\d+)(?:e([+-]?\d+)|\/(\d+))?$/i.exec(text);
	if (!match || (match[4] !== undefined && Number(match[4]) === 0))
		throw new Error(`failed to parse ${text} as a rational number`);
	const [whole = "", fraction = ""] = match[2]!.split(".");
	const exponent = 9 + Number(match[3] ?? 0) - fraction.length;
	const digits = BigInt(whole + fraction);
	const scale = 10n ** BigInt(Math.abs(exponent));
	const numerator = exponent >= 0 ? digits * scale : digits;
	const denominator = (exponent >= 0 ? 1n : scale) * BigInt(match[4] ?? 1);
	if (numerator % denominator !== 0n) throw new Error("value is too precise");
	return Number(numerator / denominator) * (match[1] === "-" ? -1 : 1);
}

/** --restart NAME[:COUNT]. @throws Error */
export function parseRestartPolicy(text: string): { Name: string; MaximumRetryCount: number } {
	if (text === "") return { Name: "", MaximumRetryCount: 0 };
	const at = text.indexOf(":");
	const name = at < 0 ? text : text.slice(0, at);
	if (at < 0) return { Name: name, MaximumRetryCount: 0 };
	if (name === "") throw new Error("invalid restart policy format: no policy provided before colon");
	const count = text.slice(at + 1);
	if (count === "") return { Name: name, MaximumRetryCount: 0 };
	if (!/^[+-]?\d+$/.test(count)) throw new Error("invalid restart policy format: maximum retry count must be an integer");
	return { Name: name, MaximumRetryCount: Number(count) };
}

/** A duration that may not be negative. @throws Error */
export function parsePositiveDuration(text: string): number {
	const value = parseDuration(text);
	if (value < 0) throw new Error("duration cannot be negative");
	return value;
}

/** As the API takes capabilities: upper case, with CAP_, sorted, ALL alone. */
export function normalizeCapabilities(names: readonly string[] | null): string[] | null {
	if (names === null || names.length === 0) return null;
	const normal = names
		.map((name) => name.trim().toUpperCase())
		.map((name) => (name === "ALL" || name.startsWith("CAP_") ? name : `CAP_${name}`));
	if (normal.includes("ALL")) return ["ALL"];
	return [...new Set(normal)].sort();
}

/** -m and its kind; -1 where it is allowed. @throws Error */
export const parseMemory = (text: string): number => ramInBytes(text);
export const parseMemorySwap = (text: string): number => (text === "-1" ? -1 : parseMemory(text));

const isDeviceMode = (mode: string): boolean => /^[rwm]{1,3}$/.test(mode) && new Set(mode).size === mode.length;

export interface Device {
	PathOnHost: string;
	PathInContainer: string;
	CgroupPermissions: string;
}
/** --device host[:container[:mode]]. @throws Error */
export function parseDevice(text: string): Device {
	const parts = text.split(":");
	if (parts.length > 3 || parts[0] === "") throw new Error(`bad format for path: ${text}`);
	const [host = "", second, mode] = parts;
	let inside = second ?? host;
	let permissions = "rwm";
	if (parts.length === 2 && isDeviceMode(second!)) {
		inside = host;
		permissions = second!;
	}
	if (parts.length === 3) {
		if (!isDeviceMode(mode!)) throw new Error(`bad mode specified: ${mode}`);
		permissions = mode!;
	}
	if (!inside.startsWith("/")) throw new Error(`${inside} is not an absolute path`);
	const source = parts.length === 1 || (parts.length === 2 && inside === host) ? clean(host) : host;
	return { PathOnHost: source, PathInContainer: parts.length === 3 ? inside : clean(inside), CgroupPermissions: permissions };
}

/** --device-cgroup-rule 'c 42:* rmw'. @throws Error */
export function checkDeviceRule(text: string): string {
	if (!/^[acb] ([0-9]+|\*):([0-9]+|\*) [rwm]{1,3}$/.test(text)) throw new Error(`invalid device cgroup format '${text}'`);
	return text;
}

function splitDevicePath(text: string): [string, string] {
	const at = text.indexOf(":");
	if (at < 0 || at === 0 || at === text.length - 1) throw new Error(`bad format: ${text}`);
	const path = text.slice(0, at);
	if (!path.startsWith("/dev/")) throw new Error(`bad format for device path: ${text}`);
	return [path, text.slice(at + 1)];
}
/** --device-read-bps PATH:RATE. @throws Error */
export function parseBps(text: string): { Path: string; Rate: number } {
	const [path, rate] = splitDevicePath(text);
	try {
		return { Path: path, Rate: ramInBytes(rate) };
	} catch {
		throw new Error(
			`invalid rate for device: ${text}. The correct format is <device-path>:<number>[<unit>]. Number must be a positive integer. Unit is optional and can be kb, mb, or gb`,
		);
	}
}
/** --device-read-iops PATH:RATE. @throws Error */
export function parseIops(text: string): { Path: string; Rate: number } {
	const [path, rate] = splitDevicePath(text);
	if (!/^\d+$/.test(rate))
		throw new Error(
			`invalid rate for device: ${text}. The correct format is <device-path>:<number>. Number must be a positive integer`,
		);
	return { Path: path, Rate: Number(rate) };
}
/** --blkio-weight-device PATH:WEIGHT. @throws Error */
export function parseWeight(text: string): { Path: string; Weight: number } {
	const [path, weight] = splitDevicePath(text);
	if (!/^\d+$/.test(weight) || (Number(weight) > 0 && (Number(weight) < 10 || Number(weight) > 1000)))
		throw new Error(`invalid weight for device: ${text}`);
	return { Path: path, Weight: Number(weight) };
}

/** VENDOR/CLASS=NAME: a device that the Container Device Interface knows by name. */
export const isCdiName = (text: string): boolean =>
	/^[a-z]([\w.-]*[a-z\d])?\/[a-z]([\w.-]*[a-z\d])?=[a-z\d]([\w.:-]*[a-z\d])?$/i.test(text);
export const cdiRequest = (names: string[]): DeviceRequest => ({
	Driver: "cdi",
	Count: 0,
	DeviceIDs: names,
	Capabilities: null,
	Options: null,
});

/** --gpus all | COUNT | device=…,capabilities=…. @throws Error */
export function parseGpus(text: string): DeviceRequest {
	const request: DeviceRequest = { Driver: "", Count: 0, DeviceIDs: null, Capabilities: null, Options: {} };
	const countOf = (value: string): number => {
		if (value === "all") return -1;
		if (!/^-?\d+$/.test(value))
			throw new Error(`invalid count (${value}): value must be either "all" or an integer: invalid syntax`);
		return Number(value);
	};
	const seen = new Set<string>();
	for (const field of readCsv(text)) {
		const at = field.indexOf("=");
		const key = at < 0 ? "count" : field.slice(0, at);
		const value = at < 0 ? field : field.slice(at + 1);
		if (seen.has(key)) throw new Error(`gpu request key '${key}' can be specified only once`);
		seen.add(key);
		if (key === "count") request.Count = countOf(value);
		else if (key === "driver") request.Driver = value;
		else if (key === "device") request.DeviceIDs = value.split(",");
		else if (key === "capabilities") request.Capabilities = [[...value.split(","), "gpu"]];
		else if (key === "options")
			request.Options = Object.fromEntries(value.split(",").map((pair) => pair.split("=") as [string, string]));
		else throw new Error(`unexpected key '${key}' in '${field}'`);
	}
	if (!seen.has("count") && request.DeviceIDs === null) request.Count = 1;
	request.Capabilities ??= [["gpu"]];
	return request;
}
