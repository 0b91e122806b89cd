// The agent as a program: lends this machine's sandboxes to the site's web processes. README.md lists its settings.

import { existsSync, readFileSync } from "node:fs";
import { hostname } from "node:os";
import { AGENT_PORT } from "../../app/api/sandbox/agent/protocol";
import { Agent } from "../../app/api/sandbox/agent/server";
import { daemonAddress } from "../../app/api/sandbox/outer/address";
import { OuterDaemon } from "../../app/api/sandbox/outer/client";
import { LocalProvider } from "../../app/api/sandbox/provider/local";
import { agentSecret, operatorSettings, settingsFrom } from "../../app/api/sandbox/session/settings";
import { importImage } from "../sandbox/main";

const say = (words: string): void => void process.stderr.write(`drydock: ${words}\n`);

/** The sandbox image comes along with the agent; one that is there already is left alone. */
async function bringImage(name: string, tar: string | undefined): Promise<void> {
	if (!tar || !existsSync(tar)) return;
	const address = daemonAddress(process.env);
	if (!address) throw new Error("there is no Docker daemon here: mount its socket, or set DOCKER_HOST");
	const fingerprint = readFileSync(`${tar}.fingerprint`, "utf8").trim();
	if (await importImage(new OuterDaemon(address), name, tar, fingerprint)) say(`${name} is imported`);
}

const { env } = process;
// the web processes, not this one, keep sessions
const settings = settingsFrom({ ...env, REDIS_URL: "", SANDBOX_OWNER: env.SANDBOX_OWNER || "swarm" });
const node = env.SANDBOX_NODE || hostname();
const agent = new Agent({ node, secret: agentSecret(env), most: settings.most }, new LocalProvider(operatorSettings(settings)));
const port = await agent.listen(Number(env.PORT || AGENT_PORT), env.HOST || undefined);
say(`the agent of ${node} listens on port ${port}; at most ${settings.most} sandboxes`);
for (const signal of ["SIGTERM", "SIGINT"] as const) process.once(signal, () => void agent.close().then(() => process.exit(0)));
// meanwhile it says that there is no image
await bringImage(settings.image, env.SANDBOX_IMAGE_TAR).catch((error: Error) => say(error.message));
