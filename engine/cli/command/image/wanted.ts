// Which image docker pull and docker push mean: without a tag it is the default one, and that is said, unless all are meant.

import { isNameOnly, parseNormalized, type Reference, tagNameOnly } from "../../../lib/reference";
import type { Cli } from "../../cli";

/** @throws Error for a reference that is none, or for a tag beside --all-tags */
export async function wantedReference(
	cli: Cli,
	text: string,
	options: { "all-tags": boolean; quiet: boolean },
): Promise<Reference> {
	const reference = parseNormalized(text);
	if (!isNameOnly(reference)) {
		if (options["all-tags"]) throw new Error("tag can't be used with --all-tags/-a");
		return reference;
	}
	if (options["all-tags"]) return reference;
	const tagged = tagNameOnly(reference);
	if (!options.quiet) await cli.out.line(`Using default tag: ${tagged.tag}`);
	return tagged;
}
