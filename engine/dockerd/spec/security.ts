// --security-opt: its values, and what they make of a container.

import { invalidParameter } from "../../lib/errors";

export interface SecurityOptions {
	noNewPrivileges?: boolean;
	/** "unconfined", "builtin", or the text of a profile. */
	seccomp?: string;
	/** Kept and shown; the kernel here has neither AppArmor nor SELinux, as many hosts do not. */
	apparmor?: string;
	writableCgroups?: boolean;
}

const BOOLEANS: Record<string, boolean> = { "1": true, t: true, T: true, TRUE: true, true: true, True: true };
const FALSE = new Set(["0", "f", "F", "FALSE", "false", "False"]);

/** @throws EngineError invalidParameter, with moby's words */
export function parseSecurityOptions(list: readonly string[] | null): SecurityOptions {
	const options: SecurityOptions = {};
	for (const option of list ?? []) {
		if (option === "no-new-privileges") options.noNewPrivileges = true;
		if (option === "no-new-privileges" || option === "disable") continue;
		const separator = option.includes("=") ? "=" : ":";
		const at = option.indexOf(separator);
		if (at < 0) throw invalidParameter(`invalid --security-opt 1: ${JSON.stringify(option)}`);
		const value = option.slice(at + 1);
		const boolean = (): boolean => {
			if (!BOOLEANS[value] && !FALSE.has(value)) throw invalidParameter(`invalid --security-opt 2: ${JSON.stringify(option)}`);
			return BOOLEANS[value] ?? false;
		};
		switch (option.slice(0, at)) {
			case "label":
				break;
			case "apparmor":
				options.apparmor = value;
				break;
			case "seccomp":
				options.seccomp = value;
				break;
			case "no-new-privileges":
				options.noNewPrivileges = boolean();
				break;
			case "writable-cgroups":
				options.writableCgroups = boolean();
				break;
			default:
				throw invalidParameter(`invalid --security-opt 2: ${JSON.stringify(option)}`);
		}
	}
	return options;
}
