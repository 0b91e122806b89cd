// config.json's seccomp rules, compiled and run: the answer for a call is what the rules say.

import { describe, expect, test } from "vitest";
import { seccompOf } from "../../../engine/dockerd/spec/seccomp";
import { isValid, run } from "../../../engine/kernel/seccomp/bpf";
import { AUDIT_ARCH_X86_64, decodeBpf, SECCOMP_DATA, SECCOMP_RET } from "../../../engine/lib/bpf";
import { syscallNumbers } from "../../../engine/lib/syscalls";
import type { Seccomp, SeccompArgument } from "../../../engine/oci/runtime/spec";
import { compileSeccomp } from "../../../engine/runc/seccomp";

const ALLOWED = "allowed";
/** "allowed", an errno, or the action as a number. */
function answer(profile: Seccomp, name: string | number, args: bigint[] = [], arch: number = AUDIT_ARCH_X86_64): string | number {
	const program = decodeBpf(compileSeccomp(profile));
	expect(isValid(program)).toBe(true);
	const number = typeof name === "number" ? name : syscallNumbers.get(name)!;
	const result = run(program, (offset) => {
		if (offset === SECCOMP_DATA.nr) return number;
		if (offset === SECCOMP_DATA.arch) return arch;
		const value = args[(offset - SECCOMP_DATA.args) >> 3] ?? 0n;
		return Number((offset & 4 ? value >> 32n : value) & 0xffffffffn);
	})!;
	if (result === SECCOMP_RET.ALLOW) return ALLOWED;
	return (result & SECCOMP_RET.ACTION) === SECCOMP_RET.ERRNO ? result & SECCOMP_RET.DATA : result;
}
const EPERM = 1;
const ENOSYS = 38;
const rule = (args: SeccompArgument[]): Seccomp => ({
	defaultAction: "SCMP_ACT_ERRNO",
	syscalls: [
		{ names: ["read", "write", "rseq"], action: "SCMP_ACT_ALLOW" },
		{ names: ["ioctl"], action: "SCMP_ACT_ALLOW", args },
	],
});

describe("rules about arguments", () => {
	const LARGE = 5 * 2 ** 32 + 7;
	const values = [0n, 6n, 7n, 8n, 5n << 32n, BigInt(LARGE) - 1n, BigInt(LARGE), BigInt(LARGE) + 1n, (6n << 32n) | 1n];
	test.for<[op: string, holds: (value: bigint, wanted: bigint) => boolean]>([
		["SCMP_CMP_EQ", (value, wanted) => value === wanted],
		["SCMP_CMP_NE", (value, wanted) => value !== wanted],
		["SCMP_CMP_LT", (value, wanted) => value < wanted],
		["SCMP_CMP_LE", (value, wanted) => value <= wanted],
		["SCMP_CMP_GT", (value, wanted) => value > wanted],
		["SCMP_CMP_GE", (value, wanted) => value >= wanted],
	])("%s", ([op, holds]) => {
		for (const wanted of [7, LARGE])
			for (const value of values) {
				const expected = holds(value, BigInt(wanted)) ? ALLOWED : EPERM;
				expect([value, wanted, answer(rule([{ index: 1, value: wanted, op }]), "ioctl", [0n, value])]).toEqual([
					value,
					wanted,
					expected,
				]);
			}
	});
	test("a mask", () => {
		const masked = rule([{ index: 0, value: 0xf0, valueTwo: 0x30, op: "SCMP_CMP_MASKED_EQ" }]);
		expect(answer(masked, "ioctl", [0x3fn])).toBe(ALLOWED);
		expect(answer(masked, "ioctl", [0x4fn])).toBe(EPERM);
	});
	test("several of different arguments must all hold, of one argument any", () => {
		const both = rule([
			{ index: 0, value: 1, op: "SCMP_CMP_EQ" },
			{ index: 1, value: 2, op: "SCMP_CMP_EQ" },
		]);
		expect(answer(both, "ioctl", [1n, 2n])).toBe(ALLOWED);
		expect(answer(both, "ioctl", [1n, 3n])).toBe(EPERM);
		const either = rule([
			{ index: 0, value: 1, op: "SCMP_CMP_EQ" },
			{ index: 0, value: 2, op: "SCMP_CMP_EQ" },
		]);
		expect([1n, 2n, 3n].map((value) => answer(either, "ioctl", [value]))).toEqual([ALLOWED, ALLOWED, EPERM]);
	});
	test("what is newer than the profile does not exist; another architecture is killed", () => {
		expect(answer(rule([]), "open")).toBe(EPERM);
		expect(answer(rule([]), "pidfd_open")).toBe(ENOSYS);
		expect(answer(rule([]), "read", [], 0x40000003)).toBe(SECCOMP_RET.KILL_PROCESS);
	});
});

describe("Docker's default profile", () => {
	const DEFAULT = ["CAP_CHOWN", "CAP_MKNOD", "CAP_SYS_CHROOT"];
	const profile = (...capabilities: string[]): Seccomp => seccompOf(undefined, false, [...DEFAULT, ...capabilities])!;
	const CLONE_NEWUSER = 0x10000000n;
	test.for<[name: string, args: bigint[], without: string | number, capability: string]>([
		["mount", [], EPERM, "CAP_SYS_ADMIN"],
		["unshare", [], EPERM, "CAP_SYS_ADMIN"],
		["setns", [], EPERM, "CAP_SYS_ADMIN"],
		["clone", [CLONE_NEWUSER], EPERM, "CAP_SYS_ADMIN"],
		["clone3", [], ENOSYS, "CAP_SYS_ADMIN"],
		["reboot", [], EPERM, "CAP_SYS_BOOT"],
		["clock_settime", [], EPERM, "CAP_SYS_TIME"],
		["kcmp", [], EPERM, "CAP_SYS_PTRACE"],
		["syslog", [], EPERM, "CAP_SYSLOG"],
	])("%s", ([name, args, without, capability]) => {
		expect(answer(profile(), name, args)).toBe(without);
		expect(answer(profile(capability), name, args)).toBe(ALLOWED);
	});
	test("what everybody may, and nobody", () => {
		for (const name of ["read", "execve", "ptrace", "chroot", "seccomp", "openat2"])
			expect(answer(profile(), name)).toBe(ALLOWED);
		for (const name of [
			"keyctl",
			"add_key",
			"request_key",
			"kexec_load",
			"userfaultfd",
			"pivot_root",
			"swapon",
			"io_uring_setup",
		])
			expect(answer(profile("CAP_SYS_ADMIN"), name)).toBe(EPERM);
		expect(answer(profile(), "clone", [17n])).toBe(ALLOWED);
		expect(answer(profile(), "personality", [0n])).toBe(ALLOWED);
		expect(answer(profile(), "personality", [1n])).toBe(EPERM);
		expect(answer(profile(), "socket", [40n])).toBe(EPERM);
		expect(seccompOf("unconfined", false, [])).toBeUndefined();
		expect(seccompOf(undefined, true, [])).toBeUndefined();
	});
	test("a profile of one's own, with conditions", () => {
		const own = JSON.stringify({
			defaultAction: "SCMP_ACT_ALLOW",
			archMap: [{ architecture: "SCMP_ARCH_X86_64", subArchitectures: ["SCMP_ARCH_X86"] }],
			syscalls: [
				{ names: ["mkdir"], action: "SCMP_ACT_ERRNO", errnoRet: 13, excludes: { caps: ["CAP_SYS_ADMIN"] } },
				{ name: "rmdir", action: "SCMP_ACT_ERRNO", includes: { minKernel: "99.1" } },
			],
		});
		expect(answer(seccompOf(own, false, DEFAULT)!, "mkdir")).toBe(13);
		expect(answer(seccompOf(own, false, ["CAP_SYS_ADMIN"])!, "mkdir")).toBe(ALLOWED);
		expect(answer(seccompOf(own, false, DEFAULT)!, "rmdir")).toBe(ALLOWED);
		expect(() => seccompOf("{", false, [])).toThrow("decoding seccomp profile failed");
	});
});
