// Options that stand before the command.

import { bool, list, string } from "../flags/spec";

export const GLOBAL_OPTIONS = {
	config: string("Directory of the client's configuration"),
	context: string('Context to connect with; "default" is the only one here (overrides DOCKER_HOST)', "c"),
	debug: bool("Show what the client does", "D"),
	host: list("Address of the daemon: unix:///PATH or tcp://HOST:PORT", "H"),
	"log-level": string('How much is logged ("debug", "info", "warn", "error", "fatal")', "l", "info"),
	version: bool("Print the version and quit", "v"),
};
