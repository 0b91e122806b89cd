// -v and --mount as the API sends them (HostConfig.Binds, HostConfig.Mounts) → mount points.

import type { MountRequest } from "../../api/container";
import { invalidParameter } from "../../lib/errors";
import { clean } from "../../lib/path";
import type { StoredMount } from "../container/container";

const MODES = new Set(["rw", "ro", "z", "Z", "nocopy", "consistent", "cached", "delegated"]);
const PROPAGATIONS = new Set(["private", "rprivate", "shared", "rshared", "slave", "rslave"]);

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

/** "name:/path[:mode]", "/host:/path[:mode]". A volume's Source is found out later. @throws EngineError invalidParameter */
export function parseBind(spec: string): StoredMount {
	const parts = spec.split(":");
	const refuse = (reason: string): Error => invalidParameter(`invalid volume specification: '${spec}': ${reason}`);
	if (parts.length > 3 || parts.some((part) => part === "")) throw invalidParameter(`invalid volume specification: '${spec}'`);
	if (parts.length === 1) return { ...blank(destinationOf(parts[0]!, "volume", refuse)), Driver: "local", CopyData: true };
	const [source = "", target = "", mode = ""] = parts;
	const type = source.startsWith("/") ? "bind" : "volume";
	const destination = destinationOf(target, type, refuse);
	const point: StoredMount = { ...blank(destination), Type: type, Mode: mode };
	const words = mode === "" ? [] : mode.split(",");
	for (const word of words) {
		if (!MODES.has(word) && !(type === "bind" && PROPAGATIONS.has(word))) throw invalidParameter(`invalid mode: ${mode}`);
	}
	point.RW = !words.includes("ro");
	point.Propagation = words.find((word) => PROPAGATIONS.has(word)) ?? (type === "bind" ? "rprivate" : "");
	if (type === "bind") point.Source = clean(source);
	else Object.assign(point, { Name: source, Driver: "local", CopyData: !words.includes("nocopy"), Mode: mode || "z" });
	return point;
}

function destinationOf(target: string, type: string, refuse: (reason: string) => Error): string {
	const problem = `invalid mount config for type "${type}": `;
	if (!target.startsWith("/")) throw refuse(`${problem}invalid mount path: '${target}' mount path must be absolute`);
	if (clean(target) === "/") throw refuse(`${problem}invalid specification: destination can't be '/'`);
	return clean(target);
}

/** Of --tmpfs. @throws EngineError invalidParameter */
export function verifyDestination(target: string, type: string): void {
	if (!target.startsWith("/")) throw invalidParameter(`invalid mount path: '${target}' mount path must be absolute`);
	if (clean(target) === "/") {
		throw invalidParameter(`invalid mount config for type "${type}": invalid specification: destination can't be '/'`);
	}
}

/** @throws EngineError invalidParameter */
export function parseMount(mount: MountRequest): StoredMount {
	const refuse = (reason: string): Error => invalidParameter(`invalid mount config for type "${mount.Type}": ${reason}`);
	if (!["bind", "volume", "tmpfs"].includes(mount.Type)) throw invalidParameter(`mount type unknown: "${mount.Type}"`);
	if (!mount.Target) throw refuse("field Target must not be empty");
	if (!mount.Target.startsWith("/")) throw refuse(`invalid mount path: '${mount.Target}' mount path must be absolute`);
	const destination = clean(mount.Target);
	if (destination === "/") throw refuse("invalid specification: destination can't be '/'");
	const point: StoredMount = { ...blank(destination), RW: !mount.ReadOnly };
	if (mount.Type === "bind") {
		if (!mount.Source) throw refuse("field Source must not be empty");
		if (!mount.Source.startsWith("/")) throw refuse(`invalid mount path: '${mount.Source}' mount path must be absolute`);
		return { ...point, Type: "bind", Source: clean(mount.Source), Propagation: mount.BindOptions?.Propagation || "rprivate" };
	}
	if (mount.Type === "tmpfs") {
		if (mount.Source) throw refuse("field Source must not be specified");
		const options: string[] = [];
		if (mount.TmpfsOptions?.SizeBytes) options.push(`size=${mount.TmpfsOptions.SizeBytes}`);
		if (mount.TmpfsOptions?.Mode) options.push(`mode=${mount.TmpfsOptions.Mode.toString(8)}`);
		return { ...point, Type: "tmpfs", Options: options.join(",") };
	}
	return {
		...point,
		Type: "volume",
		Name: mount.Source ?? "",
		Driver: mount.VolumeOptions?.DriverConfig?.Name || "local",
		Mode: "z",
		CopyData: !mount.VolumeOptions?.NoCopy,
	};
}

/** --volumes-from: "container[:ro]". @throws EngineError invalidParameter */
export function parseVolumesFrom(spec: string): { container: string; mode: string } {
	const [container = "", mode = "rw"] = spec.split(":");
	if (container === "") throw invalidParameter("volumes-from specification cannot be an empty string");
	if (mode !== "rw" && mode !== "ro" && mode !== "z" && mode !== "Z") throw invalidParameter(`invalid mode: ${mode}`);
	return { container, mode };
}
