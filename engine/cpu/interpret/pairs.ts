// Which neighbours get a handler of their own, without a dispatch in between: a comparison and the branch on it, which need not
// store and test the flags' kind either, and what was counted most often in awk, sh, bash, python, sieve and SHA-256. More
// would make the interpreter larger and hardly faster: these are half of all instructions.

const COMPARISONS = [
	"cmp r8 i",
	"cmp r32 i",
	"cmp r64 i",
	"cmp r32 r32",
	"cmp r64 r64",
	"cmp r8 r8",
	"cmp b8 i",
	"cmp b32 i",
	"cmp b64 i",
	"cmp r64 b64",
	"cmp r32 b32",
	"cmp b64 r64",
	"test r8 r8",
	"test r32 r32",
	"test r64 r64",
	"test r8 i",
	"test b8 i",
	"sub r64 i",
	"sub r32 i",
	"add r64 i",
	"dec r32",
	"dec r64",
];
const BRANCHES = ["jb", "jae", "je", "jne", "jbe", "ja", "js", "jns", "jl", "jge", "jle", "jg"];
/** After these a branch tests for zero, or hardly at all. */
const ZERO_ONLY = /^(test|sub|add|dec)/;
const ZERO_BRANCHES = ["je", "jne", "js", "jns"];

/** The first of two, and what follows it. None of the firsts may end by itself, as a branch does, or `rep`. */
const FOLLOWERS: Readonly<Record<string, string>> = {
	"add r64 r64": "cmp r64 i64, mov b64 r64, cmp m8 r8, cmp r64 r64, rol r64 i64, jmp indirect r64",
	"pop r64": "pop r64, ret",
	"mov m8 i8": "add r64 r64",
	"push r64": "push r64, mov r64 r64, sub r64 i64, mov r32 r32, lea r64 b64",
	"mov r32 r32":
		"mov r32 r32, mov r32 b32, add r64 r64, lea r64 b64, xor r32 r32, and r32 b32, shr r32 i32, and r32 r32, add r32 r32, ror r32 i32, push r64, add r64 i64, and r32 i32, cmp r32 i32, mov r64 r64",
	"cmp m8 i8": "jne i64",
	"add r64 i64":
		"cmp r64 i64, pop r64, xor r32 r32, mov r64 r64, shl r32 i32, add r64 r64, cmp r64 r64, mov b8 r8, test r64 r64, shr r64 i64, psrld imm x128 i128, add r64 i64, call i64",
	"xor r32 r32":
		"mov r32 r32, mov b32 r32, shr r32 i32, mov r64 b64, mov r32 i32, add r32 r32, mov r64 r64, call i64, mov b64 r64, cmp r64 i64, and r32 i32, xor r32 r32, shr r64 i64",
	"mov r64 r64":
		"mov r64 r64, push r64, call i64, pop r64, sub r64 i64, cmp r64 i64, xor r32 r32, test r64 r64, and r64 i64, add r32 i32, mov b64 r64, mov r64 b64, mov r32 i32, and r32 i32, cmp r64 r64, add r64 i64, add r64 r64, bt b32 i32, sub r32 i32, jmp i64, test r8 i8, neg r64, call indirect b64, shl r64 i64",
	"mov r64 b64":
		"mov r64 b64, add r64 i64, mov r32 b32, test r64 r64, mov r64 r64, mov b64 r64, add r32 r32, lea r64 b64, cmp r64 r64, call i64, test b8 i8, cmp r64 i64, mov r32 i32, mov b32 r32, xor r32 r32, lea r64 m64",
	"ror r32 i32": "ror r32 i32, add r32 m32, and r32 r32",
	"mov r32 b32":
		"rol r32 i32, mov r32 b32, add r64 r64, test r32 r32, and r32 i32, mov r64 b64, mov b64 r64, movzx r32 r8, mov r32 r32",
	"pxor x128 x128": "pxor x128 x128, psrld imm x128 i128, mov r64 r64",
	"shr r32 i32": "xor r32 r32",
	"cmp m8 r8": "jne i64",
	"movaps ba128 x128": "movaps ba128 x128",
	"mov b64 r64":
		"mov b64 r64, cmp r64 r64, xor r32 r32, mov r64 r64, mov r64 b64, mov b32 r32, jmp i64, pop r64, call i64, mov r32 b32, mov m64 r64, add r64 i64, lea r64 b64, test r64 r64, shr r64 i64",
	"and r32 i32": "movzx r32 m16, jne i64, cmp r32 i32, or r8 i8, and r32 i32",
	"movzx r32 m16": "cmp r32 r32, mov r64 r64, test r16 r16",
	"add r32 r32": "xor r32 r32, mov r32 r32, lea r32 m32, call i64, movzx r32 b8, add r32 r32",
	"mov b32 r32": "cmp r64 r64, mov r32 r32, cmp r64 i64, xor r32 r32, mov r32 b32",
	"movaps x128 x128": "pslld imm x128 i128, movaps x128 x128, pxor x128 x128, add r64 i64",
	"psrld imm x128 i128": "movaps x128 x128, por x128 x128, pslld imm x128 i128",
	"sub r64 i64": "mov r64 b64, mov b64 r64, cmp r64 r64, cmp b8 i8, mov r32 b32",
	"movups b128 x128": "movups m128 x128",
	"rol r32 i32": "xor r32 r32, add r64 i64",
	"movups x128 b128": "cmp r64 i64, pcmpeqb x128 x128",
	"lea r64 b64":
		"mov r32 m32, mov r64 r64, shr r64 i64, mov b64 r64, xor r32 r32, push r64, cmp b64 r64, test r8 i8, mov r64 m64, cmp r64 r64, movzx r32 b8",
	"lea r32 m32": "mov b32 r32",
	"movups x128 m128": "movups b128 x128",
	"mov r32 m32": "ror r32 i32",
	"add r32 m32": "add r32 b32",
	"and r32 r32": "mov r64 r64, xor r32 r32",
	"mov r32 i32": "add r32 r32, call i64",
	"not r32": "and r32 b32",
	"movups m128 x128": "ret",
	"and r32 b32": "xor r32 r32, not r32",
	"add r32 b32": "xor r32 r32",
	"movzx r32 b8": "cmp b8 r8, add r64 i64, test r8 r8, test r32 r32, lea r64 b64",
	"pmovmskb r32 x128": "test r32 r32",
	"por x128 x128": "movaps x128 x128, psrld imm x128 i128, pxor x128 x128",
	"bt b32 i32": "jb i64, jae i64",
	"pslld imm x128 i128": "psrld imm x128 i128, por x128 x128",
	"cmp b8 r8": "jne i64",
	"mov m64 r64": "mov m16 r16",
	"shl r32 i32": "xor r32 r32",
	"mov b8 r8": "cmp b8 i8",
	"pcmpeqb x128 x128": "pmovmskb r32 x128, pcmpeqb x128 x128, psubb x128 x128",
	"and r64 i64": "cmp r64 i64, mov r64 r64",
	"paddd x128 x128": "paddd x128 x128, movq store b64 x64",
	"mov b32 i32": "mov b32 i32",
	"bsf r32 r32": "ret",
	"mov r64 m64": "mov r64 b64, test r8 i8, test r64 r64",
	"shr r64 i64": "jne i64, cmp r64 b64, xor r64 b64, xor r64 m64",
	"or r8 i8": "mov b32 r32",
	"add b64 r64": "add r64 i64",
	"movq store b64 x64": "cmp r64 r64",
	"test r16 r16": "je i64",
	"mov b64 i64": "add r64 i64",
	"neg r64": "cmp r64 r64",
	"rol r64 i64": "xor r64 r64, add r64 r64",
	"xor r64 m64": "mov b64 r64",
	"xor r64 r64": "rol r64 i64",
	"add r32 i32": "mov b64 r64",
	"mov m16 r16": "mov b64 i64, jmp i64",
	"test r32 r32": "jle i64",
	"xor r64 b64": "mov m64 r64",
	"sub r32 i32": "shr r64 i64",
	"lea r32 b32": "cmp r8 i8",
	"lea r64 m64": "lea r64 m64",
};

/** Keys of shapes, as [first, second]. */
export const PAIRS: readonly (readonly [string, string])[] = [
	...COMPARISONS.flatMap((first) =>
		(ZERO_ONLY.test(first) ? ZERO_BRANCHES : BRANCHES).map((branch) => [withSizes(first), `${branch} i64`] as const),
	),
	...Object.entries(FOLLOWERS).flatMap(([first, seconds]) => seconds.split(", ").map((second) => [first, second] as const)),
];

/** An immediate has the size of what it is compared with. */
function withSizes(key: string): string {
	const size = /[rb](\d+)/.exec(key)![1]!;
	return key.replace(/ i$/, ` i${size}`);
}
