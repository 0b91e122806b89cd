// --link on the default bridge: names of another container in /etc/hosts. (On networks of the user's a link is an alias there.)

import { invalidParameter, isKind, messageOf, systemError } from "../../lib/errors";
import { type HostsRecord, withoutHosts } from "../../network/files";
import type { Container } from "../container/container";
import { networkOwner } from "../container/network-mode";
import { splitPair } from "../filters";
import type { Daemon } from "./daemon";

/** Of a container: alias → whom it is linked to, by id. @throws EngineError invalidParameter where there is no such container */
export function resolveLinks(daemon: Daemon, links: readonly string[] | null): Record<string, string> {
	return Object.fromEntries(
		(links ?? []).map((link) => {
			const [name, alias = name] = splitPair(link, ":");
			let child = linked(daemon, name.replace(/^\//, ""));
			for (let owner = networkOwner(child.hostConfig.NetworkMode); owner; owner = networkOwner(child.hostConfig.NetworkMode)) {
				child = linked(daemon, owner);
			}
			if (child.hostConfig.NetworkMode === "host") {
				throw invalidParameter(
					"conflicting options: host type networking can't be used with links. This would result in undefined behavior",
				);
			}
			return [alias.slice(alias.lastIndexOf("/") + 1), child.id];
		}),
	);
}
function linked(daemon: Daemon, name: string): Container {
	try {
		return daemon.containers.get(name);
	} catch (error) {
		if (!isKind(error, "notFound")) throw error;
		throw invalidParameter(`could not get container for ${name}: ${messageOf(error)}`);
	}
}

/** @throws EngineError where a linked container does not run, or is elsewhere */
export function linkedHosts(daemon: Daemon, container: Container): HostsRecord[] {
	return childrenOf(daemon, container).flatMap(({ alias, child }) => {
		if (!child.state.Running) {
			throw systemError(`Cannot link to a non running container: /${child.name} AS /${container.name}/${alias}`);
		}
		const { bridge } = child.stored.NetworkSettings.Networks;
		if (!bridge) throw systemError(`Cannot link to /${child.name}, as it does not belong to the default network`);
		const names = [alias, child.config.Hostname, ...(alias === child.name ? [] : [child.name])].join(" ");
		return [bridge.IPAddress, bridge.GlobalIPv6Address].filter(Boolean).map((address) => ({ address, names }));
	});
}
function childrenOf(daemon: Daemon, { stored }: Container): Array<{ alias: string; child: Container }> {
	return Object.entries(stored.Links ?? {}).flatMap(([alias, id]) =>
		daemon.containers.has(id) ? [{ alias, child: daemon.containers.get(id) }] : [],
	);
}

/** Names that others' links give a container, by its id: "/linker/alias". */
export function linkNames(daemon: Daemon): Map<string, string[]> {
	const names = new Map<string, string[]>();
	for (const linker of daemon.containers.all())
		for (const [alias, id] of Object.entries(linker.stored.Links ?? {})) {
			const known = names.get(id) ?? [];
			known.push(`/${linker.name}/${alias}`);
			names.set(id, known);
		}
	return names;
}

/** Running containers that are linked to this one. */
export const linkersOf = (daemon: Daemon, container: Container): Array<{ linker: Container; alias: string }> =>
	daemon.containers
		.all()
		.filter(({ state }) => state.Running)
		.flatMap((linker) =>
			Object.entries(linker.stored.Links ?? {})
				.filter(([, id]) => id === container.id)
				.map(([alias]) => ({ linker, alias })),
		);

/** As inspect shows them: "/child:/parent/alias". */
export function shownLinks(daemon: Daemon, container: Container): string[] | null {
	const links = childrenOf(daemon, container).map(({ alias, child }) => `/${child.name}:/${container.name}/${alias}`);
	return links.length > 0 ? links.sort() : null;
}

/** An alias goes out of a container's links, and out of its /etc/hosts. */
export async function unlink(daemon: Daemon, linker: Container, alias: string): Promise<void> {
	const { [alias]: gone, ...others } = linker.stored.Links ?? {};
	if (gone === undefined) return;
	const records = linker.state.Running ? linkedHosts(daemon, linker) : [];
	linker.stored.Links = others;
	const stay = linker.state.Running ? linkedHosts(daemon, linker) : [];
	const lines = records.filter((one) => !stay.some(({ names }) => names === one.names));
	await daemon.networks.sandboxOf(linker.id)?.editHosts((file) => withoutHosts(file, lines));
	await daemon.containers.saveState(linker);
}
