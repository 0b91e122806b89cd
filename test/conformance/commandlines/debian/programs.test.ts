// Debian's perl, python, redis, nginx and system programs on this machine and in the engine, and what all of Debian's show at a terminal.

import { sessions } from "./sessions";
import { compare } from "./suite";

await compare(["perl", "python", "system", "servers"], sessions);
