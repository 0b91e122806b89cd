// Wire types that several resources share.

export interface ErrorResponse {
	message: string;
}

/** A line of the streams that pull, push, load, import and build answer with. */
export interface ProgressMessage {
	status?: string;
	id?: string;
	progress?: string;
	progressDetail?: { current?: number; total?: number };
	stream?: string;
	error?: string;
	errorDetail?: { message: string; code?: number };
	aux?: unknown;
}

/** What filters travel as: {"label": {"a=b": true}} or, from old clients, {"label": ["a=b"]}. */
export type WireFilters = Record<string, Record<string, boolean> | string[]>;

export interface EventMessage {
	/** Until API 1.51; see Action, Actor. */
	status?: string;
	id?: string;
	from?: string;
	Type: "container" | "image" | "volume" | "network" | "daemon" | "builder";
	Action: string;
	Actor: { ID: string; Attributes: Record<string, string> };
	scope: "local";
	time: number;
	timeNano: number;
}

export interface PruneResponse {
	SpaceReclaimed: number;
	ContainersDeleted?: string[] | null;
	VolumesDeleted?: string[] | null;
	NetworksDeleted?: string[] | null;
	ImagesDeleted?: ImageDeleteItem[] | null;
}
export interface ImageDeleteItem {
	Untagged?: string;
	Deleted?: string;
}
