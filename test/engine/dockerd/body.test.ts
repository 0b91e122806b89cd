// Bodies of requests: what is read, and in which words what is not is refused; and what older clients mean.

import { describe, expect, test } from "vitest";
import type { ContainerCreateRequest } from "../../../engine/api/container";
import { containerCreate, execCreate } from "../../../engine/dockerd/router/body/container";
import { networkCreate } from "../../../engine/dockerd/router/body/network";
import { modernize } from "../../../engine/dockerd/router/container/compatibility";
import { decodeJson } from "../../../engine/dockerd/router/route";
import type { Kind } from "../../../engine/lib/unmarshal";

const decode = (kind: Kind, json: string): unknown => decodeJson(json, kind);

describe("a body", () => {
	test("has its fields whatever their case, without those that nobody knows, and without null", () => {
		const json =
			'{"image":"a","CMD":["x"],"Nosuch":{"a":1},"Tty":null,"HostConfig":{"memory":5,"PortBindings":{"80":[{"HostPort":"8080"}]}}}';
		expect(decode(containerCreate, json)).toEqual({
			Image: "a",
			Cmd: ["x"],
			HostConfig: { Memory: 5, PortBindings: { "80/tcp": [{ HostPort: "8080" }] } },
		});
		expect(decode(containerCreate, "null")).toBeUndefined();
	});

	test.for([
		[
			containerCreate,
			'{"Image":5}',
			"json: cannot unmarshal number into Go struct field CreateRequest.Config.Image of type string",
		],
		[
			containerCreate,
			'{"Cmd":"sh"}',
			"json: cannot unmarshal string into Go struct field CreateRequest.Config.Cmd of type []string",
		],
		[containerCreate, "[]", "json: cannot unmarshal array into Go value of type container.CreateRequest"],
		[
			containerCreate,
			'{"HostConfig":{"Memory":1.5}}',
			"json: cannot unmarshal number 1.5 into Go struct field HostConfig.HostConfig.Resources.Memory of type int64",
		],
		[
			containerCreate,
			'{"HostConfig":{"RestartPolicy":{"Name":{}}}}',
			"json: cannot unmarshal object into Go struct field RestartPolicy.HostConfig.RestartPolicy.Name of type container.RestartPolicyMode",
		],
		[
			containerCreate,
			'{"Labels":{"a":1}}',
			"json: cannot unmarshal number into Go struct field CreateRequest.Config.Labels.a of type string",
		],
		[containerCreate, '{"ExposedPorts":{"x":{}}}', "invalid port 'x': invalid syntax"],
		[containerCreate, '{"HostConfig":{"Dns":["x"]}}', 'ParseAddr("x"): unable to parse IP'],
		[execCreate, '{"Tty":"yes"}', "json: cannot unmarshal string into Go struct field ExecCreateRequest.Tty of type bool"],
		[networkCreate, '{"IPAM":{"Config":[{"Subnet":"bad"}]}}', "netip.ParsePrefix(\"bad\"): no '/'"],
		[execCreate, '{"Tty":', "unexpected EOF"],
		[execCreate, "{x", "invalid character 'x' looking for beginning of object key string"],
	] as const)("%o: %s is refused: %s", ([kind, json, words]) => {
		expect(() => decode(kind as Kind, json)).toThrow(`invalid JSON: ${words}`);
	});

	test("with something after it", () => {
		expect(() => decode(execCreate, "{} {}")).toThrow("unexpected content after JSON");
		expect(decode(execCreate, "{} \n")).toEqual({});
	});
});

describe("an older client", () => {
	const of = (request: ContainerCreateRequest, version: string) => ({ warnings: modernize(request, version), request });

	test("means its endpoint by the container's MAC address", () => {
		const mac = "02:42:ac:11:00:05";
		const { request, warnings } = of({ Image: "x", MacAddress: mac }, "1.40");
		expect(request).toMatchObject({
			HostConfig: { NetworkMode: "bridge" },
			NetworkingConfig: { EndpointsConfig: { bridge: { MacAddress: mac } } },
		});
		expect(request.MacAddress).toBeUndefined();
		expect(warnings).toEqual([]);
		expect(of({ Image: "x", MacAddress: mac }, "1.44").warnings[0]).toMatch(
			/^The container-wide MacAddress field is now deprecated/,
		);
		expect(of({ Image: "x", MacAddress: mac }, "1.52").request.NetworkingConfig?.EndpointsConfig).toEqual({});
	});
	test("shares its IPC, names one network, knows no subpath", () => {
		expect(of({ Image: "x" }, "1.39").request.HostConfig?.IpcMode).toBe("shareable");
		expect(() => of({ Image: "x", NetworkingConfig: { EndpointsConfig: { a: {}, b: {} } } }, "1.43")).toThrow(
			"Container cannot be created with multiple network endpoints: a, b",
		);
		const Mounts = [{ Type: "volume", Source: "v", Target: "/v", VolumeOptions: { Subpath: "s" } }];
		expect(() => of({ Image: "x", HostConfig: { Mounts } }, "1.44")).toThrow("VolumeOptions.Subpath needs API v1.45 or newer");
	});
	test("may leave the list of a port's bindings empty", () => {
		const asked = (): ContainerCreateRequest => ({ Image: "x", HostConfig: { PortBindings: { "80/tcp": [] } } });
		expect(of(asked(), "1.44").request.HostConfig?.PortBindings).toEqual({ "80/tcp": [{ HostIp: "", HostPort: "" }] });
		expect(of(asked(), "1.52").warnings[0]).toMatch(
			/^Following container port\(s\) have an empty list of port-bindings: 80\/tcp\./,
		);
	});
	test("sets an interface's sysctls with the others", () => {
		const asked = (): ContainerCreateRequest => ({
			Image: "x",
			HostConfig: { Sysctls: { "net.ipv4.conf.eth0.forwarding": "1" } },
		});
		const { request, warnings } = of(asked(), "1.46");
		expect(request.HostConfig?.Sysctls).toEqual({});
		expect(request.NetworkingConfig?.EndpointsConfig?.bridge?.DriverOpts).toEqual({
			"com.docker.network.endpoint.sysctls": "net.ipv4.conf.IFNAME.forwarding=1",
		});
		expect(warnings).toHaveLength(1);
		expect(() => of(asked(), "1.48")).toThrow("must be supplied using driver option");
	});
});
