// X-Registry-Auth: base64url of JSON. What cannot be read counts as none.

import type { RegistryAuth } from "../../containerd/api";
import { decodeBase64 } from "../../lib/base64";
import { text } from "../../lib/bytes";
import type { Request } from "../../lib/http/types";

export function registryAuth({ headers }: Pick<Request, "headers">): RegistryAuth | undefined {
	const header = headers["x-registry-auth"];
	if (!header) return undefined;
	try {
		const auth = JSON.parse(text(decodeBase64(header))) as RegistryAuth;
		return auth.username || auth.identitytoken ? auth : undefined;
	} catch {
		return undefined;
	}
}
