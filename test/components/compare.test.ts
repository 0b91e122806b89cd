// The answers of two daemons side by side: what can never be equal does not count, what differs in truth shows, with its reason.

import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Answer, compare } from "../../components/compare/compare";
import { pairLines } from "../../components/compare/lines";
import { normalise } from "../../components/compare/normalise";

const ID = "0123456789abcdef".repeat(4);
const OTHER = "fedcba9876543210".repeat(4);
const said = (stdout: string, stderr = "", code = 0): Answer => ({ code, stdout, stderr });

describe("what two machines can never say alike", () => {
	it.each([
		[`${ID}\n`, "‹id 1›\n"],
		[`${ID} ${OTHER} ${ID.slice(0, 12)}`, "‹id 1› ‹id 2› ‹id 1›"],
		[`${ID.slice(0, 12)} ${ID}`, "‹id 1› ‹id 1›"],
		["4ae9f0c4-12cb-41d2-b65c-260c426bae06", "‹id 1›"],
		["created 2026-01-02T03:04:05.678901234Z", "created ‹time›"],
		["2026-01-02 03:04:05 +0000 UTC", "‹time›"],
		["Fri Jan  2 03:04:05 UTC 2026", "‹time›"],
		["Up 3 seconds   Exited (1) 2 hours ago   About a minute ago", "Up ‹time›  Exited (1) ‹time›  ‹time›"],
		["172.17.0.2 172.17.0.1 172.17.0.2 127.0.0.1 0.0.0.0", "‹address 1› ‹address 2› ‹address 1› 127.0.0.1 0.0.0.0"],
		["02:42:ac:11:00:02", "‹mac 1›"],
		['"Pid": 4242, "Pid": 0, "Other": 4242', '"Pid": ‹pid 1›, "Pid": 0, "Other": 4242'],
		["0.0.0.0:32768->80/tcp, 0.0.0.0:8080->80/tcp", "0.0.0.0:‹port 1›->80/tcp, 0.0.0.0:8080->80/tcp"],
		["connectivity on endpoint boring_wozniak (0123456789ab)", "connectivity on endpoint ‹name 1› (‹id 1›)"],
		["80/tcp   boring_wozniak", "80/tcp  ‹name 1›"],
		["busybox 1.35.0, v29.0.0, 10.5MB, exit 137", "busybox 1.35.0, v29.0.0, 10.5MB, exit 137"],
		["", ""],
	])("%j", (text, normal) => expect(normalise(text, "")).toBe(normal));
	it("leaves what the other side says, too", () => {
		expect(normalise(`sha256:${ID} ${OTHER}`, `sha256:${ID}`)).toBe(`sha256:${ID} ‹id 1›`);
		expect(normalise("172.17.0.2", "it is 172.17.0.2")).toBe("172.17.0.2");
	});
});

describe("pairs of lines", () => {
	const words = fc.array(fc.constantFrom("a", "b", "c", "d"), { maxLength: 12 });
	it("have every line of both sides once, in order, and are the same only where they are", () => {
		fc.assert(
			fc.property(words, words, (left, right) => {
				const pairs = pairLines(left, right);
				expect(pairs.flatMap((pair) => pair.left ?? [])).toEqual(left.map((_, at) => at));
				expect(pairs.flatMap((pair) => pair.right ?? [])).toEqual(right.map((_, at) => at));
				for (const { left: a, right: b, same } of pairs) if (same) expect(left[a!]).toBe(right[b!]);
			}),
			{ seed: 21 },
		);
	});
	it("keep as many lines as can be kept", () => {
		const length = (a: string[], b: string[]): number =>
			a.length === 0 || b.length === 0
				? 0
				: a[0] === b[0]
					? 1 + length(a.slice(1), b.slice(1))
					: Math.max(length(a.slice(1), b), length(a, b.slice(1)));
		const few = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 7 });
		fc.assert(
			fc.property(few, few, (left, right) => {
				expect(pairLines(left, right).filter(({ same }) => same).length).toBe(length(left, right));
			}),
			{ seed: 22 },
		);
	});
	it("of texts without end are taken line for line", () => {
		const long = Array.from({ length: 5000 }, (_, at) => `x${at}`);
		const other = long.map((line, at) => (at % 2 === 0 ? line : `y${at}`));
		expect(pairLines(long, other).filter(({ same }) => same).length).toBe(2500);
	});
});

describe("a comparison", () => {
	it("is the same byte for byte", () => {
		expect(compare("docker run busybox echo hi", said("hi\n"), said("hi\n"))).toEqual({
			rows: [{ here: "hi", there: "hi", likeness: "same" }],
			codes: { here: 0, there: 0 },
			likeness: "same",
			differing: 0,
		});
	});
	it("is alike but for an id", () => {
		const { rows, likeness } = compare("docker run -d busybox", said(`${ID}\n`), said(`${OTHER}\n`));
		expect(likeness).toBe("alike");
		expect(rows).toEqual([{ here: ID, there: OTHER, likeness: "alike" }]);
	});
	it("tells two mistaken ids from one", () => {
		const twice = said(`${ID}\n${ID}\n`);
		const two = said(`${OTHER}\n${"ab01".repeat(16)}\n`);
		expect(compare("docker ps -q", twice, two).differing).toBe(1);
	});
	it("says why, once for lines that follow each other", () => {
		const { rows, differing } = compare("docker version", said(" Version: 29\n API: 1.52\n"), said(" Version: 20\n API: 1.41\n"));
		expect(differing).toBe(2);
		expect(rows.map(({ why }) => why?.en.slice(0, 19))).toEqual(["The engines differ:", undefined]);
	});
	it("differs by its exit code alone, too", () => {
		expect(compare("docker run busybox false", said("", "", 1), said("", "", 0))).toMatchObject({
			likeness: "differs",
			differing: 0,
		});
	});
	it("does not count that one host had the image already, and the other one fetched it first", () => {
		const pull =
			"Unable to find image 'busybox:latest' locally\nlatest: Pulling from library/busybox\nfe59df3e224f: Pull complete\n";
		const done = `Digest: sha256:${ID}\nStatus: Downloaded newer image for busybox:latest\n`;
		const fetched = compare("docker run busybox echo hi", said("hi\n", pull + done), said("hi\n"));
		expect(fetched).toMatchObject({ likeness: "alike", differing: 0 });
		expect(fetched.rows[0]).toMatchObject({ here: "Unable to find image 'busybox:latest' locally", likeness: "alike" });
		expect(fetched.rows[0]!.why!.en).toContain("what each host had already");
		expect(fetched.rows.filter(({ why }) => why)).toHaveLength(1);
		expect(fetched.rows.at(-1)).toEqual({ here: "hi", there: "hi", likeness: "same" });
	});
	it("takes layers in any order, and an answer that only looks like one as an answer", () => {
		const [one, two] = ["fe59df3e224f: Pull complete\n", "879c7248becb: Pull complete\n"];
		expect(compare("docker pull httpd", said(one + two), said(two + one))).toMatchObject({ likeness: "alike", differing: 0 });
		expect(compare("docker run busybox x", said("feed: Waiting\n"), said("")).differing).toBe(1);
	});
	it.each([
		[
			"docker run -v /root/f:/f busybox",
			"docker: Error response from daemon: error while creating mount source path '/root/f': x",
			"-v",
		],
		[
			"docker search x",
			'Error response from daemon: Get "https://index.docker.io/v1/search": dial tcp: lookup index.docker.io',
			"no network",
		],
		["docker ps", "http://a/api/sandbox: all real daemons are lent: you are at place 2 of the queue", "run it again"],
		["ls -l /run/containerd/$(docker inspect -f '{{.Id}}' a)", "ls: no such file", "another host"],
		["docker logs a", "Error response from daemon: No such container: a", "of its own"],
	])("knows why of %s", (command, there, words) => {
		expect(compare(command, said("x\n"), said("", `${there}\n`, 1)).rows[0]!.why!.en).toContain(words);
	});
	it("knows that words change, where both refuse", () => {
		const error = (words: string) => said("", `Error response from daemon: ${words}\n`, 1);
		expect(compare("docker rm web", error("cannot remove"), error("You cannot remove")).rows[0]!.why!.en).toContain(
			"Both refuse",
		);
		expect(compare("docker rm web", error("cannot remove"), said("web\n")).rows[0]!.why).toBeUndefined();
	});
	it("sees what a terminal shows in the end: progress is gone", () => {
		const { rows } = compare("docker load", said("10%\r50%\rdone\n"), said("\x1b[2Kdone\n"));
		expect(rows).toEqual([{ here: "done", there: "done", likeness: "same" }]);
	});
});
