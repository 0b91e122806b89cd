// JSON whose digest matters: as Go's encoding/json writes it, so that what Docker's tools write and what is written here agree.

/** Keys in the order in which they were set; undefined ones are left out; <, > and & are escaped. */
export const goJson = (value: unknown, indent?: string): string =>
	JSON.stringify(value, null, indent).replace(
		/[<>&\u2028\u2029]/g,
		(character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
	);
