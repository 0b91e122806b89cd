// What happens, as GET /events tells it: our daemon and a real one are asked for the same things, and tell the same of each container,
// volume, network and image, in the same order. What Engine 29 tells otherwise than 20.10 is put right here, by name.

import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type BothDockers, docker, startBothDockers } from "../../support/both-dockers";
import { whyNoDocker } from "../../support/real-docker";

const missing =
	whyNoDocker() ?? (spawnSync("docker", ["--version"], { stdio: "ignore" }).error ? "there is no docker command" : undefined);
if (missing) console.warn(`events are not compared: ${missing}`);

/** A line is a call of the docker command; some are meant to fail. "until ANSWER" before it: again and again, until it says that. */
const SESSION = `
tag busybox mine:v1
create --name done --label who=me busybox true
start -a done
run --name web -d -v data:/v --network none --health-cmd true --health-interval 1h busybox sleep 1000
exec web echo hi
exec -d web true
pause web
unpause web
top web
update --memory 64m --memory-swap 64m web
rename web site
cp site:/etc/hosts -
diff site
restart -t 0 site
kill -s URG site
commit -m hello site mine:changed
stop -t 0 site
rm -v site
volume create --label a=b spare
volume rm spare data
network create own
run --name two -d --network own busybox sleep 1000
network connect bridge two
network disconnect bridge two
kill two
rm two
network rm own
run --name gone --rm --network none busybox sh -c exit\t3
run --name again -d --network none --restart on-failure:1 busybox false
until 1false inspect -f {{.RestartCount}}{{.State.Running}} again
rm -f again
create --name never nosuchimage
rm done
rmi mine:v1 mine:changed
volume create unused
volume prune -f
network prune -f
container prune -f
image prune -f
`;

interface Event {
	Type: string;
	Action: string;
	Actor: { ID: string; Attributes: Record<string, string> };
}
const NUMBERS = /\b(sha256:)?[0-9a-f]{64}\b/g;

/** Asks until that is the answer. */
function reach(host: string, answer: string, question: string[]): void {
	for (let tries = 0; docker(host, question).toString().trim() !== answer; tries++) {
		if (tries > 300) throw new Error(`docker ${question.join(" ")} never said ${answer}`);
	}
}

/** What was told of each thing, by the name of the thing. */
function told(host: string): Record<string, string[]> {
	const since = Date.now() / 1000;
	for (const line of SESSION.trim().split("\n")) {
		const words = line.split(" ").map((word) => word.replace("\t", " "));
		if (words[0] === "until") reach(host, words[1]!, words.slice(2));
		else docker(host, words);
	}
	const said = docker(host, [
		"events",
		"--since",
		`${since}`,
		"--until",
		`${Date.now() / 1000 + 0.5}`,
		"--format",
		"{{json .}}",
	]).toString();
	const things: Record<string, string[]> = {};
	const names = new Map<string, string>();
	for (const line of said.trim().split("\n")) {
		const { Type, Action, Actor } = JSON.parse(line) as Event;
		const { name, execDuration: _, ...rest } = Actor.Attributes;
		// a container is called by its first name; an image by nothing but that it is one
		if (!names.has(Actor.ID)) names.set(Actor.ID, Type === "image" ? "image" : (name ?? Actor.ID));
		const thing = `${Type} ${names.get(Actor.ID)}${rest.container ? ` of ${names.get(rest.container)}` : ""}`;
		// 20.10 tells the id as what was untagged, and the labels
		const told = Action === "untag" ? {} : { ...rest, name };
		const attributes = Object.entries(told).sort(([a], [b]) => (a < b ? -1 : 1));
		const shown = attributes.map(([key, value]) => `${key}=${value}`.replace(NUMBERS, "<id>"));
		const words = [Action, ...shown].join(" ");
		things[thing] ??= [];
		// 20.10 tells of a container's leaving a network twice
		if (Type !== "network" || things[thing].at(-1) !== words) things[thing].push(words);
	}
	return things;
}

describe.skipIf(missing)("what happens", { timeout: 300_000 }, () => {
	let both: BothDockers;
	beforeAll(async () => {
		both = await startBothDockers();
	}, 300_000);
	afterAll(() => both?.stop());

	it("is told as dockerd tells it", () => {
		const [ours, theirs] = [told(both.our.host), told(both.real.host)];
		expect(ours).toEqual(theirs);
	});
});
