// ps-N: GET /containers/json?all=1 with N containers that were created and not started.

import { busyboxLayer } from "../support/busybox";
import { type Daemon, inTurns, startOurs, startReal, timed } from "./daemons";
import { type Bench, type Figure, figure } from "./figure";

const COUNTS = [1, 100, 1000];
const ROUNDS = 9;
/**
 * Asked before that: our daemon's code is compiled while it runs, the real one's was before. What the very first of them took is
 * said beside the figure.
 */
const FIRST = 400;
/** But no more containers than that are listed for it. */
const FIRST_LISTED = 4000;

export function listBench(folder: string): Bench {
	return {
		names: COUNTS.map((count) => `ps-${count}`),
		measure: async (wanted) => {
			const real = await startReal();
			const ours = await startOurs(folder);
			const figures: Figure[] = [];
			const made = new Map<Daemon, number>();
			try {
				for (const daemon of [ours, real]) {
					const imported = await daemon?.client.upload(
						"POST",
						"/images/create?fromSrc=-&repo=busybox&tag=latest",
						busyboxLayer(folder),
					);
					if (imported && imported.status !== 200) throw new Error(`busybox is not imported: ${imported.body}`);
				}
				for (const count of COUNTS) {
					if (!wanted.has(`ps-${count}`)) continue;
					const created: number[] = [];
					for (const daemon of [ours, real]) {
						const before = daemon ? (made.get(daemon) ?? 0) : count;
						created.push(daemon ? (await timed(() => create(daemon, count - before))) / (count - before) : Number.NaN);
						if (daemon) made.set(daemon, count);
					}
					const asked = (daemon: Daemon): Promise<number> => timed(() => list(daemon, count));
					const [first, theirFirst] = (await inTurns([ours, real], 1, asked)).map((ms) => ms?.toFixed(1) ?? "-");
					await inTurns([ours, real], Math.min(FIRST, FIRST_LISTED / count), asked);
					const [mine, theirs] = await inTurns([ours, real], ROUNDS, asked);
					const [each, theirEach] = created.map((ms) => ms.toFixed(1));
					const note = `the first ${first} ms, really ${theirFirst} ms; created in ${each} ms each, really in ${theirEach} ms`;
					figures.push(figure(`ps-${count}`, "ms", mine!, theirs!, note));
				}
			} finally {
				await ours.stop();
				await real?.stop();
			}
			return figures;
		},
	};
}

async function create({ client }: Daemon, count: number): Promise<void> {
	for (let i = 0; i < count; i++) {
		const { status, body } = await client.request("POST", "/containers/create", { Image: "busybox", Cmd: ["sleep", "1000"] });
		if (status !== 201) throw new Error(`create: ${body}`);
	}
}
async function list({ client }: Daemon, count: number): Promise<void> {
	const { body } = await client.request("GET", "/containers/json?all=1");
	const { length } = JSON.parse(body) as unknown[];
	if (length !== count) throw new Error(`${length} of ${count} containers are listed`);
}
