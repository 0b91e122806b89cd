// Which language a file is in, by its name: those that the editor colours.

const BY_NAME: ReadonlyArray<[pattern: RegExp, language: string]> = [
	[/(^|\/)(Dockerfile|Containerfile)(\.[\w-]+)?$|\.dockerfile$/i, "dockerfile"],
	[/\.(sh|bash)$|(^|\/)(\.?profile|\.?bashrc|entrypoint)$/, "shell"],
	[/\.py$/, "python"],
	[/\.(js|mjs|cjs|json)$/, "javascript"],
	[/\.ya?ml$/, "yaml"],
	[/\.(html?|xml|svg)$/, "html"],
	[/\.(conf|ini|cfg|toml|service)$/, "ini"],
];

export const languageOf = (name: string): string => BY_NAME.find(([pattern]) => pattern.test(name))?.[1] ?? "plaintext";
