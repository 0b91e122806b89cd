// /containers and /commit: the table.

import { archiveGet, archivePut, archiveStat, commit, exportTar } from "./container/archive";
import { attach, attachWebSocket } from "./container/attach";
import { checkpoints } from "./container/checkpoint";
import { create } from "./container/create";
import { kill, pause, prune, remove, rename, resize, restart, start, stop, unpause, update } from "./container/lifecycle";
import { logs } from "./container/logs";
import { changes, inspect, list, stats, top, wait } from "./container/read";
import type { Route } from "./route";

export const containerRoutes: readonly Route[] = [
	["GET", "/containers/{id*}/checkpoints", checkpoints],
	["POST", "/containers/{id*}/checkpoints", checkpoints],
	["DELETE", "/containers/{id}/checkpoints/{checkpoint}", checkpoints],
	["GET", "/containers/json", list],
	["POST", "/containers/create", create],
	["POST", "/containers/prune", prune, "1.25"],
	["GET", "/containers/{id*}/json", inspect],
	["POST", "/containers/{id*}/start", start],
	["POST", "/containers/{id*}/stop", stop],
	["POST", "/containers/{id*}/restart", restart],
	["POST", "/containers/{id*}/kill", kill],
	["POST", "/containers/{id*}/pause", pause],
	["POST", "/containers/{id*}/unpause", unpause],
	["POST", "/containers/{id*}/wait", wait],
	["POST", "/containers/{id*}/attach", attach],
	["GET", "/containers/{id*}/attach/ws", attachWebSocket],
	["POST", "/containers/{id*}/resize", resize],
	["POST", "/containers/{id*}/rename", rename],
	["POST", "/containers/{id*}/update", update],
	["GET", "/containers/{id*}/logs", logs],
	["GET", "/containers/{id*}/top", top],
	["GET", "/containers/{id*}/stats", stats],
	["GET", "/containers/{id*}/changes", changes],
	["GET", "/containers/{id*}/export", exportTar],
	["HEAD", "/containers/{id*}/archive", archiveStat],
	["GET", "/containers/{id*}/archive", archiveGet],
	["PUT", "/containers/{id*}/archive", archivePut],
	["DELETE", "/containers/{id*}", remove],
	["POST", "/commit", commit],
];
