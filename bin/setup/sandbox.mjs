// The sandbox image: made once from Debian's packages, and given to the Docker daemon where there is one.

import { existsSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { bundle } from "./bundle.mjs";
import { say } from "./command.mjs";
import { unpackedAll } from "./debian.mjs";
import { fingerprint, once, root, state } from "./once.mjs";
import { machine } from "./steps.mjs";

/** What the image is made of; the registry's files are named by their digests, so its catalogue stands for them. */
const inputs = ["deploy/sandbox", "content/images", ".drydock/registry/catalogue.json"];
export const imageTar = join(state, "sandbox/image.tar");
export const imageName = () => process.env.SANDBOX_IMAGE ?? "drydock-sandbox:latest";

/** Says whether a daemon's image is made of what is here. */
export const imageFingerprint = () => fingerprint(inputs);

async function recipe() {
	const outfile = join(state, "run/sandbox-recipe.mjs");
	await bundle("deploy/sandbox/main.ts", outfile);
	return import(`${pathToFileURL(outfile).href}?${process.hrtime.bigint()}`);
}

/** The image as a tar. @throws Error where Debian's packages cannot be had */
export async function sandboxImage() {
	if (!existsSync(join(state, "registry/catalogue.json"))) await machine();
	const { listed, writeImage } = await recipe();
	await once({ name: "sandbox-image", inputs, outputs: [".drydock/sandbox/image.tar"] }, async () => {
		const names = listed(join(root, "deploy/sandbox/packages"));
		const folders = await unpackedAll(names);
		if (!folders)
			throw new Error(
				"the sandbox image is made of Debian 12's packages, and apt has not all of them here: see deploy/README.md",
			);
		mkdirSync(join(state, "sandbox"), { recursive: true });
		const busybox = join(folders[names.indexOf("busybox-static")], "root/bin/busybox");
		const roots = folders.map((folder) => join(folder, "root"));
		await say("making the sandbox image", () => writeImage(root, roots, existsSync(busybox) ? busybox : "busybox", imageTar));
	});
	return imageTar;
}

/** Makes the image and gives it to the daemon of DOCKER_HOST, or to `host`. @throws Error where no daemon can be reached */
export async function installSandbox(host = process.env.DOCKER_HOST) {
	const { daemonAddress, importImage, OuterDaemon } = await recipe();
	const address = daemonAddress({ ...process.env, DOCKER_HOST: host });
	if (!address) throw new Error("there is no Docker daemon here: start one, or set DOCKER_HOST");
	const daemon = new OuterDaemon(address);
	await daemon.call({ method: "GET", path: "/version", timeout: 5000 });
	const tar = await sandboxImage();
	return importImage(daemon, imageName(), tar, imageFingerprint());
}
