// Where the engine's answer is not this machine's, and why; and the calls that no case is about. Both lists are to be short.

export interface Difference {
	/** The case's name. */
	case: string;
	/** The lines of the native run, from the first that differs. */
	native: readonly string[];
	ours: readonly string[];
	why: string;
}

export const differences: readonly Difference[] = [
	{
		case: "truncation",
		native: ["truncate(too large): 0"],
		ours: ["truncate(too large): -1 EFBIG"],
		why: "a file has at most 16 TiB, and an offset at most 2^53-1",
	},
	{
		case: "lseek_whence",
		native: ["lseek(too far): 9223372036854775807", "lseek(overflow): -1 EINVAL"],
		ours: ["lseek(too far): -1 EOVERFLOW", "lseek(overflow): -1 EOVERFLOW"],
		why: "an offset is at most 2^53-1",
	},
];

/** Calls of the table without a case. */
export const uncovered: Readonly<Record<string, string>> = {
	rt_sigreturn: "every handler of signal.c returns by it",
};
