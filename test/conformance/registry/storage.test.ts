// One folder, two registries: what ours wrote Debian's docker-registry serves and does not collect, and the other way round.

import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { utf8 } from "../../../engine/lib/bytes";
import { digestOf } from "../../../engine/lib/digest";
import { OCI_MANIFEST } from "../../../engine/oci/image/media-types";
import { collectGarbage } from "../../../engine/registry/garbage";
import { RegistryStore } from "../../../engine/registry/store/store";
import { putImage } from "../../engine/registry/images";
import { nodeFiles } from "../../engine/registry/node-files";
import { type DockerRegistry, hasDockerRegistry, startDockerRegistry } from "../../support/docker-registry";

describe.runIf(hasDockerRegistry())("a folder that both registries serve", () => {
	const folder = mkdtempSync(join(tmpdir(), "storage-"));
	const store = new RegistryStore(nodeFiles(folder), Date.now);
	let real: DockerRegistry;
	beforeAll(async () => {
		real = await startDockerRegistry(folder);
	}, 60_000);
	afterAll(async () => {
		await real?.stop();
		rmSync(folder, { recursive: true, force: true });
	});
	const get = async (path: string): Promise<Uint8Array> => {
		const response = await fetch(`http://${real.host}${path}`, { headers: { accept: OCI_MANIFEST } });
		expect([response.status, path]).toEqual([200, path]);
		return new Uint8Array(await response.arrayBuffer());
	};

	it("ours is read by the other, and nothing of it is garbage there", async () => {
		const image = await putImage(store, "team/app", "v1", [[{ name: "a", content: "one" }], [{ name: "b", content: "two" }]]);
		expect(digestOf(await get("/v2/team/app/manifests/v1"))).toBe(image.top);
		for (const digest of [...image.layers, image.config])
			expect(digestOf(await get(`/v2/team/app/blobs/${digest}`))).toBe(digest);
		expect(new TextDecoder().decode(await get("/v2/team/app/tags/list"))).toBe('{"name":"team/app","tags":["v1"]}\n');
		const said = execFileSync("docker-registry", ["garbage-collect", real.config], {
			stdio: ["ignore", "pipe", "pipe"],
		}).toString();
		expect(said).toContain("4 blobs marked, 0 blobs and 0 manifests eligible for deletion");
		const lines: string[] = [];
		await collectGarbage(store, { dryRun: true, report: (line) => void lines.push(line) });
		expect(lines.join("\n")).toContain("4 blobs marked, 0 blobs and 0 manifests eligible for deletion");
	});

	it("the other's is read by ours", async () => {
		const push = async (bytes: Uint8Array): Promise<object> => {
			const begun = await fetch(`http://${real.host}/v2/other/blobs/uploads/`, { method: "POST" });
			const url = new URL(begun.headers.get("location")!, `http://${real.host}`);
			url.searchParams.set("digest", digestOf(bytes));
			expect((await fetch(url, { method: "PUT", body: bytes as BodyInit })).status).toBe(201);
			return { digest: digestOf(bytes), size: bytes.length };
		};
		const config = {
			mediaType: "application/vnd.oci.image.config.v1+json",
			...(await push(utf8('{"architecture":"amd64","os":"linux"}'))),
		};
		const layers = [{ mediaType: "application/vnd.oci.image.layer.v1.tar", ...(await push(utf8("layer"))) }];
		const manifest = JSON.stringify({ schemaVersion: 2, mediaType: OCI_MANIFEST, config, layers });
		const put = { method: "PUT", body: manifest, headers: { "content-type": OCI_MANIFEST } };
		expect((await fetch(`http://${real.host}/v2/other/manifests/t`, put)).status).toBe(201);
		expect(await store.manifest("other", "t")).toMatchObject({ digest: digestOf(manifest), mediaType: OCI_MANIFEST });
		expect(await store.blobs.size("other", digestOf("layer"))).toBe(5);
		expect(await store.names()).toEqual(["other", "team/app"]);
		expect((await collectGarbage(store)).blobs).toEqual([]);
	});
});
