// The system call table: each number once, under the name that Linux has for it.

import { expect, test } from "vitest";
import { syscallRows } from "../../../../engine/kernel/syscall/table";
import { allSyscalls, syscallName } from "../../../../engine/lib/syscalls";

test("each row has the number that its name has in the kernel, and no number has two rows", () => {
	const seen = new Set<number>();
	for (const row of syscallRows) {
		expect(row.name).toBe(syscallName(row.number));
		expect(seen.has(row.number), row.name).toBe(false);
		seen.add(row.number);
	}
});
test("the names of all calls are known", () => {
	expect(syscallName(0)).toBe("read");
	expect(syscallName(334)).toBe("rseq");
	expect(syscallName(435)).toBe("clone3");
	expect(syscallName(462)).toBe("mseal");
	expect(syscallName(400)).toBe("syscall_0x190");
	expect(allSyscalls.size).toBe(374);
});
