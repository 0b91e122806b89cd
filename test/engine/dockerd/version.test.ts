// Which version of the API a client is answered in.

import { expect, test } from "vitest";
import { API_VERSION, spokenVersion } from "../../../engine/api/version";

test.each([
	["docker-compose/1.29.2 docker-py/5.0.3 Linux/6.1.0", API_VERSION, "1.41"],
	["docker-sdk-python/5.0.3", API_VERSION, "1.41"],
	["docker-sdk-python/5.0.3", "1.39", "1.39"],
	["docker-sdk-python/7.1.0", API_VERSION, API_VERSION],
	["Docker-Client/29.1.0 (linux)", API_VERSION, API_VERSION],
	[undefined, API_VERSION, API_VERSION],
])("%s that asks for %s is answered in %s", (userAgent, asked, spoken) => {
	expect(spokenVersion(asked, userAgent)).toBe(spoken);
});
