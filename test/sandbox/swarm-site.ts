// The site's sandbox route as a program of its own, for a container on a machine of a swarm: as Next would serve it, by the same settings.

import { site } from "../../app/api/sandbox/site";
import { serveSandbox } from "../support/sandbox-server";

await serveSandbox(site(), Number(process.env.PORT), process.env.HOST);
