// What is typed at a terminal, a row each: a name, a command, and steps. A step waits until what has been shown since the last one
// ends with a text, then types. All that the terminal shows until the command has ended must be the same on both sides.

export type Step = readonly [shown: string, typed: string];
export type TerminalSession = readonly [name: string, command: string, steps: readonly Step[]];

const C = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) & 0x1f);
const shell = "PS1='$ ' exec sh -i";
const UP = "\x1b[A";
const LEFT = "\x1b[D";

export const terminalSessions: readonly TerminalSession[] = [
	[
		"cooked input and echo",
		"cat",
		[
			["", "hello\n"],
			["hello\r\nhello\r\n", C("D")],
		],
	],
	[
		"erase, kill and word erase",
		"cat",
		[
			["", `abx\x7fc\n`],
			["abc\r\n", `nope${C("U")}yes no${C("W")}ok\n`],
			["yes ok\r\n", C("D")],
		],
	],
	[
		"end of input in the middle of a line",
		"cat",
		[
			["", `part${C("D")}`],
			["partpart", `\n`],
			["\r\n\r\n", C("D")],
		],
	],
	["a line and the end of input in one go", "echo ready; cat; echo done", [["ready\r\n", `line\n${C("D")}`]]],
	[
		"control characters are shown with ^",
		"cat",
		[
			["", `${C("A")}${C("V")}${C("C")}x\n`],
			["x\r\n\x01\x03x\r\n", C("D")],
		],
	],
	["^C ends a program", "sleep 20; echo $?", [["", C("C")]]],
	["^C and a trap", "trap 'echo caught; exit 5' INT; echo ready; while :; do sleep 1; done", [["ready\r\n", C("C")]]],
	["^\\ ends with SIGQUIT", "sh -c 'echo ready; exec sleep 20'; echo $?", [["ready\r\n", C("\\")]]],
	["read without echo", "stty -echo; echo -n 'pw: '; read p; stty echo; echo; echo \"got $p\"", [["pw: ", "secret\n"]]],
	["stty shows the settings", "stty rows 24 cols 80 -iutf8; stty -a; stty size", []],
	["raw input byte by byte", "stty raw -echo; echo ready; dd bs=1 count=3 2>/dev/null; stty sane", [["ready", "a\rb"]]],
	["newlines on output", "printf 'a\\nb\\n'; stty -onlcr; printf 'c\\nd\\n'; stty onlcr; echo e", []],
	[
		"a shell at a prompt",
		shell,
		[
			["$ ", "echo hi\n"],
			["hi\r\n$ ", "exit 3\n"],
		],
	],
	[
		"line editing",
		shell,
		[
			["$ ", `echo acd${LEFT}${LEFT}b${C("E")}e\n`],
			["abcde\r\n$ ", `echo x y${C("W")}z${C("A")}${C("K")}echo k\n`],
			["k\r\n$ ", C("D")],
		],
	],
	[
		"history",
		shell,
		[
			["$ ", "echo one\n"],
			["one\r\n$ ", "echo two\n"],
			["two\r\n$ ", `${UP}${UP}\n`],
			["one\r\n$ ", "exit\n"],
		],
	],
	[
		"completion of a name",
		`touch unique-name; ${shell}`,
		[
			["$ ", "echo uni\t\n"],
			["unique-name\r\n$ ", "exit\n"],
		],
	],
	[
		"^C at a prompt and in a command",
		shell,
		[
			["$ ", `echo no${C("C")}`],
			["^C\r\n$ ", "sleep 20\n"],
			["sleep 20\r\n", C("C")],
			["^C\r\n$ ", "echo $?\n"],
			["130\r\n$ ", "exit\n"],
		],
	],
	[
		"stop, jobs, background, foreground",
		shell,
		[
			["$ ", "sleep 20\n"],
			["sleep 20\r\n", C("Z")],
			["$ ", "jobs\n"],
			["$ ", "bg\n"],
			["$ ", "fg\n"],
			["sleep 20\r\n", C("C")],
			["$ ", "exit 7\n"],
		],
	],
	[
		"a background program that reads is stopped",
		shell,
		[
			["$ ", "cat &\n"],
			["$ ", "sleep 0.1; jobs\n"],
			["$ ", "kill -9 %1; wait\n"],
			["$ ", "echo\n"],
			["$ ", "exit\n"],
		],
	],
	[
		"set -o vi and more prompts",
		shell,
		[
			["$ ", "if true\n"],
			["> ", "then echo yes; fi\n"],
			["yes\r\n$ ", "echo 'a\n"],
			["> ", "b'\n"],
			["a\r\nb\r\n$ ", "exit\n"],
		],
	],
	[
		"vi: insert, delete, write",
		"stty rows 12 cols 40; printf 'one\\ntwo\\nthree\\n' > f; TERM=xterm vi f; cat f",
		[
			["1/3 33%", "ihello \x1b"],
			["\x1b[1;6H", "jdd"],
			["\x1b[2;1H", ":wq\n"],
		],
	],
	[
		"vi: search and substitute",
		"stty rows 12 cols 40; seq 30 > f; TERM=xterm vi f; head -3 f; tail -1 f",
		[
			["1/30 3%", ":%s/1/one/g\n"],
			["", "G"],
			["", "ofoot\x1b"],
			["", ":wq\n"],
		],
	],
	["less", "stty rows 6 cols 40; seq 20 | TERM=xterm less", [["standard input", "q"]]],
	[
		"more",
		"stty rows 6 cols 40; seq 12 > f; more f",
		[
			["--", " "],
			["--", "q"],
		],
	],
	["the window size is told", "stty rows 30 cols 100; stty size; sh -c 'stty size'", []],
];
