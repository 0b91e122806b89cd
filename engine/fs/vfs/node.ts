// What an inode answers to operations that its type does not have. Inodes of every file system build on this.

import { ERRNO, type Errno } from "../../lib/errno";
import type { Asker, AttributeChange, Attributes, DirectoryEntry, FileSystem, Inode, NewNode } from "./types";

export abstract class NodeBase implements Inode {
	abstract readonly fs: FileSystem;
	abstract readonly type: number;
	abstract attributes(): Attributes;

	setAttributes(_change: AttributeChange): Errno | 0 {
		return -ERRNO.EPERM;
	}
	lookup(_name: string): Inode | Errno {
		return -ERRNO.ENOTDIR;
	}
	make(_name: string, _node: NewNode): Inode | Errno {
		return -ERRNO.EPERM;
	}
	link(_name: string, _target: Inode): Errno | 0 {
		return -ERRNO.EPERM;
	}
	unlink(_name: string): Errno | 0 {
		return -ERRNO.EPERM;
	}
	rmdir(_name: string): Errno | 0 {
		return -ERRNO.EPERM;
	}
	rename(_name: string, _to: Inode, _toName: string, _flags: number): Errno | 0 {
		return -ERRNO.EPERM;
	}
	readdir(): DirectoryEntry[] | Errno {
		return -ERRNO.ENOTDIR;
	}
	readlink(_asker?: Asker): string | Errno {
		return -ERRNO.EINVAL;
	}
	read(_offset: number, _into: Uint8Array): number {
		return -ERRNO.EINVAL;
	}
	write(_offset: number, _bytes: Uint8Array): number {
		return -ERRNO.EINVAL;
	}
	open(_writable: boolean, _truncated?: boolean): Inode | Errno {
		return this;
	}
	content(): Uint8Array | undefined {
		return undefined;
	}
	adopt(_bytes: Uint8Array): Errno | 0 {
		return -ERRNO.EINVAL;
	}
	accessed(): void {}
	getxattr(_name: string): Uint8Array | Errno {
		return -ERRNO.EOPNOTSUPP;
	}
	setxattr(_name: string, _value: Uint8Array, _flags: number): Errno | 0 {
		return -ERRNO.EOPNOTSUPP;
	}
	listxattr(): string[] | Errno {
		return [];
	}
	removexattr(_name: string): Errno | 0 {
		return -ERRNO.EOPNOTSUPP;
	}
	identity(): object {
		return this;
	}
}
