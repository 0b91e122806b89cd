// htpasswd as far as a registry's users need it (man 1 htpasswd): bcrypt alone.
//
//     htpasswd -Bbn NAME PASSWORD          prints the line         htpasswd [-c] -B[b] FILE NAME [PASSWORD]     keeps it in a file
//     htpasswd -v[b] FILE NAME [PASSWORD]  checks it               htpasswd -D FILE NAME                        removes it

import { bcrypt } from "hash-wasm";
import { text, utf8 } from "../lib/bytes";
import { messageOf } from "../lib/errors";
import { readAll, readText, replaceFile, writeAll } from "../lib/files";
import type { Port } from "../port";
import type { NativeMain, Sys } from "../sys";
import { Users } from "./auth/htpasswd";

const USAGE = `Usage:
	htpasswd [-cBDvi] [-C cost] passwordfile username
	htpasswd -b[cBDv] [-C cost] passwordfile username password
	htpasswd -n[iB] [-C cost] username
	htpasswd -nb[B] [-C cost] username password
`;

class Failure extends Error {
	constructor(
		readonly code: number,
		message: string,
	) {
		super(message);
	}
}

export const htpasswd =
	({ port }: { port: Pick<Port, "random"> }): NativeMain =>
	async (sys, argv) => {
		try {
			await run(sys, port, argv.slice(1));
			return 0;
		} catch (error) {
			await writeAll(sys, 2, utf8(`${messageOf(error)}\n`));
			return error instanceof Failure ? error.code : 1;
		}
	};

async function run(sys: Sys, port: Pick<Port, "random">, args: string[]): Promise<void> {
	const flags = new Set<string>();
	const words: string[] = [];
	let cost = 5;
	for (let at = 0; at < args.length; at++) {
		const arg = args[at]!;
		if (!/^-[a-zA-Z0-9]+$/.test(arg)) words.push(arg);
		else
			for (const flag of arg.slice(1)) {
				if (flag === "C") cost = Number(args[++at]);
				else if ("cBDvinb".includes(flag)) flags.add(flag);
				else throw new Failure(2, USAGE.trimEnd());
			}
	}
	if (!(cost >= 4 && cost <= 17)) throw new Failure(5, "htpasswd: argument to -C must be a positive integer");
	const file = flags.has("n") ? undefined : words.shift();
	const [name, given, ...more] = words;
	if (
		(file === undefined && !flags.has("n")) ||
		name === undefined ||
		more.length > 0 ||
		(given !== undefined) !== flags.has("b")
	)
		throw new Failure(2, USAGE.trimEnd());
	if (name.includes(":")) throw new Failure(6, "htpasswd: username contains illegal character ':'");
	const say = (words: string): Promise<void> => writeAll(sys, 2, utf8(`${words}\n`));

	const before = file === undefined || flags.has("c") ? "" : await contents(sys, file);
	const others = before.split("\n").filter((line) => line !== "" && !line.startsWith(`${name}:`));
	const known = before.split("\n").some((line) => line.startsWith(`${name}:`));
	if (flags.has("D")) {
		if (!known) return say(`User ${name} not found`);
		await replaceFile(sys, file!, others.map((line) => `${line}\n`).join(""));
		return say(`Deleting password for user ${name}`);
	}
	const password = given ?? text(await readAll(sys, 0)).split("\n")[0]!;
	if (flags.has("v")) {
		if (!known) throw new Failure(6, `User ${name} not found`);
		if (!(await new Users(before).check(name, password))) throw new Failure(3, "password verification failed");
		return say(`Password for user ${name} correct.`);
	}
	const hash = await bcrypt({ password, salt: port.random(new Uint8Array(16)), costFactor: cost, outputType: "encoded" });
	const line = `${name}:${hash.replace(/^\$2[ab]/, "$2y")}\n`;
	if (file === undefined) return writeAll(sys, 1, utf8(`${line}\n`));
	await replaceFile(sys, file, others.map((other) => `${other}\n`).join("") + line);
	await say(`${known ? "Updating" : "Adding"} password for user ${name}`);
}

async function contents(sys: Sys, file: string): Promise<string> {
	return readText(sys, file).catch(() => {
		throw new Failure(1, `htpasswd: cannot modify file ${file}; use '-c' to create it`);
	});
}
