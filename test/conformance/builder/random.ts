// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a Dockerfile
// A Dockerfile of random instructions, most of them good: for the same seed the same one.

import type { Chance } from "../fuzz/mutate";

const SOURCES = [
	"a.txt",
	"b.txt",
	"dir",
	"dir/",
	"dir/sub",
	"link",
	"dlink",
	"set",
	"*.txt",
	"d*",
	"none",
	"arc.tar",
	"nosuch",
	"empty",
];
const PLACES = ["/x", "/x/", "/d/e", "y", "./z/", "/etc/", "/link/", "/d", "/", "$D/v", "/etc/passwd"];
const VALUES = ["1", "two words", "$A", "${B:-b}", "${A:+set}x", "a=b", "'q'", "\\$x", "ü"];
const NAMES = ["A", "B", "C_1", "PATH2"];
const COMMANDS = [
	"echo $A-$B > /out",
	"mkdir -p /d/e && echo e > /d/e/f",
	"rm -rf /x /y",
	"ln -sf /d /link",
	"id -u; pwd",
	"chmod 4755 /out /x/a.txt",
	"touch f && ls",
	"chown -R 5:6 /d",
	"test -e /x",
	"mv /d /moved",
	"exit 3",
];
const quoted = (value: string): string => `"${value.replace(/"/g, '\\"')}"`;

type Row = readonly [weight: number, make: (chance: Chance) => string];
const word = (chance: Chance): string => quoted(chance.of(VALUES));
const owner = (chance: Chance): string => chance.of(["", "", "", "--chown=5 ", "--chown=1:2 ", "--chown=root "]);
const ROWS: readonly Row[] = [
	[6, (chance) => `COPY ${owner(chance)}${chance.of(SOURCES)} ${chance.of(PLACES)}`],
	[1, (chance) => `COPY ${chance.of(SOURCES)} ${chance.of(SOURCES)} ${chance.of(PLACES)}`],
	[3, (chance) => `ADD ${owner(chance)}${chance.of(SOURCES)} ${chance.of(PLACES)}`],
	[4, (chance) => `RUN ${chance.of(COMMANDS)}`],
	[1, (chance) => `RUN ["sh", "-c", ${quoted(chance.of(COMMANDS))}]`],
	[3, (chance) => `ENV ${chance.of(NAMES)}=${word(chance)} ${chance.of(NAMES)}=${word(chance)}`],
	[1, (chance) => `ENV ${chance.of(NAMES)} ${chance.of(VALUES)}`],
	[2, (chance) => `ARG ${chance.of(NAMES)}=${word(chance)}`],
	[2, (chance) => `WORKDIR ${chance.of(["/w", "sub", "..", "/d/e", "$D", "/link/k"])}`],
	[1, (chance) => `USER ${chance.of(["0", "12", "nobody", "3:4", "root:root"])}`],
	[1, (chance) => `LABEL ${chance.of(NAMES)}=${word(chance)}`],
	[1, (chance) => `EXPOSE ${chance.of(["80", "81/udp", "90-92/tcp", "$A"])}`],
	[1, (chance) => `VOLUME ${chance.of(["/vol", "/d", '["/a b"]'])}`],
	[1, (chance) => `CMD ${chance.of(["a b", '["c"]', "[]"])}`],
	[1, (chance) => `ENTRYPOINT ${chance.of(["a b", '["c"]', "[]"])}`],
	[1, (chance) => `SHELL ${chance.of(['["/bin/sh", "-ec"]', '["sh", "-c"]'])}`],
	[1, (chance) => `HEALTHCHECK ${chance.of(["NONE", "CMD true", '--interval=2s CMD ["x"]'])}`],
	[1, (chance) => `ONBUILD ${chance.of(["RUN true", "COPY a.txt /on", "ENV O=1"])}`],
	[1, (chance) => `STOPSIGNAL ${chance.of(["9", "SIGINT", "$A"])}`],
];
/** Each as often as it weighs. */
const BAG = ROWS.flatMap(([weight, make]) => Array.from({ length: weight }, () => make));
const instruction = (chance: Chance): string => chance.of(BAG)(chance);
const block = (chance: Chance, most: number): string[] =>
	Array.from({ length: 1 + chance.below(most) }, () => instruction(chance));

/** One stage, or two of which the second one takes from the first. */
export function randomDockerfile(chance: Chance): string {
	const lines = ["FROM busybox AS first", "ENV D=/dd", ...block(chance, 6)];
	if (chance.below(3) === 0) {
		lines.push(`FROM ${chance.of(["busybox", "first"])}`, ...block(chance, 3));
		lines.push(
			`COPY --from=${chance.of(["first", "0"])} ${chance.of(["/d", "/etc", "/out", "/x", "/*", "/link"])} ${chance.of(PLACES)}`,
		);
	}
	return `${lines.join("\n")}\n`;
}
