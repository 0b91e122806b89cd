// Warnings that docker writes as a log (logrus): a line of key=value, on a terminal in its colours.

import { goQuote } from "../../lib/quote";
import type { Cli } from "../cli";
import { rfc3339 } from "../format/text";

const YELLOW = "\x1b[33m";
const PLAIN = "\x1b[0m";
const value = (text: string): string => (/^[\w./@^+-]+$/.test(text) ? text : goQuote(text));

export async function logWarning(cli: Cli, message: string, error: string): Promise<void> {
	const time = rfc3339(cli.now() / 1000);
	await cli.err.line(
		cli.err.terminal
			? `${YELLOW}WARN${PLAIN}[0000] ${message.padEnd(44)}  ${YELLOW}error${PLAIN}=${value(error)}`
			: `time="${time}" level=warning msg=${value(message)} error=${value(error)}`,
	);
}
