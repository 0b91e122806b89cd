// A stage while it is converted: what its image says so far, what its commands see, and the step that its files come from.

import type { Command, Stage } from "../dockerfile/instructions";
import { copyImage, emptyImage, type ImageState } from "../export/image";
import type { Op } from "../solve/solver";
import { Environment } from "./environment";

export interface PreparedCommand {
	command: Command;
	/** Stages and images that it reads: for COPY --from one, for RUN one a mount. */
	sources: Array<StageState | undefined>;
	onBuild: boolean;
}

export class StageState {
	/** The stage that it goes on from. */
	base: StageState | undefined;
	readonly dependencies = new Map<StageState, Command>();
	commands: PreparedCommand[] = [];
	image: ImageState = emptyImage();
	environment = new Environment();
	buildArgs: Array<{ key: string; value: string | undefined }> = [];
	op!: Op;
	/** The image or the stage is known. */
	resolved = false;
	dispatched = false;
	onBuildTaken = false;
	/** How many of its steps are told of, and how many there are. */
	step = 0;
	total = 0;
	workdirSet = false;
	readonly last = new Map<"CMD" | "ENTRYPOINT" | "HEALTHCHECK", Command>();

	constructor(
		readonly stage: Stage,
		/** As it is shown. */
		public name: string,
		/** Of the image or stage, with its variables filled in. */
		readonly baseName: string,
		/** Not a FROM of the Dockerfile, but an image that a command reads. */
		readonly unregistered: boolean,
		readonly noCache: boolean,
	) {}

	/** Begins where its base ends. */
	inherit(): void {
		const { base } = this;
		if (!base) return;
		this.op = base.op;
		this.image = copyImage(base.image);
		delete this.image.config.OnBuild;
		this.environment = base.environment.copy();
		this.workdirSet = base.workdirSet;
		this.buildArgs = [...this.buildArgs, ...base.buildArgs];
	}

	/** "[build 2/3] " */
	prefix(onBuild = false): string {
		if (this.total === 0) return "";
		const width = Math.trunc(1 + Math.log10(this.total));
		const number = String(++this.step).padStart(width);
		return `[${this.name ? `${this.name} ` : ""}${number}/${this.total}] ${onBuild ? "ONBUILD " : ""}`;
	}
}

const CHANGING = new Set<Command["name"]>(["ADD", "COPY", "RUN", "WORKDIR"]);
export const stepsOf = (commands: readonly Command[]): number => commands.filter(({ name }) => CHANGING.has(name)).length;

/** An image that a command reads, as a stage of its own. */
export const imageStage = (name: string, command: Command): StageState =>
	new StageState({ ...command, base: name, as: "", platform: "", commands: [] }, "", name, true, false);
