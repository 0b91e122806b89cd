// Checkpoints: an experimental feature of Docker's, which is off.

import { notImplemented } from "../../../lib/errors";
import type { Handler } from "../route";

export const checkpoints: Handler = async () => {
	throw notImplemented(
		"This experimental feature is disabled by default. Start the Docker daemon in experimental mode in order to enable it.",
	);
};
