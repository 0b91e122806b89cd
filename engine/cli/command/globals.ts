// Options that stand before the command.

import { bool, list, string, type ValuesOf } from "../flags/spec";

/** The directory of the configuration, unless --config names another. */
const configDirectory = (env: Record<string, string>): string => env.DOCKER_CONFIG || `${env.HOME || "/root"}/.docker`;

/** The directory of the client's certificates. */
export const certificateDirectory = (env: Record<string, string>): string => env.DOCKER_CERT_PATH || configDirectory(env);

export function globalOptions(env: Record<string, string>) {
	const config = configDirectory(env);
	const certificates = certificateDirectory(env);
	return {
		config: string("Directory of the client's configuration", undefined, config),
		context: string('Context whose daemon is meant (overrides DOCKER_HOST and the one set with "docker context use")', "c"),
		debug: bool("Show what the client does", "D"),
		host: list("Address of the daemon", "H"),
		"log-level": string('How much is logged ("debug", "info", "warn", "error", "fatal")', "l", "info"),
		tls: bool("Use TLS (--tlsverify does, too)", undefined, Boolean(env.DOCKER_TLS)),
		tlscacert: string("Authority whose certificates are trusted", undefined, `${certificates}/ca.pem`),
		tlscert: string("The client's certificate", undefined, `${certificates}/cert.pem`),
		tlskey: string("The client's key", undefined, `${certificates}/key.pem`),
		tlsverify: bool("Use TLS and check the daemon's certificate", undefined, Boolean(env.DOCKER_TLS_VERIFY)),
		version: bool("Print the version and quit", "v"),
	};
}
export type GlobalOptions = ReturnType<typeof globalOptions>;
export type GlobalValues = ValuesOf<GlobalOptions>;
