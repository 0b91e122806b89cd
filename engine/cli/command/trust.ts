// What is left of content trust: an option that does nothing and says so, as since 29.

import { bool } from "../flags/spec";

export const NO_TRUST = {
	"disable-content-trust": bool("Skip image verification (deprecated)", undefined, true, {
		deprecated: "support for docker content trust was removed",
	}),
};
