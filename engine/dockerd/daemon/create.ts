// POST /containers/create: from a request to a container that could be started.

import type { ContainerCreateRequest, ContainerCreateResponse, HealthConfig, HostConfig } from "../../api/container";
import { hex } from "../../lib/bytes";
import { invalidParameter, isKind, notFound } from "../../lib/errors";
import { makeDirectories } from "../../lib/files";
import { isDirectory, parseSignal } from "../../lib/linux";
import { clean } from "../../lib/path";
import { goQuote } from "../../lib/quote";
import { isPredefined } from "../../network/network";
import { chainId } from "../../oci/image/chain-id";
import { DEFAULT_PLATFORM, matchesPlatform, parsePlatform } from "../../oci/image/platform";
import type { Descriptor } from "../../oci/image/types";
import { rootPath } from "../../oci/layer/root-path";
import type { Sys } from "../../sys";
import { commandOf, mergeConfig } from "../container/config";
import { Container, type StoredEndpointSettings } from "../container/container";
import { emptyEndpoint } from "../container/endpoint-settings";
import { completeHostConfig } from "../container/hostconfig";
import { randomName } from "../container/names";
import { networkOwner } from "../container/network-mode";
import { newState } from "../container/state";
import { verifyHostConfig, verifyNetworkMode } from "../container/verify";
import type { ImageContent } from "../image/content";
import { isDangling, type Resolved, resolveImage } from "../image/names";
import { logPath } from "../logs/driver";
import { parseSecurityOptions } from "../spec/security";
import { now } from "../time";
import { verifyEndpoint } from "./connect";
import { containerEvent, type Daemon, step } from "./daemon";
import { resolveLinks } from "./links";
import { fillVolumes, resolveMounts } from "./mounts";
import { removeOwnMounts } from "./remove";

const LINKS_WARNING =
	"Links on the default bridge network are deprecated and will be removed in a future release. Use a custom network instead.";
/** Linux has no room for more: a longer name could not be set. */
const HOST_NAME_MAX = 64;
/** Nanoseconds. */
const MS = 1_000_000;

export async function createContainer(
	daemon: Daemon,
	request: ContainerCreateRequest,
	options: { name: string; platform?: string },
): Promise<ContainerCreateResponse> {
	verifyRequest(request);
	const hostConfig = completeHostConfig(request.HostConfig ?? {});
	const warnings = verifyHostConfig(hostConfig);
	verifyNetworkMode(request, hostConfig);
	if (["default", "bridge"].includes(hostConfig.NetworkMode) && hostConfig.Links?.length) warnings.push(LINKS_WARNING);
	// the classic builder's FROM scratch has no image
	const resolved = request.Image ? await resolveImage(daemon.containerd, request.Image) : undefined;
	if (options.platform && !matchesPlatform(DEFAULT_PLATFORM, parsePlatform(options.platform))) {
		throw notFound(
			`image with reference ${request.Image} was found but does not provide the specified platform (${options.platform})`,
		);
	}
	try {
		return await createFrom(daemon, request, options.name, hostConfig, resolved, warnings);
	} catch (error) {
		// "Not found" tells the client that the image is missing, and makes it pull: nothing else may say so.
		throw isKind(error, "notFound") ? invalidParameter(error.message) : error;
	}
}

async function createFrom(
	daemon: Daemon,
	request: ContainerCreateRequest,
	name: string,
	hostConfig: HostConfig,
	resolved: Resolved | undefined,
	warnings: string[],
): Promise<ContainerCreateResponse> {
	const { sys, containers } = daemon;
	const image = resolved && (await daemon.content.image(resolved.target));
	const named = resolved && !isDangling(resolved.image.name) ? resolved.image.name : "";
	const id = hex(sys.getrandom(32));
	const config = mergeConfig(request, image?.file.config ?? {}, id);
	if (hostConfig.NetworkMode === "host" && !request.Hostname) config.Hostname = (await sys.uname()).nodename;
	const Networks = endpoints(daemon, hostConfig, request);
	// On a network of the user's a link is a name there: it is the endpoint's.
	const Links = isPredefined(hostConfig.NetworkMode) ? resolveLinks(daemon, hostConfig.Links) : {};
	nameOwners(daemon, hostConfig);
	const command = commandOf(config);
	if (command.length === 0) throw invalidParameter("No command specified");
	parseSecurityOptions(hostConfig.SecurityOpt);

	const fullName = name ? containers.reserveName(name, id) : generateName(daemon, id);
	try {
		const directory = containers.directory(id);
		const container = new Container(
			{
				ID: id,
				Created: now(sys),
				Path: command[0]!,
				Args: command.slice(1),
				Config: config,
				Image: resolved?.target.digest ?? "",
				ImageManifest: image && manifestOf(image),
				ImageName: named,
				NetworkSettings: { Networks },
				Links,
				LogPath: logPath(directory, id, hostConfig.LogConfig.Type),
				Name: fullName,
				Driver: "overlayfs",
				OS: "linux",
				RestartCount: 0,
				HasBeenStartedBefore: false,
				HasBeenManuallyStopped: false,
				MountPoints: {},
				HostnamePath: `${directory}/hostname`,
				HostsPath: `${directory}/hosts`,
				ResolvConfPath: `${directory}/resolv.conf`,
				State: newState(),
			},
			hostConfig,
		);
		step(daemon, container, "create", { name: container.name, image: config.Image });
		if (named) await daemon.containerd["images.unpack"]({ name: named });
		const parent = chainId(image?.file.rootfs.diff_ids ?? []);
		await daemon.rootfs.create(id, parent);
		step(daemon, container, "rootfs", { parent });
		try {
			await resolveMounts(daemon, container);
			await prepareTree(daemon, container);
		} catch (error) {
			await removeOwnMounts(daemon, container);
			throw error;
		}
		containers.add(container);
		await containers.save(container);
		containerEvent(daemon, container, "create");
	} catch (error) {
		containers.releaseName(fullName);
		await daemon.rootfs.remove(id).catch(() => {});
		throw error;
	}
	return { Id: id, Warnings: warnings };
}

const manifestOf = ({ descriptor, file }: ImageContent): Descriptor => ({
	...descriptor,
	platform: descriptor.platform ?? { architecture: file.architecture, os: file.os },
});

/** container:NAME is kept as container:ID, as names may change. @throws EngineError notFound */
function nameOwners(daemon: Daemon, hostConfig: HostConfig): void {
	for (const member of ["PidMode", "IpcMode"] as const) {
		const owner = networkOwner(hostConfig[member]);
		if (owner) hostConfig[member] = `container:${daemon.containers.get(owner).id}`;
	}
	const owner = networkOwner(hostConfig.NetworkMode);
	const known = owner && daemon.containers.find(owner);
	if (known) hostConfig.NetworkMode = `container:${known.id}`;
}

function verifyRequest(request: ContainerCreateRequest): void {
	const { WorkingDir, StopSignal, StopTimeout, Healthcheck, Hostname = "" } = request;
	if (Healthcheck) verifyHealthcheck(Healthcheck);
	if (WorkingDir) {
		if (!WorkingDir.startsWith("/")) {
			throw invalidParameter(`the working directory '${WorkingDir}' is invalid, it needs to be an absolute path`);
		}
		request.WorkingDir = clean(WorkingDir);
	}
	for (const entry of request.Env ?? []) {
		if (entry.startsWith("=") || entry === "") throw invalidParameter(`invalid environment variable: ${entry}`);
	}
	if (StopSignal && parseSignal(StopSignal) === undefined) throw invalidParameter(`Invalid signal: ${StopSignal}`);
	if (Hostname.length > HOST_NAME_MAX) {
		throw invalidParameter(`hostname ${goQuote(Hostname)} is too long (maximum ${HOST_NAME_MAX} bytes)`);
	}
	if (StopTimeout !== undefined && StopTimeout < -1) throw invalidParameter(`invalid stop timeout: ${StopTimeout}`);
}

function verifyHealthcheck(config: HealthConfig): void {
	for (const name of ["Interval", "Timeout", "StartPeriod", "StartInterval"] as const) {
		const value = config[name] ?? 0;
		if (value !== 0 && value < MS) throw invalidParameter(`${name} in Healthcheck cannot be less than 1ms`);
	}
	if ((config.Retries ?? 0) < 0) throw invalidParameter("Retries in Healthcheck cannot be negative");
}

function generateName(daemon: Daemon, id: string): string {
	for (let attempt = 0; ; attempt++) {
		const name = attempt < 6 ? randomName(daemon.sys, attempt) : id.slice(0, 12);
		if (daemon.containers.isNameFree(name)) return daemon.containers.reserveName(name, id);
	}
}

/** What the container will be on its networks; addresses come with the start. @throws EngineError invalidParameter */
function endpoints(
	daemon: Daemon,
	{ NetworkMode }: HostConfig,
	request: ContainerCreateRequest,
): Record<string, StoredEndpointSettings> {
	if (networkOwner(NetworkMode) !== undefined) return {};
	const { default: unnamed, ...named } = request.NetworkingConfig?.EndpointsConfig ?? {};
	const asked = unnamed ? { [NetworkMode]: unnamed, ...named } : named;
	const empty = Object.keys(asked).find((name) => !asked[name]);
	if (empty) throw invalidParameter(`invalid config for network ${empty}: EndpointsConfig is nil`);
	const names = Object.keys(asked);
	return Object.fromEntries(
		(names.length > 0 ? names : [NetworkMode]).map((typed) => {
			const known = daemon.networks.list().find(({ id, name }) => typed === name || typed === id);
			const settings = emptyEndpoint(asked[typed] ?? {});
			verifyEndpoint(typed, settings, known);
			return [known?.name ?? typed, settings];
		}),
	);
}

/** What must be there before anything is mounted over it: the working directory, and volumes with what the image has there. */
async function prepareTree(daemon: Daemon, container: Container): Promise<void> {
	const points = Object.keys(container.stored.MountPoints);
	const { WorkingDir } = container.config;
	// the root is there: nothing need be mounted to see that
	const made = WorkingDir && WorkingDir !== "/";
	if (!made && points.length === 0) return;
	await daemon.rootfs.with(container.id, async (root) => {
		if (made) await makeWorkingDirectory(daemon.sys, root, WorkingDir);
		await fillVolumes(daemon, root, container);
	});
}

async function makeWorkingDirectory(sys: Sys, root: string, workingDir: string): Promise<void> {
	const path = await rootPath(sys, root, workingDir);
	const there = await sys.stat(path).catch(() => undefined);
	if (there && !isDirectory(there.mode)) throw invalidParameter(`Cannot mkdir: ${workingDir} is not a directory`);
	if (!there) await makeDirectories(sys, path);
}
