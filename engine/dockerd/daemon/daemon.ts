// What the verbs of this folder work with. A verb is a function of the daemon and its arguments, in a file of its own.

import type { BuildCache } from "../../builder/cache/cache";
import type { FetchUrl } from "../../builder/types";
import type { ContainerdApi } from "../../containerd/api";
import type { Client } from "../../lib/rpc/types";
import type { Networks } from "../../network/networks";
import type { Sys } from "../../sys";
import type { ContainerStep, Tracer } from "../../trace/event";
import type { Configuration } from "../configuration";
import type { Container } from "../container/container";
import type { ContainerStore } from "../container/store";
import type { Events } from "../events";
import type { ExecStore } from "../exec/store";
import type { ContentReader } from "../image/content";
import type { KnownImages } from "../image/known";
import type { Volumes } from "../volume/volumes";
import type { Rootfs } from "./rootfs";

export const DOCKER_ROOT = "/var/lib/docker";
/** FIFOs of the containers' streams. */
export const STREAMS = "/run/docker/containerd";

export interface Daemon {
	readonly sys: Sys;
	readonly trace: Tracer;
	/** As the file has it, or had it at the last SIGHUP. */
	readonly configuration: Configuration;
	/** Dials again by itself when containerd was restarted. */
	readonly containerd: Client<ContainerdApi>;
	readonly images: KnownImages;
	readonly content: ContentReader;
	readonly containers: ContainerStore;
	readonly execs: ExecStore;
	readonly rootfs: Rootfs;
	readonly volumes: Volumes;
	readonly networks: Networks;
	readonly events: Events;
	readonly buildCache: BuildCache;
	/** HTTP to the outside, and to this machine. */
	readonly fetchUrl: FetchUrl;
	/** `docker info`'s ID. */
	readonly id: string;
}

export const step = (daemon: Daemon, container: Container, step: ContainerStep, detail?: Record<string, string | number>): void =>
	daemon.trace.emit("dockerd", { type: "container.step", container: container.id, step, detail });

export const containerEvent = (daemon: Daemon, container: Container, action: string, more?: Record<string, string>): void =>
	daemon.events.emit("container", action, container.id, { ...container.attributes, ...more });
