// The host's native programs by name, with what each is given besides its system calls.

import { buildImages } from "../builder/program";
import { docker } from "../cli/main";
import { containerd } from "../containerd/main";
import { shim } from "../containerd/shim/main";
import { dockerd } from "../dockerd/main";
import type { Port } from "../port";
import { htpasswd } from "../registry/htpasswd";
import { registry } from "../registry/main";
import { runc } from "../runc/main";
import type { NativeMain } from "../sys";
import { curl } from "../tools/curl";
import { dockerInit } from "../tools/docker-init";
import { dockerProxy } from "../tools/docker-proxy";
import { strace } from "../tools/strace/main";
import type { Tracer } from "../trace/event";
import { init } from "./init";
import { dialSite } from "./site";

export interface NativeContext {
	port: Port;
	trace: Tracer;
	registries: Record<string, string>;
	/** init has brought the daemons up. */
	ready: () => void;
}

export const natives = ({ port, trace, registries, ready }: NativeContext): Record<string, NativeMain> => ({
	init: init(ready),
	docker: docker({ trace, fetch: port.fetch, registries, ways: { site: dialSite } }),
	dockerd: dockerd({ trace, fetch: port.fetch }),
	containerd: containerd({ trace, port, registries }),
	"containerd-shim-runc-v2": shim({ trace }),
	runc: runc({ trace }),
	registry: registry({ port }),
	htpasswd: htpasswd({ port }),
	"build-images": buildImages(),
	curl: curl(port.fetch),
	"docker-init": dockerInit,
	"docker-proxy": dockerProxy,
	strace,
});
