// A container in a list, as `docker ps` shows it.

import type { PortSummary } from "../../api/container";
import { goQuote } from "../../lib/quote";
import { familiarString, parseNormalized } from "../../lib/reference";
import { humanDuration, humanSize } from "../../lib/units";
import { row } from "./table";
import { GoStruct, type Value } from "./template/value";
import { ellipsis, goTimeString, labelsText, platformText, truncateId } from "./text";

export interface ContainerSummary {
	Id: string;
	Names: string[];
	Image: string;
	ImageID: string;
	Command: string;
	/** Seconds since 1970. */
	Created: number;
	Ports: PortSummary[];
	Labels: Record<string, string> | null;
	State: string;
	Status: string;
	SizeRw?: number;
	SizeRootFs?: number;
	Mounts?: Array<{ Name?: string; Source: string; Driver?: string }>;
	NetworkSettings?: { Networks?: Record<string, unknown> | null } | null;
	ImageManifestDescriptor?: { platform?: { os: string; architecture: string; variant?: string } } | null;
	Health?: { Status?: string } | null;
}

export const CONTAINER_HEADERS = {
	ID: "CONTAINER ID",
	Names: "NAMES",
	Image: "IMAGE",
	Command: "COMMAND",
	CreatedAt: "CREATED AT",
	RunningFor: "CREATED",
	Platform: "PLATFORM",
	Ports: "PORTS",
	State: "STATE",
	Status: "STATUS",
	Size: "SIZE",
	Labels: "LABELS",
	Mounts: "MOUNTS",
	LocalVolumes: "LOCAL VOLUMES",
	Networks: "NETWORKS",
	HealthStatus: "HEALTH STATUS",
};

/** `now` in milliseconds since 1970; `onSize` hears that the size was asked for. */
export function containerRow(container: ContainerSummary, trunc: boolean, now: number, onSize?: () => void): GoStruct {
	const c = container;
	return row("*formatter.ContainerContext", {
		ID: () => (trunc ? truncateId(c.Id) : c.Id),
		Names: () => names(c.Names, trunc),
		Image: () => image(c, trunc),
		Command: () => goQuote(trunc ? ellipsis(c.Command, 20) : c.Command),
		CreatedAt: () => goTimeString(c.Created),
		RunningFor: () => `${humanDuration(now / 1000 - c.Created)} ago`,
		Platform: () => platform(c),
		HealthStatus: () => healthStatus(c),
		Ports: () => displayPorts(c.Ports ?? []),
		State: () => c.State,
		Status: () => c.Status,
		Size: () => {
			onSize?.();
			const own = humanSize(c.SizeRw ?? 0, 3);
			return (c.SizeRootFs ?? 0) > 0 ? `${own} (virtual ${humanSize(c.SizeRootFs!, 3)})` : own;
		},
		Labels: () => labelsText(c.Labels),
		Label: (name: Value) => c.Labels?.[String(name)] ?? "",
		Mounts: () =>
			(c.Mounts ?? []).map((mount) => (trunc ? ellipsis(mount.Name || mount.Source, 15) : mount.Name || mount.Source)).join(","),
		LocalVolumes: () => String((c.Mounts ?? []).filter((mount) => mount.Driver === "local").length),
		Networks: () => Object.keys(c.NetworkSettings?.Networks ?? {}).join(","),
	});
}

function names(all: string[], trunc: boolean): string {
	const plain = (all ?? []).map((name) => name.replace(/^\//, ""));
	return trunc ? (plain.find((name) => !name.includes("/")) ?? "") : plain.join(",");
}

function image(c: ContainerSummary, trunc: boolean): string {
	if (c.Image === "") return "<no image>";
	if (!trunc) return c.Image;
	if (truncateId(c.ImageID) === truncateId(c.Image)) return truncateId(c.ImageID);
	try {
		const { digest: _dropped, ...reference } = parseNormalized(c.Image);
		return familiarString(reference);
	} catch {
		return c.Image;
	}
}

/** In JSON the platform as OCI has it, in a text its usual form. */
function platform(c: ContainerSummary): Value {
	const found = c.ImageManifestDescriptor?.platform;
	if (!found) return null;
	const { architecture, os, variant = "" } = found;
	const fields = new Map([
		["architecture", architecture],
		["os", os],
		["variant", variant],
	]);
	const shown = { String: () => platformText(found) };
	return new GoStruct("*formatter.Platform", fields, shown, new Set(variant ? [] : ["variant"]), PLATFORM_NAMES);
}
const PLATFORM_NAMES = new Map([
	["Architecture", "architecture"],
	["OS", "os"],
	["Variant", "variant"],
]);

const withPort = (ip: string, port: string | number): string => (ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`);

/** "0.0.0.0:80->80/tcp, 9000-9002/tcp": neighbours are drawn together where inside and outside are the same. */
export function displayPorts(all: readonly PortSummary[]): string {
	const ports = [...all].sort(
		(a, b) =>
			a.PrivatePort - b.PrivatePort ||
			compareIp(a.IP ?? "", b.IP ?? "") ||
			(a.PublicPort ?? 0) - (b.PublicPort ?? 0) ||
			(a.Type < b.Type ? -1 : 1),
	);
	const groups = new Map<string, { first: number; last: number }>();
	const done: string[] = [];
	const mapped: string[] = [];
	for (const port of ports) {
		const inside = port.PrivatePort;
		let key = port.Type;
		if (port.IP) {
			if (port.PublicPort !== inside) {
				mapped.push(`${withPort(port.IP, port.PublicPort ?? 0)}->${inside}/${port.Type}`);
				continue;
			}
			key = `${port.IP}/${port.Type}`;
		}
		const group = groups.get(key);
		if (group && inside === group.last + 1) group.last = inside;
		else if (!group) groups.set(key, { first: inside, last: inside });
		else {
			done.push(groupText(key, group.first, group.last));
			Object.assign(group, { first: inside, last: inside });
		}
	}
	return [...done, ...[...groups].map(([key, group]) => groupText(key, group.first, group.last)), ...mapped].join(", ");
}

function groupText(key: string, first: number, last: number): string {
	const slash = key.lastIndexOf("/");
	const range = first === last ? String(first) : `${first}-${last}`;
	if (slash < 0) return `${range}/${key}`;
	return `${withPort(key.slice(0, slash), range)}->${range}/${key.slice(slash + 1)}`;
}

/** IPv4 before IPv6, then by text. */
const compareIp = (a: string, b: string): number =>
	Number(a.includes(":")) - Number(b.includes(":")) || (a < b ? -1 : a > b ? 1 : 0);

/** Before API 1.52 it was in what the status says only: "Up 2 minutes (health: starting)". */
function healthStatus({ Health, Status }: ContainerSummary): string {
	if (Health?.Status) return Health.Status === "none" ? "" : Health.Status;
	return /\((?:health: )?(healthy|unhealthy|starting)\)$/.exec(Status)?.[1] ?? "";
}
