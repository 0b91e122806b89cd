// GET /containers/json.

import type { ContainerSummary, PortSummary } from "../../api/container";
import { compareVersions } from "../../api/version";
import { invalidParameter, notFound } from "../../lib/errors";
import type { Container } from "../container/container";
import { shownEndpoints } from "../container/endpoint-settings";
import { verifyPortFilter } from "../container/port-bindings";
import { humanStatus, STATUSES, statusOf } from "../container/state";
import { Filters } from "../filters";
import { nanoseconds, unixSeconds } from "../time";
import type { Daemon } from "./daemon";
import { mountPoints } from "./inspect";
import { linkNames } from "./links";
import { sizes } from "./size";

const FILTERS = [
	"ancestor",
	"before",
	"exited",
	"expose",
	"health",
	"id",
	"is-task",
	"isolation",
	"label",
	"name",
	"network",
	"publish",
	"since",
	"status",
	"volume",
];

const HEALTHS = ["none", "starting", "healthy", "unhealthy"];

export interface ListOptions {
	all: boolean;
	/** Of the newest; all when 0 or less. */
	limit: number;
	size: boolean;
	/** Names or ids; as the filters of these names. */
	before?: string;
	since?: string;
	filters?: string;
	/** What the client speaks. */
	version: string;
}

export async function listContainers(daemon: Daemon, options: ListOptions): Promise<ContainerSummary[]> {
	const filters = Filters.parse(options.filters, FILTERS);
	for (const status of filters.get("status")) {
		if (!(STATUSES as readonly string[]).includes(status)) throw invalidParameter(`Invalid filter 'status=${status}'`);
	}
	const exits = filters.get("exited").map((code) => {
		if (!/^[+-]?\d+$/.test(code)) {
			throw invalidParameter(`invalid filter 'exited=${code}': strconv.Atoi: parsing ${JSON.stringify(code)}: invalid syntax`);
		}
		return Number(code);
	});
	for (const health of filters.get("health")) {
		if (!HEALTHS.includes(health)) {
			throw invalidParameter(
				`invalid filter 'health=${health}': invalid value for health (${health}): must be one of ${HEALTHS.join(", ")}`,
			);
		}
	}
	const isTask = filters.boolean("is-task");
	const ancestors = await Promise.all(filters.get("ancestor").map((name) => imageId(daemon, name)));
	const created = (name: string): bigint => {
		try {
			return nanoseconds(daemon.containers.get(name).stored.Created);
		} catch {
			throw notFound(`No such container: ${name}`);
		}
	};
	const before = [...filters.get("before"), ...(options.before ? [options.before] : [])].map(created);
	const since = [...filters.get("since"), ...(options.since ? [options.since] : [])].map(created);
	// Asking for a state, or for what has ended, means all of them.
	const all =
		options.all || options.limit > 0 || filters.has("status") || filters.has("exited") || before.length + since.length > 0;

	// A port of the host, or one of the container: either is enough.
	const published = new Set(filters.get("publish").flatMap((text) => verifyPortFilter("publish", text)));
	const exposed = new Set(filters.get("expose").flatMap((text) => verifyPortFilter("expose", text)));
	const ports = [
		...(published.size > 0 ? [({ PublicPort, Type }: PortSummary) => published.has(`${PublicPort}/${Type}`)] : []),
		...(exposed.size > 0 ? [({ PrivatePort, Type }: PortSummary) => exposed.has(`${PrivatePort}/${Type}`)] : []),
	];

	const fits = (container: Container): boolean => {
		const { id, stored, config, state } = container;
		if (!all && !state.Running) return false;
		if (!filters.labels("label", config.Labels ?? {})) return false;
		if (!filters.match("id", id)) return false;
		if (!filters.match("name", stored.Name) && !filters.match("name", container.name)) return false;
		if (filters.has("status") && !filters.get("status").includes(statusOf(state))) return false;
		if (filters.has("health") && !filters.get("health").includes(state.Health?.Status ?? "none")) return false;
		// No container here is a task of a swarm.
		if (isTask) return false;
		if (exits.length > 0 && (state.Running || statusOf(state) === "created" || !exits.includes(state.ExitCode))) return false;
		if (ancestors.length > 0 && !ancestors.includes(stored.Image)) return false;
		if (before.length + since.length > 0) {
			const time = nanoseconds(stored.Created);
			if (before.some((limit) => time >= limit) || since.some((limit) => time <= limit)) return false;
		}
		if (filters.has("volume") && !usesVolume(container, filters.get("volume"))) return false;
		if (filters.has("network") && !usesNetwork(container, filters.get("network"))) return false;
		return ports.length === 0 || portSummaries(container).some((port) => ports.some((wanted) => wanted(port)));
	};
	const found = daemon.containers.all().filter(fits);
	const shown = options.limit > 0 ? found.slice(0, options.limit) : found;
	// many containers, few images: each name is resolved once
	const images = new Map<string, Promise<string>>();
	const idOf = (name: string): Promise<string> => {
		const known = images.get(name) ?? imageId(daemon, name);
		images.set(name, known);
		return known;
	};
	const linked = linkNames(daemon);
	const namesOf = ({ id, stored }: Container): string[] => [stored.Name, ...(linked.get(id) ?? [])].sort(byLength);
	return Promise.all(shown.map((container) => summary(daemon, container, namesOf(container), options, idOf)));
}

const byLength = (a: string, b: string): number => a.length - b.length;

async function imageId(daemon: Daemon, name: string): Promise<string> {
	try {
		return (await daemon.images.resolve(name)).target.digest;
	} catch {
		return "";
	}
}

const usesVolume = ({ stored }: Container, wanted: readonly string[]): boolean =>
	Object.values(stored.MountPoints).some(
		({ Name, Source, Destination }) => wanted.includes(Name || Source) || wanted.includes(Destination),
	);

const usesNetwork = ({ stored }: Container, wanted: readonly string[]): boolean =>
	Object.entries(stored.NetworkSettings.Networks).some(
		([name, { NetworkID }]) => wanted.includes(name) || wanted.some((id) => NetworkID.startsWith(id)),
	);

async function summary(
	daemon: Daemon,
	container: Container,
	names: string[],
	{ size, version }: ListOptions,
	idOf: (image: string) => Promise<string>,
): Promise<ContainerSummary> {
	const since = (one: string): boolean => compareVersions(version, one) >= 0;
	const { stored, config, hostConfig, state } = container;
	return {
		Id: container.id,
		Names: names,
		// what was typed, unless that name now belongs to another image: then the id
		Image: (await idOf(config.Image)) === stored.Image ? config.Image : stored.Image,
		ImageID: stored.Image,
		Command: command(stored.Path, stored.Args),
		Created: unixSeconds(stored.Created),
		Ports: portSummaries(container),
		...(since("1.48") && stored.ImageManifest ? { ImageManifestDescriptor: stored.ImageManifest } : {}),
		...(size ? await sizes(daemon, container) : {}),
		Labels: config.Labels ?? {},
		State: statusOf(state),
		Status: humanStatus(state, daemon.sys.now()),
		HostConfig: {
			NetworkMode: hostConfig.NetworkMode,
			...(since("1.46") && hostConfig.Annotations ? { Annotations: hostConfig.Annotations } : {}),
		},
		...(since("1.52")
			? { Health: { Status: state.Health?.Status ?? "none", FailingStreak: state.Health?.FailingStreak ?? 0 } }
			: {}),
		NetworkSettings: { Networks: shownEndpoints(stored.NetworkSettings.Networks) },
		Mounts: mountPoints(container),
	};
}

/** As a shell would have it: an argument with a space or a quote is quoted. */
const command = (path: string, args: readonly string[]): string =>
	args.length > 0
		? `${path} ${args.map((argument) => (/[ ']/.test(argument) ? `'${argument.replaceAll("'", "\\'")}'` : argument)).join(" ")}`
		: path;

function portSummaries({ stored }: Container): PortSummary[] {
	return Object.entries(stored.NetworkSettings.Ports ?? {}).flatMap(([name, bindings]): PortSummary[] => {
		const [number, Type = "tcp"] = name.split("/");
		const PrivatePort = Number(number);
		if (!bindings?.length) return [{ PrivatePort, Type }];
		return bindings.map(({ HostIp, HostPort }) => ({ IP: HostIp, PrivatePort, PublicPort: Number(HostPort), Type }));
	});
}
