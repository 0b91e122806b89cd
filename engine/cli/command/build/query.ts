// What both builders are asked for: the query of POST /build.

import type { Cli } from "../../cli";
import { keyValues } from "../../opts/env";
import { proxyVariables } from "../../opts/proxies";
import type { BuildOptions } from "./options";

export function buildQuery(cli: Cli, options: BuildOptions, dockerfile: string) {
	const ulimits = [...options.ulimit.values()].map(({ name, soft, hard }) => ({ Name: name, Hard: hard, Soft: soft }));
	return {
		t: [...options.tag],
		dockerfile,
		q: options.quiet,
		nocache: options["no-cache"],
		pull: options.pull,
		rm: options.rm ? "1" : "0",
		forcerm: options["force-rm"],
		memory: options.memory || undefined,
		memswap: options["memory-swap"] || undefined,
		cpushares: options["cpu-shares"] || undefined,
		cpuperiod: options["cpu-period"] || undefined,
		cpuquota: options["cpu-quota"] || undefined,
		cpusetcpus: options["cpuset-cpus"] || undefined,
		cpusetmems: options["cpuset-mems"] || undefined,
		cgroupparent: options["cgroup-parent"] || undefined,
		shmsize: options["shm-size"] || undefined,
		ulimits: ulimits.length > 0 ? JSON.stringify(ulimits) : undefined,
		isolation: options.isolation || undefined,
		securityopt: options["security-opt"].length > 0 ? JSON.stringify(options["security-opt"]) : undefined,
		squash: options.squash || undefined,
		networkmode: options.network,
		target: options.target,
		platform: options.platform.toLowerCase(),
		buildargs: JSON.stringify(buildArguments(cli, options["build-arg"])),
		labels: JSON.stringify(keyValues(options.label)),
		cachefrom: JSON.stringify(imagesOfCache(options["cache-from"])),
		extrahosts: options["add-host"],
	};
}

function buildArguments(cli: Cli, given: readonly string[]): Record<string, string | null> {
	const own = given.map((entry): [string, string | null] => {
		const at = entry.indexOf("=");
		return at < 0 ? [entry, cli.env[entry] ?? null] : [entry.slice(0, at), entry.slice(at + 1)];
	});
	return Object.fromEntries([...own, ...proxyVariables(cli, new Set(own.map(([name]) => name)))]);
}

/** "busybox", or "type=registry,ref=busybox", whose fields `strings` has parted already. */
const imagesOfCache = (given: readonly string[]): string[] =>
	given.flatMap((entry) => (/^(?!ref=)[a-z-]+=/.test(entry) ? [] : [entry.replace(/^ref=/, "")]));
