// The lessons that are written, by slug: what each does, and where its prose is.

import type { MDXContent } from "mdx/types";
import type { Locale } from "../components/words/locale";
import { why } from "./01-architecture/01-why/lesson";
import { clientServer } from "./01-architecture/02-client-server/lesson";
import { daemonParts } from "./01-architecture/03-daemon/lesson";
import { registries } from "./01-architecture/04-registries/lesson";
import { objects } from "./01-architecture/05-objects/lesson";
import { layers } from "./02-images/06-layers/lesson";
import { pull } from "./02-images/07-pull/lesson";
import { building } from "./02-images/08-building/lesson";
import { keeping } from "./02-images/09-keeping/lesson";
import { small } from "./02-images/10-small/lesson";
import { dockerRun } from "./03-containers/11-docker-run/lesson";
import { copyOnWrite } from "./03-containers/12-copy-on-write/lesson";
import { lifecycle } from "./03-containers/13-lifecycle/lesson";
import { inside } from "./03-containers/14-inside/lesson";
import { namespacesLesson } from "./03-containers/15-namespaces/lesson";
import { cgroups } from "./03-containers/16-cgroups/lesson";
import { volumes } from "./03-containers/17-volumes/lesson";
import { networks } from "./03-containers/18-networks/lesson";
import { services } from "./04-daemons/19-services/lesson";
import { moving } from "./04-daemons/20-moving/lesson";
import { realThing } from "./04-daemons/21-the-real-thing/lesson";
import { withoutDocker } from "./04-daemons/22-without-docker/lesson";
import { binary } from "./05-deeper/23-binary/lesson";
import type { Lesson } from "./lesson";

export const LESSONS: Record<string, Lesson> = {
	[why.slug]: why,
	[clientServer.slug]: clientServer,
	[daemonParts.slug]: daemonParts,
	[registries.slug]: registries,
	[objects.slug]: objects,
	[layers.slug]: layers,
	[pull.slug]: pull,
	[building.slug]: building,
	[keeping.slug]: keeping,
	[small.slug]: small,
	[dockerRun.slug]: dockerRun,
	[copyOnWrite.slug]: copyOnWrite,
	[lifecycle.slug]: lifecycle,
	[inside.slug]: inside,
	[namespacesLesson.slug]: namespacesLesson,
	[cgroups.slug]: cgroups,
	[volumes.slug]: volumes,
	[networks.slug]: networks,
	[services.slug]: services,
	[moving.slug]: moving,
	[realThing.slug]: realThing,
	[withoutDocker.slug]: withoutDocker,
	[binary.slug]: binary,
};

type Load = () => Promise<{ default: MDXContent }>;
export const PROSE: Record<string, Record<Locale, Load>> = {
	[dockerRun.slug]: {
		ko: () => import("./03-containers/11-docker-run/ko.mdx"),
		en: () => import("./03-containers/11-docker-run/en.mdx"),
	},
	[copyOnWrite.slug]: {
		ko: () => import("./03-containers/12-copy-on-write/ko.mdx"),
		en: () => import("./03-containers/12-copy-on-write/en.mdx"),
	},
	[lifecycle.slug]: {
		ko: () => import("./03-containers/13-lifecycle/ko.mdx"),
		en: () => import("./03-containers/13-lifecycle/en.mdx"),
	},
	[namespacesLesson.slug]: {
		ko: () => import("./03-containers/15-namespaces/ko.mdx"),
		en: () => import("./03-containers/15-namespaces/en.mdx"),
	},
	[cgroups.slug]: {
		ko: () => import("./03-containers/16-cgroups/ko.mdx"),
		en: () => import("./03-containers/16-cgroups/en.mdx"),
	},
	[volumes.slug]: {
		ko: () => import("./03-containers/17-volumes/ko.mdx"),
		en: () => import("./03-containers/17-volumes/en.mdx"),
	},
	[networks.slug]: {
		ko: () => import("./03-containers/18-networks/ko.mdx"),
		en: () => import("./03-containers/18-networks/en.mdx"),
	},
	[why.slug]: {
		ko: () => import("./01-architecture/01-why/ko.mdx"),
		en: () => import("./01-architecture/01-why/en.mdx"),
	},
	[objects.slug]: {
		ko: () => import("./01-architecture/05-objects/ko.mdx"),
		en: () => import("./01-architecture/05-objects/en.mdx"),
	},
	[registries.slug]: {
		ko: () => import("./01-architecture/04-registries/ko.mdx"),
		en: () => import("./01-architecture/04-registries/en.mdx"),
	},
	[clientServer.slug]: {
		ko: () => import("./01-architecture/02-client-server/ko.mdx"),
		en: () => import("./01-architecture/02-client-server/en.mdx"),
	},
	[daemonParts.slug]: {
		ko: () => import("./01-architecture/03-daemon/ko.mdx"),
		en: () => import("./01-architecture/03-daemon/en.mdx"),
	},
	[pull.slug]: {
		ko: () => import("./02-images/07-pull/ko.mdx"),
		en: () => import("./02-images/07-pull/en.mdx"),
	},
	[inside.slug]: {
		ko: () => import("./03-containers/14-inside/ko.mdx"),
		en: () => import("./03-containers/14-inside/en.mdx"),
	},
	[layers.slug]: {
		ko: () => import("./02-images/06-layers/ko.mdx"),
		en: () => import("./02-images/06-layers/en.mdx"),
	},
	[keeping.slug]: {
		ko: () => import("./02-images/09-keeping/ko.mdx"),
		en: () => import("./02-images/09-keeping/en.mdx"),
	},
	[building.slug]: {
		ko: () => import("./02-images/08-building/ko.mdx"),
		en: () => import("./02-images/08-building/en.mdx"),
	},
	[small.slug]: {
		ko: () => import("./02-images/10-small/ko.mdx"),
		en: () => import("./02-images/10-small/en.mdx"),
	},
	[moving.slug]: {
		ko: () => import("./04-daemons/20-moving/ko.mdx"),
		en: () => import("./04-daemons/20-moving/en.mdx"),
	},
	[withoutDocker.slug]: {
		ko: () => import("./04-daemons/22-without-docker/ko.mdx"),
		en: () => import("./04-daemons/22-without-docker/en.mdx"),
	},
	[services.slug]: {
		ko: () => import("./04-daemons/19-services/ko.mdx"),
		en: () => import("./04-daemons/19-services/en.mdx"),
	},
	[realThing.slug]: {
		ko: () => import("./04-daemons/21-the-real-thing/ko.mdx"),
		en: () => import("./04-daemons/21-the-real-thing/en.mdx"),
	},
	[binary.slug]: {
		ko: () => import("./05-deeper/23-binary/ko.mdx"),
		en: () => import("./05-deeper/23-binary/en.mdx"),
	},
};
