// Which neighbours get a handler of their own: a comparison and the branch on it, without a dispatch and without storing and
// testing the flags' kind in between. The list is what compilers write most; counts over real programs may find better ones.

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

/** Keys of shapes, as [first, second]. */
export const PAIRS: readonly (readonly [string, string])[] = COMPARISONS.flatMap((first) =>
	(ZERO_ONLY.test(first) ? ZERO_BRANCHES : BRANCHES).map((branch) => [withSizes(first), `${branch} i64`] as const),
);

/** An immediate has the size of what it is compared with. */
function withSizes(key: string): string {
	const size = /[rb](\d+)/.exec(key)![1]!;
	return key.replace(/ i$/, ` i${size}`);
}
