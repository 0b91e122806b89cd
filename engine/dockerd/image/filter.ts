// Which names of images the filters of GET /images/json and POST /images/prune leave.

import type { Image } from "../../containerd/api";
import { invalidParameter, messageOf } from "../../lib/errors";
import { pathMatcher } from "../../lib/path-match";
import { familiarName, familiarString, parseNormalized } from "../../lib/reference";
import type { Daemon } from "../daemon/daemon";
import { type Filters, splitPair } from "../filters";
import { nanoseconds, parseMoment } from "../time";
import { isDangling, resolveImage } from "./names";

type Fits = (image: Image) => boolean | Promise<boolean>;

/** @throws EngineError invalidParameter, notFound for the image of before= and since= */
export async function imageFilter(daemon: Daemon, filters: Filters): Promise<(image: Image) => Promise<boolean>> {
	const created = async (target: Image["target"]): Promise<bigint | undefined> => {
		const { created: time } = (await daemon.content.image(target)).file;
		return time === undefined ? undefined : nanoseconds(time);
	};
	const limits = async (name: string): Promise<bigint[]> => {
		const moments = await Promise.all(
			filters.get(name).map(async (typed) => created((await resolveImage(daemon.containerd, typed)).target)),
		);
		return moments.filter((moment) => moment !== undefined);
	};
	const [before, since] = [await limits("before"), await limits("since")];
	const until = filters.get("until").map((text) => {
		try {
			return parseMoment(text, daemon.sys.now());
		} catch (error) {
			throw invalidParameter(`invalid value for 'until' filter: ${messageOf(error)}`);
		}
	});
	const dangling = filters.boolean("dangling");
	const references = filters.get("reference");
	const all: Fits[] = [];
	if (before.length + since.length > 0) {
		all.push(async ({ target }) => {
			const time = await created(target).catch(() => undefined);
			return time !== undefined && before.every((limit) => time < limit) && since.every((limit) => time > limit);
		});
	}
	if (until.length > 0) all.push(({ createdAt }) => until.every((limit) => nanoseconds(createdAt) < limit));
	const checks = labelChecks(filters);
	if (checks.length > 0) {
		all.push(async ({ target }) => {
			const configs = await Promise.all(
				(await daemon.content.manifests(target)).map(({ manifest }) =>
					manifest ? daemon.content.config(manifest).catch(() => undefined) : undefined,
				),
			);
			return configs.some((file) => file && checks.every((check) => check(file.config?.Labels ?? {})));
		});
	}
	if (dangling !== undefined) all.push(({ name }) => dangling === isDangling(name));
	if (references.length > 0) all.push(({ name }) => !isDangling(name) && fitsReference(name, references));
	return async (image) => {
		for (const fits of all) if (!(await fits(image))) return false;
		return true;
	};
}

/** Of label and label!, each of which "key!" turns round; where a value is asked for, the label must be there either way. */
function labelChecks(filters: Filters): Array<(labels: Readonly<Record<string, string>>) => boolean> {
	return ["label", "label!"].flatMap((filter) =>
		filters.get(filter).map((wanted) => {
			const [typed, value] = splitPair(wanted);
			const key = typed.replace(/!$/, "");
			const negated = (filter === "label!") !== (key !== typed);
			return (labels: Readonly<Record<string, string>>) => {
				const there = Object.hasOwn(labels, key);
				if (value === undefined) return there !== negated;
				return there && (labels[key] === value) !== negated;
			};
		}),
	);
}

/** Shell wildcards over the familiar name, with or without its tag; a pattern that is none ends the search. */
function fitsReference(name: string, patterns: readonly string[]): boolean {
	const reference = parseNormalized(name);
	try {
		return patterns.some((pattern) => {
			const matches = pathMatcher(pattern);
			return matches(familiarString(reference)) || matches(familiarName(reference));
		});
	} catch {
		return false;
	}
}
