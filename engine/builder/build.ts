// A Dockerfile → an image. Stages are built in the order in which the wanted one needs them; each step of a stage tells its
// beginning, its output and its end; the image gets its names when all of it is there.

import type { Descriptor, Mount } from "../containerd/api";
import { utf8 } from "../lib/bytes";
import { EngineError, invalidParameter, isKind, notImplemented } from "../lib/errors";
import { Feed } from "../lib/feed";
import { formatReference, parseNormalized, tagNameOnly } from "../lib/reference";
import { rootPath } from "../oci/layer/root-path";
import { withoutIgnored } from "./context/filter";
import { MemoryContext } from "./context/memory";
import { digestOfSelected, type Selected, select } from "./context/select";
import { sysContext } from "./context/sys";
import type { BuildContext } from "./context/types";
import { chomped } from "./dockerfile/heredoc";
import { type Command, parseInstruction, parseStages, type Recipe, type Stage } from "./dockerfile/instructions";
import { parseDockerfile } from "./dockerfile/parse";
import { addHistory, copyState, DEFAULT_PATH, fromImage, type ImageState, scratch, writeImage } from "./image";
import { configure, expand, inWorkdir, type StageContext, shellOf } from "./instructions";
import { addLayer, mounted } from "./layer";
import { processWord } from "./shell/lex";
import { copyInto, makeDirectories } from "./steps/copy";
import { ownerOf } from "./steps/owner";
import type { BuildBackend, BuildEvent, BuildOptions } from "./types";
import { Arguments, PLATFORM_ARGS, valueIn } from "./variables";

/** @throws EngineError (in the iteration) for a bad Dockerfile, a missing file, a command that fails */
export function build(options: BuildOptions, backend: BuildBackend): AsyncIterable<BuildEvent> {
	const feed = new Feed<BuildEvent>();
	const run = async (): Promise<void> => new Build(options, backend, feed).run();
	run().then(
		() => feed.end(),
		(error: unknown) => feed.end(error),
	);
	return feed;
}

type Copy = Extract<Command, { name: "ADD" | "COPY" }>;
type Run = Extract<Command, { name: "RUN" }>;

class Build {
	private readonly recipe: Recipe;
	private readonly escapeToken: string;
	private readonly global = new Map<string, string | undefined>();
	private readonly built = new Map<Stage, ImageState>();
	private context!: BuildContext;
	private steps = 0;
	private readonly created: string;

	constructor(
		private readonly options: BuildOptions,
		private readonly backend: BuildBackend,
		private readonly feed: Feed<BuildEvent>,
	) {
		const parsed = parseDockerfile(options.dockerfile);
		this.recipe = parseStages(parsed.nodes);
		this.escapeToken = parsed.escape;
		const now = options.sourceDateEpoch ?? Number(backend.sys.now() / 1_000_000_000n);
		this.created = new Date(now * 1000).toISOString().replace(/\.000Z$/, "Z");
	}

	async run(): Promise<void> {
		const { options, recipe } = this;
		if (recipe.stages.length === 0) throw invalidParameter("dockerfile contains no stages to build");
		for (const { args } of recipe.meta) {
			for (const { key, value } of args) {
				const given = options.buildArgs?.[key];
				this.global.set(
					key,
					given ??
						(value === undefined
							? undefined
							: processWord(value, (name) => this.global.get(name) ?? PLATFORM_ARGS[name], { escape: this.escapeToken })),
				);
			}
		}
		this.context = await withoutIgnored(options.context);
		const state = copyState(await this.stage(this.target()));
		if (options.labels) state.config.Labels = { ...state.config.Labels, ...options.labels };
		const { containerd } = this.backend;
		const id = this.begin("exporting to image");
		const { target, config } = await writeImage(containerd, state, this.created);
		const names = options.tags.map((tag) => formatReference(tagNameOnly(parseNormalized(tag))));
		for (const name of names) await this.name(name, target);
		this.feed.push({ kind: "done", id });
		this.feed.push({ kind: "built", target, config, names });
	}

	private async name(name: string, target: Descriptor): Promise<void> {
		const { containerd } = this.backend;
		const image = { name, target, labels: {} };
		await containerd["images.create"]({ image }).catch(async (error: unknown) => {
			if (!isKind(error, "alreadyExists")) throw error;
			await containerd["images.update"]({ image });
		});
	}

	private target(): Stage {
		const { stages } = this.recipe;
		const { target } = this.options;
		if (!target) return stages.at(-1)!;
		const found = this.find(target, stages.length);
		if (!found) throw invalidParameter(`target stage ${JSON.stringify(target)} could not be found`);
		return found;
	}
	/** A stage before the one with number `before`, by its name or its number. */
	private find(name: string, before: number): Stage | undefined {
		const earlier = this.recipe.stages.slice(0, before);
		return (
			earlier.findLast(({ as }) => as !== "" && as === name.toLowerCase()) ??
			(/^\d+$/.test(name) ? earlier[Number(name)] : undefined)
		);
	}

	private begin(name: string): number {
		this.feed.push({ kind: "step", id: ++this.steps, name });
		return this.steps;
	}

	private async stage(stage: Stage): Promise<ImageState> {
		const done = this.built.get(stage);
		if (done) return done;
		const number = this.recipe.stages.indexOf(stage);
		const label = this.recipe.stages.length > 1 ? `${stage.as || `stage-${number}`} ` : "";
		const changing = stage.commands.filter(
			({ name }) => name === "RUN" || name === "COPY" || name === "ADD" || name === "WORKDIR",
		);
		const total = changing.length + 1;
		const context: StageContext = {
			state: copyState(await this.base(stage, number, `[${label}1/${total}] `)),
			args: new Arguments(this.options.buildArgs ?? {}, this.global),
			escapeToken: this.escapeToken,
			cmdSet: false,
		};
		const triggers = (context.state.config.OnBuild ?? []).map((expression) => this.trigger(expression));
		if (triggers.length > 0) context.state.config.OnBuild = undefined;
		let step = 1;
		for (const command of [...triggers, ...stage.commands]) {
			const prefix = `[${label}${++step}/${total + triggers.length}] `;
			const words = await this.command(command, context, number, prefix);
			if (words === "configured") step--;
		}
		this.built.set(stage, context.state);
		return context.state;
	}
	private trigger(expression: string): Command {
		const [node] = parseDockerfile(expression).nodes;
		return parseInstruction(node!);
	}

	private async base(stage: Stage, number: number, prefix: string): Promise<ImageState> {
		const base = processWord(stage.base, (name) => this.global.get(name) ?? PLATFORM_ARGS[name], { escape: this.escapeToken });
		if (base === "") throw invalidParameter(`base name (${stage.base}) should not be blank`);
		if (base === "scratch") return scratch();
		const earlier = this.find(base, number);
		if (earlier) return this.stage(earlier);
		return this.image(base, prefix);
	}

	private async image(base: string, prefix: string): Promise<ImageState> {
		const { containerd } = this.backend;
		const name = formatReference(tagNameOnly(parseNormalized(base)));
		const id = this.begin(`${prefix}FROM ${name}`);
		const there = await containerd["images.get"]({ name }).catch((error: unknown) => {
			if (isKind(error, "notFound")) return undefined;
			throw error;
		});
		if (!there || this.options.pull) {
			for await (const progress of containerd["transfer.pull"]({ reference: name, unpack: true }))
				this.feed.push({ kind: "pull", id, progress });
		}
		const state = await fromImage(containerd, name);
		this.feed.push({ kind: "done", id });
		return state;
	}

	private async command(
		command: Command,
		context: StageContext,
		number: number,
		prefix: string,
	): Promise<"configured" | "stepped"> {
		const words = configure(command, context);
		if (words !== undefined) {
			addHistory(context.state, words, false, this.created);
			return "configured";
		}
		const id = this.begin(prefix + command.original.trim());
		try {
			if (command.name === "WORKDIR") await this.workdir(command.value, context, id);
			else if (command.name === "RUN") await this.runCommand(command, context, id);
			else await this.copy(command as Copy, context, number, id);
		} catch (error) {
			if (error instanceof EngineError) throw new EngineError(error.kind, error.message, { ...error.detail, line: command.line });
			throw error;
		}
		this.feed.push({ kind: "done", id });
		return "stepped";
	}

	/** Takes the step's result down: in the history, and for who watches. */
	private finish(context: StageContext, words: string, result: "cached" | "made" | "empty", id: number): void {
		if (result === "cached") this.feed.push({ kind: "cached", id });
		addHistory(context.state, words, result !== "empty", this.created);
	}
	private get common() {
		return { useCache: !this.options.noCache, sourceDateEpoch: this.options.sourceDateEpoch };
	}

	private async workdir(value: string, context: StageContext, id: number): Promise<void> {
		const path = inWorkdir(expand(value, context), context).replace(/(.)\/$/, "$1");
		context.state.config.WorkingDir = path;
		const { sys } = this.backend;
		const result = await addLayer(this.backend, context.state, {
			...this.common,
			inputs: ["WORKDIR", path],
			work: (mounts) =>
				mounted(this.backend, mounts, async (root) => void (await makeDirectories(sys, root, await rootPath(sys, root, path)))),
		});
		this.finish(context, `WORKDIR ${path}`, result, id);
	}

	private async copy(command: Copy, context: StageContext, number: number, id: number): Promise<void> {
		const from = command.from === "" ? undefined : await this.source(expand(command.from, context), number);
		const work = async (source: BuildContext): Promise<void> => {
			const selected = await this.selected(command, source, context);
			const chown = expand(command.chown, context);
			const chmod = expand(command.chmod, context);
			if (chmod !== "" && !/^[0-7]{1,4}$/.test(chmod))
				throw invalidParameter(`invalid chmod parameter: '${chmod}'. it should be octal string and between 0 and 07777`);
			const dest = inWorkdir(expand(command.dest, context), context);
			const result = await addLayer(this.backend, context.state, {
				...this.common,
				inputs: [command.name, selected.digests, dest, chown, chmod],
				work: (mounts) =>
					mounted(this.backend, mounts, async (root) => {
						const owner = chown === "" ? undefined : await ownerOf(this.backend.sys, root, chown, false);
						for (const { context: tree, items } of selected.trees) {
							const asDirectory = selected.count > 1 && !dest.endsWith("/") ? `${dest}/` : dest;
							await copyInto(this.backend.sys, root, {
								context: tree,
								selected: items,
								dest: asDirectory,
								owner,
								mode: chmod === "" ? undefined : Number.parseInt(chmod, 8),
								unpack: command.name === "ADD",
							});
						}
					}),
			});
			const sources = [...command.sources.map((one) => expand(one, context)), ...command.heredocs.map(({ name }) => name)];
			this.finish(context, `${command.name} ${[...sources, expand(command.dest, context)].join(" ")}`, result, id);
		};
		if (!from) await work(this.context);
		else await this.withFiles(from, work);
	}

	private async selected(command: Copy, source: BuildContext, context: StageContext) {
		const trees: Array<{ context: BuildContext; items: Selected[] }> = [];
		const items: Selected[] = [];
		for (const one of command.sources) {
			const name = expand(one, context);
			if (command.name === "ADD" && /^(https?|git|ssh):\/\/|^git@/.test(name))
				throw notImplemented(`ADD ${name}: remote sources are not supported`);
			items.push(...(await select(source, name)));
		}
		if (items.length > 0) trees.push({ context: source, items });
		if (command.heredocs.length > 0) {
			const files = new MemoryContext();
			for (const heredoc of command.heredocs) {
				const content = heredoc.expand
					? processWord(chomped(heredoc), context.args.lookup(context.state.config.Env), {
							escape: this.escapeToken,
							ignoreQuotes: true,
						})
					: chomped(heredoc);
				files.add(heredoc.name, { content: utf8(content) });
			}
			const made = await Promise.all(command.heredocs.map(({ name }) => select(files, name)));
			trees.push({ context: files, items: made.flat() });
		}
		const digests = await Promise.all(trees.map((tree) => digestOfSelected(tree.context, tree.items)));
		return { trees, digests, count: trees.reduce((sum, tree) => sum + tree.items.length, 0) };
	}

	/** COPY --from: a stage, or an image. */
	private async source(name: string, number: number): Promise<ImageState> {
		const stage = this.find(name, number);
		if (stage) return this.stage(stage);
		return this.image(name, "");
	}
	private async withFiles(state: ImageState, work: (files: BuildContext) => Promise<void>): Promise<void> {
		if (state.chainId === "") return work(new MemoryContext());
		const { containerd, sys } = this.backend;
		const key = `build-source-${state.chainId}-${this.steps}`;
		const mounts = await containerd["snapshots.view"]({ key, parent: state.chainId });
		try {
			await mounted(this.backend, mounts, (root) => work(sysContext(sys, root)));
		} finally {
			await containerd["snapshots.remove"]({ key });
		}
	}

	private async runCommand(command: Run, context: StageContext, id: number): Promise<void> {
		if (command.mounts.length > 0) throw notImplemented("RUN --mount is not supported");
		const { config } = context.state;
		const args = this.commandLine(command, context.state);
		const environment = [...context.args.environment(), ...(config.Env ?? [])];
		if (valueIn(environment, "PATH") === undefined) environment.push(`PATH=${DEFAULT_PATH}`);
		const cwd = config.WorkingDir || "/";
		const result = await addLayer(this.backend, context.state, {
			...this.common,
			inputs: ["RUN", args, environment, cwd, config.User ?? ""],
			work: async (mounts, key) => {
				const owner = await this.user(mounts, config.User);
				const code = await this.backend.runStep({
					key,
					mounts,
					args,
					env: environment,
					cwd,
					...owner,
					output: (stream, data) => this.feed.push({ kind: "output", id, stream, data }),
				});
				if (code !== 0) {
					const said = command.shell ? args.join(" ") : args.map((arg) => JSON.stringify(arg)).join(" ");
					throw new EngineError("system", `process ${JSON.stringify(said)} did not complete successfully: exit code: ${code}`, {
						exitCode: code,
					});
				}
			},
		});
		const declared = context.args.environment();
		const before = declared.length > 0 ? `|${declared.length} ${declared.join(" ")} ` : "";
		this.finish(context, `RUN ${before}${args.join(" ")}`, result, id);
	}
	private commandLine({ cmd, shell, heredocs }: Run, state: ImageState): string[] {
		const [heredoc] = heredocs;
		if (!heredoc) return shell ? [...shellOf(state), ...cmd] : cmd;
		// alone, the heredoc is the script; with a command, it is the command's input
		const alone = cmd.join(" ").trim() === `<<${heredoc.chomp ? "-" : ""}${heredoc.name}` || heredocs.length === 0;
		const script = alone
			? chomped(heredoc)
			: `${cmd.join(" ")}\n${heredocs.map((one) => `${chomped(one)}${one.name}\n`).join("")}`;
		return [...shellOf(state), script];
	}
	private async user(mounts: Mount[], user: string | undefined): Promise<{ uid: number; gid: number }> {
		if (!user) return { uid: 0, gid: 0 };
		return mounted(this.backend, mounts, (root) => ownerOf(this.backend.sys, root, user, true));
	}
}
