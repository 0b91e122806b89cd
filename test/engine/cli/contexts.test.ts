// docker context. Cases of docker/cli's command/context/*_test.go and context/store/*_test.go (v29.7.2), and ours beside them.

import { crc32, deflateRawSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { collect, hex, utf8 } from "../../../engine/lib/bytes";
import { sha256 } from "../../../engine/lib/sha256";
import { header } from "../../../engine/lib/tar/header";
import { writeTar } from "../../../engine/lib/tar/write";
import { FakeDaemon, type Outcome, runDocker } from "./double";

const STORED = 0;
const DEFLATED = 8;
/** Local headers with their contents, then the central directory and its end. */
function zipOf(files: Record<string, string>, method: number): Uint8Array {
	const fields = (...all: Array<[bytes: 2 | 4, value: number]>): Buffer =>
		Buffer.concat(
			all.map(([bytes, value]) => {
				const field = Buffer.alloc(bytes);
				field.writeUIntLE(value, 0, bytes);
				return field;
			}),
		);
	let locals = Buffer.alloc(0);
	let central = Buffer.alloc(0);
	for (const [name, content] of Object.entries(files)) {
		const packed = method === DEFLATED ? deflateRawSync(content) : Buffer.from(content);
		const at = locals.length;
		const common = fields(
			[2, 20],
			[2, 0],
			[2, method],
			[4, 0],
			[4, crc32(content)],
			[4, packed.length],
			[4, content.length],
			[2, name.length],
			[2, 0],
		);
		locals = Buffer.concat([locals, fields([4, 0x04034b50]), common, Buffer.from(name), packed]);
		const rest = fields([2, 0], [2, 0], [2, 0], [4, 0], [4, at]);
		central = Buffer.concat([central, fields([4, 0x02014b50], [2, 20]), common, rest, Buffer.from(name)]);
	}
	const count = Object.keys(files).length;
	const end = fields([4, 0x06054b50], [2, 0], [2, 0], [2, count], [2, count], [4, central.length], [4, locals.length], [2, 0]);
	return new Uint8Array(Buffer.concat([locals, central, end]));
}

const HOST = "https://someswarmserver.example.com";
const ROOT = "/root/.docker/contexts";
const idOf = (name: string): string => hex(sha256(utf8(name)));
const metaFile = (name: string): string => `${ROOT}/meta/${idOf(name)}/meta.json`;

/** A machine whose files outlive a command. */
function machine(files: Record<string, string> = {}) {
	let kept = files;
	return async (words: string[], given: { stdin?: Uint8Array | string; env?: Record<string, string> } = {}): Promise<Outcome> => {
		const done = await runDocker(words, new FakeDaemon({}).handle, { ...given, files: kept });
		kept = done.files;
		return done;
	};
}
async function machineWith(...names: string[]) {
	const run = machine({ "/root/.docker/config.json": "{}" });
	for (const name of names)
		await run(["context", "create", name, "--description", `description of ${name}`, "--docker", `host=${HOST}`]);
	return run;
}
const metaOf = ({ files }: Outcome, name: string): unknown => JSON.parse(files[metaFile(name)]!);

describe("docker context create", () => {
	it.each([
		[[""], "context name cannot be empty"],
		[["default"], '"default" is a reserved context name'],
		[[" "], 'context name " " is invalid, names are validated against regexp "^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$"'],
		[["a"], 'context name "a" is invalid, names are validated against regexp "^[a-zA-Z0-9][a-zA-Z0-9_.+-]+$"'],
		[["existing-context"], 'context "existing-context" already exists'],
		[
			["new", "--docker", "host=some///invalid/host"],
			"unable to create docker endpoint config: unable to apply docker endpoint options: unable to parse docker host `some///invalid/host`",
		],
		[
			["new", "--docker", "host=ssh://example.com,skip-tls-verify=INVALID"],
			'unable to create docker endpoint config: skip-tls-verify: parsing "INVALID": invalid syntax',
		],
		[["new", "--docker", "UNKNOWN=value"], "unable to create docker endpoint config: unrecognized config key: UNKNOWN"],
		[
			["new", "--docker", "from=none-such"],
			`unable to create docker endpoint config: context "none-such": context not found: open ${metaFile("none-such")}: no such file or directory`,
		],
		[["new", "--docker", "from=bare"], 'unable to create docker endpoint config: unable to get endpoint from context "bare"'],
		[["new", "--from", "bare", "--docker", "host=tcp://a:1"], "cannot use --docker flag when --from is set"],
	])("%j is refused", async (words, message) => {
		const run = machine({ [metaFile("existing-context")]: '{"Name":"existing-context"}', [metaFile("bare")]: '{"Name":"bare"}' });
		const { code, err } = await run(["context", "create", ...words]);
		expect({ code, err: err.trimEnd() }).toEqual({ code: 1, err: message });
	});
	it.each(["host=ssh://example.com,skip-tls-verify=false", "host=ssh://example.com,skip-tls-verify=true", "host=foo://x"])(
		"takes %s",
		async (docker) => {
			const { code, out, err } = await machine()(["context", "create", "mine", "--docker", docker]);
			expect({ code, out, err }).toEqual({ code: 0, out: "mine\n", err: 'Successfully created context "mine"\n' });
		},
	);
	it.each([
		["another's", ["--from", "original"], "description of original"],
		["another's, described anew", ["--from", "original", "--description", "new"], "new"],
		["the current one's", [], "description of original"],
		["the current one's, described anew", ["--description", "new"], "new"],
	])("copies %s", async (_, words, Description) => {
		const run = await machineWith("original", "dummy");
		await run(["context", "use", "original"]);
		expect(metaOf(await run(["context", "create", "copy", ...words]), "copy")).toEqual({
			Name: "copy",
			Metadata: { Description },
			Endpoints: { docker: { Host: HOST, SkipTLSVerify: false } },
		});
	});
});

describe("docker context ls", () => {
	it("shows a table with the current one marked", async () => {
		const run = await machineWith("current", "other", "unset");
		await run(["context", "use", "current"]);
		expect((await run(["context", "ls"])).out).toBe(
			`NAME        DESCRIPTION                               DOCKER ENDPOINT                       ERROR
current *   description of current                    ${HOST}   
default     Current DOCKER_HOST based configuration   unix:///var/run/docker.sock           
other       description of other                      ${HOST}   
unset       description of unset                      ${HOST}   
`,
		);
	});
	it.each(["json", "{{json .}}"])("as %s", async (format) => {
		const run = await machineWith("current", "context1");
		await run(["context", "use", "current"]);
		const line = (Name: string, Description: string, DockerEndpoint: string): string =>
			`${JSON.stringify({ Current: Name === "current", Description, DockerEndpoint, Error: "", Name })}\n`;
		expect((await run(["context", "ls", "--format", format])).out).toBe(
			line("context1", "description of context1", HOST) +
				line("current", "description of current", HOST) +
				line("default", "Current DOCKER_HOST based configuration", "unix:///var/run/docker.sock"),
		);
		expect((await run(["context", "ls", "--format", "{{ json .Name }}"])).out).toBe('"context1"\n"current"\n"default"\n');
		expect((await run(["context", "ls", "-q"])).out).toBe("context1\ncurrent\ndefault\n");
	});
	it("shows what is wrong with one that is not there", async () => {
		const { out } = await machine()(["--context", "nosuchcontext", "context", "ls"]);
		expect(out).toBe(
			`NAME              DESCRIPTION                               DOCKER ENDPOINT               ERROR
default           Current DOCKER_HOST based configuration   unix:///var/run/docker.sock   
nosuchcontext *                                                                           context "nosuchcontext": context not found: …
`,
		);
	});
	it.each([
		["", "unexpected end of JSON input"],
		["{", "unexpected end of JSON input"],
		["x", "invalid character 'x' looking for beginning of value"],
		["[]", "json: cannot unmarshal array into Go value of type store.untypedContextMetadata"],
	])("names the file that is no context: %j", async (content, message) => {
		const run = machine({ [metaFile("source")]: content });
		expect((await run(["context", "ls"])).err).toBe(`failed to read metadata: parsing ${metaFile("source")}: ${message}\n`);
		expect((await run(["context", "use", "source"])).err).toBe(`context "source": parsing ${metaFile("source")}: ${message}\n`);
	});
});

describe("docker context rm", () => {
	it("removes those that can be, and says why others cannot", async () => {
		const run = await machineWith("current", "other");
		await run(["context", "use", "current"]);
		const { code, out, err, files } = await run(["context", "rm", "other", "not-a-context", "current", "default"]);
		expect({ code, out, err }).toEqual({
			code: 1,
			out: "other\n",
			err: `context "not-a-context" does not exist
context "current" is in use, set -f flag to force remove
context "default" cannot be removed
`,
		});
		expect(files[metaFile("other")]).toBeUndefined();
		expect(files[metaFile("current")]).toBeDefined();
	});
	it("with -f removes what is not there, and the current one, which is default then", async () => {
		const run = await machineWith("current");
		await run(["context", "use", "current"]);
		const { code, out, files } = await run(["context", "rm", "-f", "not-a-context", "current"]);
		expect({ code, out }).toEqual({ code: 0, out: "not-a-context\ncurrent\n" });
		expect(files["/root/.docker/config.json"]).toBe('{\n\t"auths": {}\n}');
	});
});

describe("docker context use and show", () => {
	it("changes to one and back", async () => {
		const run = await machineWith("test");
		const used = await run(["context", "use", "test"]);
		expect([used.out, used.err]).toEqual(["test\n", 'Current context is now "test"\n']);
		expect(used.files["/root/.docker/config.json"]).toBe('{\n\t"auths": {},\n\t"currentContext": "test"\n}');
		expect((await run(["context", "show"])).out).toBe("test\n");
		const back = await run(["context", "use", "default"]);
		expect([back.out, back.err]).toEqual(["default\n", 'Current context is now "default"\n']);
		expect((await run(["context", "show"])).out).toBe("default\n");
	});
	it("does not make a file to say that nothing has changed", async () => {
		expect((await machine()(["context", "use", "default"])).files).toEqual({});
	});
	it("warns of DOCKER_HOST, which goes before it", async () => {
		const run = await machineWith("test");
		const env = { DOCKER_HOST: "tcp://ed:2375/" };
		const warning = "Warning: DOCKER_HOST environment variable overrides the active context.";
		expect((await run(["context", "use", "test"], { env })).err).toContain(warning);
		expect((await run(["context", "use", "default"], { env })).err).toBe('Current context is now "default"\n');
		expect((await run(["context", "use", "test"], { env: { DOCKER_HOST: "" } })).err).toBe('Current context is now "test"\n');
		expect((await run(["context", "ls"], { env })).err).toContain(warning);
	});
});

describe("docker context update and inspect", () => {
	it("changes the description alone, or the endpoint alone", async () => {
		const run = await machineWith("test");
		const { out, err } = await run(["context", "update", "test", "--docker", "host=tcp://some-host"]);
		expect([out, err]).toEqual(["test\n", 'Successfully updated context "test"\n']);
		expect(metaOf(await run(["context", "update", "test", "--description", "new"]), "test")).toEqual({
			Name: "test",
			Metadata: { Description: "new" },
			Endpoints: { docker: { Host: "tcp://some-host", SkipTLSVerify: false } },
		});
		const wrong = await run(["context", "update", "test", "--docker", "host=some///invalid/host"]);
		expect(wrong.err).toContain("unable to parse docker host");
	});
	it("shows everything, what others put there too", async () => {
		const meta = `{"Name":"current","Metadata":{"Description":"d","MyCustomMetadata":"v"},"Endpoints":{"docker":{"Host":"${HOST}","SkipTLSVerify":false}}}`;
		const run = machine({ [metaFile("current")]: meta, [`${ROOT}/tls/${idOf("current")}/docker/ca.pem`]: "ca" });
		expect((await run(["context", "inspect", "current"])).out).toBe(`[
    {
        "Name": "current",
        "Metadata": {
            "Description": "d",
            "MyCustomMetadata": "v"
        },
        "Endpoints": {
            "docker": {
                "Host": "${HOST}",
                "SkipTLSVerify": false
            }
        },
        "TLSMaterial": {
            "docker": [
                "ca.pem"
            ]
        },
        "Storage": {
            "MetadataPath": "${ROOT}/meta/${idOf("current")}",
            "TLSPath": "${ROOT}/tls/${idOf("current")}"
        }
    }
]
`);
	});
});

describe("docker context export and import", () => {
	it("carries a context and its certificates over", async () => {
		const meta =
			'{"Name":"test","Metadata":{"Description":"d","MyCustomMetadata":"v"},"Endpoints":{"docker":{"Host":"tcp://a:1"}}}';
		const run = machine({ [metaFile("test")]: meta, [`${ROOT}/tls/${idOf("test")}/docker/ca.pem`]: "ca" });
		const exported = await run(["context", "export", "test", "/home/exported"]);
		expect([exported.out, exported.err]).toEqual(["", 'Written file "/home/exported"\n']);
		const imported = await run(["context", "import", "test2", "/home/exported"]);
		expect([imported.out, imported.err]).toEqual(["test2\n", 'Successfully imported context "test2"\n']);
		expect(metaOf(imported, "test2")).toEqual({ ...JSON.parse(meta), Name: "test2" });
		expect(imported.files[`${ROOT}/tls/${idOf("test2")}/docker/ca.pem`]).toBe("ca");
		expect((await run(["context", "export", "test", "/home/exported"])).err).toBe("open /home/exported: file exists\n");
		const piped = await run(["context", "export", "test", "-"]);
		expect((await run(["context", "import", "test3", "-"], { stdin: piped.out })).out).toBe("test3\n");
	});
	it.each([
		["stored", STORED],
		["deflated", DEFLATED],
	])("takes a zip, %s", async (_, method) => {
		const meta = '{"Name":"source","Metadata":{"Description":"d"},"Endpoints":{}}';
		const stdin = zipOf({ "meta.json": meta, "tls/": "", "tls/docker/ca.pem": "ca.pem" }, method);
		const imported = await machine()(["context", "import", "zipped", "-"], { stdin });
		expect([imported.out, imported.err]).toEqual(["zipped\n", 'Successfully imported context "zipped"\n']);
		expect(metaOf(imported, "zipped")).toEqual({ ...JSON.parse(meta), Name: "zipped" });
		expect(imported.files[`${ROOT}/tls/${idOf("zipped")}/docker/ca.pem`]).toBe("ca.pem");
	});
	it("refuses a zip with something else in it, or that is broken", async () => {
		const refused = async (stdin: Uint8Array): Promise<string> =>
			(await machine()(["context", "import", "zipped", "-"], { stdin })).err;
		const zip = zipOf({ "dummy-file": "hello world" }, DEFLATED);
		expect(await refused(zip)).toBe("dummy-file: unexpected context file\n");
		expect(await refused(zip.subarray(0, 60))).toBe("zip: not a valid zip file\n");
		const odd = zipOf({ "meta.json": "{}" }, STORED);
		odd[30 + "meta.json".length] = 0x5b;
		expect(await refused(odd)).toBe("zip: checksum error\n");
		const much = zipOf({ "meta.json": " ".repeat(11 << 20) }, DEFLATED);
		expect(await refused(much)).toBe("read exceeds the defined limit\n");
		new DataView(much.buffer, much.byteOffset).setUint32(much.length - 22 - "meta.json".length - 46 + 24, 2, true);
		expect(await refused(much)).toBe("zip: checksum error\n");
	});
	const archive = (files: Record<string, string>): Promise<Uint8Array> =>
		collect(
			writeTar(
				Object.entries(files).map(([name, content]) => ({
					header: header({ name, type: "file", mode: 0o600, size: content.length }),
					body: [utf8(content)],
				})),
			),
		);
	it.each<[Record<string, string>, string]>([
		[{ "dummy-file": "hello world" }, "dummy-file: unexpected context file"],
		[{ "tls/../a/b": "" }, "tls/../a/b: unexpected path format"],
		[{ "tls/a\\b": "" }, "tls/a\\b: unexpected '\\' in path"],
		[{ "tls/a": "", "meta.json": "{}" }, "archive format is invalid"],
		[{ "tls/a/b": "" }, "invalid context: no metadata found"],
		[{ "meta.json": "" }, "unexpected end of JSON input"],
	])("%j is refused", async (files, message) => {
		const { code, err } = await machine()(["context", "import", "new", "-"], { stdin: await archive(files) });
		expect({ code, err }).toEqual({ code: 1, err: `${message}\n` });
	});
});
