// What is typed at a terminal to Debian's programs, a row each: a name, a command for script(1), and steps. A step waits until what
// has been shown since the last one contains a text, then types.

import type { TerminalSession } from "../terminal-cases";

const key = (letter: string): string => String.fromCharCode(letter.charCodeAt(0) & 0x1f);
const UP = "\x1b[A";
const DOWN = "\x1b[B";
const RIGHT = "\x1b[C";
const LEFT = "\x1b[D";
const HOME = "\x1b[H";
const bash = "PS1='$ ' bash --norc --noprofile -i";
const python = "python3 -q";
const end = key("D");
const redis =
	"redis-server --port 6379 --save '' --daemonize yes >/dev/null; until redis-cli ping >/dev/null 2>&1; do sleep 0.1; done; redis-cli; redis-cli shutdown nosave";

export const sessions: readonly TerminalSession[] = [
	[
		"bash: a prompt",
		bash,
		[
			["$ ", "echo hi; tty; stty size\r"],
			["80\r\n", "exit 3\r"],
		],
	],
	[
		"bash: line editing",
		bash,
		[
			["$ ", `eco hi${HOME}${RIGHT}c\x7fc${key("E")} there${key("W")}you\r`],
			["you\r\n", `xyz${key("U")}echo a${LEFT}b${key("A")}${key("K")}${key("Y")}\r`],
			["ba\r\n", end],
		],
	],
	[
		"bash: history",
		bash,
		[
			["$ ", "echo one\r"],
			["one\r\n", "echo two\r"],
			["two\r\n", `${UP}${UP}\r`],
			["one\r\n", `${UP}${UP}${DOWN} more\r`],
			["more\r\n", `${key("R")}two\r`],
			["two\r\n", "!e:p\r"],
			["$ ", "history | tail -2\r"],
			["tail -2\r\n", end],
		],
	],
	[
		"bash: completion",
		`mkdir dir; touch dir/file-one; ${bash}`,
		[
			["$ ", "ls di\tfi\t\r"],
			["file-one\r\n", "echo $HOSTN\t\r"],
			["box\r\n", end],
		],
	],
	[
		"bash: ^C and ^\\",
		bash,
		[
			["$ ", "sleep 20\r"],
			["sleep 20\r\n", key("C")],
			["$ ", "echo $?\r"],
			["130\r\n", `typed${key("C")}`],
			["$ ", "sleep 20\r"],
			["sleep 20\r\n", key("\\")],
			["$ ", end],
		],
	],
	[
		"bash: ^Z, jobs, bg and fg",
		bash,
		[
			["$ ", "sleep 30\r"],
			["sleep 30\r\n", key("Z")],
			["$ ", "jobs; bg\r"],
			["30 &", "kill %1; wait %1\r"],
			["$ ", "cat\r"],
			["cat\r\n", "line\r"],
			["line\r\nline\r\n", key("Z")],
			["$ ", "fg\r"],
			["cat\r\n", "again\r"],
			["again\r\nagain\r\n", end],
			["$ ", end],
		],
	],
	[
		"bash: a job that reads in the background stops",
		bash,
		[
			["$ ", "cat &\r"],
			["$ ", "sleep 0.5; jobs\r"],
			["Stopped", "kill -9 %1; sleep 0.5\r"],
			["Killed", end],
		],
	],
	[
		"bash: quotes and loops over lines",
		bash,
		[
			["$ ", "echo 'a\r"],
			["> ", "b'\r"],
			["b\r\n", "for i in 1 2; do\r"],
			["> ", "echo $i; done\r"],
			["2\r\n", end],
		],
	],
	[
		"bash: read and select",
		bash,
		[
			["$ ", "read -sp 'pw: ' p; echo; echo $p\r"],
			["pw: ", "secret\r"],
			["secret\r\n", "select x in a b; do echo $x; break; done\r"],
			["#? ", "2\r"],
			["b\r\n", "exit\r"],
		],
	],
	[
		"python3: a prompt",
		python,
		[
			[">>> ", "1 + 1\r"],
			["2\r\n", "x = 'é'\r"],
			[">>> ", "print(x)\r"],
			[">>> ", "def f(a):\r"],
			["... ", "    return a * 2\r"],
			["... ", "\r"],
			[">>> ", "f(21)\r"],
			["42\r\n", "1/0\r"],
			["zero", `${UP}${UP}\r`],
			["42\r\n", "exit(3)\r"],
		],
	],
	[
		"python3: ^C and input",
		python,
		[
			[">>> ", "while True: pass\r"],
			["... ", "\r"],
			["\r\n", key("C")],
			["KeyboardInterrupt", "input('name? ')\r"],
			["name? ", "me\r"],
			["'me'", end],
		],
	],
	[
		"redis-cli",
		redis,
		[
			["6379> ", "set k v\r"],
			["OK\r\n", "get k\r"],
			['v"', "lpush l 1 2\r"],
			[") 2", "lrange l 0 -1\r"],
			["2) ", "nope\r"],
			["ERR", "exit\r"],
		],
	],
	[
		"less",
		"seq 100 > f; less f; echo left",
		[
			["f", " "],
			[":", "G"],
			["END", "g"],
			["23", "/55\r"],
			["55", "q"],
		],
	],
	[
		"vi",
		"printf 'one\\ntwo\\n' > f; vi f; cat f",
		[
			['"f"', "ohello\x1b"],

			["hello", ":wq\r"],
		],
	],
	[
		"sqlite3",
		"sqlite3 db",
		[
			["sqlite> ", "create table t(a);\r"],
			["sqlite> ", "insert into t values(5);\r"],
			["sqlite> ", "select a+1\r"],
			["...> ", "from t;\r"],
			["6\r\n", ".exit\r"],
		],
	],
	[
		"dash",
		"PS1='# ' exec sh -i",
		[
			["# ", "echo $0; sleep 9\r"],
			["sh\r\n", key("C")],
			["# ", "sleep 9\r"],
			["sleep 9\r\n", key("Z")],
			["# ", "jobs; kill %1; fg\r"],
			["# ", "exit 4\r"],
		],
	],
	[
		"bc",
		"bc -q; echo $?",
		[
			["2004h", "2^10\r"],
			["1024", "scale=3; 1/3\r"],
			[".333", end],
		],
	],
];
