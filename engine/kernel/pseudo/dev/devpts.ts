// devpts (Documentation/filesystems/devpts): each mount is an instance with its own ptmx and its own numbers.

import { makedev, S_IFCHR } from "../../../fs/vfs/mode";
import { ERRNO, type Errno } from "../../../lib/errno";
import type { PtyRegistry } from "../../file/device/open";
import { Pty } from "../../file/tty/pty";
import type { Kernel, Task } from "../../task";
import { type Owner, PseudoDirectory, PseudoFs, PseudoNode } from "../tree";

const DEVPTS_SUPER_MAGIC = 0x1cd1;
const SLAVE_MAJOR = 136;
const MOST = 4096;

interface Options {
	uid?: number;
	gid?: number;
	mode: number;
	ptmxmode: number;
	max: number;
}
/** "gid=5,mode=620,ptmxmode=666,newinstance"; EINVAL for what is not understood. */
function parse(data: string): Options | Errno {
	const options: Options = { mode: 0o600, ptmxmode: 0, max: MOST };
	for (const option of data.split(",").filter(Boolean)) {
		const [name, value = ""] = option.split("=");
		const number = /^[0-7]+$/.test(value) && name?.endsWith("mode") ? Number.parseInt(value, 8) : Number(value);
		if (name === "newinstance") continue;
		if (value === "" || Number.isNaN(number)) return -ERRNO.EINVAL;
		if (name === "uid" || name === "gid" || name === "max") options[name] = number;
		else if (name === "mode" || name === "ptmxmode") options[name] = number & 0o7777;
		else return -ERRNO.EINVAL;
	}
	return options;
}
function shown({ uid, gid, mode, ptmxmode }: Options): string {
	const parts = uid === undefined ? [] : [`uid=${uid}`];
	if (gid !== undefined) parts.push(`gid=${gid}`);
	return [...parts, `mode=${mode.toString(8)}`, `ptmxmode=${ptmxmode.toString(8).padStart(3, "0")}`].join(",");
}

export class DevptsFs extends PseudoFs implements PtyRegistry {
	readonly root: PseudoNode;
	readonly ptys = new Map<number, Pty>();
	readonly nodes = new Map<number, DeviceNode>();
	readonly ptmx: DeviceNode;

	static create(kernel: Kernel, data: string): DevptsFs | Errno {
		const options = parse(data);
		return typeof options === "number" ? options : new DevptsFs(kernel, options);
	}
	private constructor(
		kernel: Kernel,
		private readonly settings: Options,
	) {
		super(kernel, "devpts", DEVPTS_SUPER_MAGIC, shown(settings));
		this.root = new PtsDirectory(this);
		this.ptmx = new DeviceNode(this, makedev(5, 2), settings.ptmxmode);
	}
	allocate(task: Task): Pty | Errno {
		let number = 0;
		while (this.ptys.has(number)) number++;
		if (number >= this.settings.max) return -ERRNO.ENOSPC;
		const device = makedev(SLAVE_MAJOR, number);
		const pty = new Pty(task.kernel, number, device, () => {
			this.ptys.delete(number);
			this.nodes.delete(number);
		});
		const { uid, gid } = task.credentials;
		const owner = { uid: this.settings.uid ?? uid, gid: this.settings.gid ?? gid };
		this.ptys.set(number, pty);
		this.nodes.set(number, new DeviceNode(this, device, this.settings.mode, () => owner));
		return pty;
	}
}

class DeviceNode extends PseudoNode {
	constructor(
		fs: PseudoFs,
		private readonly rdev: number,
		mode: number,
		owner?: () => Owner,
	) {
		super(fs, S_IFCHR, mode, owner);
	}
	override attributes() {
		return { ...super.attributes(), rdev: this.rdev };
	}
}
class PtsDirectory extends PseudoDirectory {
	constructor(private readonly devpts: DevptsFs) {
		super(devpts, [], 0o755);
	}
	protected override find(name: string): PseudoNode | undefined {
		if (name === "ptmx") return this.devpts.ptmx;
		return /^(0|[1-9]\d*)$/.test(name) ? this.devpts.nodes.get(Number(name)) : undefined;
	}
	protected override *list(): Generator<[string, PseudoNode]> {
		for (const [number, node] of this.devpts.nodes) yield [String(number), node];
		yield ["ptmx", this.devpts.ptmx];
	}
}
