// biome-ignore-all lint/suspicious/noTemplateCurlyInString: variables of a Dockerfile
// Dockerfiles for both builders: a row a Dockerfile, named for what it is about. They begin with FROM busybox unless they say otherwise.

export interface Case {
	name: string;
	dockerfile: string;
	/** Further parameters of POST /build. */
	query?: string;
	/** Further files of the context. */
	files?: Record<string, string>;
	/** Why the words of its error are not compared. */
	worded?: string;
	/** false: where today's BuildKit is another than that of 20.10. */
	buildkit?: boolean;
}

const of = (name: string, ...lines: string[]): Case => ({ name, dockerfile: `${["FROM busybox", ...lines].join("\n")}\n` });
const from = (name: string, ...lines: string[]): Case => ({ name, dockerfile: `${lines.join("\n")}\n` });
const asked = (query: Record<string, unknown>, given: Case): Case => {
	const pairs = Object.entries(query).map(([key, value]) => {
		return `${key}=${encodeURIComponent(typeof value === "string" ? value : JSON.stringify(value))}`;
	});
	return { ...given, query: pairs.join("&") };
};
const worded = (why: string, given: Case): Case => ({ ...given, worded: why });
const olderBuildKit = (given: Case): Case => ({ ...given, buildkit: false });
const besides = (files: Record<string, string>, given: Case): Case => ({ ...given, files });

const CONFIGURATION: Case[] = [
	of(
		"ENV: both forms, and what is set refers to what was",
		'ENV A=1 B="two words" C=${A:-x}',
		"ENV D=$A$B E=${Z:-none} F=${A:+set}",
		"ENV old a b  c",
	),
	of("ENV: quotes and escapes", "ENV A='$B' B=\"\\$C\" C=a\\ b D=\\$x", "ENV E=$A$B$C$D"),
	of("ENV: the same name again, and PATH", "ENV A=1", "ENV A=2 A=3", "ENV PATH=/q:$PATH"),
	of("ENV: all of a line sees what was before it", "ENV a=hello", "ENV a=bye b=$a", "ENV c=$a"),
	of("LABEL: names with spaces, several lines", 'LABEL x=1 "y z"=v \\', "  w='a b'", "LABEL x=2", "LABEL old value of it"),
	of("LABEL: variables", "ENV V=v", "LABEL a=$V \"b=$V\" 'c'='$V'"),
	asked({ labels: { b: "2", a: "1" } }, of("labels that the request has", "LABEL c=3 a=0")),
	of("EXPOSE: ranges and protocols", "EXPOSE 80 53/udp 8000-8002", "ENV P='90 91/tcp'", "EXPOSE $P 80/tcp"),
	of("VOLUME: JSON and words", 'VOLUME ["/a b", "/c"]', "VOLUME /d /e"),
	of("VOLUME: half JSON is words", 'VOLUME /v ["/w"]'),
	of(
		"USER and WORKDIR: relative to the one before",
		"USER 1000:1000",
		"WORKDIR /w1",
		"WORKDIR sub",
		"WORKDIR ../x",
		"RUN pwd; id -u; id -g; stat -c '%n %u %a' /w1 /w1/sub .",
	),
	of("WORKDIR: with a variable, and what is there", "ENV D=/etc", "WORKDIR $D", "WORKDIR ${N:-n}/m"),
	of("STOPSIGNAL: name and number", "STOPSIGNAL SIGINT", "STOPSIGNAL 9"),
	of(
		"HEALTHCHECK: all its options",
		'HEALTHCHECK --interval=5s --timeout=1m30s --start-period=100ms --retries=4 CMD ["a", "b"]',
		"HEALTHCHECK CMD c d",
		"HEALTHCHECK NONE",
	),
	of("CMD and ENTRYPOINT: an entrypoint forgets what the base image runs", "ENTRYPOINT echo hi"),
	of("CMD and ENTRYPOINT: it keeps this image's", "CMD a b", 'ENTRYPOINT ["e"]'),
	of("CMD and ENTRYPOINT: empty", "CMD []", "ENTRYPOINT []"),
	of("CMD: what is not quite JSON is a line", "CMD ['a', 'b']", 'ENTRYPOINT ["a", b]'),
	of("SHELL: for what comes after it", 'SHELL ["/bin/sh", "-ec"]', "RUN echo $0 > /s", "CMD foo", "ENTRYPOINT bar"),
	of("MAINTAINER", "MAINTAINER me you <a@b>"),
	of("lower case", "run echo a > /a", "env A=b", "Copy a.txt /c"),
	of("ONBUILD: kept for the next", "ONBUILD RUN echo x > /x", "ONBUILD COPY a.txt /", "ONBUILD ENV A=$B"),
	from(
		"ONBUILD: done by a stage that is built on it",
		"FROM busybox AS first",
		"ONBUILD RUN echo x > /x",
		"ONBUILD COPY a.txt /y",
		"ONBUILD ENV A=b",
		"FROM first",
		"RUN echo $A > /z",
	),
	of("ONBUILD of ONBUILD", "ONBUILD ONBUILD RUN x"),
	of("ONBUILD of FROM", "ONBUILD FROM x"),
];

const ARGUMENTS: Case[] = [
	asked(
		{ buildargs: { X: "given", Z: "z" } },
		of("ARG: default, given, none", "ARG X=1", "ARG Y", "ARG Z=zz", "ENV E=$X-$Y-$Z", "RUN echo $X $Y $Z > /z"),
	),
	asked({ buildargs: { A: "1", UNUSED: "2" } }, of("ARG: given and not declared", "RUN echo a$A")),
	asked(
		{ buildargs: { http_proxy: "http://p:1", HTTP_PROXY: "x" } },
		of("ARG: proxies need no declaration", "RUN echo $http_proxy > /p"),
	),
	asked(
		{ buildargs: { HTTP_PROXY: "y" } },
		of("ARG: a declared proxy is in the history", "ARG HTTP_PROXY", "RUN echo $HTTP_PROXY > /p"),
	),
	from(
		"ARG: before FROM, and again in the stage",
		"ARG V=latest",
		"ARG W=w",
		"FROM busybox:$V",
		"RUN echo [$V]",
		"ARG V",
		"ARG W=ww",
		"RUN echo $V $W > /v",
	),
	from(
		"ARG: in one stage only",
		"FROM busybox AS a",
		"ARG X=1",
		"RUN echo $X",
		"FROM busybox",
		"RUN echo [$X]",
		"ARG X",
		"RUN echo [$X]",
	),
	of(
		"ARG: several, ENV stands before it",
		"ARG A=1",
		"ENV A=env",
		"ARG A=2",
		"RUN echo $A",
		'ARG B="b b" C=$A',
		"RUN echo $B-$C",
	),
	of(
		"variables: prefixes, defaults, escapes",
		"ARG A=abc",
		"ENV B=${A}d C=${A:+y} D=\\${A} E='${A}' F=\"${A}\" G=${N:-$A}",
		"RUN env | grep '^[B-G]=' | sort",
	),
	worded("20.10 names the second character of the form", of("variables: a form that there is not", "ENV A=${B:=c}")),
	worded("20.10 says what it did not find, 29 what it found", of("variables: an end that is not there", "ENV A=${B")),
	asked(
		{ target: "b" },
		from(
			"target: a stage by its name",
			"FROM busybox AS a",
			"RUN echo a > /a",
			"FROM a AS b",
			"RUN echo b > /b",
			"FROM b",
			"RUN false",
		),
	),
	asked({ target: "nosuch" }, from("target: no such stage", "FROM busybox AS a", "FROM busybox AS b")),
];

const COPIES: Case[] = [
	of(
		"COPY: a file, to names and into directories",
		"COPY a.txt /x/y/z",
		"COPY a.txt b.txt /m/",
		"COPY c.md /",
		"COPY empty /etc",
		"COPY ./a.txt ./e/",
		"COPY /b.txt /etc/",
	),
	of("COPY: directories, with and without a slash", "COPY dir /d", "COPY dir/ /d2/", "COPY dir/sub /d/", "COPY none /n"),
	of(
		"COPY: onto a directory that is there",
		"RUN mkdir -m 700 /there && touch /there/own && chown 3:4 /there",
		"COPY dir /there",
		"COPY dir /etc",
	),
	of("COPY: all of it", "COPY . /all/"),
	of("COPY: links", "COPY link /l", "COPY dlink /dl", "COPY absolute /ab", "COPY dir/up /up"),
	of("COPY: a link that leads nowhere", "COPY broken /b"),
	of("COPY: a link out of the context", "COPY outside /o"),
	of("COPY: wildcards", "COPY *.txt /t/", "COPY d* /g/", "COPY ?.md /q/", "COPY [ab].txt /r/", "COPY dir/*/d2* /deep/"),
	of("COPY: wildcards without a match", "COPY *.zip /z/"),
	of("COPY: wildcards, one of two without a match", "COPY *.zip a.txt /z/"),
	of(
		"COPY: names with spaces and brackets",
		'COPY ["sp ace.txt", "/js on/"]',
		"COPY [[]x].txt /b",
		'COPY ["a.txt", "b.txt", "/two/"]',
	),
	of("COPY: what is hidden", "COPY .hid* /h/", "COPY .hidden /h2"),
	of("COPY: relative to WORKDIR", "WORKDIR rel", "RUN pwd > p", "COPY a.txt .", "COPY a.txt sub/", "COPY dir ./d"),
	of("COPY: several onto a name", "COPY a.txt b.txt /x"),
	of("COPY: a file onto what is a file", "COPY a.txt /x", "COPY b.txt /x"),
	of("COPY: a directory onto a file", "COPY dir /etc/passwd"),
	of("COPY: a directory onto a file of this build", "COPY a.txt /x/", "COPY dir /x/a.txt"),
	of("COPY: below a file", "COPY a.txt /etc/passwd/x"),
	of("COPY: a file that is not there", "COPY nosuch /"),
	of("COPY: out of the context", "COPY ../x /n"),
	of("COPY: down and up again", "COPY dir/sub/../d1 /n", "COPY ./dir/../a.txt /m"),
	of(
		"COPY: into a directory that a link leads to",
		"RUN mkdir /t && ln -s /t /s && ln -s nowhere /w",
		"COPY a.txt /s/",
		"COPY dir /s",
		"COPY b.txt /w",
	),
	of("COPY: special modes", "COPY set /set", "COPY dir/sub /sub"),
	of(
		"COPY --chown: numbers, a file and a directory",
		"COPY --chown=5 a.txt /q",
		"COPY --chown=1:2 dir /o/p",
		"COPY --chown=3:4 b.txt /f/g/h",
	),
	of(
		"COPY --chown: names",
		"COPY --chown=nobody a.txt /a",
		"COPY --chown=nobody:root b.txt /b",
		"COPY --chown=root:nogroup c.md /c",
	),
	of("COPY --chown: a user that is not there", "COPY --chown=nosuch a.txt /"),
	of("COPY --chown: a group that is not there", "COPY --chown=root:nosuch a.txt /"),
	of(
		"COPY --chown: onto what is there, with a variable",
		"RUN mkdir /d && chown 9:9 /d",
		"ARG U=6",
		"COPY --chown=$U:7 dir /d",
		"COPY --chown=$U link /d/",
	),
	of("COPY as a user", "USER nobody", "COPY a.txt /a", "WORKDIR /w", "COPY dir d"),
	of("COPY --chmod wants BuildKit", "COPY --chmod=600 a.txt /"),
	of("COPY: a flag that there is not", "COPY --nosuch=1 a.txt /"),
	of("COPY: too few words", "COPY a.txt"),
	of("COPY: a URL", "COPY http://localhost:1/x /"),
	from(
		"COPY --from: name, number, owners kept",
		"FROM busybox AS a",
		"RUN mkdir -m 711 /o && echo 1 > /o/one && chown 7:8 /o/one /o && ln /o/one /o/hard && ln -s one /o/soft",
		"FROM busybox",
		"COPY --from=a /o/one /two",
		"COPY --from=0 /o /three",
		"COPY --from=A --chown=1:1 /o /four/",
	),
	from(
		"COPY --from: wildcards and links",
		"FROM busybox AS a",
		"RUN mkdir -p /x/y && echo 1 > /x/y/f1 && echo 2 > /x/f2 && ln -s x /l && ln -s /x/f2 /lf",
		"FROM busybox",
		"COPY --from=a /x/* /w/",
		"COPY --from=a /l /l",
		"COPY --from=a /lf /lf",
		"COPY --from=a x/f2 rel",
	),
	of("COPY --from: an image", "COPY --from=busybox /etc/passwd /pw"),
	of("COPY --from: what is not there in it", "COPY --from=busybox /nosuch /pw"),
	worded("where a registry is asked", from("COPY --from: itself", "FROM busybox AS a", "COPY --from=a /etc/passwd /x")),
	from("COPY --from: a number too large", "FROM busybox", "COPY --from=3 /etc/passwd /x"),
	from("FROM scratch", "FROM scratch", "COPY a.txt /a", "ENV A=b", 'CMD ["/a"]'),
	from("FROM scratch alone", "FROM scratch"),
	of(
		"ADD: archives are unpacked, whatever they are called",
		"ADD arc.tar /e/",
		"ADD arc.tgz /e2",
		"ADD arc.name /e3",
		"COPY arc.tar /k.tar",
	),
	of("ADD: over what is there", "RUN mkdir -p /e/in && echo old > /e/in/owned && chmod 700 /e/in", "ADD arc.tar /e"),
	of("ADD: what is only compressed, and what is no archive", "ADD a.txt.gz /z/", "ADD a.txt dir /ad/", "ADD *.md /md/"),
	of("ADD --chown", "ADD --chown=5:6 arc.tar /e", "ADD --chown=5:6 a.txt /f"),
	worded("20.10 fails in its chroot", of("ADD: an archive onto a file", "ADD arc.tar /etc/passwd")),
	besides(
		{ ".dockerignore": "Dockerfile\n.dockerignore\n" },
		of(".dockerignore: the two that it names had to come", "COPY . /all/"),
	),
	besides({ ".dockerignore": "*.md\n" }, of(".dockerignore: itself stays", "COPY .dockerignore Dockerfile /")),
];

const COMMANDS: Case[] = [
	of(
		"RUN: what it makes",
		"RUN mkdir /r && echo x > /r/f && chmod 600 /r/f && ln -s f /r/l && ln /r/f /r/h && chown 7:8 /r/f && mkfifo /r/p",
	),
	of("RUN: what it takes away", "RUN rm /etc/group && rm -r /var/www", "RUN echo new > /etc/group; mkdir -p /var/www/x"),
	of("RUN: a directory that was another", "RUN mkdir -p /d/a && touch /d/a/1", "RUN rm -r /d && mkdir /d && touch /d/2"),
	of("RUN: special modes and old times", "RUN touch -d @1000 /old && mkdir -m 1777 /st && touch /set && chmod 4755 /set"),
	of("RUN: JSON", 'RUN ["sh", "-c", "echo $0 $HOME > /x", "zero"]'),
	of("RUN: continued lines and comments", "RUN echo a \\", "  # a comment", "  b \\", "", "  && echo c > /c"),
	of("RUN: output on each", "RUN echo out; printf 'no end'", "RUN echo err >&2; echo more >&2"),
	of("RUN: fails", "RUN echo before; exit 7"),
	of("RUN: a program that is not there", 'RUN ["/nosuch"]'),
	of("RUN: as somebody, somewhere", "USER 12", "WORKDIR /uw", "RUN id -u > /tmp/i; pwd; ls -ld ."),
	of("RUN: a user that is not there", "USER nosuch", "RUN true"),
	of("RUN: in a volume", "VOLUME /vv", "RUN mkdir -p /vv && echo 1 > /vv/f"),
	olderBuildKit(of("RUN: a flag wants BuildKit", "RUN --mount=type=cache,target=/c true")),
	of("RUN: nothing to say", "RUN true", "RUN true"),
	of("steps that were done before", "RUN echo once > /once", "COPY a.txt /", "ENV A=b", "RUN echo $A"),
	of("the same steps again", "RUN echo once > /once", "COPY a.txt /", "ENV A=b", "RUN echo other"),
	asked({ nocache: "1" }, of("steps that were done before, without the cache", "RUN echo once > /once", "COPY a.txt /")),
	asked({ q: "1" }, of("quiet", "RUN echo a")),
	asked({ q: "1" }, of("quiet, and a step fails", "RUN echo before; exit 7")),
	asked({ q: "1" }, of("quiet, and a file is not there", "ENV A=b", "COPY nosuch /")),
];

const SYNTAX: Case[] = [
	from("no Dockerfile at all", ""),
	from("only a comment", "# nothing"),
	from("no FROM", "RUN true"),
	from("an instruction that there is not", "FROM busybox", "NOSUCH a"),
	from("a blank base name", "ARG A", "FROM $A"),
	from("FROM: too many words", "FROM busybox as a b"),
	from("FROM: a bad name of a stage", "FROM busybox AS 1x"),
	from("FROM: two stages of one name", "FROM busybox AS a", "FROM busybox AS a"),
	from("FROM: a bad reference", "FROM busy_BOX"),
	from("FROM: another platform's name", "FROM --platform=nosuch/x busybox"),
	from("escape directive", "# escape=`", "FROM busybox", "RUN echo a `", "  b > /c", "ENV A=C:\\x"),
	from(
		"comments and blank lines between",
		"",
		"  # first",
		"FROM busybox",
		"",
		"# second",
		"  RUN echo a > /a  ",
		"\t",
		"#third",
	),
	from("carriage returns", "FROM busybox\r", "RUN echo a > /a\r", "ENV A=b\r"),
	of("an instruction without words", "RUN"),
	of("ENV without a value", "ENV A"),
	of("ENV without a name", "ENV =b"),
	of("LABEL without words", "LABEL"),
	of("EXPOSE: too high", "EXPOSE 99999"),
	of("EXPOSE: no number", "EXPOSE abc"),
	of("STOPSIGNAL: no signal", "STOPSIGNAL NOPE"),
	of("HEALTHCHECK: no such type", "HEALTHCHECK MAYBE"),
	of("HEALTHCHECK: NONE with words", "HEALTHCHECK NONE x"),
	of("HEALTHCHECK: a bad duration", "HEALTHCHECK --interval=5 CMD true"),
	of("SHELL: no JSON", "SHELL /bin/sh -c"),
	of("WORKDIR: not clean", "WORKDIR /a/../b/", "WORKDIR c/../d/", "RUN pwd"),
	of("WORKDIR: nothing", "WORKDIR $NOTHING"),
	of("WORKDIR: a file", "WORKDIR /etc/passwd"),
	of("USER: two words", "USER a b"),
	of("VOLUME: nothing", "VOLUME []"),
	of("CMD: nothing", "CMD"),
	of("an unknown flag", "HEALTHCHECK --nosuch=1 CMD true"),
];

export const CASES: readonly Case[] = [...CONFIGURATION, ...ARGUMENTS, ...COPIES, ...COMMANDS, ...SYNTAX];
