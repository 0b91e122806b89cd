// /etc/hosts and /etc/resolv.conf of a container, as Docker Engine 29 writes them.

import { describe, expect, test } from "vitest";
import { hostsFile, ownNames, resolverFile, withHostAddress, withHosts, withoutHosts } from "../../../engine/network/files";

const NOTHING = { nameservers: [], search: [], options: [] };
/** Without the remarks. */
const lines = (text: string): string[] => text.split("\n").filter((line) => line !== "" && !line.startsWith("#"));

describe("/etc/hosts", () => {
	test("the names that every container has, then its own", () => {
		expect(hostsFile([{ address: "172.17.0.2", names: "box" }])).toBe(
			"127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::\tip6-localnet\nff00::\tip6-mcastprefix\n" +
				"ff02::1\tip6-allnodes\nff02::2\tip6-allrouters\n172.17.0.2\tbox\n",
		);
		expect(lines(hostsFile([{ address: "fd00::2", names: "box" }], false))).toEqual(["127.0.0.1\tlocalhost"]);
	});
	test.for([
		["box", "", "box"],
		["box", "dom.org", "box.dom.org box"],
		["box.dom.org", "", "box.dom.org box"],
	])("%s in %s", ([host, domain, names]) => expect(ownNames(host!, domain!)).toBe(names));
	test("lines come and go, and what the container wrote stays", () => {
		const record = { address: "172.18.0.2", names: "box" };
		const file = withHosts("1.2.3.4\tmine\n", [record]);
		expect(file).toBe("1.2.3.4\tmine\n172.18.0.2\tbox\n");
		expect(withoutHosts(file, [record])).toBe("1.2.3.4\tmine\n");
		expect(withHostAddress("172.17.0.2\tdb 0a1b2c\n172.17.0.9\tdb2\n", "db", "172.17.0.5")).toBe(
			"172.17.0.5\tdb 0a1b2c\n172.17.0.9\tdb2\n",
		);
	});
});

describe("/etc/resolv.conf", () => {
	const host = "# of the host\nnameserver 127.0.0.53\nnameserver 10.0.0.1\nsearch corp.example\noptions edns0\n";
	test("of a container on the host's network is the host's", () => {
		expect(lines(resolverFile(host, NOTHING, { kind: "host" }).text)).toEqual([
			"nameserver 127.0.0.53",
			"nameserver 10.0.0.1",
			"search corp.example",
			"options edns0",
		]);
	});
	test("on the default bridge has no servers that only the host reaches", () => {
		expect(lines(resolverFile(host, NOTHING, { kind: "legacy", ipv6: false }).text)[0]).toBe("nameserver 10.0.0.1");
		const none = resolverFile("nameserver ::1\n", NOTHING, { kind: "legacy", ipv6: false });
		expect(lines(none.text)).toEqual(["nameserver 8.8.8.8", "nameserver 8.8.4.4"]);
		expect(none.text).toContain("# Used default nameservers.");
	});
	test("on a network of the user's asks 127.0.0.11, which asks the host's", () => {
		const file = resolverFile(host, NOTHING, { kind: "internal", server: "127.0.0.11" });
		expect(lines(file.text)).toEqual(["nameserver 127.0.0.11", "search corp.example", "options edns0 ndots:0"]);
		expect(file.text).toContain(
			"# Based on host file: '/etc/resolv.conf' (internal resolver)\n# ExtServers: [host(127.0.0.53) host(10.0.0.1)]\n",
		);
		expect(file.external).toEqual([
			{ address: "127.0.0.53", fromHost: true },
			{ address: "10.0.0.1", fromHost: true },
		]);
	});
	test("what was asked for takes the place of the host's", () => {
		const asked = { nameservers: ["9.9.9.9"], search: ["."], options: ["ndots:2"] };
		const legacy = resolverFile(host, asked, { kind: "legacy", ipv6: false });
		expect(lines(legacy.text)).toEqual(["nameserver 9.9.9.9", "options ndots:2"]);
		expect(legacy.text).toContain("# Overrides: [nameservers search options]\n# Option ndots from: override\n");
		const internal = resolverFile(host, asked, { kind: "internal", server: "127.0.0.11" });
		expect(lines(internal.text)).toEqual(["nameserver 127.0.0.11", "options ndots:2"]);
		expect(internal.external).toEqual([{ address: "9.9.9.9", fromHost: false }]);
	});
});
