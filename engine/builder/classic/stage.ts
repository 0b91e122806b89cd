// A stage of a classic build while it is built: the image that it is now, and the configuration of the next.

import { DEFAULT_PATH } from "../export/image";
import type { ClassicArgs } from "./args";
import type { Prober } from "./prober";
import type { ClassicBackend, ClassicImage, ClassicOptions, StepConfig } from "./types";

export interface ClassicStage {
	backend: ClassicBackend;
	options: ClassicOptions;
	prober: Prober;
	args: ClassicArgs;
	/** "\\" or "`". */
	escape: string;
	/** What the last step made. */
	image: ClassicImage;
	config: StepConfig;
	maintainer: string;
	cmdSet: boolean;
	/** Containers that the steps have made and that are there yet. */
	containers: Set<string>;
	/** Earlier stages' images, by name in lower case and by number. */
	earlier: { named: ReadonlyMap<string, string>; numbered: readonly string[] };
}

export const copyConfig = (config: StepConfig): StepConfig => JSON.parse(JSON.stringify(config)) as StepConfig;

export function beginStage(image: ClassicImage): StepConfig {
	const config = copyConfig(image.config);
	if (!config.Env?.some((one) => one.startsWith("PATH="))) config.Env = [...(config.Env ?? []), `PATH=${DEFAULT_PATH}`];
	return config;
}

export const shellOf = (config: StepConfig): string[] => (config.Shell?.length ? config.Shell : ["/bin/sh", "-c"]);
const short = (id: string): string => id.replace(/^sha256:/, "").slice(0, 12);

/** The configuration with a command that says what the instruction did. */
const commented = (config: StepConfig, ...words: string[]): StepConfig => ({
	...copyConfig(config),
	Cmd: [...shellOf(config), ...words],
});
export const withComment = (config: StepConfig, comment: string): StepConfig => commented(config, "#(nop) ", comment);
export const withCommentString = (config: StepConfig, comment: string): StepConfig => commented(config, `#(nop) ${comment}`);

/** The image that the step has made before becomes the stage's. */
export async function fromCache(stage: ClassicStage, config: StepConfig): Promise<boolean> {
	const id = await stage.prober.probe(stage.image, config);
	if (!id) return false;
	await stage.backend.say(" ---> Using cache\n");
	await become(stage, id);
	return true;
}
export async function become(stage: ClassicStage, id: string): Promise<void> {
	stage.image = await stage.backend.image(id, { localOnly: true, pull: false, platform: "" });
}

/** A container for the step, unless an earlier build has done it. */
export async function probeAndCreate(stage: ClassicStage, config: StepConfig): Promise<string | undefined> {
	if (await fromCache(stage, config)) return undefined;
	inheritTimes(stage);
	return create(stage, config);
}
/** A health check takes from the parent's image what it does not say, since its container does (the two are one structure in moby). */
function inheritTimes({ config: { Healthcheck }, image }: ClassicStage): void {
	const parent = image.config.Healthcheck;
	if (!Healthcheck || !parent) return;
	for (const name of ["Interval", "Timeout", "StartPeriod", "StartInterval", "Retries"] as const)
		Healthcheck[name] ||= parent[name];
}
export async function create(stage: ClassicStage, config: StepConfig): Promise<string> {
	const id = await stage.backend.create({ ...config, Image: stage.image.id });
	stage.containers.add(id);
	await stage.backend.say(` ---> Running in ${short(id)}\n`);
	return id;
}

export async function commitContainer(stage: ClassicStage, container: string, containerConfig: StepConfig): Promise<void> {
	const { image, config, maintainer } = stage;
	const request = { parent: image.id, config: { ...copyConfig(config), Image: image.id }, containerConfig, author: maintainer };
	await become(stage, await stage.backend.commit(container, request));
}
/** An instruction that changes the configuration only. */
export async function commit(stage: ClassicStage, comment: string): Promise<void> {
	const config = withComment({ ...stage.config, Image: stage.image.id }, comment);
	const container = await probeAndCreate(stage, config);
	if (container) await commitContainer(stage, container, config);
}

export async function removeContainers(stage: ClassicStage): Promise<void> {
	for (const id of stage.containers) {
		await stage.backend.remove(id);
		stage.containers.delete(id);
		await stage.backend.say(`Removing intermediate container ${short(id)}\n`);
	}
}
