// The recipes of the site's images: a folder each, with a Dockerfile and, where the image takes something from Debian, the list
// `packages`. A line of it is a package's name and what is taken of it: paths that are kept ("*" stands for anything), or with "!"
// before them, left out; nothing more means everything.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

export interface Recipe {
	name: string;
	/** The recipe that it is FROM, if it is one of these. */
	base?: Recipe;
	/** In the list's order. */
	packages: PackageChoice[];
}
export interface PackageChoice {
	name: string;
	/** Is a path of the merged /usr, such as "/usr/bin/ls", taken? */
	takes(path: string): boolean;
}

/** The recipes below the folder, each after the one that it is FROM. @throws Error for a circle */
export function readRecipes(folder: string): Recipe[] {
	const names = readdirSync(folder).filter((name) => existsSync(join(folder, name, "Dockerfile")));
	const read = new Map<string, Recipe>();
	const visit = (name: string, above: string[]): Recipe => {
		const done = read.get(name);
		if (done) return done;
		if (above.includes(name)) throw new Error(`the recipes of ${[...above, name].join(" → ")} need each other`);
		const bases = readFileSync(join(folder, name, "Dockerfile"), "utf8").matchAll(/^FROM\s+(?:--\S+\s+)*([\w.-]+)/gim);
		const known = [...bases].map(([, base]) => base!).filter((base) => names.includes(base));
		const recipes = known.map((base) => visit(base, [...above, name]));
		const recipe = { name, base: recipes.at(-1), packages: packagesIn(join(folder, name, "packages")) };
		read.set(name, recipe);
		return recipe;
	};
	for (const name of names.sort()) visit(name, []);
	return [...read.values()];
}

/** The choices of a list, or none where there is no list. */
export function packagesIn(file: string): PackageChoice[] {
	if (!existsSync(file)) return [];
	const lines = readFileSync(file, "utf8").split("\n");
	const words = lines.map((line) => line.replace(/#.*/, "").split(/\s+/).filter(Boolean));
	return words.filter(({ length }) => length > 0).map(([name, ...patterns]) => choice(name!, patterns));
}

function choice(name: string, patterns: string[]): PackageChoice {
	const left = patterns.filter((pattern) => pattern.startsWith("!")).map((pattern) => matcher(pattern.slice(1)));
	const kept = patterns.filter((pattern) => !pattern.startsWith("!")).map(matcher);
	return {
		name,
		takes: (path) => !left.some((out) => out(path)) && (kept.length === 0 || kept.some((keep) => keep(path))),
	};
}

function matcher(pattern: string): (path: string) => boolean {
	const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
	const expression = new RegExp(`^${parts.join(".*")}(/.*)?$`);
	return (path) => expression.test(path);
}

/** The packages of an image: its base's, then its own. */
export const allPackages = (recipe: Recipe): PackageChoice[] => [
	...(recipe.base ? allPackages(recipe.base) : []),
	...recipe.packages,
];
