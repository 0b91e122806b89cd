// -v [source:]target[:options], read without knowledge of the daemon's platform (Windows drives are known).

export interface VolumeSpec {
	type: "bind" | "volume";
	source?: string;
	target?: string;
	read_only?: boolean;
	bind?: { propagation: string };
	volume?: { nocopy: boolean };
}

const PROPAGATIONS = new Set(["rprivate", "private", "rshared", "shared", "rslave", "slave"]);

/** @throws Error as docker's */
export function parseVolume(spec: string): VolumeSpec {
	if (spec === "") throw new Error("invalid empty volume spec");
	if ([...spec].length <= 2 && new TextEncoder().encode(spec).length <= 2) return { type: "volume", target: spec };
	const volume: VolumeSpec = { type: "volume" };
	let field = "";
	for (const character of [...spec, undefined]) {
		const drive = character === ":" && /^\p{L}$/u.test(field);
		if (drive || (character !== ":" && character !== undefined)) {
			field += character;
			continue;
		}
		const problem = take(volume, field, character === undefined);
		if (problem) throw new Error(`invalid spec: ${spec}: ${problem}`);
		field = "";
	}
	if (volume.source !== undefined && isPath(volume.source)) volume.type = "bind";
	return volume;
}

function take(volume: VolumeSpec, field: string, last: boolean): string | undefined {
	if (field === "") return "empty section between colons";
	if (volume.source === undefined && last) volume.target = field;
	else if (volume.source === undefined) volume.source = field;
	else if (volume.target === undefined) volume.target = field;
	else if (!last) return "too many colons";
	else
		for (const option of field.split(",")) {
			if (option === "ro") volume.read_only = true;
			else if (option === "rw") delete volume.read_only;
			else if (option === "nocopy") volume.volume = { nocopy: true };
			else if (PROPAGATIONS.has(option)) volume.bind = { propagation: option };
		}
	return undefined;
}

const isPath = (source: string): boolean =>
	/^[./~]/.test(source) || ([...source].length > 1 && (source.startsWith("\\\\") || /^\p{L}:/u.test(source)));
