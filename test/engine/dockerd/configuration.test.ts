// /etc/docker/daemon.json, and what dockerd says of one that it does not start with.

import { expect, it } from "vitest";
import { configurationOf } from "../../../engine/dockerd/configuration";

it("is what the file says, or nothing", () => {
	expect(configurationOf("").configuration).toEqual({ registries: { insecure: [], mirrors: [] }, labels: [], debug: false });
	const file = {
		"insecure-registries": ["10.0.0.0/8", "registry.test:5000"],
		"registry-mirrors": ["https://mirror.test", "http://localhost:5000/"],
		labels: ["a=b"],
		debug: true,
		"log-driver": "local",
		features: { "containerd-snapshotter": true },
	};
	expect(configurationOf(JSON.stringify(file))).toEqual({
		configuration: {
			registries: { insecure: file["insecure-registries"], mirrors: ["https://mirror.test/", "http://localhost:5000/"] },
			labels: ["a=b"],
			debug: true,
		},
		ignored: ["log-driver", "features"],
	});
});

it.each([
	['{"foo":1,"bar":2}', "the following directives don't match any configuration option: foo, bar"],
	['{"debug":1}', "json: cannot unmarshal number into Go struct field Config.debug of type bool"],
	['{"debug":true', "unexpected EOF"],
	["{debug}", "invalid character 'd' looking for beginning of object key string"],
	[
		'{"registry-mirrors":["mirror.test"]}',
		`invalid mirror: no scheme specified for "mirror.test": must use either 'https://' or 'http://'`,
	],
	[
		'{"registry-mirrors":["ftp://mirror.test"]}',
		`invalid mirror: unsupported scheme "ftp" in "ftp://mirror.test": must use either 'https://' or 'http://'`,
	],
	['{"registry-mirrors":["https://a:b@mirror.test"]}', "invalid mirror: username/password not allowed in URI"],
	['{"insecure-registries":["http://x"]}', "insecure registry http://x should not contain '://'"],
])("refuses %s", (file, words) => {
	expect(() => configurationOf(file)).toThrow(words);
});
