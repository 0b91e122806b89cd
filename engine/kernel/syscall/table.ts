// The system call table: all rows by number.

import { directoryRows } from "./directory";
import { eventRows } from "./event";
import { fileRows } from "./file";
import { identityRows } from "./identity";
import { ioRows } from "./io";
import { limitRows } from "./limit";
import { memoryRows } from "./memory";
import { namespaceRows } from "./namespace";
import { pidfdRows } from "./pidfd";
import { pollRows } from "./poll";
import { processRows } from "./process";
import { sysvRows } from "./sysvipc";
import { mqueueRows } from "./mqueue";
import type { SyscallRow } from "./row";
import { scheduleRows } from "./schedule";
import { signalRows } from "./signal";
import { socketRows } from "./socket";
import { spliceRows } from "./splice";
import { systemRows } from "./system";
import { threadRows } from "./thread";
import { timeRows } from "./time";
import { timerRows } from "./timer";

export const syscallRows: readonly SyscallRow[] = [
	...ioRows,
	...fileRows,
	...spliceRows,
	...directoryRows,
	...pollRows,
	...eventRows,
	...socketRows,
	...processRows,
	...memoryRows,
	...signalRows,
	...timeRows,
	...mqueueRows,
	...sysvRows,
	...timerRows,
	...pidfdRows,
	...identityRows,
	...namespaceRows,
	...limitRows,
	...scheduleRows,
	...threadRows,
	...systemRows,
];

const byNumber: Array<SyscallRow | undefined> = [];
for (const row of syscallRows) byNumber[row.number] = row;

export const rowOf = (number: number): SyscallRow | undefined => byNumber[number];
