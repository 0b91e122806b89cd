// The filters of a task (man 2 seccomp): a chain, since each new one is added to those before; all are asked, and the strictest
// answer counts. Children and execve keep them, and nothing takes them away.
//
// Most calls are allowed whatever their arguments are. A filter that says so by the number alone is asked once for each number,
// and the answer kept, as Linux does.

import { AUDIT_ARCH_X86_64, type BpfInstruction, SECCOMP_DATA, SECCOMP_RET } from "../../lib/bpf";
import { run } from "./bpf";

/** What is known of a number: nothing yet; it is always allowed; the filters must be asked. */
const UNKNOWN = 0;
const ALLOWED = 1;
const ASK = 2;
const NUMBERS = 512;

/** A call as filters see it; `word` is asked for what is not its number. */
export interface Attempt {
	number: number;
	/** The word at an offset of struct seccomp_data. */
	word(offset: number): number;
}

export class SeccompFilter {
	/** How many filters there are, this one and those before. */
	readonly count: number;
	/** Instructions of all, with four more each (MAX_INSNS_PER_PATH). */
	readonly instructions: number;
	private readonly known = new Uint8Array(NUMBERS);

	constructor(
		private readonly program: readonly BpfInstruction[],
		readonly before: SeccompFilter | undefined,
	) {
		this.count = 1 + (before?.count ?? 0);
		this.instructions = program.length + (before ? before.instructions + 4 : 0);
	}

	allows(number: number): boolean {
		if (number < 0 || number >= NUMBERS) return false;
		if (this.known[number] === UNKNOWN) this.known[number] = this.alwaysAllows(number) ? ALLOWED : ASK;
		return this.known[number] === ALLOWED;
	}
	private alwaysAllows(number: number): boolean {
		const onlyNumber = (offset: number): number | undefined =>
			offset === SECCOMP_DATA.nr ? number : offset === SECCOMP_DATA.arch ? AUDIT_ARCH_X86_64 : undefined;
		return run(this.program, onlyNumber) === SECCOMP_RET.ALLOW && (this.before?.allows(number) ?? true);
	}

	/** The strictest answer of all filters. Of equals, the newest one's. */
	decide(attempt: Attempt): number {
		let answer: number = SECCOMP_RET.ALLOW;
		for (let at: SeccompFilter | undefined = this; at; at = at.before) {
			const one = run(at.program, (offset) => attempt.word(offset))!;
			if (strictness(one) < strictness(answer)) answer = one;
		}
		return answer;
	}
	/** Is it among these? (SECCOMP_FILTER_FLAG_TSYNC: the others must have a chain that this one goes on from) */
	includes(other: SeccompFilter | undefined): boolean {
		if (!other) return true;
		for (let at: SeccompFilter | undefined = this; at; at = at.before) if (at === other) return true;
		return false;
	}
}
/** Actions as signed numbers: killing the process is the lowest. */
const strictness = (answer: number): number => (answer & SECCOMP_RET.ACTION) | 0;
