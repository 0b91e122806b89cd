// Where completions come from: names that the daemon knows, and lists that everybody knows.

import { familiarName, parseNormalized, type Reference } from "../../lib/reference";
import type { Cli } from "../cli";

/** What the shell is to do with the values, as cobra numbers it: bits that add up. */
export const DIRECTIVE = {
	default: 0,
	error: 1,
	noSpace: 2,
	noFiles: 4,
	filterFileExtensions: 8,
	filterDirectories: 16,
} as const;
const DIRECTIVE_NAMES = [
	[DIRECTIVE.error, "ShellCompDirectiveError"],
	[DIRECTIVE.noSpace, "ShellCompDirectiveNoSpace"],
	[DIRECTIVE.noFiles, "ShellCompDirectiveNoFileComp"],
] as const;
export const directiveName = (directive: number): string =>
	DIRECTIVE_NAMES.filter(([bit]) => directive & bit)
		.map(([, name]) => name)
		.join(", ") || "ShellCompDirectiveDefault";

export interface Found {
	/** Each may have a description after a tab. */
	values: string[];
	directive: number;
}
export interface Question {
	cli: Cli;
	/** The arguments before the one in question. */
	args: readonly string[];
	/** What has been typed of it. */
	begun: string;
	/** Options given so far. */
	options: Record<string, unknown>;
}
export type Source = (question: Question) => Promise<Found> | Found;

const found = (values: readonly string[], directive: number = DIRECTIVE.noFiles): Found => ({ values: [...values], directive });
export const nothing: Source = () => found([]);
export const files: Source = () => found([], DIRECTIVE.default);
/** Only what begins as typed, as cobra's own lists do. */
export const fixed =
	(...values: string[]): Source =>
	() =>
		found(values);
export const fixedNoSpace =
	(...values: string[]): Source =>
	() =>
		found(values, DIRECTIVE.noSpace);

/** At most so many arguments are completed. */
export const upTo =
	(limit: number, source: Source): Source =>
	(question) =>
		question.args.length >= limit ? found([]) : source(question);

/** A daemon that does not answer is no reason to complain amid typing. */
const asked =
	(ask: (question: Question) => Promise<string[]>, directive: number = DIRECTIVE.noFiles): Source =>
	(question) =>
		ask(question).then(
			(values) => found(values, directive),
			() => found([], DIRECTIVE.error),
		);

interface Summary {
	Id: string;
	Names: string[];
	State: string;
}
type Which = (container: Summary, options: Record<string, unknown>) => boolean;
async function containerNames({ cli, options }: Question, all: boolean, which: Which = () => true): Promise<string[]> {
	const list = await cli.client.json<Summary[]>("GET", "/containers/json", { query: { all } });
	const ids = cli.env.DOCKER_COMPLETION_SHOW_CONTAINER_IDS === "yes";
	return list
		.filter((one) => which(one, options))
		.flatMap(({ Id, Names }) => [...(ids ? [Id] : []), ...(Names ?? []).map((name) => name.slice(1))]);
}
export const containers = (all: boolean, which?: Which): Source => asked((question) => containerNames(question, all, which));
export const containersThen = (all: boolean, suffix: string): Source =>
	asked(async (question) => (await containerNames(question, all)).map((name) => name + suffix), DIRECTIVE.noSpace);

const repoTags = async ({ cli }: Question): Promise<string[]> =>
	(await cli.client.json<Array<{ RepoTags: string[] | null }>>("GET", "/images/json")).flatMap(({ RepoTags }) => RepoTags ?? []);
export const images: Source = asked(repoTags);
/** And the repository alone where it has several tags. */
export const imagesAndRepositories: Source = asked(async (question) => {
	const tags = await repoTags(question);
	const repositories = tags.map((tag) => familiarName(parseNormalized(tag) as Reference));
	const several = [...new Set(repositories)].filter((one) => repositories.filter((other) => other === one).length > 1);
	return [...tags, ...several];
}, DIRECTIVE.noSpace | DIRECTIVE.noFiles);
export const networks: Source = asked(async ({ cli }) =>
	(await cli.client.json<Array<{ Name: string }>>("GET", "/networks")).map(({ Name }) => Name),
);
export const volumes: Source = asked(async ({ cli }) =>
	((await cli.client.json<{ Volumes: Array<{ Name: string }> | null }>("GET", "/volumes")).Volumes ?? []).map(({ Name }) => Name),
);
export const plugins: Source = asked(async ({ cli }) =>
	(await cli.client.json<Array<{ Name: string }>>("GET", "/plugins")).map(({ Name }) => Name),
);
export const drivers =
	(kind: "Log" | "Volume", builtIn: readonly string[]): Source =>
	async ({ cli }) => {
		const info = await cli.client.json<{ Plugins: Record<string, string[] | null> }>("GET", "/info").catch(() => undefined);
		return found(info ? (info.Plugins[kind] ?? []) : builtIn);
	};

/** Nodes, services, secrets … of a swarm, by the path of their list. */
export const swarmObjects = (
	path: string,
	nameOf: (one: Record<string, { Name?: string; Hostname?: string }>) => string | undefined,
): Source =>
	asked(async ({ cli }) =>
		(await cli.client.json<Array<Record<string, { Name?: string; Hostname?: string }>>>("GET", path)).flatMap(
			(one) => nameOf(one) ?? [],
		),
	);

export const contexts: Source = async ({ cli, args }) => {
	const { store, current } = cli.contexts;
	const names = [...(await store.list().catch(() => [])).map(({ Name }) => Name), "default"];
	return found(names.filter((name) => !args.includes(name)).map((name) => (name === current ? `${name}\tcurrent` : name)));
};

export const environment: Source = ({ cli }) => found(Object.keys(cli.env));

/** "container:NAME", beside some words. */
export const containerOr =
	(...words: string[]): Source =>
	async (question) => {
		const { begun } = question;
		if (begun !== "" && "container".startsWith(begun)) return found(["container:"], DIRECTIVE.noSpace);
		if (begun.startsWith("container:"))
			return found((await containerNames(question, true).catch(() => [])).map((name) => `container:${name}`));
		return found(["container:", ...words]);
	};

/** Any object that inspect knows, of one kind where --type says so. */
export const objects: Source = async (question) => {
	const type = String(question.options.type ?? "");
	const kinds: Array<[string, Source]> = [
		["container", containers(true)],
		["image", images],
		["network", networks],
		["volume", volumes],
	];
	const values: string[] = [];
	for (const [kind, source] of kinds) if (type === "" || type === kind) values.push(...(await source(question)).values);
	return found(values);
};
