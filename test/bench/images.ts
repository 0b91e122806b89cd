// pull, save and load of an image of 100 MB, build of twenty steps, and paths through 125 layers: by the same requests to our
// daemon and to the real one, in turns, with the same registry (Debian's docker-registry) behind both.

import { type Daemon, inTurns, startOurs, startReal, startRegistry, timed } from "./daemons";
import { type Bench, type Figure, figure } from "./figure";
import { buildContext, bulkLayer, deepArchive } from "./fixtures";

const MEGABYTES = 100;
const ROUNDS = 3;
/** What the real one's layer store takes at most, its own two for a container aside. */
const DEPTH = 125;
const NAMES = ["pull-100mb", "save-100mb", "load-100mb", "build-20-cold", "build-20-cached", "deep-path"];

export function imagesBench(folder: string): Bench {
	return {
		names: NAMES,
		measure: async (wanted) => {
			const registry = await startRegistry();
			const real = await startReal();
			const ours = await startOurs(folder, registry ? `http://${registry.address}` : undefined);
			const pair = [ours, real] as const;
			const figures: Figure[] = [];
			const add = (name: string, [mine, theirs]: Array<number | null>, note?: string): void => {
				if (wanted.has(name)) figures.push(figure(name, "ms", mine!, theirs ?? null, note));
			};
			try {
				if (["pull-100mb", "save-100mb", "load-100mb"].some((name) => wanted.has(name))) {
					const archive = await archiveOf(real ?? ours);
					if (registry && real && wanted.has("pull-100mb")) {
						const name = `${registry.address}/library/bulk`;
						await ok(real.client.request("POST", `/images/bulk/tag?repo=${encodeURIComponent(name)}`), 201);
						await ok(real.client.push(`/images/${name}/push?tag=latest`));
						add("pull-100mb", await inTurns(pair, ROUNDS, (daemon) => pull(daemon, daemon === ours ? "bulk" : name)));
					}
					add("load-100mb", await inTurns(pair, ROUNDS, (daemon) => load(daemon, archive)));
					add(
						"save-100mb",
						await inTurns(pair, ROUNDS, (daemon) => timed(() => daemon.client.download("/images/get?names=bulk"))),
					);
				}
				if (wanted.has("build-20-cold") || wanted.has("build-20-cached")) {
					for (const daemon of pair) if (daemon) await ok(daemon.client.upload("POST", IMPORT, bulkLayer(folder, 0)));
					const context = buildContext();
					const build = (query: string) => (daemon: Daemon) =>
						timed(() => ok(daemon.client.upload("POST", `/build?t=steps${query}`, context)));
					add("build-20-cold", await inTurns(pair, ROUNDS, build("&nocache=1")));
					add("build-20-cached", await inTurns(pair, ROUNDS, build("")));
				}
				if (wanted.has("deep-path")) {
					const archive = deepArchive(DEPTH);
					const ids = new Map<Daemon, string>();
					for (const daemon of pair) if (daemon) ids.set(daemon, await deepContainer(daemon, archive));
					const look = async (daemon: Daemon): Promise<number> => {
						const paths = Array.from({ length: DEPTH }, (_, i) => `/containers/${ids.get(daemon)}/archive?path=/layers/${i}`);
						return (
							(await timed(async () => {
								for (const path of paths) await ok(daemon.client.request("HEAD", path));
							})) / DEPTH
						);
					};
					add("deep-path", await inTurns(pair, ROUNDS, look), `each, through ${DEPTH} layers`);
				}
			} finally {
				await ours.stop();
				await real?.stop();
				await registry?.stop();
			}
			return figures;

			/** The image as an archive; the daemon keeps it as bulk. */
			async function archiveOf(daemon: Daemon): Promise<Uint8Array> {
				const imported = "/images/create?fromSrc=-&repo=bulk&tag=latest";
				await ok(daemon.client.upload("POST", imported, bulkLayer(folder, MEGABYTES)));
				return daemon.client.download("/images/get?names=bulk");
			}
		},
	};
}

const IMPORT = "/images/create?fromSrc=-&repo=base&tag=latest";

/** @throws Error with what the daemon said; a stream of progress may end in an error too */
async function ok(answering: Promise<{ status: number; body: string }>, status = 200): Promise<string> {
	const answer = await answering;
	if (answer.status !== status || answer.body.includes('"errorDetail"'))
		throw new Error(`${answer.status} ${answer.body.slice(-500)}`);
	return answer.body;
}

async function forget({ client }: Daemon, name: string): Promise<void> {
	const images = JSON.parse((await client.request("GET", "/images/json")).body) as Array<{
		RepoTags: string[] | null;
		Id: string;
	}>;
	for (const { RepoTags, Id } of images)
		if (RepoTags?.some((tag) => tag.includes(name))) await client.request("DELETE", `/images/${Id}?force=1`);
}
async function pull(daemon: Daemon, name: string): Promise<number> {
	await forget(daemon, "bulk");
	return timed(() => ok(daemon.client.request("POST", `/images/create?fromImage=${encodeURIComponent(name)}&tag=latest`)));
}
async function load(daemon: Daemon, archive: Uint8Array): Promise<number> {
	await forget(daemon, "bulk");
	return timed(() => ok(daemon.client.upload("POST", "/images/load", archive)));
}
async function deepContainer({ client }: Daemon, archive: Uint8Array): Promise<string> {
	await ok(client.upload("POST", "/images/load", archive));
	const created = await ok(client.request("POST", "/containers/create", { Image: "deep", Cmd: ["/x"] }), 201);
	return (JSON.parse(created) as { Id: string }).Id;
}
