// The native programs that no boot calls for: what a reader types, and what a registry runs. They are an import of their own, so
// that a page need not read them before its prompt.

import { docker } from "../cli/main";
import { htpasswd } from "../registry/htpasswd";
import { registry } from "../registry/main";
import type { NativeMain } from "../sys";
import { curl } from "../tools/curl";
import { strace } from "../tools/strace/main";
import type { NativeContext } from "./natives";
import { dialSite } from "./site";

export const later = ({ port, trace, registries }: NativeContext) =>
	({
		docker: docker({ trace, fetch: port.fetch, registries, ways: { site: dialSite } }),
		registry: registry({ port }),
		htpasswd: htpasswd({ port }),
		curl: curl(port.fetch),
		strace,
	}) satisfies Record<string, NativeMain>;
