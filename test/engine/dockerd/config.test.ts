// What the image says and what the caller says, put together.

import { describe, expect, test } from "vitest";
import type { ContainerCreateRequest } from "../../../engine/api/container";
import type { ImageConfig } from "../../../engine/api/image";
import { commandOf, mergeConfig, processEnvironment, replaceOrAppend } from "../../../engine/dockerd/container/config";
import { applyChanges } from "../../../engine/dockerd/image/changes";

const ID = "0123456789abcdef".repeat(4);
const image: ImageConfig = {
	Env: ["PATH=/image", "LANG=C"],
	Entrypoint: ["/entry"],
	Cmd: ["default"],
	WorkingDir: "/srv",
	User: "app",
	Labels: { from: "image", both: "image" },
	Volumes: { "/data": {} },
	ExposedPorts: { "80/tcp": {} },
	StopSignal: "SIGQUIT",
};

describe("entrypoint and command", () => {
	const cases: Array<[name: string, request: ContainerCreateRequest, argv: string[]]> = [
		["nothing said: the image's", {}, ["/entry", "default"]],
		["a command replaces the image's", { Cmd: ["x", "y"] }, ["/entry", "x", "y"]],
		["an entrypoint drops the image's command", { Entrypoint: ["/mine"] }, ["/mine"]],
		["an entrypoint with a command", { Entrypoint: ["/mine"], Cmd: ["z"] }, ["/mine", "z"]],
		["an empty entrypoint means none", { Entrypoint: [""], Cmd: ["z"] }, ["z"]],
	];
	test.for(cases)("%s", ([, request, argv]) => {
		expect(commandOf(mergeConfig(request, image, ID))).toEqual(argv);
	});
});

test("what the caller leaves out comes from the image", () => {
	const merged = mergeConfig({ Image: "app", Env: ["LANG=ko", "A=1"], Labels: { both: "caller" } }, image, ID);
	expect(merged).toMatchObject({
		Hostname: ID.slice(0, 12),
		User: "app",
		WorkingDir: "/srv",
		Env: ["LANG=ko", "A=1", "PATH=/image"],
		Labels: { from: "image", both: "caller" },
		Volumes: { "/data": {} },
		ExposedPorts: { "80/tcp": {} },
		StopSignal: "SIGQUIT",
	});
});

test("an image without settings leaves the API's nulls", () => {
	const merged = mergeConfig({ Cmd: ["true"] }, {}, ID);
	expect(merged).toMatchObject({
		Env: null,
		Entrypoint: null,
		Volumes: null,
		OnBuild: null,
		Labels: {},
		WorkingDir: "",
		User: "",
	});
	expect(merged).not.toHaveProperty("ExposedPorts");
	expect(merged).not.toHaveProperty("StopSignal");
});

describe("environment of the process", () => {
	const config = (Env: string[] | null, Tty = false) => mergeConfig({ Env: Env ?? undefined, Tty, Hostname: "box" }, {}, ID);
	test("PATH, HOSTNAME, and TERM on a terminal", () => {
		expect(processEnvironment(config(null))).toEqual([
			"PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
			"HOSTNAME=box",
		]);
		expect(processEnvironment(config(null, true))).toContain("TERM=xterm");
	});
	test("the caller's replace them in their place", () => {
		expect(processEnvironment(config(["PATH=/x", "B=2"]))).toEqual(["PATH=/x", "HOSTNAME=box", "B=2"]);
	});
	test("a name without a value takes the variable away", () => {
		expect(replaceOrAppend(["A=1", "B=2"], ["A", "C=3", "D"])).toEqual(["B=2", "C=3"]);
	});
});

test("a change of a commit fills the image's variables in", () => {
	const changed = applyChanges({ Env: ["PATH=/bin"] }, ["ENV PATH=/usr/bin:$PATH", "LABEL where=$PATH", "CMD echo $PATH"]);
	expect(changed.Env).toEqual(["PATH=/usr/bin:/bin"]);
	expect(changed.Labels).toEqual({ where: "/usr/bin:/bin" });
	expect(changed.Cmd).toEqual(["/bin/sh", "-c", "echo $PATH"]);
});
