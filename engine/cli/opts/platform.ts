// --platform os[/arch[/variant]].

const OPERATING_SYSTEMS = new Set(
	"aix android darwin dragonfly freebsd hurd illumos ios js linux netbsd openbsd plan9 solaris windows".split(" "),
);
const ARCHITECTURES = new Set(
	"386 amd64 arm arm64 loong64 mips mipsle mips64 mips64le ppc64 ppc64le riscv64 s390x wasm x86_64 x86-64 aarch64 armhf armel i386 i686".split(
		" ",
	),
);

/** @throws Error as containerd's platforms package words it, after `prefix` */
export function checkPlatform(text: string, prefix = ""): void {
	const parts = text.split("/");
	const fail = (why: string): never => {
		throw new Error(`${prefix}${JSON.stringify(text)}: ${why}: invalid argument`);
	};
	if (parts.some((part) => !/^[A-Za-z0-9_.-]+$/.test(part)))
		throw new Error(
			`${prefix}${JSON.stringify(parts.find((part) => !/^[A-Za-z0-9_.-]+$/.test(part)) ?? "")} is an invalid component of ${JSON.stringify(text)}: platform specifier component must match "^[A-Za-z0-9_.-]+$": invalid argument`,
		);
	if (parts.length === 1 && !OPERATING_SYSTEMS.has(text.toLowerCase()) && !ARCHITECTURES.has(text.toLowerCase()))
		fail("unknown operating system or architecture");
	if (parts.length > 3) fail("cannot parse platform specifier");
}

/** "linux/amd64" as the API takes it in queries; nothing for nothing. @throws Error */
export function platformJson(platform: string, prefix = "invalid platform: "): string {
	if (platform === "") return "";
	checkPlatform(platform, prefix);
	const [os, architecture, variant] = platform.toLowerCase().split("/");
	return JSON.stringify({ architecture: architecture ?? "", os: os ?? "", ...(variant ? { variant } : {}) });
}
/** "linux/amd64,linux/arm64" for queries that take several. */
export const platformsJson = (platforms: string): string[] =>
	platforms === "" ? [] : platforms.split(",").map((one) => platformJson(one));
