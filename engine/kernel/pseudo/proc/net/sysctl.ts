// /proc/sys/net: the settings of the network namespace that the reader is in. conf and neigh have a directory for each interface.

import { ERRNO, type Errno } from "../../../../lib/errno";
import { ipv6Switched } from "../../../net/link/operations";
import { type NetStack, stackOf } from "../../../net/stack";
import { acceptable, SYSCTL_NAMES } from "../../../net/sysctl";
import { CAP, capableIn } from "../../../proc/capability";
import type { Task } from "../../../task";
import { build, PseudoDirectory, type PseudoFs, type PseudoNode, type Sketch, type Text } from "../../tree";

const stackOfTask = (task: Task): NetStack => stackOf(task.namespaces.net);
/** Read, never written. */
const FIXED = new Set(["ipv4/tcp_available_congestion_control", "ipv4/tcp_allowed_congestion_control", "core/optmem_max"]);

const setting = (path: string): Text => ({
	read: (task) => `${stackOfTask(task).sysctl.get(path)}\n`,
	write: FIXED.has(path) ? undefined : (task, text) => write(task, path, text.trim()),
});
function write(task: Task, path: string, value: string): Errno | 0 {
	const { net } = task.namespaces;
	if (!capableIn(task, net.owner, CAP.NET_ADMIN)) return -ERRNO.EPERM;
	if (!acceptable(path, value)) return -ERRNO.EINVAL;
	const stack = stackOf(net);
	const names = stack.devices.map(({ name }) => name);
	stack.sysctl.set(path, value, names);
	if (path.endsWith("/disable_ipv6")) for (const device of stack.devices) ipv6Switched(device);
	stack.network.changed();
	return 0;
}
/** all, default, and every interface that the reader has. */
class PerInterface extends PseudoDirectory {
	private readonly made = new Map<string, PseudoNode>();
	constructor(
		private readonly procfs: PseudoFs,
		private readonly fixed: readonly string[],
		private readonly sketch: (name: string) => Sketch,
	) {
		super(procfs);
	}
	private names(): string[] {
		const task = this.procfs.kernel.current;
		return [...this.fixed, ...(task ? stackOfTask(task).devices.map(({ name }) => name) : [])];
	}
	protected override find(name: string): PseudoNode | undefined {
		if (!this.names().includes(name)) return undefined;
		let node = this.made.get(name);
		if (!node) {
			node = build(this.procfs, this.sketch(name));
			this.made.set(name, node);
		}
		return node;
	}
	protected override *list(): Generator<[string, PseudoNode]> {
		for (const name of this.names()) yield [name, this.find(name)!];
	}
}

/** What is below /proc/sys/net and the same in every procfs. */
export function netSettings(): Record<string, Record<string, Text>> {
	const tree: Record<string, Record<string, Text>> = {};
	for (const path of Object.keys(SYSCTL_NAMES.plain)) {
		const [directory, name] = path.split("/") as [string, string];
		tree[directory] ??= {};
		tree[directory][name] = setting(path);
	}
	return tree;
}
/** What is below /proc/sys/net, with the interfaces' own directories. */
export function withInterfaces(fs: PseudoFs, settings: Sketch): Sketch {
	const under = (path: string, names: readonly string[]): Sketch =>
		Object.fromEntries(names.map((name) => [name, setting(`${path}/${name}`)]));
	const families = (["ipv4", "ipv6"] as const).map((family) => {
		const confs = Object.keys(SYSCTL_NAMES.perInterface[family]);
		const neighs = Object.keys(SYSCTL_NAMES.perNeighbourTable);
		const conf = new PerInterface(fs, ["all", "default"], (name) => under(`${family}/conf/${name}`, confs));
		const neigh = new PerInterface(fs, ["default"], (name) =>
			under(`${family}/neigh/${name}`, name === "default" ? [...neighs, ...Object.keys(SYSCTL_NAMES.gc)] : neighs),
		);
		return [family, { ...(settings[family] as Sketch), conf, neigh }];
	});
	return { ...settings, ...Object.fromEntries(families) };
}
