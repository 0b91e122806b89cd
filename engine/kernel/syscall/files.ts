// All rows about files, for the system call table.

import { directoryRows } from "./directory";
import { fileRows } from "./file";
import { pollRows } from "./poll";
import type { SyscallRow } from "./row";
import { statRows } from "./stat";
import { xattrRows } from "./xattr";

export const fileSystemCalls: readonly SyscallRow[] = [...fileRows, ...statRows, ...directoryRows, ...xattrRows, ...pollRows];
