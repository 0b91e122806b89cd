// What set-up takes from Debian: packages unpacked into image recipes' contexts, and programs that tests compare with.

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { has, quietly, say } from "./command.mjs";
import { state } from "./once.mjs";

const isRoot = process.getuid?.() === 0;
let updated = false;

async function update() {
	if (updated || !isRoot) return;
	await quietly("apt-update", "apt-get", ["update"]);
	updated = true;
}

/** Downloads a package and unpacks it; answers the folder, or undefined where apt is missing or refuses. */
export const unpacked = async (name) => (await unpackedAll([name]))?.[0];

/**
 * The same for many: those that are missing come in one download. Each folder has the package's files in root/ and what the
 * package manager would be told in control/. Undefined where one of them cannot be had.
 */
export async function unpackedAll(names) {
	const folderOf = (name) => join(state, "debian", name);
	const missing = names.filter((name) => !existsSync(folderOf(name)));
	if (missing.length && (!has("apt-get") || !has("dpkg-deb"))) return undefined;
	if (missing.length) {
		const work = join(state, "debian", `.part-${process.pid}`);
		const what = missing.length > 3 ? `${missing.length} packages` : missing.join(" ");
		mkdirSync(work, { recursive: true });
		try {
			await say(`taking ${what} from Debian`, () => take(missing, work, folderOf));
		} catch (error) {
			process.stderr.write(`drydock: ${error.message}\n`);
			return undefined;
		} finally {
			rmSync(work, { recursive: true, force: true });
		}
	}
	return names.map(folderOf);
}

async function take(names, work, folderOf) {
	const log = names.length === 1 ? names[0] : "packages";
	const download = () => quietly(`download-${log}`, "apt-get", ["download", ...names], { cwd: work });
	await download().catch(async () => {
		await update();
		await download();
	});
	for (const name of names) {
		const file = readdirSync(work).find((entry) => entry.startsWith(`${name}_`) && entry.endsWith(".deb"));
		const folder = join(work, name);
		mkdirSync(folder);
		await quietly(`unpack-${log}`, "dpkg-deb", ["-x", file, join(name, "root")], { cwd: work });
		await quietly(`control-${log}`, "dpkg-deb", ["-e", file, join(name, "control")], { cwd: work });
		renameSync(join(work, file), join(folder, file));
		// Somebody else may have been as quick.
		if (!existsSync(folderOf(name))) renameSync(folder, folderOf(name));
	}
}

/** Programs the tests use → the package that brings each. */
export const testPrograms = {
	gcc: ["gcc", "libc6-dev"],
	chromium: ["chromium", "fonts-noto-cjk"],
	dockerd: ["docker.io", "iptables"],
	skopeo: ["skopeo"],
	umoci: ["umoci"],
	"docker-registry": ["docker-registry"],
	ip: ["iproute2"],
	python3: ["python3"],
	unshare: ["util-linux"],
	objdump: ["binutils"],
};

/** Installs what is missing where that is possible; answers the programs that are missing after it. */
export async function install(programs) {
	const missing = programs.filter((program) => !has(program));
	if (missing.length && has("apt-get") && isRoot) {
		const packages = missing.flatMap((program) => testPrograms[program]);
		await say(`installing ${packages.join(" ")}`, async () => {
			await update();
			const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
			await quietly("apt-install", "apt-get", ["install", "-y", "--no-install-recommends", ...packages], { env });
		}).catch((error) => process.stderr.write(`drydock: ${error.message}\n`));
	}
	return programs.filter((program) => !has(program));
}
