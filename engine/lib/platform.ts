// Platform specifiers as people write them: os, os/arch, os/arch/variant (containerd's platforms package).

import { invalidParameter } from "./errors";

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

/** Whether it names an operating system rather than an architecture, where it stands alone. */
export const isOperatingSystem = (word: string): boolean => OPERATING_SYSTEMS.has(word.toLowerCase());

/** @throws EngineError invalidParameter, as containerd's platforms package words it */
export function verifyPlatform(text: string): void {
	const refuse = (why: string) => invalidParameter(`${why}: invalid argument`);
	const shown = JSON.stringify(text);
	if (text.includes("*")) throw refuse(`${shown}: wildcards not yet supported`);
	const parts = text.split("/");
	for (const [at, part] of parts.entries()) {
		const [kind, rule, words] =
			at === 0 ? (["OS component", OS_AND_VERSION, "OSAndVersion"] as const) : (["component", COMPONENT, "platform"] as const);
		if (rule.test(part)) continue;
		throw refuse(
			`${JSON.stringify(part)} is an invalid ${kind} of ${shown}: ${words} specifier component must match ${JSON.stringify(rule.source)}`,
		);
	}
	if (parts.length === 1 && !isOperatingSystem(text) && !ARCHITECTURES.has(text.toLowerCase()))
		throw refuse(`${shown}: unknown operating system or architecture`);
	if (parts.length > 3) throw refuse(`${shown}: cannot parse platform specifier`);
}
