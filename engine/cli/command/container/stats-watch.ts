// The samples of containers' resources as they come in, and which containers they are of: those named, or all that run now and later.

import type { Cli } from "../../cli";
import { piece } from "../../client/objects";
import { encodeFilters, NO_FILTERS, withFilter } from "../../client/query";
import { describe } from "../../describe";
import type { ContainerSummary } from "../../format/container-row";
import { jsonMessages } from "../../stream/progress";

export interface CpuStats {
	cpu_usage: { total_usage: number; percpu_usage?: number[] | null };
	system_cpu_usage?: number;
	online_cpus?: number;
}
export interface Stats {
	name: string;
	id: string;
	cpu_stats: CpuStats;
	precpu_stats: CpuStats;
	memory_stats: { usage?: number; limit?: number; stats?: Record<string, number> };
	networks?: Record<string, { rx_bytes: number; tx_bytes: number }>;
	blkio_stats?: { io_service_bytes_recursive: Array<{ op: string; value: number }> | null };
	pids_stats: { current?: number };
}

/** Without a sample for so long, what a container uses is not known. */
const STALE_MS = 2000;

interface Watched {
	latest?: Stats;
	/** When the latest came, milliseconds. */
	at: number;
	failure?: string;
	/** No more will come. */
	ended: boolean;
	/** The first sample has come, or will not come. */
	first: Promise<void>;
}
interface ContainerEvent {
	Action: string;
	Actor: { ID: string };
}

export class StatsWatch {
	private readonly watched = new Map<string, Watched>();

	/** @param follow go on after the first sample */
	constructor(
		private readonly cli: Cli,
		private readonly follow: boolean,
	) {}

	async add(name: string): Promise<void> {
		if (this.watched.has(name)) return;
		let came = (): void => {};
		const one: Watched = { at: 0, ended: false, first: new Promise((resolve) => (came = resolve)) };
		this.watched.set(name, one);
		void this.collect(name, one, came)
			.catch((error: unknown) => {
				one.failure = describe(error);
			})
			.finally(came);
		if (this.follow) void this.cli.sys.nanosleep(STALE_MS).then(came);
	}
	private async collect(name: string, one: Watched, came: () => void): Promise<void> {
		const query = this.follow ? { stream: "1" } : { stream: "0" };
		const { body } = await this.cli.client.call("GET", `/containers/${piece(name)}/stats`, { query });
		for await (const sample of jsonMessages<Stats>(body)) {
			one.latest = sample;
			one.at = this.cli.now();
			came();
			if (!this.follow || !this.watched.has(name)) return;
		}
		one.ended = true;
	}

	/** Every container, and those that come and go from now on. `ended` resolves when there are no more events. */
	async all(stopped: boolean): Promise<{ ended: Promise<void> }> {
		const { client } = this.cli;
		// before the list, so that none that starts in between is missed
		const events = this.follow
			? await client.call("GET", "/events", { query: { filters: encodeFilters(withFilter(NO_FILTERS, "type", "container")) } })
			: undefined;
		const list = await client.json<ContainerSummary[]>("GET", "/containers/json", { query: { all: stopped } });
		await Promise.all(list.map(({ Id }) => this.add(Id)));
		return { ended: events ? this.take(events.body, stopped) : Promise.resolve() };
	}
	private async take(body: AsyncIterable<Uint8Array>, stopped: boolean): Promise<void> {
		for await (const { Action, Actor } of jsonMessages<ContainerEvent>(body)) {
			if (Action === "start" || (stopped && Action === "create")) await this.add(Actor.ID);
			else if (Action === "die" && !stopped) this.watched.delete(Actor.ID);
		}
	}

	async settled(): Promise<void> {
		await Promise.all([...this.watched.values()].map(({ first }) => first));
	}
	failures(): string[] {
		return [...this.watched.values()].flatMap(({ failure }) => failure ?? []);
	}
	/** Of each container its latest sample, and whether that is too old to tell what the container uses. */
	samples(): Array<{ name: string; latest: Stats | undefined; stale: boolean }> {
		const now = this.cli.now();
		return [...this.watched].map(([name, { latest, at, ended }]) => ({
			name,
			latest,
			stale: ended || (this.follow && now - at > STALE_MS),
		}));
	}
}
