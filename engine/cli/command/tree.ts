// All commands, in the groups in which help shows them.

import { build } from "./build/build";
import { buildx } from "./builder/buildx";
import { prune as builderPrune } from "./builder/prune";
import { type Command, type Group, renamed } from "./command";
import { attach } from "./container/attach";
import { checkpoint } from "./container/checkpoint";
import { commit } from "./container/commit";
import { cp } from "./container/cp";
import { create } from "./container/create";
import { diff } from "./container/diff";
import { exec } from "./container/exec";
import { exportContainer } from "./container/export";
import { list as containerList } from "./container/list";
import { logs } from "./container/logs";
import { port } from "./container/port";
import { prune as containerPrune } from "./container/prune";
import { run } from "./container/run";
import { start } from "./container/start";
import { stats } from "./container/stats";
import { update } from "./container/update";
import { kill, pause, rename, restart, rm, stop, top, unpause, wait } from "./container/verbs";
import { exportContext, importContext } from "./context/archive";
import * as contexts from "./context/list";
import { create as contextCreate, update as contextUpdate } from "./context/make";
import { rm as contextRm, use as contextUse } from "./context/use";
import { history } from "./image/history";
import { list as imageList } from "./image/list";
import { pull } from "./image/pull";
import { push } from "./image/push";
import { prune as imagePrune, rm as imageRm, importImage, load, save, tag } from "./image/verbs";
import { manifest } from "./manifest/inspect";
import * as network from "./network/commands";
import { plugin } from "./plugin/commands";
import { login, logout } from "./registry/login";
import { search } from "./registry/search";
import { config, node, secret } from "./swarm/objects";
import { service, stack } from "./swarm/service";
import { swarm } from "./swarm/swarm";
import { completion } from "./system/completion";
import { df } from "./system/df";
import { dialStdio } from "./system/dial-stdio";
import { events } from "./system/events";
import { info } from "./system/info";
import { inspect, inspectOf } from "./system/inspect";
import { prune as systemPrune } from "./system/prune";
import { version } from "./system/version";
import { update as volumeUpdate } from "./volume/cluster";
import * as volume from "./volume/commands";

export const COMMON: Command[] = [
	run,
	exec,
	renamed(containerList, "ps"),
	build,
	pull,
	push,
	renamed(imageList, "images"),
	login,
	logout,
	search,
	version,
	info,
];

const ofContainer: Command[] = [
	attach,
	commit,
	cp,
	create,
	diff,
	exportContainer,
	kill,
	logs,
	pause,
	port,
	rename,
	restart,
	rm,
	start,
	stats,
	stop,
	top,
	unpause,
	update,
	wait,
];

export const OTHERS: Command[] = [
	...ofContainer,
	events,
	history,
	importImage,
	inspect,
	load,
	renamed(imageRm, "rmi"),
	save,
	tag,
];

/** Known, and not shown. */
export const HIDDEN: Command[] = [];

export const GROUPS: Group[] = [
	{
		name: "container",
		summary: "Manage containers",
		commands: [
			...ofContainer,
			exec,
			run,
			containerList,
			containerPrune,
			inspectOf("container", "[OPTIONS] CONTAINER [CONTAINER...]", "Display detailed information on one or more containers"),
		],
	},
	{
		name: "image",
		summary: "Manage images",
		commands: [
			build,
			history,
			importImage,
			load,
			imageList,
			imagePrune,
			pull,
			push,
			imageRm,
			save,
			tag,
			inspectOf("image", "[OPTIONS] IMAGE [IMAGE...]", "Display detailed information on one or more images"),
		],
	},
	{
		name: "network",
		summary: "Manage networks",
		commands: [
			network.connect,
			network.create,
			network.disconnect,
			network.list,
			network.prune,
			network.rm,
			inspectOf("network", "[OPTIONS] NETWORK [NETWORK...]", "Display detailed information on one or more networks"),
		],
	},
	{
		name: "volume",
		synopsis: "COMMAND",
		summary: "Manage volumes",
		commands: [
			volume.create,
			volume.list,
			volume.prune,
			volume.rm,
			volumeUpdate,
			inspectOf("volume", "[OPTIONS] VOLUME [VOLUME...]", "Display detailed information on one or more volumes"),
		],
	},
	{ name: "system", summary: "Manage Docker", commands: [df, dialStdio, events, info, systemPrune] },
	{
		name: "context",
		summary: "Manage contexts",
		commands: [
			contextCreate,
			exportContext,
			importContext,
			contexts.inspect,
			contexts.list,
			contextRm,
			contexts.show,
			contextUpdate,
			contextUse,
		],
	},
	{ name: "builder", summary: "Manage builds", commands: [build, builderPrune], needs: { api: "1.31" } },
	buildx,
	checkpoint,
	completion,
	manifest,
	plugin,
	config,
	node,
	secret,
	service,
	stack,
	swarm,
];

const named =
	(name: string) =>
	({ name: own, aliases }: Command): boolean =>
		own === name || aliases.includes(name);

export const findCommand = (name: string): Command | undefined => [...COMMON, ...OTHERS, ...HIDDEN].find(named(name));
export const findGroup = (name: string): Group | undefined => GROUPS.find((group) => group.name === name);
export const inGroup = (group: Group, name: string): Command | undefined => group.commands.find(named(name));
