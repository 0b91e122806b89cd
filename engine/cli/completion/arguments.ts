// What stands where a command's argument stands: a row a command, by its words without "docker". A command that has no row completes
// nothing but files.

import {
	containers,
	contexts,
	DIRECTIVE,
	files,
	images,
	imagesAndRepositories,
	networks,
	nothing,
	objects,
	plugins,
	type Source,
	swarmObjects,
	upTo,
	volumes,
} from "./source";

const all = containers(true);
const running = containers(false);
const nodes = swarmObjects("/nodes", (node) => node.Description?.Hostname);
const services = swarmObjects("/services", (service) => service.Spec?.Name);
const secrets = swarmObjects("/secrets", (secret) => secret.Spec?.Name);
const configs = swarmObjects("/configs", (config) => config.Spec?.Name);

/** A network, then containers. */
const networkThenContainers =
	(everyContainer: boolean): Source =>
	(question) =>
		question.args.length === 0
			? networks(question)
			: question.args.length === 1
				? containers(everyContainer)(question)
				: nothing(question);
const directories: Source = () => ({ values: [], directive: DIRECTIVE.filterDirectories });
/** A context, then a file. */
const contextThenFile: Source = (question) => (question.args.length === 0 ? contexts(question) : files(question));
/** "busy" may stand here: the daemon knows a paused container as running, too. */
const stateIs =
	(...states: string[]): ((one: { State: string }) => boolean) =>
	({ State }) =>
		states.includes(State);

const OF_CONTAINER: Record<string, Source> = {
	attach: upTo(
		1,
		containers(false, (one) => one.State !== "paused"),
	),
	commit: upTo(1, running),
	create: images,
	diff: upTo(1, running),
	exec: upTo(
		1,
		containers(false, (one) => one.State !== "paused"),
	),
	export: upTo(1, all),
	kill: running,
	logs: upTo(1, all),
	pause: containers(false, (one) => one.State !== "paused"),
	port: upTo(1, running),
	rename: upTo(1, all),
	restart: all,
	rm: containers(true, ({ State }, { force }) => force === true || stateIs("exited", "created", "dead")({ State })),
	run: upTo(1, images),
	start: containers(true, stateIs("exited", "created")),
	stats: running,
	stop: running,
	top: upTo(1, running),
	unpause: containers(false, stateIs("paused")),
	update: all,
	wait: running,
};
const OF_IMAGE: Record<string, Source> = {
	build: directories,
	history: upTo(1, images),
	import: files,
	load: nothing,
	pull: upTo(1, images),
	push: upTo(1, images),
	save: images,
	tag: upTo(2, images),
};
const below = (group: string, rows: Record<string, Source>): Record<string, Source> =>
	Object.fromEntries(Object.entries(rows).map(([name, source]) => [`${group} ${name}`, source]));

export const ARGUMENTS: Readonly<Record<string, Source>> = {
	...OF_CONTAINER,
	...OF_IMAGE,
	...below("container", { ...OF_CONTAINER, inspect: all, ls: nothing, prune: nothing }),
	...below("image", {
		...OF_IMAGE,
		inspect: images,
		ls: upTo(1, imagesAndRepositories),
		prune: nothing,
		rm: images,
	}),
	ps: nothing,
	images: upTo(1, imagesAndRepositories),
	rmi: images,
	inspect: objects,
	info: nothing,
	version: nothing,
	login: nothing,
	events: nothing,
	...below("network", {
		connect: networkThenContainers(true),
		create: nothing,
		disconnect: networkThenContainers(true),
		inspect: networks,
		ls: nothing,
		prune: nothing,
		rm: networks,
	}),
	...below("volume", { create: nothing, inspect: volumes, ls: nothing, prune: nothing, rm: volumes, update: volumes }),
	...below("system", { df: nothing, events: nothing, info: nothing, prune: nothing }),
	...below("builder", { build: directories, prune: nothing }),
	...below("context", {
		create: nothing,
		export: contextThenFile,
		import: files,
		inspect: contexts,
		ls: nothing,
		rm: contexts,
		show: nothing,
		update: upTo(1, contexts),
		use: upTo(1, contexts),
	}),
	...below("plugin", {
		disable: plugins,
		enable: plugins,
		inspect: plugins,
		ls: nothing,
		push: plugins,
		rm: plugins,
		set: plugins,
		upgrade: plugins,
	}),
	...below("node", { demote: nodes, inspect: nodes, ls: nothing, promote: nodes, ps: nodes, rm: nodes, update: nodes }),
	...below("service", {
		create: nothing,
		inspect: services,
		logs: services,
		ls: nothing,
		ps: services,
		rm: services,
		rollback: services,
		scale: services,
		update: services,
	}),
	...below("secret", { inspect: secrets, ls: nothing, rm: secrets }),
	...below("config", { inspect: configs, ls: nothing, rm: configs }),
	...below("swarm", { ca: nothing, init: nothing, leave: nothing, unlock: nothing, "unlock-key": nothing, update: nothing }),
};
