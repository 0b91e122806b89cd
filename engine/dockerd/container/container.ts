// A container as dockerd knows it: what is written to its directory, and what lives only while dockerd does.

import type { ContainerConfig, HostConfig } from "../../api/container";
import type { EndpointSettings, PortBinding } from "../../api/network";
import { Mutex } from "../../lib/mutex";
import type { Descriptor } from "../../oci/image/types";
import type { LogFile } from "../logs/file";
import type { StreamHub } from "../stream/hub";
import type { StoredState } from "./state";
import { Waiters } from "./waiters";

/** A volume or a bind, resolved. */
export interface StoredMount {
	Type: "bind" | "volume" | "tmpfs" | "image";
	/** Of a volume or an image. */
	Name: string;
	/** On the host. */
	Source: string;
	Destination: string;
	RW: boolean;
	Driver: string;
	/** As in -v: "z", "ro", … */
	Mode: string;
	Propagation: string;
	/** What the image has there is copied into the volume while it is empty. */
	CopyData: boolean;
	/** Data for mount(2) of a tmpfs. */
	Options?: string;
	/** What of the volume or the image is mounted, relative to it. */
	Subpath?: string;
	/** Without the mounts below it. */
	NonRecursive?: boolean;
	/** Read-only itself, but not what is mounted below it. */
	ReadOnlyNonRecursive?: boolean;
	/** A directory is made where a bind's source is missing. */
	MakeSource?: boolean;
	/** Of an image: the snapshot that is mounted. */
	SnapshotKey?: string;
	/** Made for this container without a name: goes with it. */
	Anonymous?: boolean;
}

/** A place in a network: also what was asked for and does not show once there is more to show. */
export interface StoredEndpointSettings extends EndpointSettings {
	DesiredMacAddress?: string;
}
export interface StoredNetworkSettings {
	Networks: Record<string, StoredEndpointSettings>;
	/** While it runs. */
	SandboxID?: string;
	SandboxKey?: string;
	Ports?: Record<string, PortBinding[] | null>;
}

/** config.v2.json, with moby's names. */
export interface StoredContainer {
	ID: string;
	Created: string;
	Path: string;
	Args: string[];
	Config: ContainerConfig;
	/** Digest of what the image's name pointed at. */
	Image: string;
	/** Which of the image's manifests it was made from. */
	ImageManifest?: Descriptor;
	/** Canonical name of the image, where it had one. */
	ImageName: string;
	NetworkSettings: StoredNetworkSettings;
	/** Of --link on the default bridge: alias → container. */
	Links?: Record<string, string>;
	LogPath: string;
	/** With a leading slash. */
	Name: string;
	Driver: "overlayfs";
	OS: "linux";
	RestartCount: number;
	HasBeenStartedBefore: boolean;
	HasBeenManuallyStopped: boolean;
	MountPoints: Record<string, StoredMount>;
	HostnamePath: string;
	HostsPath: string;
	ResolvConfPath: string;
	State: StoredState;
}

export class Container {
	/** One verb at a time. */
	readonly lock = new Mutex();
	readonly waiters = new Waiters();
	/** While a task exists. */
	streams: StreamHub | undefined;
	log: LogFile | undefined;
	/** Execs that have not ended, by id. */
	readonly execs = new Set<string>();
	/** Attached clients that came before the start; they get undefined when it fails. */
	readonly pendingAttach = new Set<(hub: StreamHub | undefined) => void>();
	/** A stop is under way: no restart policy. */
	stopping = false;
	/** The restart policy's last pause, in milliseconds; 0 before the first. */
	restartDelay = 0;
	/** Ends the watch over its health, while there is one. */
	stopHealthcheck: (() => void) | undefined;
	/** Ends the back-off before a restart. */
	cancelRestart: (() => void) | undefined;

	constructor(
		readonly stored: StoredContainer,
		public hostConfig: HostConfig,
	) {}

	get id(): string {
		return this.stored.ID;
	}
	get state(): StoredState {
		return this.stored.State;
	}
	get config(): ContainerConfig {
		return this.stored.Config;
	}
	/** Without the slash. */
	get name(): string {
		return this.stored.Name.slice(1);
	}
	/** For `docker events`. */
	get attributes(): Record<string, string> {
		return { ...(this.config.Labels ?? {}), image: this.config.Image, name: this.name };
	}
}
