// A lesson's code by its slug, each fetched by itself: what judges its predictions and tasks, once its page has a machine.
// On the server, and in the tests, lessons.ts has them all at once.

import type { Lesson } from "./lesson";

type Judge = Pick<Lesson, "predictions" | "tasks">;

export const JUDGES: Record<string, () => Promise<Judge>> = {
	why: () => import("./01-architecture/01-why/lesson").then(({ why }) => why),
	"client-server": () => import("./01-architecture/02-client-server/lesson").then(({ clientServer }) => clientServer),
	daemon: () => import("./01-architecture/03-daemon/lesson").then(({ daemonParts }) => daemonParts),
	registries: () => import("./01-architecture/04-registries/lesson").then(({ registries }) => registries),
	objects: () => import("./01-architecture/05-objects/lesson").then(({ objects }) => objects),
	layers: () => import("./02-images/06-layers/lesson").then(({ layers }) => layers),
	pull: () => import("./02-images/07-pull/lesson").then(({ pull }) => pull),
	building: () => import("./02-images/08-building/lesson").then(({ building }) => building),
	keeping: () => import("./02-images/09-keeping/lesson").then(({ keeping }) => keeping),
	"small-images": () => import("./02-images/10-small/lesson").then(({ small }) => small),
	"docker-run": () => import("./03-containers/11-docker-run/lesson").then(({ dockerRun }) => dockerRun),
	"copy-on-write": () => import("./03-containers/12-copy-on-write/lesson").then(({ copyOnWrite }) => copyOnWrite),
	lifecycle: () => import("./03-containers/13-lifecycle/lesson").then(({ lifecycle }) => lifecycle),
	"standing-in": () => import("./03-containers/14-inside/lesson").then(({ inside }) => inside),
	namespaces: () => import("./03-containers/15-namespaces/lesson").then(({ namespacesLesson }) => namespacesLesson),
	cgroups: () => import("./03-containers/16-cgroups/lesson").then(({ cgroups }) => cgroups),
	volumes: () => import("./03-containers/17-volumes/lesson").then(({ volumes }) => volumes),
	networks: () => import("./03-containers/18-networks/lesson").then(({ networks }) => networks),
	services: () => import("./04-daemons/19-services/lesson").then(({ services }) => services),
	moving: () => import("./04-daemons/20-moving/lesson").then(({ moving }) => moving),
	"real-thing": () => import("./04-daemons/21-the-real-thing/lesson").then(({ realThing }) => realThing),
	"without-docker": () => import("./04-daemons/22-without-docker/lesson").then(({ withoutDocker }) => withoutDocker),
	binary: () => import("./05-deeper/23-binary/lesson").then(({ binary }) => binary),
};

/** @throws Error when there is no such lesson, or its code cannot be fetched */
export async function judgeOf(slug: string): Promise<Judge> {
	const load = JUDGES[slug];
	if (!load) throw new Error(`no lesson ${slug}`);
	return load();
}
