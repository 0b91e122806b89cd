// Set-up without Debian: busybox out of an upstream registry's image, by our own client.

import { Repository } from "../../containerd/remotes/repository";
import { fetchDocument } from "../../containerd/remotes/resolve";
import { collect, text } from "../../lib/bytes";
import { digestOf } from "../../lib/digest";
import { gunzip } from "../../lib/gzip";
import { readTar } from "../../lib/tar/read";
import type { Index, Manifest } from "../../oci/image/types";
import { silent } from "../../trace/event";
import { nodeFetch } from "./fetch";

/** @throws EngineError when the registry cannot be reached, or Error when its image has no busybox for linux/amd64 */
export async function busyboxOf(upstream: string): Promise<{ content: Uint8Array; version: string }> {
	const repository = new Repository("docker.io", "library/busybox", {
		fetch: nodeFetch(),
		hosts: { "docker.io": upstream },
		trace: silent,
	});
	let document = await fetchDocument(repository, "latest");
	const { manifests } = JSON.parse(text(document.data)) as Partial<Index>;
	const amd64 = manifests?.find(({ platform }) => platform?.os === "linux" && platform.architecture === "amd64");
	if (manifests && !amd64) throw new Error(`${upstream}: its busybox has no image for linux/amd64`);
	if (amd64) document = await fetchDocument(repository, amd64.digest);
	for (const layer of (JSON.parse(text(document.data)) as Manifest).layers) {
		const { body } = await repository.request({ method: "GET", path: `blobs/${layer.digest}`, expect: [200] });
		const blob = await collect(body);
		if (digestOf(blob) !== layer.digest) throw new Error(`${upstream}: the layer ${layer.digest} arrived damaged`);
		for await (const entry of readTar(gunzip([blob]))) {
			const name = entry.header.name.replace(/^\.?\//, "");
			if (entry.header.type === "file" && (name === "bin/busybox" || name === "bin/["))
				return { content: await collect(entry.body), version: document.descriptor.digest };
		}
	}
	throw new Error(`${upstream}: its busybox image has no /bin/busybox`);
}
