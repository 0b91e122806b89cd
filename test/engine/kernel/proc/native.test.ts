// Native programs as processes: spawn, clone, wait, kill, signals, pipes, exec, groups, namespaces.

import { afterEach, describe, expect, test } from "vitest";
import { exitStatus, type NativeMain, termSignal } from "../../../../engine/sys";
import { put, putNative, type TestMachine, testMachine } from "./machine";

let machine: TestMachine;
afterEach(() => machine.shutdown());
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

const SIGCHLD = 17;
const SIGTERM = 15;
const SIGSTOP = 19;
const SIGCONT = 18;

describe("native programs", () => {
	test("spawn runs a native file with its own pid, argv and environment, and wait4 gives its status", async () => {
		const seen: unknown[] = [];
		const child: NativeMain = async (sys, argv, env) => {
			seen.push(argv, env, sys.getpid(), await sys.getppid());
			return 7;
		};
		machine = testMachine({ natives: { child } });
		putNative(machine.rootFs, "/bin/child", "child");
		const status = await machine.run(async (sys) => {
			const pid = await sys.spawn("/bin/child", ["child", "a b"], ["X=1"]);
			const result = await sys.wait4(pid);
			expect(result.pid).toBe(pid);
			expect(seen).toEqual([["child", "a b"], ["X=1"], pid, sys.getpid()]);
			return exitStatus(result.status)!;
		});
		expect(exitStatus(status)).toBe(7);
	});

	test("bytes go through a pipe to a child made by clone, and the end is seen", async () => {
		machine = testMachine();
		await machine.run(async (sys) => {
			const [read, write] = await sys.pipe2(0);
			const pid = await sys.clone({
				flags: 0,
				main: async (child) => {
					await child.close(read);
					for (let i = 0; i < 1000; i++) await child.write(write, utf8("x".repeat(100)));
					return 0;
				},
			});
			await sys.close(write);
			let total = 0;
			for (;;) {
				const bytes = await sys.read(read, 65536);
				if (bytes.length === 0) break;
				total += bytes.length;
			}
			expect(total).toBe(100_000);
			expect((await sys.wait4(pid)).status).toBe(0);
			return 0;
		});
	});

	test("SIGTERM ends a native program in the middle of a call; a handler takes its place", async () => {
		machine = testMachine();
		let after = false;
		await machine.run(async (sys) => {
			const sleeper = await sys.clone({
				flags: 0,
				main: async (child) => {
					await child.nanosleep(60_000);
					after = true;
					return 0;
				},
			});
			await sys.kill(sleeper, SIGTERM);
			const killed = await sys.wait4(sleeper);
			expect(termSignal(killed.status)).toBe(SIGTERM);
			const handler = await sys.clone({
				flags: 0,
				main: (child) =>
					new Promise((resolve) => {
						void child.sigaction(SIGTERM, () => resolve(42));
					}),
			});
			await sys.nanosleep(5);
			await sys.kill(handler, SIGTERM);
			expect(exitStatus((await sys.wait4(handler)).status)).toBe(42);
			return 0;
		});
		expect(after).toBe(false);
	});

	test("a stopped program waits for SIGCONT, and wait4 tells of both", async () => {
		machine = testMachine();
		await machine.run(async (sys) => {
			let steps = 0;
			const pid = await sys.clone({
				flags: 0,
				main: async (child) => {
					for (; steps < 1000; steps++) await child.nanosleep(1);
					return 0;
				},
			});
			await sys.nanosleep(10);
			await sys.kill(pid, SIGSTOP);
			const stopped = await sys.wait4(pid, 2);
			expect(stopped.status).toBe((SIGSTOP << 8) | 0x7f);
			const before = steps;
			await sys.nanosleep(20);
			expect(steps - before).toBeLessThanOrEqual(1);
			await sys.kill(pid, SIGCONT);
			expect((await sys.wait4(pid, 8)).status).toBe(0xffff);
			await sys.nanosleep(20);
			expect(steps).toBeGreaterThan(before + 1);
			await sys.kill(pid, 9);
			expect(termSignal((await sys.wait4(pid)).status)).toBe(9);
			return 0;
		});
	});

	test("errors are SysErrors with the errno's name, the call and the path", async () => {
		machine = testMachine();
		put(machine.rootFs, "/text", "hello\n", 0o755);
		put(machine.rootFs, "/foreign", "\x7fELF\x01\x01\x01", 0o755);
		put(machine.rootFs, "/plain", "x", 0o644);
		put(machine.rootFs, "/script", "#!/missing -x\n", 0o755);
		await machine.run(async (sys) => {
			await expect(sys.open("/nowhere", 0)).rejects.toMatchObject({ errno: "ENOENT", call: "open", detail: "/nowhere" });
			await expect(sys.spawn("/text", ["text"], [])).rejects.toMatchObject({ errno: "ENOEXEC" });
			await expect(sys.spawn("/foreign", ["foreign"], [])).rejects.toMatchObject({ errno: "ENOEXEC" });
			await expect(sys.spawn("/plain", ["plain"], [])).rejects.toMatchObject({ errno: "EACCES" });
			await expect(sys.spawn("/script", ["script"], [])).rejects.toMatchObject({ errno: "ENOENT" });
			await expect(sys.wait4(-1)).rejects.toMatchObject({ errno: "ECHILD" });
			await expect(sys.kill(9999, 15)).rejects.toMatchObject({ errno: "ESRCH" });
			return 0;
		});
	});

	test("#! passes the interpreter's one argument and the script's path", async () => {
		const seen: string[][] = [];
		const interpreter: NativeMain = async (_sys, argv) => {
			seen.push(argv);
			return 0;
		};
		machine = testMachine({ natives: { interpreter } });
		putNative(machine.rootFs, "/bin/in", "interpreter");
		put(machine.rootFs, "/run", "#! /bin/in  -a b c \nrest\n", 0o755);
		await machine.run(async (sys) => {
			await sys.wait4(await sys.spawn("/run", ["run", "one"], []));
			return 0;
		});
		expect(seen).toEqual([["/bin/in", "-a b c", "/run", "one"]]);
	});

	test("orphans go to the subreaper, then to init", async () => {
		machine = testMachine();
		await machine.run(async (sys) => {
			await sys.prctl(36, 1);
			let grandchild = 0;
			const child = await sys.clone({
				flags: 0,
				main: async (middle) => {
					grandchild = await middle.clone({
						flags: 0,
						main: async (inner) => {
							await inner.nanosleep(20);
							return (await inner.getppid()) === sys.getpid() ? 5 : 6;
						},
					});
					return 0;
				},
			});
			await sys.wait4(child);
			const adopted = await sys.wait4(-1);
			expect(adopted.pid).toBe(grandchild);
			expect(exitStatus(adopted.status)).toBe(5);
			return 0;
		});
	});

	test("a pid namespace numbers from 1, its init is shielded from inside and takes all along when it ends", async () => {
		machine = testMachine();
		const NEWPID = 0x20000000;
		await machine.run(async (sys) => {
			let inner = 0;
			const init = await sys.clone({
				flags: NEWPID,
				main: async (one) => {
					expect(one.getpid()).toBe(1);
					expect(await one.getppid()).toBe(0);
					inner = await one.clone({
						flags: 0,
						main: async (two) => {
							expect(two.getpid()).toBe(2);
							await two.kill(1, 9);
							await two.nanosleep(60_000);
							return 0;
						},
					});
					expect(inner).toBe(2);
					await one.nanosleep(20);
					return 3;
				},
			});
			expect(exitStatus((await sys.wait4(init)).status)).toBe(3);
			const kills = machine.recorder.since().filter((event) => event.type === "process.exit" && event.signal === "SIGKILL");
			expect(kills).toHaveLength(1);
			return 0;
		});
	});

	test("SIGCHLD comes to a handler; ignoring it reaps at once", async () => {
		machine = testMachine();
		await machine.run(async (sys) => {
			let told = 0;
			await sys.sigaction(SIGCHLD, () => {
				told++;
			});
			await sys.wait4(await sys.clone({ flags: 0, main: async () => 0 }));
			await sys.nanosleep(1);
			expect(told).toBe(1);
			await sys.sigaction(SIGCHLD, "ignore");
			await sys.clone({ flags: 0, main: async () => 0 });
			await expect(sys.wait4(-1)).rejects.toMatchObject({ errno: "ECHILD" });
			return 0;
		});
	});

	test("uts namespaces keep their own host name", async () => {
		machine = testMachine();
		await machine.run(async (sys) => {
			const child = await sys.clone({
				flags: 0x04000000,
				main: async (inner) => {
					await inner.sethostname("box");
					return (await inner.uname()).nodename === "box" ? 0 : 1;
				},
			});
			expect((await sys.wait4(child)).status).toBe(0);
			expect((await sys.uname()).nodename).toBe("testhost");
			return 0;
		});
	});

	test("setpgid, setsid and kill of a group", async () => {
		machine = testMachine();
		await machine.run(async (sys) => {
			const sleeper = () => sys.clone({ flags: 0, main: (child) => child.nanosleep(60_000).then(() => 0) });
			const first = await sleeper();
			const second = await sleeper();
			await sys.setpgid(first, first);
			await sys.setpgid(second, first);
			await expect(sys.setpgid(second, 9999)).rejects.toMatchObject({ errno: "EPERM" });
			await sys.kill(-first, SIGTERM);
			expect(termSignal((await sys.wait4(-first)).status)).toBe(SIGTERM);
			expect(termSignal((await sys.wait4(-first)).status)).toBe(SIGTERM);
			await sys.setsid();
			await expect(sys.setsid()).rejects.toMatchObject({ errno: "EPERM" });
			return 0;
		});
	});
});

describe("user namespaces", () => {
	const [NEWUSER, NEWUTS] = [0x10000000, 0x04000000];
	test("their capabilities hold over what they have, not over the machine's files, names and devices", async () => {
		machine = testMachine();
		put(machine.rootFs, "/secret", "s", 0o600);
		await machine.run(async (sys) => {
			const pid = await sys.clone({
				flags: 0,
				main: async (user) => {
					await user.setgid(1000);
					await user.setuid(1000);
					await expect(user.clone({ flags: NEWUTS, main: async () => 0 })).rejects.toMatchObject({ errno: "EPERM" });
					const inner = await user.clone({
						flags: NEWUSER,
						main: async (root) => {
							await expect(root.open("/secret", 0)).rejects.toMatchObject({ errno: "EACCES" });
							await expect(root.sethostname("x")).rejects.toMatchObject({ errno: "EPERM" });
							await expect(root.mknod("/tty", 0o20666, 0x500)).rejects.toMatchObject({ errno: "EACCES" });
							await expect(root.setrlimit(7, 2e6, 2e6)).rejects.toMatchObject({ errno: "EPERM" });
							await root.unshare(NEWUTS);
							await root.sethostname("inside");
							return (await root.uname()).nodename === "inside" ? 6 : 7;
						},
					});
					return exitStatus((await user.wait4(inner)).status)!;
				},
			});
			expect(exitStatus((await sys.wait4(pid)).status)).toBe(6);
			expect((await sys.uname()).nodename).toBe("testhost");
			return 0;
		});
	});
});

describe("the machine's bounds", () => {
	test("a fork bomb ends in EAGAIN and the machine goes on", async () => {
		machine = testMachine({ maxProcesses: 60 });
		await machine.run(async (sys) => {
			const init = await sys.clone({
				flags: 0x20000000,
				main: async (one) => {
					const bomb = async (self: typeof sys): Promise<number> => {
						for (;;) {
							try {
								await self.clone({ flags: 0, main: bomb });
							} catch (error) {
								expect(error).toMatchObject({ errno: "EAGAIN" });
								await self.nanosleep(60_000);
							}
						}
					};
					return bomb(one);
				},
			});
			await sys.nanosleep(50);
			expect(exitStatus((await sys.wait4(await sys.clone({ flags: 0, main: async () => 9 }))).status)).toBe(9);
			await sys.kill(init, 9);
			expect(termSignal((await sys.wait4(init)).status)).toBe(9);
			return 0;
		});
		expect([...machine.kernel.machine.processes()].length).toBeLessThanOrEqual(2);
	});

	test("pids.max refuses the fork and counts it; the freezer stops and thaws", async () => {
		machine = testMachine();
		const { cgroups } = machine.kernel.machine;
		await machine.run(async (sys) => {
			const group = cgroups.create(cgroups.root, "box");
			if (typeof group === "number") throw new Error("create");
			group.pids.max = 2;
			let ticks = 0;
			const pid = await sys.clone({
				flags: 0,
				main: async (child) => {
					await child.nanosleep(5);
					await child.clone({ flags: 0, main: (inner) => inner.nanosleep(60_000).then(() => 0) });
					await expect(child.clone({ flags: 0, main: async () => 0 })).rejects.toMatchObject({ errno: "EAGAIN" });
					for (;;) {
						ticks++;
						await child.nanosleep(1);
					}
				},
			});
			cgroups.attach(machine.kernel.machine.process(pid)!, group);
			for (let i = 0; i < 500 && group.pids.refused === 0; i++) await sys.nanosleep(5);
			expect(group.pids.current).toBe(2);
			expect(group.pids.refused).toBe(1);
			cgroups.freeze(group, true);
			const before = ticks;
			await sys.nanosleep(20);
			expect(ticks - before).toBeLessThanOrEqual(1);
			cgroups.freeze(group, false);
			for (let i = 0; i < 500 && ticks <= before + 1; i++) await sys.nanosleep(5);
			expect(ticks).toBeGreaterThan(before + 1);
			cgroups.kill(group);
			expect(termSignal((await sys.wait4(pid)).status)).toBe(9);
			expect(group.populated).toBe(false);
			expect(cgroups.remove(group)).toBe(0);
			return 0;
		});
	});

	test("the same inputs give the same order of events", async () => {
		const once = async (): Promise<string> => {
			const order: string[] = [];
			machine = testMachine();
			await machine.run(async (sys) => {
				const [read, write] = await sys.pipe2(0);
				for (let i = 0; i < 5; i++) {
					await sys.clone({
						flags: 0,
						main: async (child) => {
							for (let j = 0; j < 10; j++) {
								order.push(`${i}.${j}`);
								await child.write(write, utf8("x"));
								if (j % 3 === i % 3) await child.read(read, 1);
							}
							return 0;
						},
					});
				}
				for (let i = 0; i < 5; i++) await sys.wait4(-1);
				return 0;
			});
			await machine.shutdown();
			return order.join(" ");
		};
		const first = await once();
		expect(await once()).toBe(first);
	});
});
