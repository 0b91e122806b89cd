// The builder that Docker had before BuildKit: instruction by instruction, each in a container that is committed to an image. What it
// needs of the daemon, and what it is asked for.

import type { History, RunConfig } from "../../oci/image/types";
import type { BuildContext } from "../context/types";
import type { FetchUrl } from "../types";

export interface ClassicOptions {
	dockerfile: string;
	/** How it is called in errors. */
	filename: string;
	context: BuildContext;
	buildArgs: Record<string, string>;
	labels: Record<string, string>;
	target: string;
	platform: string;
	noCache: boolean;
	pull: boolean;
	/** Intermediate containers go after each step that worked; after any step. */
	remove: boolean;
	forceRemove: boolean;
	cacheFrom: string[];
	network: string;
}

/** An image of the store as far as a build needs it. */
export interface ClassicImage {
	/** "" for scratch. */
	id: string;
	config: RunConfig;
	history: History[];
	diffIds: string[];
}
/** What a step's container is made with: an image's configuration, and the image. */
export type StepConfig = RunConfig & { Image?: string };

export interface CommitRequest {
	/** Of the image that the step goes on from. */
	parent: string;
	/** What the image says. */
	config: StepConfig;
	/** What the container that made it was run with: its command is the history's line. */
	containerConfig: StepConfig;
	author: string;
}

/** moby's builder.Backend. */
export interface ClassicBackend {
	/** By name or id; pulled when it is not there (or `pull`). @throws EngineError */
	image(name: string, options: { localOnly: boolean; pull: boolean; platform: string }): Promise<ClassicImage>;
	/** Images made from this one by a step whose container was configured so; the newest. */
	cached(parent: string, containerConfig: StepConfig): Promise<string | undefined>;
	create(config: StepConfig): Promise<string>;
	/** Starts it and answers its exit code. */
	run(container: string, output: (stream: 1 | 2, data: Uint8Array) => void): Promise<number>;
	/** mkdir -p of the configuration's working directory. */
	makeWorkdir(container: string): Promise<void>;
	remove(container: string): Promise<void>;
	/** What the container wrote is the new image's layer. Answers its id. */
	commit(container: string, request: CommitRequest): Promise<string>;
	/** What the work writes is the new image's layer. Answers its id. */
	change(request: CommitRequest, work: (root: string) => Promise<void>): Promise<string>;
	/** An image's files, for as long as the work takes. */
	files<T>(image: string, work: (root: string) => Promise<T>): Promise<T>;
	sys: import("../../sys").Sys;
	fetchUrl: FetchUrl;
	/** A line or more for the client; `error` is what a command says on stderr. */
	say(text: string): Promise<void>;
	output(stream: 1 | 2, data: Uint8Array): Promise<void>;
	/** The id of a stage's image. */
	told(id: string): Promise<void>;
	/** Nobody waits for it any more. */
	cancelled(): boolean;
}
