// -v and --mount as the API sends them (HostConfig.Binds, HostConfig.Mounts) → mount points, in the words of moby's linux parser.

import type { MountRequest } from "../../api/container";
import { type EngineError, invalidParameter } from "../../lib/errors";
import { clean } from "../../lib/path";
import type { StoredMount } from "../container/container";

const PROPAGATIONS = ["private", "rprivate", "shared", "rshared", "slave", "rslave"];
/** Words of a mode: of each kind at most one. */
const MODES: ReadonlyArray<readonly string[]> = [
	["rw", "ro"],
	["z", "Z"],
	PROPAGATIONS,
	["nocopy"],
	["consistent", "cached", "delegated"],
];

const blank = (destination: string): StoredMount => ({
	Type: "volume",
	Name: "",
	Source: "",
	Destination: destination,
	RW: true,
	Driver: "",
	Mode: "",
	Propagation: "",
	CopyData: false,
});

function isMode(mode: string): boolean {
	if (mode === "") return true;
	const words = mode.split(",");
	return (
		words.every((word) => MODES.some((kind) => kind.includes(word))) &&
		MODES.every((kind) => words.filter((word) => kind.includes(word)).length <= 1)
	);
}

/** "name:/path[:mode]", "/host:/path[:mode]". A volume's Source is found out later. @throws EngineError invalidParameter */
export function parseBind(spec: string): StoredMount {
	const parts = spec.split(":");
	const invalid = `invalid volume specification: '${spec}'`;
	const [first = "", second = "", mode = ""] = parts;
	if (parts.length > 3 || first === "" || (parts.length === 2 && isMode(second))) throw invalidParameter(invalid);
	if (!isMode(mode)) throw invalidParameter(`invalid mode: ${mode}`);
	const [source, target] = parts.length === 1 ? ["", first] : [first, second];
	const type = source.startsWith("/") ? "bind" : "volume";
	const words = mode.split(",");
	const propagation = words.find((word) => PROPAGATIONS.includes(word));
	const refuse = (why: string): EngineError => invalidParameter(`${invalid}: ${configError(type, why).message}`);
	const problem =
		targetProblem(target) ?? (type === "volume" && propagation ? "field BindOptions must not be specified" : undefined);
	if (problem) throw refuse(problem);
	const point: StoredMount = { ...blank(clean(target)), Type: type, Mode: mode, RW: !words.includes("ro") };
	if (type === "bind") return { ...point, Source: clean(source), Propagation: propagation ?? "rprivate", MakeSource: true };
	return { ...point, Name: source, Driver: "local", CopyData: !words.includes("nocopy"), Mode: source ? mode || "z" : "" };
}

/** What an image's VOLUME names: that is taken as it is. */
export const anonymousVolume = (destination: string): StoredMount => ({
	...blank(clean(destination)),
	Type: "volume",
	Driver: "local",
	CopyData: true,
	RW: true,
});

const configError = (type: string, why: string): EngineError =>
	invalidParameter(`invalid mount config for type ${JSON.stringify(type)}: ${why}`);

function targetProblem(target: string): string | undefined {
	if (target === "") return "field Target must not be empty";
	if (clean(target) === "/" && target.startsWith("/")) return "invalid specification: destination can't be '/'";
	return target.startsWith("/") ? undefined : `invalid mount path: '${target}' mount path must be absolute`;
}

/** Of --tmpfs. @throws EngineError invalidParameter */
export function verifyDestination(target: string, type: string): void {
	const problem = targetProblem(target);
	if (problem) throw configError(type, problem);
}

/** @throws EngineError invalidParameter */
export function parseMount(mount: MountRequest): StoredMount {
	const { Type = "", Source = "", Target = "", ReadOnly = false } = mount;
	const refuse = (why: string): EngineError => configError(Type, why);
	const problem =
		targetProblem(Target) ??
		foreignOptions(mount) ??
		PROBLEMS[Type]?.(mount) ??
		(PROBLEMS[Type] ? undefined : "mount type unknown");
	if (problem) throw refuse(problem);
	const point: StoredMount = { ...blank(clean(Target)), RW: !ReadOnly };
	if (Type === "bind") {
		const { Propagation, NonRecursive, ReadOnlyNonRecursive, CreateMountpoint } = mount.BindOptions ?? {};
		return {
			...point,
			Type: "bind",
			Source: clean(Source),
			Propagation: Propagation || "rprivate",
			...(NonRecursive ? { NonRecursive } : {}),
			...(ReadOnlyNonRecursive ? { ReadOnlyNonRecursive } : {}),
			...(CreateMountpoint ? { MakeSource: true } : {}),
		};
	}
	if (Type === "tmpfs") return { ...point, Type: "tmpfs", Options: tmpfsOptions(mount).join(",") };
	if (Type === "image") {
		const { Subpath } = mount.ImageOptions ?? {};
		return { ...point, Type: "image", Name: Source, RW: false, Propagation: "rprivate", ...(Subpath ? { Subpath } : {}) };
	}
	const { DriverConfig, NoCopy, Subpath } = mount.VolumeOptions ?? {};
	return {
		...point,
		Name: Source,
		Driver: DriverConfig?.Name || "local",
		Mode: "z",
		CopyData: !NoCopy,
		...(Subpath ? { Subpath } : {}),
	};
}

const extra = (name: string): string => `field ${name} must not be specified`;
const BAD_SUBPATH = "subpath must be a relative path within the volume";

/** Options of another type's mounts. */
const OPTIONS_OF = { BindOptions: "bind", VolumeOptions: "volume", ImageOptions: "image", TmpfsOptions: "tmpfs" } as const;
function foreignOptions(mount: MountRequest): string | undefined {
	const found = (Object.keys(OPTIONS_OF) as Array<keyof typeof OPTIONS_OF>).find(
		(name) => mount[name] && mount.Type !== OPTIONS_OF[name],
	);
	return found && extra(found);
}

/** What is wrong with a mount of each type. */
const PROBLEMS: Readonly<Record<string, (mount: MountRequest) => string | undefined>> = {
	bind: ({ Source, BindOptions }) => {
		const { Propagation } = BindOptions ?? {};
		if (!Source) return "field Source must not be empty";
		if (Propagation && !PROPAGATIONS.includes(Propagation)) return `invalid propagation mode: ${Propagation}`;
		return Source.startsWith("/") ? undefined : `invalid mount path: '${Source}' mount path must be absolute`;
	},
	volume: ({ Source, VolumeOptions }) => {
		if (!VolumeOptions?.Subpath) return undefined;
		if (!Source) return "must not set Subpath when using anonymous volumes";
		return isLocal(VolumeOptions.Subpath) ? undefined : BAD_SUBPATH;
	},
	tmpfs: ({ Source, TmpfsOptions }) => {
		if (Source) return extra("Source");
		const options = TmpfsOptions?.Options ?? [];
		if (options.some(({ length }) => length < 1 || length > 2)) return "invalid option array length";
		const unknown = options.find(([name]) => name !== "exec" && name !== "noexec");
		return unknown ? `invalid option: ${unknown[0]}` : undefined;
	},
	image: ({ Source, ImageOptions }) => {
		if (!Source) return "field Source must not be empty";
		return ImageOptions?.Subpath && !isLocal(ImageOptions.Subpath) ? BAD_SUBPATH : undefined;
	},
};

/** Go's filepath.IsLocal: it stays inside. */
function isLocal(path: string): boolean {
	if (path === "" || path.startsWith("/")) return false;
	let depth = 0;
	for (const part of path.split("/")) {
		if (part === "..") depth--;
		else if (part !== "" && part !== ".") depth++;
		if (depth < 0) return false;
	}
	return true;
}

const UNITS = [
	["g", 2 ** 30],
	["m", 2 ** 20],
	["k", 2 ** 10],
] as const;

function tmpfsOptions({ ReadOnly, TmpfsOptions }: MountRequest): string[] {
	const { Mode, SizeBytes, Options } = TmpfsOptions ?? {};
	const [suffix, unit] = UNITS.find(([, one]) => SizeBytes && SizeBytes % one === 0) ?? ["", 1];
	return [
		...(ReadOnly ? ["ro"] : []),
		...(Mode ? [`mode=${Mode.toString(8)}`] : []),
		...(SizeBytes ? [`size=${SizeBytes / unit}${suffix}`] : []),
		...(Options ?? []).map((option) => option.join("=")),
	];
}

/** --volumes-from: "container[:ro]". @throws EngineError invalidParameter */
export function parseVolumesFrom(spec: string): { container: string; mode: string } {
	if (spec === "") throw invalidParameter("volumes-from specification cannot be an empty string");
	const at = spec.indexOf(":");
	const [container, mode] = at < 0 ? [spec, "rw"] : [spec.slice(0, at), spec.slice(at + 1) || "rw"];
	const words = mode.split(",");
	if (!isMode(mode) || words.some((word) => word === "nocopy" || PROPAGATIONS.includes(word))) {
		throw invalidParameter(`invalid mode: ${mode}`);
	}
	return { container, mode };
}
