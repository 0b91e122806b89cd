// --mount type=…,source=…,target=…

import { clean } from "../../lib/path";
import { ramInBytes } from "../../lib/units";
import { readCsv } from "./csv";

export interface Mount {
	Type: string;
	Source?: string;
	Target?: string;
	ReadOnly?: boolean;
	Consistency?: string;
	BindOptions?: {
		Propagation?: string;
		CreateMountpoint?: boolean;
		NonRecursive?: boolean;
		ReadOnlyNonRecursive?: boolean;
		ReadOnlyForceRecursive?: boolean;
	};
	VolumeOptions?: {
		NoCopy?: boolean;
		Labels?: Record<string, string>;
		Subpath?: string;
		DriverConfig: { Name?: string; Options?: Record<string, string> };
	};
	ImageOptions?: { Subpath?: string };
	TmpfsOptions?: { SizeBytes?: number; Mode?: number };
}

const bind = (mount: Mount): NonNullable<Mount["BindOptions"]> => {
	mount.BindOptions ??= {};
	return mount.BindOptions;
};
const volume = (mount: Mount): NonNullable<Mount["VolumeOptions"]> => {
	mount.VolumeOptions ??= { DriverConfig: {} };
	return mount.VolumeOptions;
};
const tmpfs = (mount: Mount): NonNullable<Mount["TmpfsOptions"]> => {
	mount.TmpfsOptions ??= {};
	return mount.TmpfsOptions;
};
const truthOf = (key: string, value: string): boolean => {
	if (value === "1" || value === "true") return true;
	if (value === "0" || value === "false") return false;
	throw new Error(`invalid value for ${key}: ${value}`);
};
/** One more key=value; one without a key is passed over. */
const addTo = (map: Record<string, string> | undefined, value: string): Record<string, string> | undefined => {
	const at = value.indexOf("=");
	const key = at < 0 ? value : value.slice(0, at);
	return key === "" ? map : { ...map, [key]: at < 0 ? "" : value.slice(at + 1) };
};
const nonRecursive = (): never => {
	throw new Error("bind-nonrecursive is deprecated, use bind-recursive=disabled instead");
};

/** Keys that stand alone. */
const SWITCHES: Record<string, (mount: Mount) => void> = {
	readonly: (mount) => {
		mount.ReadOnly = true;
	},
	"volume-nocopy": (mount) => {
		volume(mount).NoCopy = true;
	},
	"bind-nonrecursive": nonRecursive,
	"bind-create-src": (mount) => {
		bind(mount).CreateMountpoint = true;
	},
};
SWITCHES.ro = SWITCHES.readonly!;

type Setter = (mount: Mount, value: string, key: string) => void;
const KEYS: Record<string, Setter> = {
	type: (mount, value) => {
		mount.Type = value.toLowerCase();
	},
	source: (mount, value) => {
		mount.Source = value;
	},
	target: (mount, value) => {
		mount.Target = value;
	},
	readonly: (mount, value, key) => {
		if (truthOf(key, value)) mount.ReadOnly = true;
		else delete mount.ReadOnly;
	},
	consistency: (mount, value) => {
		mount.Consistency = value.toLowerCase();
	},
	"bind-propagation": (mount, value) => {
		bind(mount).Propagation = value.toLowerCase();
	},
	"bind-nonrecursive": nonRecursive,
	"bind-create-src": (mount, value, key) => {
		bind(mount).CreateMountpoint = truthOf(key, value);
	},
	"bind-recursive": (mount, value, key) => {
		if (value === "disabled") bind(mount).NonRecursive = true;
		else if (value === "writable") bind(mount).ReadOnlyNonRecursive = true;
		else if (value === "readonly") bind(mount).ReadOnlyForceRecursive = true;
		else if (value !== "enabled")
			throw new Error(`invalid value for ${key}: ${value} (must be "enabled", "disabled", "writable", or "readonly")`);
	},
	"volume-subpath": (mount, value) => {
		volume(mount).Subpath = value;
	},
	"volume-nocopy": (mount, value, key) => {
		volume(mount).NoCopy = truthOf(key, value);
	},
	"volume-label": (mount, value) => {
		const options = volume(mount);
		const labels = addTo(options.Labels, value);
		if (labels) options.Labels = labels;
	},
	"volume-driver": (mount, value) => {
		volume(mount).DriverConfig.Name = value;
	},
	"volume-opt": (mount, value) => {
		const driver = volume(mount).DriverConfig;
		const options = addTo(driver.Options, value);
		if (options) driver.Options = options;
	},
	"image-subpath": (mount, value) => {
		mount.ImageOptions = { Subpath: value };
	},
	"tmpfs-size": (mount, value, key) => {
		try {
			tmpfs(mount).SizeBytes = ramInBytes(value);
		} catch {
			throw new Error(`invalid value for ${key}: ${value}`);
		}
	},
	"tmpfs-mode": (mount, value, key) => {
		if (!/^[0-7]+$/.test(value)) throw new Error(`invalid value for ${key}: ${value}`);
		tmpfs(mount).Mode = Number.parseInt(value, 8);
	},
};
for (const [name, of] of [
	["src", "source"],
	["dst", "target"],
	["destination", "target"],
	["ro", "readonly"],
] as const)
	KEYS[name] = KEYS[of]!;

/** @throws Error in docker's words */
export function parseMount(text: string): Mount {
	const mount: Mount = { Type: "volume" };
	for (const field of readCsv(text)) {
		const at = field.indexOf("=");
		const name = at < 0 ? field : field.slice(0, at);
		checkBlanks(field, name, at < 0 ? undefined : field.slice(at + 1));
		const key = name.toLowerCase();
		if (at < 0) {
			const act = SWITCHES[key];
			if (!act) throw new Error(`invalid field '${field}' must be a key=value pair`);
			act(mount);
			continue;
		}
		const act = KEYS[key];
		if (!act) throw new Error(`unexpected key '${key}' in '${field}'`);
		act(mount, field.slice(at + 1), key);
	}
	check(mount);
	return mount;
}

/** Neither a name nor a value has blanks around it, and a value is not empty. */
function checkBlanks(field: string, name: string, value: string | undefined): void {
	const plain = name.trim();
	if (plain !== name) throw new Error(`invalid option '${plain}' in '${field}': option should not have whitespace`);
	if (value === undefined) return;
	if (value.trim() === "") throw new Error(`invalid value for '${name}': value is empty`);
	if (value.trim() !== value) throw new Error(`invalid value for '${name}' in '${field}': value should not have whitespace`);
}

function check(mount: Mount): void {
	if (mount.Type === "") throw new Error("type is required");
	if (!mount.Target) throw new Error("target is required");
	const kinds: Array<[string, unknown]> = [
		["volume", mount.VolumeOptions],
		["image", mount.ImageOptions],
		["bind", mount.BindOptions],
		["tmpfs", mount.TmpfsOptions],
	];
	for (const [kind, options] of kinds)
		if (options && mount.Type !== kind) throw new Error(`cannot mix '${kind}-*' options with mount type '${mount.Type}'`);
	const need = (recursive: string, what: string) =>
		new Error(`option 'bind-recursive=${recursive}' requires '${what}' to be specified in conjunction`);
	if (mount.BindOptions?.ReadOnlyNonRecursive && !mount.ReadOnly) throw need("writable", "readonly");
	if (mount.BindOptions?.ReadOnlyForceRecursive) {
		if (!mount.ReadOnly) throw need("readonly", "readonly");
		if (mount.BindOptions.Propagation !== "rprivate") throw need("readonly", "bind-propagation=rprivate");
	}
}

/** A source that begins with a dot is seen from the working directory. */
export const absoluteSource = (source: string, cwd: string): string =>
	source.startsWith(".") ? clean(`${cwd}/${source}`) : source;
