// What set-up takes from Debian: packages unpacked into image recipes' contexts, and programs that tests compare with.

import { spawnSync } from "node:child_process";
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

/** The packages' files, as downloaded: NAME_VERSION_ARCHITECTURE.deb. */
export const archives = join(state, "debian/archives");

const present = () => (existsSync(archives) ? readdirSync(archives) : []);
const lacks = (names) => {
	const files = present();
	return names.filter((name) => !files.some((file) => file.startsWith(`${name}_`) && file.endsWith(".deb")));
};

/** Downloads the packages that are not there yet, in one go; answers the names of those that cannot be had. */
export async function download(names) {
	if (lacks(names).length === 0) return [];
	if (!has("apt-get") || !has("dpkg-deb")) return lacks(names);
	const work = `${archives}.part-${process.pid}`;
	mkdirSync(work, { recursive: true });
	mkdirSync(archives, { recursive: true });
	const text = `taking ${lacks(names).length === 1 ? lacks(names)[0] : `${lacks(names).length} packages`} from Debian`;
	await say(text, async () => {
		for (const attempt of attempts(work)) {
			try {
				await attempt(lacks(names));
			} catch (error) {
				process.stderr.write(`drydock: ${error.message.split("\n").slice(0, 12).join("\n")}\n`);
			}
			for (const file of readdirSync(work)) if (file.endsWith(".deb")) renameSync(join(work, file), join(archives, file));
			if (lacks(names).length === 0) break;
		}
	});
	rmSync(work, { recursive: true, force: true });
	return lacks(names);
}

/**
 * The machine's own package lists first, then lists of our own, freshly fetched: they need no root, and on a machine with another
 * processor they are amd64's.
 */
function attempts(cwd) {
	const native = spawnSync("dpkg", ["--print-architecture"], { encoding: "utf8" }).stdout?.trim() === "amd64";
	const lists = join(state, "debian/lists");
	const own = ["-o", `Dir::State::lists=${lists}`, "-o", "APT::Architecture=amd64", "-o", "APT::Architectures=amd64"];
	const get = (options, ...args) =>
		quietly("apt-download", "apt-get", ["-o", "APT::Sandbox::User=root", ...options, ...args], { cwd });
	const ownLists = async (names) => {
		mkdirSync(join(lists, "partial"), { recursive: true });
		await get([...own, "-o", "Debug::NoLocking=true"], "update");
		await get(own, "download", ...names);
	};
	return [...(native ? [(names) => get([], "download", ...names)] : []), ownLists];
}

/** Downloads a package and unpacks it; answers the folder, or undefined where it cannot be had. */
export const unpacked = async (name) => (await unpackedAll([name]))?.[0];

/**
 * The same for many. Each folder has the package's files in root/ and what the package manager would be told in control/.
 * Undefined where one of them cannot be had.
 */
export async function unpackedAll(names) {
	const folderOf = (name) => join(state, "debian", name);
	const missing = names.filter((name) => !existsSync(folderOf(name)));
	if ((await download(missing)).length > 0) return undefined;
	for (const name of missing) await unpack(name, folderOf(name));
	return names.map(folderOf);
}

async function unpack(name, folder) {
	const file = join(
		archives,
		present().find((entry) => entry.startsWith(`${name}_`)),
	);
	const work = `${folder}.part-${process.pid}`;
	mkdirSync(work, { recursive: true });
	await quietly("unpack", "dpkg-deb", ["-x", file, join(work, "root")]);
	await quietly("unpack", "dpkg-deb", ["-e", file, join(work, "control")]);
	// somebody else may have been as quick
	if (existsSync(folder)) rmSync(work, { recursive: true, force: true });
	else renameSync(work, folder);
}

const there = (program) => (program.startsWith("/") ? existsSync(program) : has(program));

/** Programs the tests use, and files of what is no program → the package that brings each. */
export const testPrograms = {
	gcc: ["gcc", "libc6-dev"],
	wat2wasm: ["wabt"],
	"/usr/include/csmith/csmith.h": ["csmith", "libcsmith-dev"],
	chromium: ["chromium"],
	// Korean letters, as a learner's machine has some: a Chromium that was there already did not bring them
	"/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc": ["fonts-noto-cjk"],
	dockerd: ["docker.io", "iptables"],
	skopeo: ["skopeo"],
	umoci: ["umoci"],
	zstd: ["zstd"],
	bzip2: ["bzip2"],
	xz: ["xz-utils"],
	// and the schemas that its bundles are checked by
	runc: ["runc", "golang-github-opencontainers-specs-dev", "golang-github-opencontainers-image-spec-dev"],
	"docker-registry": ["docker-registry"],
	ip: ["iproute2"],
	"redis-server": ["redis-server"],
	"xtables-legacy-multi": ["iptables"],
	python3: ["python3"],
	"/usr/lib/python3/dist-packages/docker/__init__.py": ["python3-docker"],
	// the description of the Engine API
	"/usr/share/gocode/src/github.com/docker/docker/api/swagger.yaml": ["golang-github-docker-docker-dev"],
	"/usr/lib/python3/dist-packages/yaml/__init__.py": ["python3-yaml"],
	unshare: ["util-linux"],
	objdump: ["binutils"],
};

/** Installs what is missing where that is possible; answers the programs that are missing after it. */
export async function install(programs) {
	const missing = programs.filter((program) => !there(program));
	if (missing.length && has("apt-get") && isRoot) {
		const packages = missing.flatMap((program) => testPrograms[program]);
		await say(`installing ${packages.join(" ")}`, async () => {
			await update();
			const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
			await quietly("apt-install", "apt-get", ["install", "-y", "--no-install-recommends", ...packages], { env });
		}).catch((error) => process.stderr.write(`drydock: ${error.message}\n`));
	}
	return programs.filter((program) => !there(program));
}
