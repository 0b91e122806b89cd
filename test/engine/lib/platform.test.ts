// Platform specifiers, in the words of containerd's platforms package.

import { expect, test } from "vitest";
import { verifyPlatform } from "../../../engine/lib/platform";
import { parsePlatform } from "../../../engine/oci/image/platform";

test.each([
	["nintendo64", '"nintendo64": unknown operating system or architecture: invalid argument'],
	["linux/amd64/v1/x", '"linux/amd64/v1/x": cannot parse platform specifier: invalid argument'],
	[
		"linux/",
		'"" is an invalid component of "linux/": platform specifier component must match "^[A-Za-z0-9_.-]+$": invalid argument',
	],
])("%s is refused", (text, words) => expect(() => verifyPlatform(text)).toThrow(words));

test.each([
	["arm64", { os: "linux", architecture: "arm64" }],
	["LINUX/x86_64", { os: "linux", architecture: "amd64" }],
	["windows", { os: "windows", architecture: "amd64" }],
	["freebsd/arm", { os: "freebsd", architecture: "arm", variant: "v7" }],
])("%s is understood", (text, platform) => expect(parsePlatform(text)).toEqual(platform));
