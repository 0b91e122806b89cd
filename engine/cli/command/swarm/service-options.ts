// The options of docker service create and update, a row an option. Most describe the service's containers as docker run's do.

import { parseDuration } from "../../../lib/time/duration";
import { parseUlimit } from "../../../lib/units";
import { bool, custom, int, list, type Options, type Spec, string, uint64 } from "../../flags/spec";
import { checkExtraHost, checkIPAddress, checkSearchDomain } from "../../opts/addresses";
import { checkEnv, checkLabel } from "../../opts/env";
import { parseMount } from "../../opts/mount";
import { parseNetwork } from "../../opts/network";
import { parseCpus, parseMemory, parsePositiveDuration } from "../../opts/resources";
import { parseServicePort } from "../../opts/swarm/port";
import { parseReference } from "../../opts/swarm/reference";
import {
	checkCredentialSpec,
	checkFloat,
	checkGenericResource,
	checkPlacementPref,
	checkShellWords,
} from "../../opts/swarm/service";

/** name, its letter if any, type, what it is for, its default on create if any. */
type Row = readonly [name: string, short: string, type: string, usage: string, shownDefault?: string];
/** The API version that first has it, for the newer ones. */
const SINCE: Record<string, string> = {
	"health-start-interval": "1.44",
	"memory-swap": "1.52",
	"memory-swappiness": "1.52",
	"oom-score-adj": "1.46",
};

const CONTAINER: readonly Row[] = [
	["cap-add", "", "list", "Add a capability"],
	["cap-drop", "", "list", "Drop a capability"],
	["credential-spec", "", "credential-spec", "Credential spec of a managed account (Windows only)"],
	["detach", "d", "", "Do not wait for the service to settle"],
	["endpoint-mode", "", "string", "How clients find it (vip or dnsrr)", '"vip"'],
	["entrypoint", "", "command", "Program instead of the image's ENTRYPOINT"],
	["health-cmd", "", "string", "Command that tells whether it is healthy"],
	["health-interval", "", "duration", "Time between checks (ms|s|m|h)"],
	["health-retries", "", "int", "How many failures in a row make it unhealthy"],
	["health-start-interval", "", "duration", "Time between checks while it starts (ms|s|m|h)"],
	["health-start-period", "", "duration", "Time it may take to start before failures count (ms|s|m|h)"],
	["health-timeout", "", "duration", "Longest time a check may take (ms|s|m|h)"],
	["hostname", "", "string", "Host name of its containers"],
	["init", "", "", "Run an init in each container that passes signals on and reaps"],
	["isolation", "", "string", "Isolation technology"],
	["limit-cpu", "", "decimal", "Most CPUs"],
	["limit-memory", "", "bytes", "Most memory"],
	["limit-pids", "", "int", "Most processes (default 0 = unlimited)"],
	["log-driver", "", "string", "Logging driver"],
	["log-opt", "", "list", "Option of the logging driver"],
	["max-concurrent", "", "uint", "Tasks of a job at a time (default equal to --replicas)"],
	["no-healthcheck", "", "", "Leave the image's HEALTHCHECK out"],
	["no-resolve-image", "", "", "Do not ask the registry for the image's digest and platforms"],
	["oom-score-adj", "", "int", "How readily it is killed for want of memory (-1000 to 1000)"],
	["quiet", "q", "", "Say nothing of the progress"],
	["read-only", "", "", "Mount the root file system read only"],
	["replicas", "", "uint", "How many tasks"],
	["replicas-max-per-node", "", "uint", "Most tasks on a node (default 0 = unlimited)"],
	["reserve-cpu", "", "decimal", "CPUs to set aside"],
	["reserve-memory", "", "bytes", "Memory to set aside"],
	["restart-condition", "", "string", 'When to start a task again ("none", "on-failure", "any")', '"any"'],
	["restart-delay", "", "duration", "Time between attempts to start again (ns|us|ms|s|m|h)", "5s"],
	["restart-max-attempts", "", "uint", "How many attempts before giving up"],
	["restart-window", "", "duration", "Time in which attempts are counted (ns|us|ms|s|m|h)"],
	["rollback-delay", "", "duration", "Time between tasks of a rollback (ns|us|ms|s|m|h)", "0s"],
	["rollback-failure-action", "", "string", 'What to do when a rollback fails ("pause", "continue")', '"pause"'],
	["rollback-max-failure-ratio", "", "float", "Share of failures that a rollback bears", "0"],
	["rollback-monitor", "", "duration", "How long to watch a task that was rolled back (ns|us|ms|s|m|h)", "5s"],
	["rollback-order", "", "string", 'Order of a rollback ("start-first", "stop-first")', '"stop-first"'],
	["rollback-parallelism", "", "uint", "Tasks rolled back at a time (0 for all)", "1"],
	["stop-grace-period", "", "duration", "Time to wait for a task to stop before killing it (ns|us|ms|s|m|h)", "10s"],
	["stop-signal", "", "string", "Signal that stops a task"],
	["tty", "t", "", "Give it a terminal"],
	["update-delay", "", "duration", "Time between tasks of an update (ns|us|ms|s|m|h)", "0s"],
	["update-failure-action", "", "string", 'What to do when an update fails ("pause", "continue", "rollback")', '"pause"'],
	["update-max-failure-ratio", "", "float", "Share of failures that an update bears", "0"],
	["update-monitor", "", "duration", "How long to watch a task that was updated (ns|us|ms|s|m|h)", "5s"],
	["update-order", "", "string", 'Order of an update ("start-first", "stop-first")', '"stop-first"'],
	["update-parallelism", "", "uint", "Tasks updated at a time (0 for all)", "1"],
	["user", "u", "string", "User and group (name|uid[:group|gid])"],
	["with-registry-auth", "", "", "Send the registry's login to the swarm's nodes"],
	["workdir", "w", "string", "Working directory"],
	["memory-swap", "", "bytes", "Swap (-1 for unlimited)"],
	["memory-swappiness", "", "int", "How readily memory is swapped out (0 to 100), -1 for the default", "-1"],
];

/** On create a plain option; on update NAME-add and NAME-rm, the latter a list but where a type follows. */
const LISTS: readonly Row[] = [
	["config", "", "config", "Config for its containers"],
	["constraint", "", "list", "Constraint on its nodes"],
	["container-label", "", "list", "Label of its containers"],
	["dns", "", "list", "DNS server"],
	["dns-option", "", "list", "Option for the resolver"],
	["dns-search", "", "list", "Domain to search in"],
	["env", "e", "list", "Environment variable"],
	["generic-resource", "", "list", "Resource of one's own definition"],
	["group", "", "list", "Further group of the process"],
	["host", "", "list", "Line of /etc/hosts (host:ip)"],
	["label", "l", "list", "Label of the service"],
	["mount", "", "mount", "Mount in its containers"],
	["network", "", "network", "Network to join"],
	["placement-pref", "", "pref", "Preference among its nodes"],
	["publish", "p", "port", "Port to publish on the nodes"],
	["secret", "", "secret", "Secret for its containers"],
	["sysctl", "", "list", "Kernel parameter"],
	["ulimit", "", "ulimit", "Limit of a resource", "[]"],
];
const TYPED_REMOVALS = new Set(["placement-pref", "publish"]);

/** What a text of a type has to be, or of an option's list. */
const CHECKS: Record<string, (text: string) => unknown> = {
	bytes: parseMemory,
	command: checkShellWords,
	config: (text) => parseReference("config", text),
	"credential-spec": checkCredentialSpec,
	decimal: parseCpus,
	duration: parseDuration,
	float: checkFloat,
	mount: parseMount,
	network: parseNetwork,
	port: parseServicePort,
	pref: checkPlacementPref,
	secret: (text) => parseReference("secret", text),
	ulimit: parseUlimit,
};
const LIST_CHECKS: Record<string, (text: string) => string> = {
	"container-label": checkLabel,
	dns: checkIPAddress,
	"dns-search": checkSearchDomain,
	env: checkEnv,
	"generic-resource": checkGenericResource,
	host: checkExtraHost,
	label: checkLabel,
	"log-opt": checkEnv,
};
/** Of an option's name. */
export const isHealthDuration = (name: string): boolean => /^health-.*(interval|period|timeout)$/.test(name);
const checkOf = (name: string, type: string): ((text: string) => unknown) | undefined =>
	isHealthDuration(name) ? parsePositiveDuration : CHECKS[type];

const NUMBERS: Record<string, typeof int> = { int, uint: uint64 };
function spec([name, short, type, usage, shownDefault]: Row): Spec<unknown> {
	const needs = SINCE[name] ? { api: SINCE[name] } : undefined;
	const extra = { shownDefault, type, needs };
	const letter = short || undefined;
	if (type === "") return bool(usage, letter, false, { shownDefault });
	if (NUMBERS[type]) return NUMBERS[type](usage, letter, 0, extra);
	if (type === "string") return string(usage, letter, "", extra);
	if (type === "list") return list(usage, letter, LIST_CHECKS[name.replace(/-add$/, "")], { shownDefault });
	const check = checkOf(name, type);
	return custom<string[]>(
		type,
		usage,
		() => [],
		(text, all) => {
			check?.(text);
			return [...all, text];
		},
		{ short: letter, shownDefault, needs },
	);
}
const table = (rows: readonly Row[]): Options => Object.fromEntries(rows.map((row) => [row[0], spec(row)]));

export const CREATE: Options = table([
	...CONTAINER,
	...LISTS,
	["env-file", "", "list", "File of environment variables"],
	["mode", "", "string", 'Mode ("replicated", "global", "replicated-job", "global-job")', '"replicated"'],
	["name", "", "string", "Name of the service"],
]);

export const UPDATE: Options = table([
	...CONTAINER.map(([name, short, type, usage]): Row => [name, short, type, usage]),
	...LISTS.flatMap(([name, , type, usage, shown]): Row[] => [
		[`${name}-add`, "", type, `Add or change: ${usage}`, shown],
		[`${name}-rm`, "", TYPED_REMOVALS.has(name) ? type : "list", `Take away: ${usage}`],
	]),
	["args", "", "command", "Arguments of the command"],
	["force", "", "", "Update even if nothing changes"],
	["image", "", "string", "Image of the service"],
	["rollback", "", "", "Go back to the specification before"],
]);
