// FROM's image: here already, or to be fetched.

import { EngineError, isKind, messageOf, notFound } from "../../lib/errors";
import { goQuote } from "../../lib/quote";
import { formatReference, parseNormalized, tagNameOnly } from "../../lib/reference";
import { parsePlatform } from "../../oci/image/platform";
import { suggestion } from "../dockerfile/suggest";
import { copyImage, emptyImage, readImage, type StoredImage, stateOf } from "../export/image";
import type { Linter } from "../lint/linter";
import type { Vertex } from "../progress";
import { ImageOp, ScratchOp } from "../solve/base";
import { ContextOp } from "../solve/named";
import type { Solver } from "../solve/solver";
import type { BuildOptions } from "../types";
import { fetchImage } from "./fetch";
import type { StageState } from "./stage";

const COMMON = ["alpine", "busybox", "centos", "debian", "golang", "ubuntu", "fedora"];

/** Gives the stage what its base image is. */
export async function resolveBase(
	state: StageState,
	options: BuildOptions,
	solver: Solver,
	images: ResolvedImages,
	linter: Linter,
): Promise<void> {
	const named = options.contexts?.[state.stage.as || ""] ?? options.contexts?.[state.baseName];
	if (state.baseName === "scratch" && !named) {
		state.image = emptyImage();
		state.op = new ScratchOp(solver);
		return;
	}
	if (named !== undefined && typeof named !== "string") {
		const vertex = solver.progress.vertex(`[context ${state.stage.as || state.baseName}] load from client`);
		state.image = emptyImage();
		state.op = new ContextOp(solver, vertex, named);
		return;
	}
	checkPlatform(state, options);
	const typed = typeof named === "string" ? named.replace(/^docker-image:\/\//, "") : state.baseName;
	const name = nameOf(typed);
	try {
		const known = images.get(name);
		const resolving = known ?? resolveImage(state, options, solver, name);
		images.set(name, resolving);
		const { image, op } = await resolving;
		if (known) state.prefix();
		checkImagePlatform(state, image, options, linter);
		state.image = copyImage(stateOf(image));
		state.op = op;
	} catch (error) {
		if (!(error instanceof EngineError)) throw error;
		const near = suggestion(state.baseName, COMMON, true);
		const words = `${state.baseName}: failed to resolve source metadata for ${name}: ${messageOf(error)}${near}`;
		throw new EngineError(error.kind, words, error.detail);
	}
}

export type ResolvedImages = Map<string, Promise<ResolvedImage>>;
interface ResolvedImage {
	image: StoredImage;
	op: ImageOp;
}
/** Looked up once, and one step, however many stages begin with it. */
async function resolveImage(state: StageState, options: BuildOptions, solver: Solver, name: string): Promise<ResolvedImage> {
	const vertex = solver.progress.vertex(`[internal] load metadata for ${name}`);
	const digest = await vertex.doing(() => find(solver, options, name));
	const shown = `${name}${name.includes("@") ? "" : `@${digest}`}`;
	const step = solver.progress.vertex(`${state.prefix()}FROM ${shown}`);
	const { image, named } = await present(solver, name, digest, step);
	const op = new ImageOp(solver, step, shown, image, named);
	op.place = state.stage;
	return { image, op };
}

/** @throws EngineError invalidParameter */
export function nameOf(typed: string): string {
	try {
		return formatReference(tagNameOnly(parseNormalized(typed)));
	} catch (error) {
		const words = `failed to parse stage name ${goQuote(typed)}: ${messageOf(error)}`;
		throw error instanceof EngineError ? new EngineError(error.kind, words) : error;
	}
}

function checkPlatform(state: StageState, options: BuildOptions): void {
	const platform = state.stage.platform || options.platform || "linux/amd64";
	parsePlatform(platform);
	if (/^(linux\/)?(amd64|x86_64|x86-64)(\/v1)?$/i.test(platform) || platform === "linux") return;
	throw notFound(
		`${state.baseName}: no match for platform in manifest: not found: this machine builds for linux/amd64, not for ${platform}`,
	);
}

/** An image that is here may be another platform's than was asked for. */
function checkImagePlatform({ stage, baseName }: StageState, { file }: StoredImage, options: BuildOptions, linter: Linter): void {
	const wanted = parsePlatform(stage.platform || options.platform || "linux/amd64");
	if (file.os === wanted.os && file.architecture === wanted.architecture) return;
	const [expected, actual] = [wanted, file].map(({ os, architecture }) => JSON.stringify(`${os}/${architecture}`));
	const words = `Base image ${baseName} was pulled with platform ${actual}, expected ${expected} for current build`;
	linter.report("InvalidBaseImagePlatform", words, stage);
}

/** The digest that the name stands for, here or in its registry. */
async function find({ backend }: Solver, { pull }: BuildOptions, name: string): Promise<string> {
	const { containerd } = backend;
	const there = await containerd["images.get"]({ name }).catch((error: unknown) => {
		if (isKind(error, "notFound")) return undefined;
		throw error;
	});
	if (there && !pull) return there.target.digest;
	const auth = backend.authOf?.(name);
	const { descriptor } = await containerd["transfer.resolve"]({ reference: name, ...(auth ? { auth } : {}) });
	return descriptor.digest;
}

/**
 * The image, fetched if it is not there: for the cache, as BuildKit has it, so that no list of images shows it. What is fetched is
 * told of by the step that needs it.
 */
async function present(
	solver: Solver,
	name: string,
	digest: string,
	vertex: Vertex,
): Promise<{ image: StoredImage; named: boolean }> {
	const { containerd, cache } = solver.backend;
	const there = await containerd["images.get"]({ name }).catch(() => undefined);
	if (there?.target.digest === digest) return { image: await readImage(containerd, there.target, name), named: true };
	const kept = cache.imageOf(digest) ?? (await fetchImage(solver.backend, name, true, vertex));
	return { image: await readImage(containerd, kept, name), named: false };
}
