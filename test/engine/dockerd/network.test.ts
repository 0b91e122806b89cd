// Networks on a whole machine: containers find and reach each other where they should and nowhere else, ports of the host lead to
// them, and what a container had is gone with it.

import { createServer } from "node:net";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Host } from "../../../engine/boot";
import { answerer } from "../../../engine/host/browser/serve";
import type { FromWorker } from "../../../engine/host/browser/wire";
import { bootNode } from "../../../engine/host/node/machine";

const repository = resolve(import.meta.dirname, "../../..");
const assets = pathToFileURL(join(repository, "public/engine/"));
const sleep = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

let host: Host;

interface Outcome {
	code: number;
	stdout: string;
	stderr: string;
}
const run = (command: string): Promise<Outcome> => host.run(command, { timeoutMs: 60_000 });
async function sh(command: string): Promise<string> {
	const { code, stdout, stderr } = await run(command);
	if (code !== 0) throw new Error(`${command}: ${code}: ${stderr}`);
	return stdout.trim();
}
const inspect = async (name: string) => JSON.parse((await host.docker("GET", `/containers/${name}/json`)).body);
const network = async (name: string) => JSON.parse((await host.docker("GET", `/networks/${name}`)).body);
const SERVE = "sh -c 'mkdir -p /www && hostname > /www/index.html && exec httpd -f -p 80 -h /www'";
/** A container with a web server that says its host name. */
async function serve(name: string, options = ""): Promise<void> {
	await sh(`docker run -d --name ${name} --hostname ${name} ${options} busybox ${SERVE}`);
	await until(
		`${name} serves`,
		async () => (await run(`docker exec ${name} wget -q -O - http://127.0.0.1/`)).stdout === `${name}\n`,
	);
}
async function until(what: string, condition: () => Promise<boolean>): Promise<void> {
	for (let tries = 0; tries < 200; tries++) {
		if (await condition().catch(() => false)) return;
		await sleep(50);
	}
	throw new Error(`it never came true that ${what}`);
}
/** A port of this computer that nobody has. */
const freePort = (): Promise<number> =>
	new Promise((done, fail) => {
		const probe = createServer().once("error", fail);
		probe.listen(0, "127.0.0.1", () => {
			const bound = probe.address();
			probe.close(() => done(typeof bound === "object" && bound ? bound.port : 0));
		});
	});
const removeAll = (): Promise<Outcome> => run("docker rm -f $(docker ps -aq); docker network prune -f");

beforeAll(async () => {
	const steps = (await import(join(repository, "bin/setup/steps.mjs"))) as Record<
		"engine" | "interpreter" | "system",
		() => Promise<void>
	>;
	await steps.engine();
	await steps.interpreter();
	await steps.system();
	host = await bootNode({ assets });
	await sh("tar -c -C / bin etc/passwd etc/group etc/nsswitch.conf | docker import - busybox");
}, 300_000);
afterAll(() => host?.shutdown());

describe("the default bridge", { timeout: 120_000 }, () => {
	afterAll(removeAll, 60_000);

	test("docker0 is there from the start, as inspect says", async () => {
		expect(await network("bridge")).toMatchObject({
			Driver: "bridge",
			EnableIPv4: true,
			EnableIPv6: false,
			IPAM: { Driver: "default", Options: null, Config: [{ Subnet: "172.17.0.0/16", Gateway: "172.17.0.1" }] },
			Options: {
				"com.docker.network.bridge.default_bridge": "true",
				"com.docker.network.bridge.enable_icc": "true",
				"com.docker.network.bridge.enable_ip_masquerade": "true",
				"com.docker.network.bridge.host_binding_ipv4": "0.0.0.0",
				"com.docker.network.bridge.name": "docker0",
				"com.docker.network.driver.mtu": "1500",
			},
		});
		expect(await sh("ip -4 addr show docker0")).toContain("inet 172.17.0.1/16");
	});
	test("a container has eth0, a gateway and a line in its hosts; the host has the other end", async () => {
		await serve("plain");
		const { NetworkSettings } = await inspect("plain");
		expect(NetworkSettings.Networks.bridge).toMatchObject({ IPAddress: "172.17.0.2", IPPrefixLen: 16, Gateway: "172.17.0.1" });
		const { MacAddress } = NetworkSettings.Networks.bridge;
		expect(await sh("docker exec plain ip addr show eth0")).toMatch(
			new RegExp(`link/ether ${MacAddress}.*inet 172\\.17\\.0\\.2/16`, "s"),
		);
		expect(await sh("docker exec plain ip route")).toMatch(/default via 172\.17\.0\.1 dev eth0/);
		expect(await sh("docker exec plain tail -n 1 /etc/hosts")).toBe("172.17.0.2\tplain");
		expect(await sh("ip link")).toMatch(/veth[0-9a-f]{7}/);
		expect((await network("bridge")).Containers[(await inspect("plain")).Id]).toMatchObject({
			Name: "plain",
			IPv4Address: "172.17.0.2/16",
		});
		expect(await sh("wget -q -O - http://172.17.0.2/")).toBe("plain");
	});
	test("others reach it by address, not by name; a link is a name", async () => {
		expect(await sh("docker run --rm busybox wget -q -O - http://172.17.0.2/")).toBe("plain");
		expect(await sh("docker run --rm busybox ping -c 1 -W 2 172.17.0.2")).toContain("1 packets received");
		expect((await run("docker run --rm busybox wget -q -O - http://plain/")).stderr).toContain("bad address 'plain'");
		expect(await sh("docker run --rm --link plain:web busybox wget -q -O - http://web/")).toBe("plain");
	});
	test("nothing is left when it ends", async () => {
		await sh("docker stop -t 0 plain");
		expect(await sh("ip link")).not.toMatch(/veth/);
		expect(await sh("ls /var/run/docker/netns")).toBe("");
		expect((await network("bridge")).Containers).toEqual({});
		expect((await inspect("plain")).NetworkSettings).toMatchObject({
			SandboxID: "",
			Ports: {},
			Networks: { bridge: { IPAddress: "" } },
		});
		await sh("docker start plain");
		expect((await inspect("plain")).NetworkSettings.Networks.bridge.IPAddress).toBe("172.17.0.2");
	});
});

describe("networks of the user's", { timeout: 180_000 }, () => {
	beforeAll(async () => {
		await sh("docker network create front && docker network create --subnet 10.99.7.0/24 back");
		await serve("web", "--network front --network-alias www");
		await serve("db", "--network back --ip 10.99.7.50");
	}, 120_000);
	afterAll(removeAll, 60_000);

	test.for([
		["by name", "http://web/"],
		["by alias", "http://www/"],
		["by name and network", "http://web.front/"],
	])("reached %s", async ([, url]) => {
		expect(await sh(`docker run --rm --network front busybox wget -q -O - ${url}`)).toBe("web");
	});
	test("reached by the short id, by ping, and found by name server", async () => {
		const { Id, NetworkSettings } = await inspect("web");
		const address = NetworkSettings.Networks.front.IPAddress as string;
		expect(await sh(`docker run --rm --network front busybox wget -q -O - http://${Id.slice(0, 12)}/`)).toBe("web");
		expect(await sh("docker run --rm --network front busybox ping -c 1 -W 2 web")).toContain(`PING web (${address})`);
		expect(await sh("docker run --rm --network front busybox nslookup web")).toContain(address);
		expect(await sh(`docker run --rm --network front busybox nslookup ${address}`)).toContain("web.front");
		expect(await sh("docker exec web cat /etc/resolv.conf")).toMatch(/^nameserver 127\.0\.0\.11$/m);
	});
	test("a network does not reach into another, neither by name nor by address", async () => {
		expect((await run("docker run --rm --network front busybox wget -q -O - http://db/")).stderr).toContain("bad address 'db'");
		// dropped without a word: it waits until it is ended
		const asked = "sh -c 'timeout 2 wget -q -O - http://10.99.7.50/; echo $?'";
		expect(await sh(`docker run --rm --network front busybox ${asked}`)).toMatch(/^(Terminated\s+)?143$/);
	});
	test("a container in both reaches both; when it leaves one, that one no more", async () => {
		await sh("docker run -d --name between --network front busybox sleep 1000");
		await sh("docker network connect back between");
		expect(await sh("docker exec between wget -q -O - http://web/")).toBe("web");
		expect(await sh("docker exec between wget -q -O - http://db/")).toBe("db");
		expect(await sh("docker exec between ip -4 addr show eth1")).toContain("inet 10.99.7.");
		expect(Object.keys((await inspect("between")).NetworkSettings.Networks)).toEqual(["back", "front"]);
		await sh("docker network disconnect back between");
		expect((await run("docker exec between wget -q -O - http://db/")).code).not.toBe(0);
		expect((await run("docker exec between ip link show eth1")).code).not.toBe(0);
		expect(await sh("docker exec between wget -q -O - http://web/")).toBe("web");
	});
	test("an address that was asked for stays over restarts", async () => {
		await sh("docker restart -t 0 db");
		expect((await inspect("db")).NetworkSettings.Networks.back.IPAddress).toBe("10.99.7.50");
		const taken = await run("docker run --rm --network back --ip 10.99.7.50 busybox true");
		expect(taken).toMatchObject({ code: 125 });
		expect(taken.stderr).toContain("Address already in use");
	});
	test("a network with somebody in it cannot be removed", async () => {
		const { Id } = await inspect("web");
		const endpoint = (await inspect("web")).NetworkSettings.Networks.front.EndpointID as string;
		await sh("docker rm -f between");
		expect(await run("docker network rm front")).toMatchObject({
			code: 1,
			stderr: `Error response from daemon: error while removing network: network front has active endpoints (name:"web" id:"${endpoint.slice(0, 12)}")\nexit status 1\n`,
		});
		expect((await network("front")).Containers[Id].Name).toBe("web");
	});
	test("an internal network has no way out", async () => {
		await sh("docker network create --internal inside");
		await serve("hidden", "--network inside");
		expect(await sh("docker run --rm --network inside busybox wget -q -O - http://hidden/")).toBe("hidden");
		expect(await sh("docker exec hidden ip route")).not.toContain("default");
		expect((await inspect("hidden")).NetworkSettings.Networks.inside.Gateway).toBe("");
	});
	test("IPv6 beside IPv4 where the network has it", async () => {
		await sh("docker network create --ipv6 --subnet fd00:7::/64 six");
		await serve("sixer", "--network six --ip6 fd00:7::99");
		expect(await sh("docker run --rm --network six busybox wget -q -O - 'http://[fd00:7::99]/'")).toBe("sixer");
		expect((await inspect("sixer")).NetworkSettings.Networks.six).toMatchObject({
			GlobalIPv6Address: "fd00:7::99",
			IPv6Gateway: "fd00:7::1",
		});
	});
});

describe("modes", { timeout: 120_000 }, () => {
	afterAll(removeAll, 60_000);

	test("none has a loopback interface and nothing else", async () => {
		expect((await sh("docker run --rm --network none busybox ip -o link")).split("\n")).toHaveLength(1);
		expect(await sh("docker run --rm --network none busybox ping -c 1 127.0.0.1")).toContain("1 packets received");
	});
	test("host is the host's", async () => {
		expect(await sh("docker run --rm --network host busybox ip -o link show docker0")).toContain("docker0");
		expect(await sh("docker run --rm --network host busybox hostname")).toBe(await sh("hostname"));
	});
	test("another container's: one address, one loopback, one hosts file", async () => {
		await serve("owner");
		expect(await sh("docker run --rm --network container:owner busybox wget -q -O - http://127.0.0.1/")).toBe("owner");
		expect(await sh("docker run --rm --network container:owner busybox hostname")).toBe("owner");
		const refused = await run("docker run --rm --network container:owner -p 80:80 busybox true");
		expect(refused.stderr).toContain("conflicting options: port publishing and the container type network mode");
	});
});

describe("published ports", { timeout: 180_000 }, () => {
	let port: number;
	beforeAll(async () => {
		port = await freePort();
		await serve("site", `-p ${port}:80`);
	}, 120_000);
	afterAll(removeAll, 60_000);

	test("the host reaches it on its loopback, by its proxy, and on its bridge, by translation", async () => {
		expect(await sh(`wget -q -O - http://127.0.0.1:${port}/`)).toBe("site");
		expect(await sh(`wget -q -O - http://172.17.0.1:${port}/`)).toBe("site");
		const proxies = host.processes().filter(({ argv }) => argv[0] === "/usr/bin/docker-proxy");
		expect(proxies.map(({ argv }) => argv.slice(1).join(" ")).sort()).toEqual([
			`-proto tcp -host-ip 0.0.0.0 -host-port ${port} -container-ip 172.17.0.2 -container-port 80 -use-listen-fd`,
			`-proto tcp -host-ip :: -host-port ${port} -container-ip 172.17.0.2 -container-port 80 -use-listen-fd`,
		]);
	});
	test("a container of another network reaches it by the host's address", async () => {
		await sh("docker network create elsewhere");
		expect(await sh(`docker run --rm --network elsewhere busybox wget -q -O - http://172.17.0.1:${port}/`)).toBe("site");
	});
	test("this computer reaches it on its own loopback", async () => {
		await until("it is reached", async () => (await fetch(`http://127.0.0.1:${port}/`)).ok);
		expect(await (await fetch(`http://127.0.0.1:${port}/`)).text()).toBe("site\n");
		expect((await fetch(`http://127.0.0.1:${port}/none`)).status).toBe(404);
	});
	test("the page reaches it through its facade", async () => {
		const sent: FromWorker[] = [];
		const answer = answerer(host, (message) => void sent.push(message));
		const ask = async (id: number, to: number, request?: object) => {
			await answer({ kind: "call", id, method: "fetchPort", args: [to, request] });
			return sent.find((message) => "id" in message && message.id === id);
		};
		const got = await ask(1, port, { path: "/index.html" });
		expect(got).toMatchObject({ kind: "answer", value: { status: 200 } });
		expect(new TextDecoder().decode((got as { value: { body: Uint8Array } }).value.body)).toBe("site\n");
		expect(await ask(2, 1)).toMatchObject({ kind: "error", error: { message: expect.stringContaining("ECONNREFUSED") } });
	});
	test("port, ps and inspect say where it is", async () => {
		expect(await sh("docker port site")).toBe(`80/tcp -> 0.0.0.0:${port}\n80/tcp -> [::]:${port}`);
		expect(await sh("docker ps --filter name=site --format '{{.Ports}}'")).toBe(`0.0.0.0:${port}->80/tcp, [::]:${port}->80/tcp`);
		expect((await inspect("site")).NetworkSettings.Ports).toEqual({
			"80/tcp": [
				{ HostIp: "0.0.0.0", HostPort: String(port) },
				{ HostIp: "::", HostPort: String(port) },
			],
		});
	});
	test("a port is published once; who comes second is left with nothing", async () => {
		const before = [await sh("ip -o link | wc -l"), await sh("ls /var/run/docker/netns | wc -l")];
		const second = await run(`docker run -d --name second -p ${port}:80 busybox sleep 10`);
		expect(second.code).toBe(125);
		expect(second.stderr).toMatch(
			new RegExp(
				`^docker: Error response from daemon: driver failed programming external connectivity on endpoint second \\([0-9a-f]{64}\\): Bind for 0\\.0\\.0\\.0:${port} failed: port is already allocated\n`,
			),
		);
		expect((await inspect("second")).State.Status).toBe("created");
		expect([await sh("ip -o link | wc -l"), await sh("ls /var/run/docker/netns | wc -l")]).toEqual(before);
	});
	test("stats count what came and went", async () => {
		const { networks } = JSON.parse((await host.docker("GET", "/containers/site/stats?stream=0")).body);
		expect(networks.eth0.rx_bytes).toBeGreaterThan(500);
		expect(networks.eth0.tx_bytes).toBeGreaterThan(500);
	});
	test("a stopped container has no port, neither here nor there", async () => {
		await sh("docker stop -t 0 site");
		expect((await run(`wget -q -O - http://127.0.0.1:${port}/`)).code).not.toBe(0);
		await until("the port is closed", () =>
			fetch(`http://127.0.0.1:${port}/`).then(
				() => false,
				() => true,
			),
		);
		expect(host.processes().some(({ argv }) => argv[0] === "/usr/bin/docker-proxy")).toBe(false);
	});
});

describe("a dockerd that dies", { timeout: 180_000 }, () => {
	afterAll(removeAll, 60_000);

	test("leaves the network as it is, and the next one goes on with it", async () => {
		const port = await freePort();
		await sh("docker network create front");
		await serve("web", `--network front -p ${port}:80`);
		await sh("docker run -d --name client --network front busybox sleep 1000");
		const address = (await inspect("web")).NetworkSettings.Networks.front.IPAddress as string;
		const before = host.processes().find(({ argv, state }) => argv[0] === "/usr/bin/dockerd" && state !== "Z")!.pid;
		await sh(`kill -9 ${before}`);
		await until("dockerd is back", async () => {
			const now = host.processes().find(({ argv, state }) => argv[0] === "/usr/bin/dockerd" && state !== "Z")?.pid;
			return now !== undefined && now !== before && (await host.docker("GET", "/_ping")).status === 200;
		});
		expect((await inspect("web")).NetworkSettings.Networks.front.IPAddress).toBe(address);
		expect(await sh("docker exec client wget -q -O - http://web/")).toBe("web");
		expect(await sh(`wget -q -O - http://127.0.0.1:${port}/`)).toBe("web");
		await until("it is reached", async () => (await fetch(`http://127.0.0.1:${port}/`)).ok);
		await serve("late", "--network front");
		expect((await inspect("late")).NetworkSettings.Networks.front.IPAddress).not.toBe(address);
		await sh("docker rm -f web client late && docker network rm front");
		expect(await sh("ip link")).not.toMatch(/veth|br-/);
	});
});
