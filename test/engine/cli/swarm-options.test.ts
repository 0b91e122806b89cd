// What a swarm's commands refuse before they ask a daemon. Cases of docker/cli's opts/swarmopts/*_test.go, service/opts_test.go, genericresource/parse_test.go,
// swarm/opts_test.go, stack/*_test.go and plugin/*_test.go (v29.7.2), and ours beside them.

import { describe, expect, it } from "vitest";
import { parseExternalCa, parseListenAddress, parseNetworks } from "../../../engine/cli/opts/swarm/node";
import { parseServicePort } from "../../../engine/cli/opts/swarm/port";
import { parseReference } from "../../../engine/cli/opts/swarm/reference";
import { checkFloat, checkGenericResources, checkShellWords } from "../../../engine/cli/opts/swarm/service";
import { answers, FakeDaemon, runDocker } from "./double";

describe("a service's port", () => {
	const port = (TargetPort: number, PublishedPort = 0, Protocol = "tcp", PublishMode = "ingress") => ({
		Protocol,
		TargetPort,
		PublishedPort,
		PublishMode,
	});
	it.each([
		["80", [port(80)]],
		["80:8080", [port(8080, 80)]],
		["8080:80/tcp", [port(80, 8080)]],
		["80:8080/udp", [port(8080, 80, "udp")]],
		["80-81:8080-8081/tcp", [port(8080, 80), port(8081, 81)]],
		["80-82:8080-8082/udp", [port(8080, 80, "udp"), port(8081, 81, "udp"), port(8082, 82, "udp")]],
		["80-82:8080/udp", [port(8080, 80, "udp"), port(8080, 81, "udp"), port(8080, 82, "udp")]],
		["80-80:8080/tcp", [port(8080, 80)]],
		["target=80", [port(80)]],
		["target=80,protocol=tcp", [port(80)]],
		["target=80,published=8080,protocol=tcp", [port(80, 8080)]],
		["published=80,target=8080,protocol=tcp", [port(8080, 80)]],
		["target=80,published=8080,protocol=tcp,mode=host", [port(80, 8080, "tcp", "host")]],
		["target=80,published=8080,mode=ingress", [port(80, 8080)]],
	])("%s", (text, ports) => expect(parseServicePort(text)).toEqual(ports));
	it.each([
		["invalid,target=80", "invalid field: invalid"],
		["invalid=field", "invalid field key: invalid"],
		["protocol=invalid", "invalid protocol value 'invalid'"],
		["target=invalid", "invalid target port (invalid): value must be an integer: invalid syntax"],
		["target=99999", "invalid target port (99999): value must be an integer: value out of range"],
		["published=invalid", "invalid published port (invalid): value must be an integer: invalid syntax"],
		["mode=invalid", "invalid publish mode value (invalid): must be either 'ingress' or 'host'"],
		["published=8080,protocol=tcp,mode=ingress", "missing mandatory field 'target'"],
		['target=80,protocol="tcp,mode=ingress"', 'parse error on line 1, column 20: bare " in non-quoted-field'],
		['target=80,"protocol=tcp,mode=ingress"', "invalid protocol value 'tcp,mode=ingress'"],
		["9999999", "invalid containerPort: 9999999"],
		["80/xyz", "invalid proto: xyz"],
		["tcp", "invalid containerPort: tcp"],
		["", "no port specified: <empty>"],
		["1.1.1.1:80:80", "hostip is not supported"],
	])("%j is none", (text, message) => expect(() => parseServicePort(text)).toThrow(new Error(message)));
});

describe.each(["secret", "config"] as const)("a service's %s", (kind) => {
	const reference = (name: string, Name = name, UID = "0", GID = "0", Mode = 0o444) => ({ name, File: { Name, UID, GID, Mode } });
	it.each([
		["app-secret", reference("app-secret")],
		["source=foo", reference("foo")],
		["source=foo,target=testing", reference("foo", "testing")],
		["src=foo,target=testing", reference("foo", "testing")],
		["source=foo,target=testing,uid=1000,gid=1001", reference("foo", "testing", "1000", "1001")],
		["source=foo,target=testing,uid=1000,gid=1001,mode=0400", reference("foo", "testing", "1000", "1001", 0o400)],
	])("%s", (text, found) => expect(parseReference(kind, text)).toEqual(found));
	it.each([
		["", "EOF"],
		["a,b", "invalid field 'a' must be a key=value pair"],
		["source=foo,mode=rw", 'invalid mode specified: strconv.ParseUint: parsing "rw": invalid syntax'],
		["source=foo,name=x", `invalid field in ${kind} request: name`],
		["target=x", "source is required"],
	])("%j is none", (text, message) => expect(() => parseReference(kind, text)).toThrow(new Error(message)));
});

describe("resources of one's own", () => {
	const invalid = "invalid generic resource specification: could not parse GenericResource: ";
	const named = (one: string): string =>
		`invalid generic-resource request \`${one}\`, Named Generic Resources is not supported for service create or update`;
	it.each([[["foo=1"]], [["foo=1", "bar=2"]], [[]]])("%j", (terms) => expect(checkGenericResources(terms)).toBeUndefined());
	it.each([
		[["foo=bar", "foo=1"], `${invalid}mixed discrete and named resources in expression 'foo=[bar 1]'`],
		[["foo=1", "foo=2"], `${invalid}mixed discrete and named resources in expression 'foo=[1 2]'`],
		[["apple=-3"], `${invalid}cannot ask for negative resource apple`],
		[["apple=1=2"], `${invalid}incorrect term apple=1=2, missing '=' or malformed expression`],
		[["foo=bar", "foo=baz"], named("foo=bar")],
		[["foo=bar"], named("foo=bar")],
	])("%j is refused", (terms, message) => expect(() => checkGenericResources(terms)).toThrow(new Error(message)));
});

it.each([
	["'a b' \"c\" d", ""],
	["a # 'no end", ""],
	["a#'b", "EOF found when expecting closing quote"],
	["'a", "EOF found when expecting closing quote"],
	['"a', "EOF found when expecting closing quote"],
	["a\\", "EOF found after escape character"],
	["'a\\", "EOF found when expecting closing quote"],
])("the words of %j: %j", (text, message) => {
	if (message) expect(() => checkShellWords(text)).toThrow(new Error(message));
	else expect(checkShellWords(text)).toBeUndefined();
});
it.each(["x", "", "1e", "1e40"])("%j is no share", (text) => {
	const why = text === "1e40" ? "value out of range" : "invalid syntax";
	expect(() => checkFloat(text)).toThrow(new Error(`strconv.ParseFloat: parsing ${JSON.stringify(text)}: ${why}`));
});

describe("a swarm's addresses", () => {
	it.each([
		["newhost:5555", "newhost:5555"],
		["newhost", "newhost:2377"],
		["::1", "[::1]:2377"],
		["[::1]:", "[::1]:2377"],
		[":4545", "0.0.0.0:4545"],
		["tcp://a:1", "a:1"],
		["", "0.0.0.0:2377"],
	])("%j to listen on is %s", (text, address) => {
		expect(parseListenAddress(text, "0.0.0.0:2377")).toBe(address);
	});
	it("is no other protocol's", () => {
		const message = "invalid proto, expected tcp: http://localhost:4545";
		expect(() => parseListenAddress("http://localhost:4545", "0.0.0.0:2377")).toThrow(new Error(message));
	});
	it("are pools of subnets", () => {
		expect(parseNetworks("10.20.3.4/16, 2001:db8::1/64")).toEqual(["10.20.0.0/16", "2001:db8::/64"]);
		expect(() => parseNetworks("10.0.0.0/8,10.0.0.0/33")).toThrow("invalid string being converted to CIDR: 10.0.0.0/33");
	});
});

describe("an authority elsewhere", () => {
	it.each([
		["", "EOF"],
		["anything", "invalid field 'anything' must be a key=value pair"],
		["foo=bar", "the external-ca option needs a protocol= parameter"],
		["protocol=baz", "unrecognized external CA protocol baz"],
		["protocol=cfssl", "the external-ca option needs a url= parameter"],
	])("%j is none", (text, message) => expect(() => parseExternalCa(text)).toThrow(new Error(message)));
	it.each([
		["protocol=CFSSL,url=anything", { Protocol: "cfssl", URL: "anything", Options: {} }],
		["protocol=Cfssl,url=https://a,foo=bar,foo=baz", { Protocol: "cfssl", URL: "https://a", Options: { foo: "baz" } }],
	])("%s", (text, found) => expect(parseExternalCa(text)).toEqual(found));
});

const SWARMLESS = "This node is not a swarm manager.";
/** A daemon in no swarm. */
const daemon = (): FakeDaemon =>
	new FakeDaemon({
		"GET /services": answers(503, { message: SWARMLESS }),
		"GET /info": answers(200, { Swarm: { LocalNodeState: "inactive", ControlAvailable: false } }),
		"GET /networks/bridge": answers(200, { Name: "bridge", Scope: "local" }),
		"GET /networks/none-such": answers(404, { message: "network none-such not found" }),
	});
const said = async (words: string[], files: Record<string, string> = {}): Promise<string> => {
	const { code, err } = await runDocker(words, daemon().handle, { files });
	expect(code).not.toBe(0);
	return err;
};

describe("docker service create", () => {
	it.each([
		[["--credential-spec", "noprefix"], 'value must be prefixed with "config://", "file://", or "registry://"'],
		[["--placement-pref", "spread"], 'placement preference must be of the format "<strategy>=<arg>"'],
		[["--placement-pref", "pack=x"], "unsupported placement preference pack (only spread is supported)"],
		[["-p", "tcp"], 'invalid argument "tcp" for "-p, --publish" flag: invalid containerPort: tcp'],
		[["--secret", "target=x"], 'invalid argument "target=x" for "--secret" flag: source is required'],
		[["--limit-cpu", "x"], "failed to parse x as a rational number"],
		[["--limit-memory", "1x"], "invalid suffix: 'x'"],
		[["--env", "=x"], "invalid environment variable: =x"],
		[["--dns", "x"], "IP address is not correctly formatted: x"],
		[["--host", "x"], 'bad format for add-host: "x"'],
		[["--mount", "type=x"], "type=x"],
		[["--ulimit", "x"], "invalid ulimit argument: x"],
		[["--generic-resource", "x"], "invalid generic-resource format `x` expected `name=value`"],
		[["--update-delay", "x"], 'time: invalid duration "x"'],
		[["--health-interval", "-1s"], "duration cannot be negative"],
		[["--update-max-failure-ratio", "x"], 'strconv.ParseFloat: parsing "x": invalid syntax'],
		[["--entrypoint", "'x"], "EOF found when expecting closing quote"],
	])("%j is refused as an option", async (words, message) => {
		const err = await said(["service", "create", ...words, "busybox"]);
		expect(err).toContain(message);
		expect(err).toContain("Run 'docker service create --help' for more information");
	});
	const either = "replicated or replicated-job mode";
	it.each([
		[["--no-healthcheck", "--health-cmd", "curl"], "--no-healthcheck conflicts with --health-* options"],
		[["--no-healthcheck", "--health-interval", "0s"], "--no-healthcheck conflicts with --health-* options"],
		[["--mode", "global", "--replicas-max-per-node", "1"], `replicas-max-per-node can only be used with ${either}`],
		[["--mode", "global", "--replicas", "0"], `replicas can only be used with ${either}`],
		[["--mode", "global-job", "--replicas", "1"], `replicas can only be used with ${either}`],
		[["--max-concurrent", "1"], "max-concurrent can only be used with replicated-job mode"],
		[["--mode", "global-job", "--update-delay", "1s"], "update and rollback configuration is not supported for jobs"],
		[["--mode", "other"], "unknown mode: other, only replicated and global supported"],
		[["--mode", ""], "unknown mode: , only replicated and global supported"],
		[["--env-file", "/none"], "open /none: no such file or directory"],
		[["--network", "none-such"], "Error response from daemon: network none-such not found"],
		[["--network", "bridge"], "Error response from daemon: network bridge not found"],
		[
			["--generic-resource", "foo=1", "--generic-resource", "foo=2"],
			"mixed discrete and named resources in expression 'foo=[1 2]'",
		],
		[["--oom-score-adj", "5", "--mode", "replicated-job", "--max-concurrent", "2"], `Error response from daemon: ${SWARMLESS}`],
	])("%j: %s", async (words, message) => {
		const err = await said(["service", "create", ...words, "busybox"]);
		expect(err.endsWith(`${message}\n`)).toBe(true);
	});
});

describe("docker stack", () => {
	const background =
		"Since --detach=false was not specified, tasks will be created in the background.\nIn a future release, --detach=false will become the default.\n";
	const manager =
		'this node is not a swarm manager. Use "docker swarm init" or "docker swarm join" to connect this node to swarm and try again\n';
	it.each([
		[["deploy", "-c", "c.yml", "'   '"], `invalid stack name: "'   '"\n`],
		[["ps", "'   '"], `invalid stack name: "'   '"\n`],
		[["rm", "good", "'   '"], `invalid stack name: "'   '"\n`],
		[["services", "'   '"], `invalid stack name: "'   '"\n`],
		[["deploy", "-c", "c.yml", "--resolve-image", "x", "s"], "invalid option x for flag --resolve-image\n"],
		[["deploy", "-c", "c.yml", "s"], background + manager],
		[["deploy", "-d", "-c", "c.yml", "s"], manager],
	])("%j: %j", async (words, message) => {
		expect(await said(["stack", ...words], { "/home/c.yml": "services: {}\n" })).toBe(message);
	});
});

describe("docker swarm", () => {
	const cfssl = "protocol=cfssl,url=x,cacert=";
	it.each([
		[["ca", "--ca-cert", "/none"], 'invalid argument "/none" for "--ca-cert" flag: open /none: no such file or directory\n'],
		[["ca", "--ca-key", "file"], 'invalid argument "file" for "--ca-key" flag: file contents must be in PEM format\n'],
		[
			["ca", "--external-ca", `${cfssl}/none`],
			`for "--external-ca" flag: unable to read CA cert for external CA: open /none: no such file or directory\n`,
		],
		[["init", "--external-ca", `${cfssl}file`], 'for "--external-ca" flag: CA cert for external CA must be in PEM format\n'],
		[["init", "--listen-addr", "http://a"], 'for "--listen-addr" flag: invalid proto, expected tcp: http://a\n'],
		[["init", "--default-addr-pool", "x"], 'for "--default-addr-pool" flag: invalid string being converted to CIDR: x\n'],
	])("%j is refused", async (words, message) => {
		const err = await said(["swarm", ...words], { "/home/file": "x" });
		expect(err).toContain(message);
		expect(err).toContain(`\n\nUsage:  docker swarm ${words[0]} [OPTIONS]\n`);
	});
});

describe("docker plugin", () => {
	it.each([
		[["create", "BAD", "d"], "repository name (library/BAD) must be lowercase"],
		[["create", "p", "none"], "lstat /home/none: no such file or directory"],
		[["create", "p", "file"], "context must be a directory"],
		[["create", "p", "bare"], "open bare/config.json: no such file or directory"],
		[["create", "p", "odd"], "invalid character 'o' looking for beginning of value"],
		[["install", "--alias", `a@sha256:${"0".repeat(64)}`, "p"], `invalid name: a@sha256:${"0".repeat(64)}`],
		[["push", `a@sha256:${"0".repeat(64)}`], `invalid name: a@sha256:${"0".repeat(64)}`],
		[["enable", "--timeout", "-1", "p"], "negative timeout -1 is invalid"],
	])("%j is refused", async (words, message) => {
		const files = { "/home/file": "", "/home/bare/x": "", "/home/odd/config.json": "odd" };
		expect((await said(["plugin", ...words], files)).trimEnd().endsWith(message)).toBe(true);
	});
});
