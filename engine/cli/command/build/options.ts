// The options of docker build, for both builders.

import { parseNormalized } from "../../../lib/reference";
import { ramInBytes } from "../../../lib/units";
import { bool, custom, int, list, string, strings, type ValuesOf } from "../../flags/spec";
import { checkExtraHost } from "../../opts/addresses";
import { checkEnv, checkLabel } from "../../opts/env";
import { CREATE_OPTIONS } from "../container/create-options";

const bytes = (usage: string, short?: string) =>
	custom<number>(
		"bytes",
		usage,
		() => 0,
		(given) => ramInBytes(given),
		{ short },
	);
const hidden = { hidden: true };

export const OPTIONS = {
	"add-host": list("Add a line to /etc/hosts (host:ip)", undefined, checkExtraHost),
	allow: strings('Let the Dockerfile do what is forbidden otherwise ("network.host")'),
	annotation: list("Annotation of the image's manifest (key=value)"),
	attest: list("Attestation (type=sbom, type=provenance), which this builder does not make", undefined, undefined, hidden),
	"build-arg": list("Value of a build argument", undefined, checkEnv),
	"build-context": list("A further context (name=path, name=docker-image://image)"),
	"cache-from": strings("Image whose layers may be used again"),
	call: string('What to do ("build", "check", "outline", "targets")', undefined, "build"),
	"cgroup-parent": string("Control group above those of RUN steps"),
	check: bool("Only check the Dockerfile"),
	compress: bool("Compress the context on its way", undefined, false, hidden),
	"cpu-period": int("Period of the CPU limit, in microseconds"),
	"cpu-quota": int("CPU time in a period, in microseconds"),
	"cpu-shares": int("Share of CPU time against others", "c"),
	"cpuset-cpus": string("CPUs that may be used (0-3, 0,1)"),
	"cpuset-mems": string("Memory nodes that may be used (0-3, 0,1)"),
	file: string("Name of the Dockerfile (default is PATH/Dockerfile)", "f"),
	"force-rm": bool("Remove intermediate containers even after a failure", undefined, false, hidden),
	iidfile: string("File that receives the image's id"),
	isolation: string("Isolation of RUN steps", undefined, "", hidden),
	label: list("Label of the image", undefined, checkLabel),
	load: bool("Put the result into the daemon's images, as is done anyway"),
	memory: bytes("Most memory a step may use", "m"),
	"memory-swap": bytes("Most memory and swap a step may use"),
	"metadata-file": string("File that receives what is known of the result, as JSON"),
	network: string("Network of RUN steps", undefined, "default"),
	"no-cache": bool("Do every step anew"),
	"no-cache-filter": strings("Do the steps of these stages anew"),
	output: list("Where the result goes (type=local|tar|docker|oci|image|registry,dest=path; a directory; -)", "o"),
	platform: string("Platform of the image (os/arch[/variant])"),
	progress: string('How progress is shown ("auto", "plain", "tty", "quiet", "rawjson")', undefined, "auto"),
	provenance: string("Attestation of how it was built", undefined, "", hidden),
	pull: bool("Look for a newer base image first"),
	push: bool("Push the result"),
	quiet: bool("Say only the image's id", "q"),
	rm: bool("Remove intermediate containers after success", undefined, true, hidden),
	sbom: string("Attestation of what is in it", undefined, "", hidden),
	secret: list("A secret for RUN --mount=type=secret (id=NAME,src=FILE or id=NAME,env=VARIABLE)"),
	"security-opt": list("Security options of RUN steps"),
	"shm-size": bytes("Size of /dev/shm"),
	squash: bool("Make one layer of the new ones", undefined, false, hidden),
	ssh: list("An SSH agent for RUN --mount=type=ssh (needs a session)"),
	tag: list("Name and tag of the image (name:tag)", "t", (name) => {
		parseNormalized(name);
		return name;
	}),
	target: string("Stage to build"),
	ulimit: CREATE_OPTIONS.ulimit,
};
export type BuildOptions = ValuesOf<typeof OPTIONS>;
