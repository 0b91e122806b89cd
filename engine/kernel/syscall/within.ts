// Calls that are served in the midst of what a task runs, without leaving the CPU: frequent ones, of which none makes or changes an
// address space, a thread or a program. They may wait, and a signal may come of them: then the CPU is left after all.

import { syscallNumbers } from "../../lib/syscalls";

const NAMES =
	"read write open close stat fstat lstat poll lseek rt_sigaction rt_sigprocmask pread64 pwrite64 readv writev access pipe dup dup2 " +
	"getpid uname fcntl getcwd readlink umask gettimeofday getrlimit getrusage times getuid getgid geteuid getegid getppid getpgrp " +
	"getpgid getsid gettid time getdents64 clock_gettime clock_getres openat newfstatat readlinkat faccessat dup3 pipe2 getcpu " +
	"getrandom statx";

const within = new Uint8Array(512);
for (const name of NAMES.split(" ")) within[syscallNumbers.get(name)!] = 1;

/** Of a system call's number, or any other. */
export const isWithin = (number: number): boolean => within[number] === 1;
