// docker service and docker stack.

import { readFile } from "../../../lib/files";
import type { Cli } from "../../cli";
import { piece } from "../../client/objects";
import { withFilter } from "../../client/query";
import { bool, type Options, string, strings } from "../../flags/spec";
import { naturalOrder } from "../../format/natural";
import { FORMAT_HELP, renderTable, row } from "../../format/table";
import { readEnvironment } from "../../opts/env";
import { parseNetwork } from "../../opts/network";
import { checkGenericResources, checkStackName } from "../../opts/swarm/service";
import type { Group } from "../command";
import { atLeast, type Call, command, exactly, noArgs, StatusError } from "../command";
import { filterOption } from "../container/list";
import { beyond, inspectOf, type Kind, listOf, removerOf } from "./kit";
import { CREATE, isHealthDuration, UPDATE } from "./service-options";

const SERVICE: Kind = { kind: "service", path: "/services" };
const ofService = ([name]: readonly string[]): string => `/services/${piece(name!)}`;

interface Service {
	ID: string;
	Spec: {
		Name: string;
		Labels?: Record<string, string> | null;
		Mode?: Record<string, unknown>;
		TaskTemplate?: { ContainerSpec?: { Image?: string } };
	};
	ServiceStatus?: { RunningTasks: number; DesiredTasks: number };
	Endpoint?: { Ports?: Array<{ Protocol: string; TargetPort: number; PublishedPort: number; PublishMode: string }> };
}
const MODES: Record<string, string> = {
	Global: "global",
	Replicated: "replicated",
	ReplicatedJob: "replicated job",
	GlobalJob: "global job",
};

const serviceRow = ({ ID, Spec, ServiceStatus, Endpoint }: Service) =>
	row("*service.serviceContext", {
		ID: () => ID.slice(0, 12),
		Image: () => (Spec.TaskTemplate?.ContainerSpec?.Image ?? "").replace(/@sha256:.*/, ""),
		Mode: () => MODES[Object.keys(Spec.Mode ?? {})[0] ?? ""] ?? "",
		Name: () => Spec.Name,
		Ports: () =>
			(Endpoint?.Ports ?? [])
				.filter(({ PublishMode }) => PublishMode === "ingress")
				.map((port) => `*:${port.PublishedPort}->${port.TargetPort}/${port.Protocol}`)
				.join(","),
		Replicas: () => `${ServiceStatus?.RunningTasks ?? 0}/${ServiceStatus?.DesiredTasks ?? 0}`,
	});
const LIST_OPTIONS = {
	filter: filterOption("Show only those for which this is so"),
	format: string(FORMAT_HELP),
	quiet: bool("Show ids only", "q"),
};
const SERVICE_TABLE = "table {{.ID}}\\t{{.Name}}\\t{{.Mode}}\\t{{.Replicas}}\\t{{.Image}}\\t{{.Ports}}";
const SERVICE_HEADERS = { ID: "ID", Name: "NAME", Mode: "MODE", Replicas: "REPLICAS", Image: "IMAGE", Ports: "PORTS" };
function servicesTable(services: Service[], given: string, quiet: boolean): string {
	services.sort((a, b) => naturalOrder(a.Spec.Name, b.Spec.Name));
	const format = given === "" || given === "table" ? (quiet ? "{{.ID}}" : SERVICE_TABLE) : given;
	return renderTable({ format, headers: SERVICE_HEADERS, rows: services.map(serviceRow) });
}

const list = command({
	name: "ls",
	aliases: ["list"],
	synopsis: "[OPTIONS]",
	summary: "List services",
	otherNames: ["docker service ls", "docker service list"],
	options: LIST_OPTIONS,
	run: async ({ cli, options }: Call<typeof LIST_OPTIONS>) => {
		const services = (await cli.client.speaks("1.41"))
			? await listOf<Service>(cli, { ...SERVICE, path: "/services?status=true" }, options.filter)
			: await listOf<Service>(cli, SERVICE, options.filter);
		await cli.out.write(servicesTable(services, options.format || String(cli.config.data.servicesFormat ?? ""), options.quiet));
	},
});

const TASK_OPTIONS: Options = {
	filter: filterOption("Show only those for which this is so"),
	format: string("Format the tasks with a Go template"),
	"no-resolve": bool("Leave ids instead of names"),
	"no-trunc": bool("Show everything at full length"),
	quiet: bool("Show ids only", "q"),
};
const WAITING: Options = {
	detach: bool("Do not wait for the service to settle", "d"),
	quiet: bool("Say nothing of the progress", "q"),
};

export const service: Group = {
	name: "service",
	summary: "Manage Swarm services",
	needs: { api: "1.24", swarm: "manager" },
	commands: [
		beyond({
			name: "create",
			synopsis: "[OPTIONS] IMAGE [COMMAND] [ARG...]",
			summary: "Create a new service",
			options: CREATE,
			args: atLeast(1),
			interspersed: false,
			check: checkService,
			ask: () => "/services",
		}),
		inspectOf(SERVICE, "[OPTIONS] SERVICE [SERVICE...]"),
		beyond({
			name: "logs",
			synopsis: "[OPTIONS] SERVICE|TASK",
			summary: "Fetch the logs of a service or task",
			options: {
				details: bool("Show further attributes of the driver"),
				follow: bool("Follow the log", "f"),
				"no-resolve": bool("Leave ids instead of names"),
				"no-task-ids": bool("Leave the tasks' ids out"),
				"no-trunc": bool("Show everything at full length"),
				raw: bool("Leave the lines as they are"),
				since: string('Begin at a time ("2013-01-02T13:23:37Z") or so long ago ("42m")'),
				tail: string("How many lines from the end", "n", "all"),
				timestamps: bool("Show the times", "t"),
			},
			args: exactly(1),
			needs: { api: "1.29" },
			ask: ofService,
			reword: (said, [name]) => (/not found/.test(said) ? `no such task or service: ${name}` : said),
		}),
		list,
		beyond({
			name: "ps",
			synopsis: "[OPTIONS] SERVICE [SERVICE...]",
			summary: "List the tasks of one or more services",
			options: TASK_OPTIONS,
			args: atLeast(1),
			ask: () => "/services",
		}),
		removerOf(SERVICE, "SERVICE [SERVICE...]", "Remove one or more services"),
		beyond({
			name: "rollback",
			synopsis: "[OPTIONS] SERVICE",
			summary: "Revert changes to a service's configuration",
			options: WAITING,
			args: exactly(1),
			needs: { api: "1.31" },
			ask: ofService,
		}),
		beyond({
			name: "scale",
			synopsis: "SERVICE=REPLICAS [SERVICE=REPLICAS...]",
			summary: "Scale one or multiple replicated services",
			options: { detach: WAITING.detach! },
			args: atLeast(1),
			check: ({ args, path }) => {
				for (const arg of args) {
					const help = `See '${path} --help'.\n\nUsage:  ${path} SERVICE=REPLICAS [SERVICE=REPLICAS...]\n\nScale one or multiple replicated services`;
					if (!/^[^=]+=./.test(arg)) throw new StatusError(1, `invalid scale specifier '${arg}'.\n${help}`);
				}
			},
			ask: ([first]) => ofService([first!.split("=")[0]!]),
			reword: (said, args) => args.map((arg) => scaleProblem(arg, said)).join("\n"),
		}),
		beyond({
			name: "update",
			synopsis: "[OPTIONS] SERVICE",
			summary: "Update a service",
			options: UPDATE,
			args: exactly(1),
			ask: ofService,
		}),
	],
};

/** What options of create say together. @throws Error */
async function checkService({ cli, options, changed }: Call<Options>): Promise<void> {
	const given = (name: string): string[] => options[name] as string[];
	await readEnvironment(cli, given("env-file"), given("env"));
	const health = [...changed].some(isHealthDuration);
	if (options["no-healthcheck"] && (health || options["health-cmd"] !== "" || options["health-retries"] !== 0))
		throw new Error("--no-healthcheck conflicts with --health-* options");
	checkMode(changed.has("mode") ? String(options.mode) : "replicated", options, changed);
	for (const name of given("network")) await checkNetwork(cli, parseNetwork(name).Target);
	checkGenericResources(given("generic-resource"));
}

function checkMode(mode: string, options: Record<string, unknown>, changed: ReadonlySet<string>): void {
	const only = (name: string, where: string): never => {
		throw new Error(`${name} can only be used with ${where} mode`);
	};
	const everywhere = mode === "global" || mode === "global-job";
	const most = Number(options["replicas-max-per-node"]) > 0;
	if (!["global", "replicated", "replicated-job", "global-job"].includes(mode))
		throw new Error(`unknown mode: ${mode}, only replicated and global supported`);
	if (mode === "global" && changed.has("replicas")) only("replicas", "replicated or replicated-job");
	if (everywhere && most) only("replicas-max-per-node", "replicated or replicated-job");
	if (mode !== "replicated-job" && changed.has("max-concurrent")) only("max-concurrent", "replicated-job");
	if (everywhere && changed.has("replicas")) only("replicas", "replicated or replicated-job");
	if (mode.endsWith("-job") && [...changed].some((name) => /^(update|rollback)-/.test(name)))
		throw new Error("update and rollback configuration is not supported for jobs");
}

/** Only what spans a swarm will do. */
async function checkNetwork(cli: Cli, name: string): Promise<void> {
	const { Scope } = await cli.client.json<{ Scope?: string }>("GET", `/networks/${piece(name)}`, { query: { scope: "swarm" } });
	if (Scope !== "swarm") throw new Error(`Error response from daemon: network ${name} not found`);
}

/** SERVICE=REPLICAS: a number that is none is seen before the daemon is asked. */
function scaleProblem(arg: string, said: string): string {
	const [name, count] = arg.split(/=(.*)/s) as [string, string];
	if (/^\d+$/.test(count)) return `${name}: ${said}`;
	return `${name}: invalid replicas value ${count}: strconv.ParseUint: parsing ${JSON.stringify(count)}: invalid syntax`;
}

const COMPOSE = strings('Path of a Compose file, or "-" for STDIN', "c");
const NAMESPACE = "com.docker.stack.namespace";
const STACK_LIST = { format: string(FORMAT_HELP) };
const stacks = command({
	name: "ls",
	aliases: ["list"],
	synopsis: "[OPTIONS]",
	summary: "List stacks",
	otherNames: ["docker stack ls", "docker stack list"],
	options: STACK_LIST,
	run: async ({ cli, options }: Call<typeof STACK_LIST>) => {
		const services = await listOf<Service>(cli, SERVICE, withFilter(new Map(), "label", NAMESPACE));
		const counts = new Map<string, number>();
		for (const { Spec } of services) {
			const name = Spec.Labels?.[NAMESPACE] ?? "";
			counts.set(name, (counts.get(name) ?? 0) + 1);
		}
		const given = options.format;
		await cli.out.write(
			renderTable({
				format: given === "" || given === "table" ? "table {{.Name}}\\t{{.Services}}" : given,
				headers: { Name: "NAME", Services: "SERVICES" },
				rows: [...counts]
					.sort(([a], [b]) => naturalOrder(a, b))
					.map(([name, count]) => row("*formatter.stackContext", { Name: () => name, Services: () => String(count) })),
			}),
		);
	},
});
const named = ({ args }: { args: readonly string[] }): void => args.forEach(checkStackName);
const readable = async ({ cli, options }: { cli: Cli; options: { "compose-file": string[] } }): Promise<void> => {
	const files = options["compose-file"];
	if (files.length === 0) throw new Error("specify a Compose file (with --compose-file)");
	for (const file of files) if (file !== "-") await readFile(cli.sys, file);
};
const IN_THE_BACKGROUND =
	"Since --detach=false was not specified, tasks will be created in the background.\nIn a future release, --detach=false will become the default.";
const NO_MANAGER =
	'this node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again';
const ofStack = (): string => "/services";

export const stack: Group = {
	name: "stack",
	synopsis: "[OPTIONS]",
	summary: "Manage Swarm stacks",
	needs: { api: "1.25", swarm: "manager" },
	commands: [
		beyond({
			name: "config",
			synopsis: "[OPTIONS]",
			summary: "Outputs the final config file, after doing merges and interpolations",
			options: { "compose-file": COMPOSE, "skip-interpolation": bool("Only merge the files") },
			args: noArgs,
			check: readable,
			ask: ofStack,
		}),
		beyond({
			name: "deploy",
			aliases: ["up"],
			synopsis: "[OPTIONS] STACK",
			summary: "Deploy a new stack or update an existing stack",
			otherNames: ["docker stack deploy", "docker stack up"],
			options: {
				"compose-file": COMPOSE,
				detach: bool("Do not wait for the services to settle", "d", true),
				prune: bool("Remove services that are no longer named"),
				quiet: bool("Say nothing of the progress", "q"),
				"resolve-image": string('Ask the registry for digests and platforms ("always", "changed", "never")', undefined, "always"),
				"with-registry-auth": bool("Send the registry's login to the swarm's nodes"),
			},
			args: exactly(1),
			check: async (call) => {
				named(call);
				await readable(call);
				const { cli, options, changed } = call;
				if (!["always", "changed", "never"].includes(options["resolve-image"]))
					throw new Error(`invalid option ${options["resolve-image"]} for flag --resolve-image`);
				if (options.detach && !changed.has("detach")) await cli.err.line(IN_THE_BACKGROUND);
				const { Swarm } = await cli.client.json<{ Swarm?: { ControlAvailable?: boolean } }>("GET", "/info");
				if (!Swarm?.ControlAvailable) throw new Error(NO_MANAGER);
			},
			ask: ofStack,
		}),
		stacks,
		beyond({
			name: "ps",
			synopsis: "[OPTIONS] STACK",
			summary: "List the tasks in the stack",
			options: { ...TASK_OPTIONS, format: string(FORMAT_HELP) },
			args: exactly(1),
			check: named,
			ask: ofStack,
		}),
		beyond({
			name: "rm",
			aliases: ["remove", "down"],
			synopsis: "[OPTIONS] STACK [STACK...]",
			summary: "Remove one or more stacks",
			otherNames: ["docker stack rm", "docker stack remove", "docker stack down"],
			options: { detach: bool("Do not wait until it is gone", "d", true) },
			args: atLeast(1),
			check: named,
			ask: ofStack,
		}),
		command({
			name: "services",
			synopsis: "[OPTIONS] STACK",
			summary: "List the services in the stack",
			options: LIST_OPTIONS,
			args: exactly(1),
			run: async ({ cli, options, args }: Call<typeof LIST_OPTIONS>) => {
				named({ args });
				const found = await listOf<Service>(cli, SERVICE, withFilter(options.filter, "label", `${NAMESPACE}=${args[0]}`));
				if (found.length === 0) return cli.err.line(`Nothing found in stack: ${args[0]}`);
				await cli.out.write(servicesTable(found, options.format, options.quiet));
			},
		}),
	],
};
