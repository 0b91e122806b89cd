// One registry behind another: what the first does not know, the second is asked for.

import type { RegistryHandler } from "../handle";

export const behind =
	(first: RegistryHandler, second: RegistryHandler): RegistryHandler =>
	async (request) => {
		const response = await first(request);
		const content = /\/(manifests|blobs)\/[^/]+$/.test(request.path);
		return response.status === 404 && content ? second(request) : response;
	};
