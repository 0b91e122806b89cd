// --platform os[/arch[/variant]].

const OPERATING_SYSTEMS = new Set(
	"aix android darwin dragonfly freebsd hurd illumos ios js linux netbsd openbsd plan9 solaris windows".split(" "),
);
const ARCHITECTURES = new Set(
	"386 amd64 arm arm64 loong64 mips mipsle mips64 mips64le ppc64 ppc64le riscv64 s390x wasm x86_64 x86-64 aarch64 armhf armel i386 i686".split(
		" ",
	),
);

const OS_AND_VERSION = /^([A-Za-z0-9_-]+)(?:\(([A-Za-z0-9_.-]*)\))?$/;
const COMPONENT = /^[A-Za-z0-9_.-]+$/;

/** @throws Error as containerd's platforms package words it, after `prefix` */
export function checkPlatform(text: string, prefix = ""): void {
	const parts = text.split("/");
	const fail = (why: string): never => {
		throw new Error(`${prefix}${why}: invalid argument`);
	};
	const shown = JSON.stringify(text);
	for (const [at, part] of parts.entries()) {
		const [kind, rule, words] =
			at === 0 ? (["OS component", OS_AND_VERSION, "OSAndVersion"] as const) : (["component", COMPONENT, "platform"] as const);
		if (rule.test(part)) continue;
		fail(
			`${JSON.stringify(part)} is an invalid ${kind} of ${shown}: ${words} specifier component must match ${JSON.stringify(rule.source)}`,
		);
	}
	if (parts.length === 1 && !OPERATING_SYSTEMS.has(text.toLowerCase()) && !ARCHITECTURES.has(text.toLowerCase()))
		fail(`${shown}: unknown operating system or architecture`);
	if (parts.length > 3) fail(`${shown}: cannot parse platform specifier`);
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
