// What stands where an option's value stands: a row an option, for the commands that have it.

import { CAPABILITIES, SIGNALS } from "../../lib/linux";
import {
	containerOr,
	containers,
	containersThen,
	contexts,
	DIRECTIVE,
	drivers,
	environment,
	files,
	fixed,
	fixedNoSpace,
	images,
	networks,
	nothing,
	type Source,
	volumes,
} from "./source";

const capabilities = fixed("ALL", ...CAPABILITIES.map((name) => (name.startsWith("CAP_") ? name : `CAP_${name}`)));
const upTo = (last: number, name: string): string[] => Array.from({ length: last }, (_, at) => `${name}${at + 1}`);
const signals = fixed(
	...Object.keys(SIGNALS).map((name) => name.replace(/^SIG/, "")),
	...["CLD", "IOT", "POLL", "RTMIN", ...upTo(15, "RTMIN+"), ...upTo(14, "RTMAX-").reverse(), "RTMAX"],
);
const platforms = fixed(
	...["386", "amd64", "arm", "arm/v5", "arm/v6", "arm/v7", "arm64", "arm64/v8", "ppc64le", "s390x", "riscv64"].map(
		(architecture) => `linux/${architecture}`,
	),
	"windows/amd64",
	"wasip1/wasm",
);
const restart = fixed("no", "always", "on-failure", "unless-stopped");
const limits = fixedNoSpace(
	...(
		"as chroot core cpu data fsize locks maxlogins maxsyslogins memlock msgqueue nice nofile nproc priority rss rtprio " +
		"sigpending stack"
	)
		.split(" ")
		.map((name) => `${name}=`),
);

/** The options of the drivers that this daemon and most others have. */
const LOG_OPTIONS: Record<string, string> = {
	journald: "max-buffer-size mode env env-regex labels tag",
	"json-file": "max-buffer-size mode env env-regex labels compress max-file max-size",
	local: "max-buffer-size mode compress max-file max-size",
	none: "",
	syslog:
		"max-buffer-size mode env env-regex labels syslog-address syslog-facility syslog-format syslog-tls-ca-cert syslog-tls-cert syslog-tls-key syslog-tls-skip-verify tag",
};
const logOptions: Source = ({ options }) => {
	const own = LOG_OPTIONS[String(options["log-driver"] ?? "")];
	const names = new Set((own ?? Object.values(LOG_OPTIONS).join(" ")).split(" ").filter(Boolean));
	return {
		values: [...names].map((name) => `${name}=`),
		directive: own === undefined ? DIRECTIVE.noSpace : DIRECTIVE.noSpace | DIRECTIVE.noFiles,
	};
};

const securityOptions: Source = ({ begun }) => {
	const one = (value: string, directive: number) => ({ values: [value], directive });
	for (const name of ["apparmor=", "label=", "seccomp="]) {
		const least = name === "seccomp=" ? 2 : 1;
		if (begun.length >= least && begun !== name && name.startsWith(begun)) return one(name, DIRECTIVE.noSpace);
	}
	if (begun.startsWith("label=d")) return one("label=disable", DIRECTIVE.noFiles);
	if (begun.startsWith("label="))
		return {
			values: ["disable", "level:", "role:", "type:", "user:"].map((part) => `label=${part}`),
			directive: DIRECTIVE.noSpace | DIRECTIVE.noFiles,
		};
	if (begun.startsWith("seccomp=")) return one("seccomp=unconfined", DIRECTIVE.noFiles);
	return fixed("apparmor=", "label=", "no-new-privileges", "seccomp=", "systempaths=unconfined")({} as never);
};

/** Of run and create. */
const CREATING: Record<string, Source> = {
	attach: fixed("stderr", "stdin", "stdout"),
	"cap-add": capabilities,
	"cap-drop": capabilities,
	cgroupns: fixed("host", "private"),
	env: environment,
	"env-file": files,
	ipc: containerOr("host", "none", "private", "shareable"),
	link: containersThen(true, ":"),
	"log-driver": drivers("Log", Object.keys(LOG_OPTIONS)),
	"log-opt": logOptions,
	network: networks,
	pid: containerOr("host"),
	platform: platforms,
	pull: fixed("always", "missing", "never"),
	restart,
	"security-opt": securityOptions,
	"stop-signal": signals,
	"storage-opt": fixedNoSpace("size="),
	ulimit: limits,
	userns: fixed("host"),
	uts: fixed("host"),
	"volume-driver": drivers("Volume", ["local"]),
	"volumes-from": containers(true),
};
const DETACH_KEYS: Source = fixedNoSpace("ctrl-");
const EXEC = { env: environment, "env-file": files, "detach-keys": DETACH_KEYS };
const ofEach = (commands: string[], rows: Record<string, Source>): Array<[string, Record<string, Source>]> =>
	commands.map((command) => [command, rows]);
const short = (group: string, ...names: string[]): string[] => names.flatMap((name) => [name, `${group} ${name}`]);

const EVENTS =
	"attach commit connect copy create delete destroy detach die disable disconnect enable exec_create exec_detach exec_die " +
	"exec_start export health_status import install kill load mount oom pause prune pull push reload remove rename resize restart " +
	"save start stop tag top unmount unpause untag update";
/** What each filter of docker events may be; anything where there is no list. */
const EVENT_FILTERS: Record<string, Source> = {
	container: containers(true),
	daemon: nothing,
	event: fixed(...EVENTS.split(" ")),
	image: images,
	label: nothing,
	network: networks,
	node: nothing,
	scope: fixed("local", "swarm"),
	type: fixed(..."builder config container daemon image network node plugin secret service volume".split(" ")),
	volume: volumes,
};
const eventFilters: Source = async (question) => {
	const [name = "", value] = question.begun.split("=");
	if (value === undefined) return fixedNoSpace(...Object.keys(EVENT_FILTERS).map((filter) => `${filter}=`))(question);
	const { values } = await (EVENT_FILTERS[name] ?? nothing)(question);
	return { values: values.map((one) => `${name}=${one}`), directive: DIRECTIVE.noFiles };
};

const ROWS: ReadonlyMap<string, Record<string, Source>> = new Map([
	...ofEach(short("container", "run"), { ...CREATING, "detach-keys": DETACH_KEYS }),
	...ofEach(short("container", "create"), CREATING),
	...ofEach(short("container", "exec"), EXEC),
	...ofEach(short("container", "stop", "restart", "kill"), { signal: signals }),
	...ofEach(short("container", "update"), { restart }),
	...ofEach(
		[...short("image", "load", "push", "history", "import", "build", "save", "pull"), "image inspect", "image rm", "rmi"],
		{
			platform: platforms,
		},
	),
	...ofEach(["inspect"], {
		type: fixed("config", "container", "image", "network", "node", "plugin", "secret", "service", "task", "volume"),
	}),
	...ofEach(["events", "system events"], { filter: eventFilters }),
	...ofEach(["node update"], { role: fixed("worker", "manager"), availability: fixed("active", "pause", "drain") }),
]);

/** @param words of the command without "docker"; none for the global options */
export function valueSource(words: string, option: string): Source {
	if (words === "")
		return { context: contexts, "log-level": fixed("debug", "info", "warn", "error", "fatal", "panic") }[option] ?? nothing;
	return ROWS.get(words)?.[option] ?? nothing;
}
