// --platform os[/arch[/variant]].

import { messageOf } from "../../lib/errors";
import { verifyPlatform } from "../../lib/platform";

/** @throws Error as containerd's platforms package words it, after `prefix` */
export function checkPlatform(text: string, prefix = ""): void {
	try {
		verifyPlatform(text);
	} catch (error) {
		throw new Error(`${prefix}${messageOf(error)}`);
	}
}

/** "linux/amd64" as the API takes it in queries; nothing for nothing. @throws Error */
export const platformJson = (platform: string, prefix?: string): string => (platform === "" ? "" : onePlatform(platform, prefix));
/** "linux/amd64,linux/arm64" for queries that take several. */
export const platformsJson = (platforms: string): string[] =>
	platforms === "" ? [] : platforms.split(",").map((one) => onePlatform(one));

/** @throws Error for an empty one, too */
export function onePlatform(platform: string, prefix = "invalid platform: "): string {
	checkPlatform(platform, prefix);
	const [os, architecture, variant] = platform.toLowerCase().split("/");
	return JSON.stringify({ architecture: architecture ?? "", os: os ?? "", ...(variant ? { variant } : {}) });
}
