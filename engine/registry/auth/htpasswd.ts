// Users in a file as htpasswd -B writes it: NAME:BCRYPT-HASH, a line each. Other hashes are refused, as distribution does.

import { bcryptVerify } from "hash-wasm";
import { digestOf } from "../../lib/digest";

export class Users {
	private readonly hashes = new Map<string, string>();
	/** bcrypt is slow on purpose; a client sends the same password with every request. User → digest of what was right. */
	private readonly right = new Map<string, string>();

	/** @throws Error for a line that is none */
	constructor(file: string) {
		for (const [at, line] of file.split("\n").entries()) {
			const trimmed = line.trim();
			if (trimmed === "" || trimmed.startsWith("#")) continue;
			const colon = trimmed.indexOf(":");
			if (colon < 1) throw new Error(`htpasswd: invalid entry at line ${at + 1}`);
			this.hashes.set(trimmed.slice(0, colon), trimmed.slice(colon + 1));
		}
	}
	async check(user: string, password: string): Promise<boolean> {
		const hash = this.hashes.get(user);
		if (!hash || !/^\$2[aby]\$\d\d\$[./A-Za-z0-9]{53}$/.test(hash)) return false;
		const given = digestOf(`${hash} ${password}`);
		if (this.right.get(user) === given) return true;
		// the older and the newer name of the same hash
		if (!(await bcryptVerify({ password, hash: hash.replace(/^\$2[by]/, "$2a") }))) return false;
		this.right.set(user, given);
		return true;
	}
	/** Changes with the user's password; undefined for no user. */
	stamp(user: string): string | undefined {
		const hash = this.hashes.get(user);
		return hash === undefined ? undefined : digestOf(`${user}:${hash}`).slice(-32);
	}
}
