// Debian's shells and tools on this machine and in the engine: the same bytes on stdout and stderr and the same exit code.

import { compare } from "./suite";

await compare(["bash", "coreutils", "text", "archives", "build"]);
