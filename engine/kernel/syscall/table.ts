// The system call table: all rows by number.

import { directoryRows } from "./directory";
import { eventRows } from "./event";
import { fileRows } from "./file";
import { identityRows } from "./identity";
import { inspectRows } from "./inspect";
import { ioRows } from "./io";
import { limitRows } from "./limit";
import { memoryRows } from "./memory";
import { mqueueRows } from "./mqueue";
import { namespaceRows } from "./namespace";
import { openRows } from "./open";
import { pidfdRows } from "./pidfd";
import { pollRows } from "./poll";
import { processRows } from "./process";
import { ptraceRows } from "./ptrace";
import type { SyscallRow } from "./row";
import { scheduleRows } from "./schedule";
import { seccompRows } from "./seccomp";
import { signalRows } from "./signal";
import { socketRows } from "./socket";
import { spliceRows } from "./splice";
import { systemRows } from "./system";
import { sysvRows } from "./sysvipc";
import { threadRows } from "./thread";
import { timeRows } from "./time";
import { timerRows } from "./timer";
import { timexRows } from "./timex";

export const syscallRows: readonly SyscallRow[] = [
	...ioRows,
	...fileRows,
	...spliceRows,
	...directoryRows,
	...openRows,
	...pollRows,
	...eventRows,
	...socketRows,
	...processRows,
	...memoryRows,
	...signalRows,
	...timeRows,
	...timexRows,
	...inspectRows,
	...ptraceRows,
	...timerRows,
	...sysvRows,
	...mqueueRows,
	...pidfdRows,
	...identityRows,
	...namespaceRows,
	...limitRows,
	...scheduleRows,
	...threadRows,
	...systemRows,
	...seccompRows,
];

const byNumber: Array<SyscallRow | undefined> = [];
for (const row of syscallRows) byNumber[row.number] = row;

export const rowOf = (number: number): SyscallRow | undefined => byNumber[number];
