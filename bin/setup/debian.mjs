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
export async function unpacked(name) {
	const folder = join(state, "debian", name);
	if (existsSync(folder)) return folder;
	if (!has("apt-get") || !has("dpkg-deb")) return undefined;
	const work = `${folder}.part`;
	rmSync(work, { recursive: true, force: true });
	mkdirSync(work, { recursive: true });
	try {
		await say(`taking ${name} from Debian`, async () => {
			const download = () => quietly(`download-${name}`, "apt-get", ["download", name], { cwd: work });
			await download().catch(async () => {
				await update();
				await download();
			});
			const file = readdirSync(work).find((entry) => entry.endsWith(".deb"));
			await quietly(`unpack-${name}`, "dpkg-deb", ["-x", file, "root"], { cwd: work });
			await quietly(`control-${name}`, "dpkg-deb", ["-e", file, "control"], { cwd: work });
		});
	} catch (error) {
		process.stderr.write(`drydock: ${error.message}\n`);
		rmSync(work, { recursive: true, force: true });
		return undefined;
	}
	renameSync(work, folder);
	return folder;
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
