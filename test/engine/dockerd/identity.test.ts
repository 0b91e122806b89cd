// Where an image came from, what is attested of it, and a container's log as records: what Engine 29 has told since API 1.53, on a machine.

import { afterAll, beforeAll, expect, test } from "vitest";
import type { Host } from "../../../engine/boot";
import { digestOf } from "../../../engine/lib/digest";
import { startMachine } from "../../conformance/interactive/typist";

let host: Host;
beforeAll(async () => {
	host = await startMachine();
}, 240_000);
afterAll(() => host?.shutdown());

async function sh(command: string): Promise<string> {
	const { code, stdout, stderr } = await host.run(command);
	if (code !== 0) throw new Error(`${command}: ${code}: ${stderr}`);
	return stdout.trim();
}
async function get<T>(path: string): Promise<T> {
	const { status, body } = await host.docker("GET", path);
	if (status !== 200) throw new Error(`${path}: ${status} ${body}`);
	return JSON.parse(body) as T;
}
interface Image {
	Id: string;
	Identity?: { Pull?: Array<{ Repository: string }>; Build?: Array<{ Ref: string; CreatedAt: string }> };
	Manifests?: Array<{ ImageData?: Image }>;
}

test("an image says which repository it was pulled from", { timeout: 60_000 }, async () => {
	await sh("docker pull busybox");
	const Identity = { Pull: [{ Repository: "docker.io/library/busybox" }] };
	expect((await get<Image>("/images/busybox/json")).Identity).toEqual(Identity);
	expect(await get<Image>("/v1.52/images/busybox/json")).not.toHaveProperty("Identity");
	const listed = (query: string) => get<Image[]>(`/images/json?manifests=1${query}`);
	expect((await listed("&identity=1"))[0]!.Manifests![0]!.ImageData!.Identity).toEqual(Identity);
	expect((await listed(""))[0]!.Manifests![0]!.ImageData).not.toHaveProperty("Identity");
});

test("a built one says of which builds, one that was loaded nothing", { timeout: 60_000 }, async () => {
	const before = Date.now();
	await sh(
		"mkdir -p /tmp/built && cd /tmp/built && printf 'FROM scratch\\nLABEL a=b\\n' > Dockerfile && docker build -t built .",
	);
	const { Identity } = await get<Image>("/images/built/json");
	expect(Object.keys(Identity!)).toEqual(["Build"]);
	expect(Identity!.Build).toHaveLength(1);
	expect(Identity!.Build![0]!.Ref).toMatch(/^[0-9a-z]{25}$/);
	expect(Date.parse(Identity!.Build![0]!.CreatedAt)).toBeGreaterThanOrEqual(before - 1000);
	await sh("docker save built -o /tmp/built.tar && docker rmi built && docker load -i /tmp/built.tar");
	expect(await get<Image>("/images/built/json")).not.toHaveProperty("Identity");
});

/** What stands in a content store by its digest, as a line of the shell that makes a layout of it. */
const blobs: string[] = [];
function blob(content: string | object): { digest: string; size: number } {
	const text = typeof content === "string" ? content : JSON.stringify(content);
	const digest = digestOf(text);
	blobs.push(`printf %s '${text}' > blobs/sha256/${digest.slice(7)}`);
	return { digest, size: text.length };
}

test("statements are found beside their image, by their kind", { timeout: 60_000 }, async () => {
	const OCI = "application/vnd.oci.image";
	const IN_TOTO = "application/vnd.in-toto+json";
	const platform = { os: "linux", architecture: "amd64" };
	const config = blob({ ...platform, rootfs: { type: "layers", diff_ids: [] }, config: {} });
	const described = (mediaType: string, what: object, more: object = {}) => ({ mediaType, ...what, ...more });
	const manifest = (layers: object[]) =>
		blob({ schemaVersion: 2, mediaType: `${OCI}.manifest.v1+json`, config: described(`${OCI}.config.v1+json`, config), layers });
	const provenance = { predicateType: "https://slsa.dev/provenance/v1", predicate: { who: "me" } };
	const types = [provenance.predicateType, "https://spdx.dev/Document"];
	const statements = [blob(provenance), blob({ predicateType: types[1] })];
	const layers = statements.map((statement, at) =>
		described(IN_TOTO, statement, { annotations: { "in-toto.io/predicate-type": types[at] } }),
	);
	const image = manifest([]);
	const attestation = manifest([...layers, described(IN_TOTO, statements[0]!)]);
	const index = blob({
		schemaVersion: 2,
		mediaType: `${OCI}.index.v1+json`,
		manifests: [
			described(`${OCI}.manifest.v1+json`, image, { platform }),
			described(`${OCI}.manifest.v1+json`, attestation, {
				platform: { os: "unknown", architecture: "unknown" },
				annotations: { "vnd.docker.reference.type": "attestation-manifest", "vnd.docker.reference.digest": image.digest },
			}),
		],
	});
	const top = {
		schemaVersion: 2,
		manifests: [
			described(`${OCI}.index.v1+json`, index, { annotations: { "io.containerd.image.name": "docker.io/library/said:1" } }),
		],
	};
	await sh(
		[
			"mkdir -p /tmp/said/blobs/sha256 && cd /tmp/said",
			...blobs,
			`printf %s '${JSON.stringify(top)}' > index.json`,
			`printf %s '{"imageLayoutVersion":"1.0.0"}' > oci-layout`,
			"tar -cf /tmp/said.tar . && docker load -i /tmp/said.tar",
		].join(" && "),
	);
	const row = (at: number) => ({ Descriptor: layers[at], PredicateType: types[at] });
	expect(await get("/images/said:1/attestations")).toEqual([row(0), row(1)]);
	expect(await get(`/images/said:1/attestations?type=${encodeURIComponent(types[0]!)}&statement=1`)).toEqual([
		{ ...row(0), Statement: provenance },
	]);
	expect(await get("/images/said:1/attestations?type=other")).toEqual([]);
	const arm = encodeURIComponent(JSON.stringify({ os: "linux", architecture: "arm64" }));
	expect((await host.docker("GET", `/images/said:1/attestations?platform=${arm}`)).status).toBe(404);
	expect(await get("/images/busybox/attestations")).toEqual([]);
});

test("a log is records for whoever asks for JSON", { timeout: 60_000 }, async () => {
	await sh("docker run --name wrote --log-opt labels=who --label who=me busybox sh -c 'echo out; echo err >&2'");
	const read = async (query: string, version = "") => {
		const { body } = await host.docker("GET", `${version}/containers/wrote/logs?stdout=1&stderr=1${query}`);
		return body
			.trim()
			.split("\n")
			.map((line) => JSON.parse(line) as Record<string, unknown>)
			.sort((a, b) => String(b.Source).localeCompare(String(a.Source)));
	};
	const Timestamp = expect.stringMatching(/^\d{4}-.*Z$/);
	const lines = [
		{ Line: "out\n", Source: "stdout", Timestamp },
		{ Line: "err\n", Source: "stderr", Timestamp },
	];
	expect(await read("&format=json")).toEqual(lines);
	expect(await read("&format=json&details=1")).toEqual(lines.map((line) => ({ ...line, Attrs: [{ Key: "who", Value: "me" }] })));
	await expect(read("&format=json", "/v1.53")).rejects.toThrow(SyntaxError);
});

test("a block device's limit is dropped, and whoever set it is told", { timeout: 60_000 }, async () => {
	const body = { BlkioDeviceReadBps: [{ Path: "/dev/sda", Rate: 1000 }] };
	const update = async (version: string) =>
		JSON.parse((await host.docker("POST", `${version}/containers/wrote/update`, body)).body) as { Warnings: string[] | null };
	expect((await update("")).Warnings).toEqual([
		"Your kernel does not support BPS Block I/O read limit or the cgroup is not mounted. Block I/O BPS read limit discarded.",
	]);
	expect((await update("/v1.54")).Warnings).toBeNull();
});
