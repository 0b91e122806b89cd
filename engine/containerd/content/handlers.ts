// The content service's methods.

import { checkDigest } from "../../lib/digest";
import type { Handlers } from "../../lib/rpc/types";
import type { ContainerdApi } from "../api";
import type { ContentStore } from "./store";

type ContentMethods = Pick<ContainerdApi, Extract<keyof ContainerdApi, `content.${string}`>>;

export function contentHandlers(content: ContentStore): Handlers<ContentMethods> {
	return {
		"content.info": async ({ digest }) => content.info(checkDigest(digest)),
		"content.list": async () => content.list(),
		"content.update": ({ digest, labels }) => content.label(checkDigest(digest), labels),
		"content.read": async function* ({ digest, offset, size }, call) {
			for await (const data of content.read(checkDigest(digest), offset, size)) {
				if (call.cancelled) return;
				yield { data };
			}
		},
		"content.begin": async ({ ref }) => ({ offset: await content.begin(ref) }),
		"content.write": async ({ ref, offset, data }) => ({ offset: await content.write(ref, offset, data) }),
		"content.commit": ({ ref, expected, size, labels }) =>
			content.commit(ref, expected === undefined ? undefined : checkDigest(expected), size, labels),
		"content.abort": async ({ ref }) => {
			await content.abort(ref);
			return {};
		},
		"content.delete": async ({ digest }) => {
			await content.delete(checkDigest(digest));
			return {};
		},
	};
}
