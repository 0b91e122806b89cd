// Path pieces of the API from names that people type.

/** A name as one piece of a path, without white space around it: slashes and colons of image names stay, the rest is encoded. */
export const piece = (name: string): string =>
	encodeURIComponent(name.trim()).replaceAll("%2F", "/").replaceAll("%3A", ":").replaceAll("%40", "@");
