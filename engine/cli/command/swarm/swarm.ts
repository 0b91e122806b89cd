// docker swarm: a node is asked to begin a swarm, to join one, to leave it; most daemons here say that they are in none.

import { parseDuration } from "../../../lib/time/duration";
import type { Cli } from "../../cli";
import { piece } from "../../client/objects";
import { describe } from "../../describe";
import { FlagError, HelpAsked } from "../../flags/parse";
import { bool, custom, int, type Options, string, uint64 } from "../../flags/spec";
import { DEFAULT_LISTEN, type ExternalCa, parseExternalCa, parseListenAddress, parseNetworks } from "../../opts/swarm/node";
import { type Call, command, exactly, type Group, noArgs } from "../command";
import { BeyondThisClient, beyond } from "./kit";

const duration = (usage: string, shownDefault: string) =>
	custom<number | undefined>(
		"duration",
		`${usage} (ns|us|ms|s|m|h)`,
		() => undefined,
		(text) => parseDuration(text),
		{ shownDefault },
	);
const authorities = custom<ExternalCa[]>(
	"external-ca",
	"Where certificates are signed instead",
	() => [],
	(text, all) => [...all, parseExternalCa(text)],
);
const pem = (usage: string) =>
	custom<string>(
		"pem-file",
		usage,
		() => "",
		(text) => text,
	);
const SPEC = {
	autolock: bool("Keep a stopped manager locked until it is given a key"),
	"cert-expiry": duration("How long the nodes' certificates hold", "2160h0m0s"),
	"dispatcher-heartbeat": duration("Time between the dispatcher's heartbeats", "5s"),
	"external-ca": authorities,
	"max-snapshots": uint64("Raft snapshots to keep beside the last", undefined, 0, { needs: { api: "1.25" } }),
	"snapshot-interval": uint64("Log entries between Raft snapshots", undefined, 10000, { needs: { api: "1.25" } }),
	"task-history-limit": int("How many old tasks to keep", undefined, 5),
};
const address = (shownDefault?: string) =>
	string("Address that the others are told (ip|interface[:port])", undefined, "", { shownDefault });
const listen = custom<string>(
	"node-addr",
	"Address to listen on (ip|interface[:port])",
	() => DEFAULT_LISTEN,
	parseListenAddress,
	{ shownDefault: DEFAULT_LISTEN },
);
const AVAILABILITY = string('Availability of the node ("active", "pause", "drain")', undefined, "active");
const DATA_PATH = string("Address for the containers' traffic (ip|interface)", undefined, "", { needs: { api: "1.31" } });

function availability(given: string, changed: ReadonlySet<string>): { Availability?: string } {
	if (!changed.has("availability")) return {};
	if (!["active", "pause", "drain"].includes(given.toLowerCase()))
		throw new Error(`invalid availability ${JSON.stringify(given)}, only active, pause and drain are supported`);
	return { Availability: given.toLowerCase() };
}

/** The files that authorities name are read only when they are to be sent. @throws Error */
const withCertificates = (cli: Cli, all: readonly ExternalCa[]): Promise<ExternalCa[]> =>
	Promise.all(
		all.map(async ({ CACert: path, ...ca }) => {
			if (path === undefined) return ca;
			const given = `protocol=${ca.Protocol},url=${ca.URL},cacert=${path}`;
			const refuse = (why: string): never => {
				throw new FlagError(`invalid argument ${JSON.stringify(given)} for "--external-ca" flag: ${why}`);
			};
			const CACert = await cli
				.readText(path)
				.catch((error: unknown) => refuse(`unable to read CA cert for external CA: ${describe(error)}`));
			if (!isPem(CACert)) refuse("CA cert for external CA must be in PEM format");
			return { ...ca, CACert };
		}),
	);
const isPem = (content: string): boolean => /-----BEGIN ([^-\n]+)-----\n[\s\S]*?-----END \1-----/.test(content);

/** @throws FlagError for a file that cannot be read, or has no PEM in it */
async function checkPem(cli: Cli, name: string, path: string): Promise<void> {
	if (path === "") return;
	const refuse = (why: string): never => {
		throw new FlagError(`invalid argument ${JSON.stringify(path)} for "--${name}" flag: ${why}`);
	};
	const content = await cli.readText(path).catch((error: unknown) => refuse(describe(error)));
	if (!isPem(content)) refuse("file contents must be in PEM format");
}

interface JoinTokens {
	JoinTokens: { Worker: string; Manager: string };
}
type Role = "worker" | "manager";
async function joinCommand(cli: Cli, role: Role): Promise<void> {
	const { JoinTokens } = await cli.client.json<JoinTokens>("GET", "/swarm");
	const { Swarm } = await cli.client.json<{ Swarm: { NodeID: string } }>("GET", "/info");
	const node = await cli.client.json<{ ManagerStatus?: { Addr: string } }>("GET", `/nodes/${piece(Swarm.NodeID)}`);
	const token = role === "worker" ? JoinTokens.Worker : JoinTokens.Manager;
	await cli.out.write(
		`To add a ${role} to this swarm, run the following command:\n\n    docker swarm join --token ${token} ${node.ManagerStatus?.Addr ?? ""}\n\n`,
	);
}

const INIT_OPTIONS = {
	...SPEC,
	"advertise-addr": address(),
	availability: AVAILABILITY,
	"data-path-addr": DATA_PATH,
	"data-path-port": uint64("Port of the containers' traffic (1024 to 49151); 0 for 4789", undefined, 0, {
		type: "uint32",
		needs: { api: "1.40" },
	}),
	"default-addr-pool": custom<string[]>(
		"ipNetSlice",
		"Subnets for networks, in CIDR form",
		() => [],
		(text, all) => [...all, ...parseNetworks(text)],
		{ shownDefault: "[]", needs: { api: "1.39" } },
	),
	"default-addr-pool-mask-length": uint64("Length of the mask of a network's subnet", undefined, 24, {
		type: "uint32",
		needs: { api: "1.39" },
	}),
	"force-new-cluster": bool("Begin anew from what this node knows"),
	"listen-addr": listen,
};
const init = command({
	name: "init",
	synopsis: "[OPTIONS]",
	summary: "Initialize a swarm",
	options: INIT_OPTIONS,
	needs: { api: "1.24", swarm: "" },
	run: async ({ cli, options, changed }: Call<typeof INIT_OPTIONS>) => {
		const given = <T>(name: keyof typeof INIT_OPTIONS, value: T): T | undefined => (changed.has(name) ? value : undefined);
		const node = await cli.client.json<string>("POST", "/swarm/init", {
			json: {
				ListenAddr: options["listen-addr"],
				AdvertiseAddr: options["advertise-addr"],
				DataPathAddr: options["data-path-addr"],
				DataPathPort: options["data-path-port"],
				ForceNewCluster: options["force-new-cluster"],
				Spec: {
					Labels: null,
					Orchestration: { TaskHistoryRetentionLimit: given("task-history-limit", options["task-history-limit"]) },
					Raft: {
						SnapshotInterval: given("snapshot-interval", options["snapshot-interval"]),
						KeepOldSnapshots: given("max-snapshots", options["max-snapshots"]),
					},
					Dispatcher: { HeartbeatPeriod: options["dispatcher-heartbeat"] },
					CAConfig: {
						NodeCertExpiry: options["cert-expiry"],
						ExternalCAs: given("external-ca", await withCertificates(cli, options["external-ca"])),
					},
					TaskDefaults: {},
					EncryptionConfig: { AutoLockManagers: options.autolock },
				},
				AutoLockManagers: options.autolock,
				...availability(options.availability, changed),
				DefaultAddrPool: options["default-addr-pool"],
				SubnetSize: options["default-addr-pool-mask-length"],
			},
		});
		await cli.out.write(`Swarm initialized: current node (${node}) is now a manager.\n\n`);
		await joinCommand(cli, "worker");
		await cli.out.line("To add a manager to this swarm, run 'docker swarm join-token manager' and follow the instructions.");
	},
});

const JOIN_OPTIONS = {
	"advertise-addr": address(),
	availability: AVAILABILITY,
	"data-path-addr": DATA_PATH,
	"listen-addr": listen,
	token: string("Token that lets it in"),
};
const join = command({
	name: "join",
	synopsis: "[OPTIONS] HOST:PORT",
	summary: "Join a swarm as a node and/or manager",
	options: JOIN_OPTIONS,
	args: exactly(1),
	needs: { api: "1.24", swarm: "" },
	run: async ({ cli, options, args, changed }: Call<typeof JOIN_OPTIONS>) => {
		await cli.client.done("POST", "/swarm/join", {
			json: {
				ListenAddr: options["listen-addr"],
				AdvertiseAddr: options["advertise-addr"],
				DataPathAddr: options["data-path-addr"],
				RemoteAddrs: args,
				JoinToken: options.token,
				...availability(options.availability, changed),
			},
		});
		const { Swarm } = await cli.client.json<{ Swarm: { ControlAvailable: boolean } }>("GET", "/info");
		await cli.out.line(`This node joined a swarm as a ${Swarm.ControlAvailable ? "manager" : "worker"}.`);
	},
});

const LEAVE_OPTIONS = { force: bool("Leave in any case", "f") };
const leave = command({
	name: "leave",
	synopsis: "[OPTIONS]",
	summary: "Leave the swarm",
	options: LEAVE_OPTIONS,
	needs: { api: "1.24", swarm: "active" },
	run: async ({ cli, options }: Call<typeof LEAVE_OPTIONS>) => {
		await cli.client.done("POST", "/swarm/leave", { query: { force: options.force } });
		await cli.out.line("Node left the swarm.");
	},
});

const TOKEN_OPTIONS = { quiet: bool("Say only the token", "q"), rotate: bool("Make a new one first") };
const joinToken = command({
	name: "join-token",
	synopsis: "[OPTIONS] (worker|manager)",
	summary: "Manage join tokens",
	options: TOKEN_OPTIONS,
	args: exactly(1),
	needs: { api: "1.24", swarm: "manager" },
	run: async ({ cli, options, args, path }: Call<typeof TOKEN_OPTIONS>) => {
		const role = args[0] as Role;
		if (role !== "worker" && role !== "manager") throw new Error(`unknown role ${role}`);
		const { JoinTokens } = await cli.client.json<JoinTokens>("GET", "/swarm");
		if (options.rotate) throw new BeyondThisClient(path);
		if (options.quiet) return cli.out.line(role === "worker" ? JoinTokens.Worker : JoinTokens.Manager);
		await joinCommand(cli, role);
	},
});

const { autolock: _, ...CHANGEABLE } = SPEC;
const UPDATE_OPTIONS: Options = { ...CHANGEABLE, autolock: bool("Whether a stopped manager is kept locked (true|false)") };
const CA_OPTIONS: Options = {
	"ca-cert": pem("File with the certificate of a new authority"),
	"ca-key": pem("File with the key of a new authority"),
	"cert-expiry": SPEC["cert-expiry"],
	detach: bool("Do not wait for the nodes", "d"),
	"external-ca": authorities,
	quiet: bool("Say nothing of the progress", "q"),
	rotate: bool("Make a new authority, or take the one that is given"),
};

export const swarm: Group = {
	name: "swarm",
	summary: "Manage Swarm",
	needs: { api: "1.24", swarm: "" },
	commands: [
		beyond({
			name: "ca",
			synopsis: "[OPTIONS]",
			summary: "Display and rotate the root CA",
			options: CA_OPTIONS,
			args: noArgs,
			needs: { api: "1.30", swarm: "manager" },
			check: async ({ cli, options }) => {
				for (const name of ["ca-cert", "ca-key"]) await checkPem(cli, name, String(options[name]));
				await withCertificates(cli, options["external-ca"] as ExternalCa[]);
			},
			ask: () => "/swarm",
		}),
		init,
		join,
		joinToken,
		leave,
		beyond({
			name: "unlock",
			summary: "Unlock swarm",
			synopsis: "",
			args: noArgs,
			needs: { api: "1.24", swarm: "manager" },
			check: async ({ cli }) => {
				const { Swarm } = await cli.client.json<{ Swarm?: { LocalNodeState?: string } }>("GET", "/info");
				if (Swarm?.LocalNodeState === "inactive") throw new Error("Error: This node is not part of a swarm");
				if (Swarm?.LocalNodeState !== "locked") throw new Error("Error: swarm is not locked");
			},
			ask: () => "/info",
		}),
		beyond({
			name: "unlock-key",
			synopsis: "[OPTIONS]",
			summary: "Manage the unlock key",
			options: TOKEN_OPTIONS,
			args: noArgs,
			needs: { api: "1.24", swarm: "manager" },
			ask: () => "/swarm/unlockkey",
			reword: (said) => `could not fetch unlock key: ${said}`,
		}),
		beyond({
			name: "update",
			synopsis: "[OPTIONS]",
			summary: "Update the swarm",
			options: UPDATE_OPTIONS,
			args: noArgs,
			check: ({ changed }) => {
				if (changed.size === 0) throw new HelpAsked([]);
			},
			needs: { api: "1.24", swarm: "manager" },
			ask: () => "/swarm",
		}),
	],
};
