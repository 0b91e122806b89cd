// docker at the machine's console, as a learner types it: terminals, keys, signals, job control, detaching and attaching.

import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Host } from "../../../engine/boot";
import { CONTAINER, HOST, key, startMachine, Typist } from "./typist";

let host: Host;
let at: Typist;
beforeAll(async () => {
	host = await startMachine();
	at = new Typist(host.openConsole({ rows: 24, cols: 80 }));
	await at.until(HOST);
	expect(await at.line("docker pull busybox")).toContain("Status: Downloaded newer image for busybox:latest\r\n");
}, 240_000);
afterAll(() => host?.shutdown());

/** The exit code of what ran last. */
const code = async (): Promise<string | undefined> => /code=(\d+)\r/.exec(await at.line("echo code=$?"))?.[1];

describe("docker in bash", { timeout: 120_000 }, () => {
	it("is completed at the tab key: commands, options, their values, and what there is", async () => {
		await at.line("docker run -d --name web-one busybox sleep 1000");
		await at.line("bash", "drydock:~# ");
		const typed = async (keys: string, seen: string): Promise<void> => {
			at.type(`${keys}\t`);
			await at.until(seen);
			// what stands on the line is thrown away
			at.type("\x15");
		};
		await typed("docker contain", "docker container ");
		await typed("docker run --restar", "docker run --restart ");
		await typed("docker run --restart unl", "--restart unless-stopped ");
		await typed("docker stop web", "docker stop web-one ");
		await typed("docker rmi busy", "docker rmi busybox:latest ");
		await typed("docker network inspect br", "docker network inspect bridge ");
		at.type("docker con\t\t");
		await at.until(/config +container +context/);
		at.type("\x15");
		await at.line("exit");
		await at.line("docker rm -f web-one");
	});
});

describe("docker run -it", () => {
	beforeEach(async () => {
		await at.line("docker run -it --rm --name box busybox sh", CONTAINER);
	});
	it("is a terminal of the console's size, also when that changes", async () => {
		expect(await at.line("stty size", CONTAINER)).toContain("24 80\r\n");
		// the container's size follows by way of the client: until it has, the question is asked again
		at.console.resize({ rows: 30, cols: 100 });
		await at.line("until [ \"$(stty size)\" = '30 100' ]; do :; done; echo fo''llowed", "followed\r\n");
		await at.until(CONTAINER);
		at.console.resize({ rows: 24, cols: 80 });
		await at.line("exit");
	});
	it("gives ^C to the program and ^D to the shell, whose code is docker's", async () => {
		await at.line("sh -c 'echo rea''dy; exec sleep 100'", "ready\r\n");
		at.type(key("C"));
		await at.until(CONTAINER);
		expect(await at.line("echo $?", CONTAINER)).toContain("130\r\n");
		await at.line("false", CONTAINER);
		at.type(key("D"));
		await at.until(HOST);
		expect(await code()).toBe("1");
	});
	it("edits with vi, shows top", async () => {
		await at.line("vi /tmp/note", "/tmp/note");
		at.type("ihello");
		await at.until("hello");
		// vi shows with "-" that the insert mode is left; keys right after the escape would be taken for a sequence
		at.type("\x1b");
		await at.until(/- \/tmp\/note/);
		await at.line(":wq", CONTAINER);
		expect(await at.line("cat /tmp/note", CONTAINER)).toContain("hello\r\n");
		await at.line("top", "PID  PPID");
		at.type("q");
		await at.until(CONTAINER);
		await at.line("exit 7");
		expect(await code()).toBe("7");
	});
	it("echoes Korean", async () => {
		expect(await at.line("echo 안녕하세요", CONTAINER)).toBe("echo 안녕하세요\r\n안녕하세요\r\n");
		await at.line("exit");
	});
	it("detaches with ^P^Q and is attached again", async () => {
		at.type(key("P") + key("Q"));
		await at.until(HOST);
		expect(await at.line("docker ps --format '{{.Names}} {{.State}}'")).toContain("box running\r\n");
		await at.line("docker exec -it box sh", CONTAINER);
		expect(await at.line("tty", CONTAINER)).toContain("/dev/pts/1\r\n");
		await at.line("exit 9");
		expect(await code()).toBe("9");
		at.type("docker attach box\r");
		await at.until("docker attach box\r\n");
		await at.line("", CONTAINER);
		await at.line("exit 5");
		expect(await code()).toBe("5");
	});
});

describe("signals", () => {
	it("^C leaves docker logs -f, and the container goes on", async () => {
		await at.line(
			"docker run -d --name talk busybox sh -c 'trap \"echo cau''ght; exit 3\" INT; while echo word; do sleep 1; done'",
		);
		await at.line("docker logs -f talk", "word\r\nword\r\n");
		at.type(key("C"));
		await at.until(HOST);
		expect(await code()).toBe("130");
		expect(await at.line("docker inspect -f '{{.State.Running}}' talk")).toContain("true\r\n");
	});
	it("^C goes through docker attach to the container", async () => {
		await at.line("docker attach talk", "word\r\n");
		at.type(key("C"));
		expect(await at.until(HOST)).toContain("caught\r\n");
		expect(await code()).toBe("3");
		await at.line("docker rm talk");
	});
	it("the third ^C leaves a container that ignores it", async () => {
		await at.line("docker run --name deaf busybox sh -c 'echo rea''dy; exec sleep 100'", "ready\r\n");
		at.type(key("C") + key("C") + key("C"));
		expect(await at.until(HOST)).toContain("got 3 SIGTERM/SIGINTs, forcefully exiting\r\n");
		expect(await code()).toBe("1");
		await at.line("docker rm -f deaf");
	});
});

describe("the host's shell", () => {
	it("stops, continues and ends jobs", async () => {
		await at.line("sh -c 'echo rea''dy; exec sleep 100'", "ready\r\n");
		at.type(key("Z"));
		expect(await at.until(HOST)).toContain("Stopped");
		await at.line("bg");
		expect(await at.line("jobs")).toContain("Running");
		await at.line("fg", "sleep 100");
		at.type(key("C"));
		await at.until(HOST);
		expect(await code()).toBe("130");
	});
	it("has events in the background and pipes into docker run -i", async () => {
		await at.line("docker events --format '{{.Action}}' > events &");
		expect(await at.line("echo hello | docker run -i --rm busybox tr a-z A-Z")).toContain("HELLO\r\n");
		await at.line("until grep -q destroy events; do :; done; kill $!; wait");
		const actions = await at.line("cat events");
		for (const action of ["create", "attach", "start", "die", "destroy"]) expect(actions).toContain(`${action}\r\n`);
	});
	it("erases Korean by the character", async () => {
		await at.line("echo rea''dy; cat", "ready\r\n");
		await at.line("가나다\x7f라", "가나라\r\n");
		at.type(key("D"));
		await at.until(HOST);
	});
	it("waits for a container in the background", async () => {
		await at.line("docker run -d --name brief busybox sh -c 'exit 4'");
		expect(await at.line("docker wait brief & wait; echo do''ne")).toMatch(/\r\n4\r\n(.*\r\n)*done\r\n/);
	});
	it("completes names and remembers lines", async () => {
		at.type("cat /etc/hostn\t");
		await at.until("ame");
		expect(await at.line("")).toContain("drydock\r\n");
		expect(await at.line("\x1b[A")).toContain("drydock\r\n");
	});
	it("ends with its code", async () => {
		at.type("exit 4\r");
		expect(await at.exited).toBe(4);
	});
});
