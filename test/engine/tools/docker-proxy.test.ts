// docker-proxy between a port of the host and a server: streams with their half-closes, datagrams of several senders, and its end.

import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { isErrno, readAll } from "../../../engine/lib/files";
import { SIGNALS } from "../../../engine/lib/linux";
import { acceptAll } from "../../../engine/lib/socket";
import { exitStatus, type SocketAddress, type Sys, termSignal } from "../../../engine/sys";
import { dockerProxy } from "../../../engine/tools/docker-proxy";
import { putNative, type TestMachine, testMachine } from "../kernel/proc/machine";

let machine: TestMachine;
beforeEach(() => {
	machine = testMachine({ natives: { proxy: dockerProxy } });
	putNative(machine.rootFs, "/bin/docker-proxy", "proxy");
});
afterEach(() => machine.shutdown());

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const text = (data: Uint8Array): string => new TextDecoder().decode(data);
const at = (port: number): SocketAddress => ({ family: "inet", address: "127.0.0.1", port });

/** Starts it on port 8080 before 9090, as dockerd does; answers what it reports and its PID. */
async function startProxy(sys: Sys, proto: "tcp" | "udp", listening?: number): Promise<{ pid: number; said: string }> {
	const [report, tell] = await sys.pipe2(0);
	const argv = ["docker-proxy", "-proto", proto, "-host-ip", "127.0.0.1", "-host-port", "8080"];
	argv.push("-container-ip", "127.0.0.1", "-container-port", "9090", ...(listening === undefined ? [] : ["-use-listen-fd"]));
	const pid = await sys.spawn("/bin/docker-proxy", argv, [], {
		fds: [report, report, report, tell, ...(listening === undefined ? [] : [listening])],
	});
	await sys.close(tell);
	const said = text(await readAll(sys, report));
	await sys.close(report);
	return { pid, said };
}
async function bound(sys: Sys, type: "stream" | "dgram", port: number): Promise<number> {
	const fd = await sys.socket("inet", type);
	await sys.bind(fd, at(port));
	if (type === "stream") await sys.listen(fd, 10);
	return fd;
}

describe("streams", () => {
	test("go both ways, and one side's end does not end the other's", async () => {
		await machine.run(async (sys) => {
			const server = await bound(sys, "stream", 9090);
			// Reads to the end, then answers.
			void acceptAll(sys, server, async (stream) => {
				let all = "";
				for (let part = await stream.read(); part; part = await stream.read()) all += text(part);
				await stream.write(bytes(all.toUpperCase()));
			});
			const listening = await bound(sys, "stream", 8080);
			expect((await startProxy(sys, "tcp", listening)).said).toBe("0\n");
			await sys.close(listening);
			for (const words of ["hello", "x".repeat(300_000)]) {
				const client = await sys.socket("inet", "stream");
				await sys.connect(client, at(8080));
				for (let sent = 0; sent < words.length; ) sent += await sys.write(client, bytes(words.slice(sent)));
				await sys.shutdown(client, "write");
				expect(text(await readAll(sys, client))).toBe(words.toUpperCase());
				await sys.close(client);
			}
			return 0;
		});
	});
	test("end at once where nobody listens behind it", async () => {
		await machine.run(async (sys) => {
			await startProxy(sys, "tcp", await bound(sys, "stream", 8080));
			const client = await sys.socket("inet", "stream");
			await sys.connect(client, at(8080));
			expect(await sys.read(client, 100).catch((error) => isErrno(error, "ECONNRESET"))).toSatisfy(
				(end: unknown) => end === true || (end as Uint8Array).length === 0,
			);
			return 0;
		});
	});
});

test("datagrams: each sender gets the answers to its own", async () => {
	await machine.run(async (sys) => {
		const server = await bound(sys, "dgram", 9090);
		void (async () => {
			for (;;) {
				const { bytes: data, from } = await sys.recvfrom(server, 1000);
				await sys.sendto(server, bytes(`re: ${text(data)}`), from!);
			}
		})();
		expect((await startProxy(sys, "udp", await bound(sys, "dgram", 8080))).said).toBe("0\n");
		const clients = await Promise.all([1, 2, 3].map(() => sys.socket("inet", "dgram")));
		for (const [number, client] of clients.entries()) await sys.sendto(client, bytes(`from ${number}`), at(8080));
		for (const [number, client] of clients.entries()) {
			expect(text((await sys.recvfrom(client, 1000)).bytes)).toBe(`re: from ${number}`);
		}
		return 0;
	});
});

describe("its own life", () => {
	test("without a socket it binds one, and says why it cannot", async () => {
		await machine.run(async (sys) => {
			await bound(sys, "stream", 8080);
			const { pid, said } = await startProxy(sys, "tcp");
			expect(said).toMatch(/^1\n.*address already in use/s);
			expect(exitStatus((await sys.wait4(pid)).status)).toBe(1);
			return 0;
		});
	});
	test("SIGTERM ends it, and so does the end of the dockerd that started it", async () => {
		await machine.run(async (sys) => {
			const { pid } = await startProxy(sys, "tcp", await bound(sys, "stream", 8080));
			await sys.kill(pid, SIGNALS.SIGTERM);
			expect(exitStatus((await sys.wait4(pid)).status)).toBe(0);
			let orphan = 0;
			const daemon = await sys.clone({
				flags: 0,
				main: async (inside) => {
					orphan = (await startProxy(inside, "udp", await bound(inside, "dgram", 8080))).pid;
					return new Promise<number>(() => {});
				},
			});
			while (orphan === 0) await sys.nanosleep(5);
			await sys.kill(daemon, SIGNALS.SIGKILL);
			expect(termSignal((await sys.wait4(daemon)).status)).toBe(SIGNALS.SIGKILL);
			for (let tries = 0; tries < 100; tries++) {
				const alive = await sys.kill(orphan, 0).then(
					() => true,
					() => false,
				);
				if (!alive) return 0;
				await sys.nanosleep(20);
			}
			throw new Error("the proxy outlived its dockerd");
		});
	});
});
