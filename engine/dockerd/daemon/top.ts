// GET /containers/{id}/top: the container's processes as the host's `ps` shows them, read from /proc. Of ps's many ways to be asked:
// -ef, -f, aux, u, -o LIST (with headings), and what comes to the same.

import type { TopResponse } from "../../api/container";
import { conflict, systemError } from "../../lib/errors";
import { readText } from "../../lib/files";
import type { Sys } from "../../sys";
import type { Container } from "../container/container";
import { containerEvent, type Daemon } from "./daemon";

/** Clock ticks of /proc/PID/stat a second. */
const HERTZ = 100;
const PAGE = 4096;

interface Row {
	uid: string;
	pid: number;
	ppid: number;
	pgid: number;
	sid: number;
	state: string;
	tty: string;
	nice: number;
	/** Seconds since 1970, and now. */
	start: number;
	now: number;
	/** Seconds. */
	time: number;
	command: string;
	args: string;
	/** KiB. */
	rss: number;
	vsz: number;
	threads: number;
	memory: number;
}

const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
const clock = (seconds: number): string => `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
/** BSD's: minutes, seconds. */
const shortClock = (seconds: number): string => `${Math.floor(seconds / 60)}:${two(seconds % 60)}`;
function elapsed({ now, start }: Row): string {
	const seconds = Math.max(0, Math.floor(now - start));
	const days = Math.floor(seconds / 86_400);
	const hours = Math.floor(seconds / 3600) % 24;
	const rest = `${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
	return days > 0 ? `${days}-${two(hours)}:${rest}` : hours > 0 ? `${two(hours)}:${rest}` : rest;
}
const percent = (value: number): string => value.toFixed(1);
const cpu = ({ time, now, start }: Row): number => (now - start > 0 ? (100 * time) / (now - start) : 0);

interface Column {
	title: string;
	value: (row: Row) => string;
}
const column = (title: string, value: (row: Row) => string | number): Column => ({ title, value: (row) => String(value(row)) });
const args = ({ args: all }: Row): string => all;

/** ps -o NAME. */
const COLUMNS: Readonly<Record<string, Column>> = {
	args: column("COMMAND", args),
	command: column("COMMAND", args),
	cmd: column("CMD", args),
	comm: column("COMMAND", ({ command }) => command),
	ucmd: column("CMD", ({ command }) => command),
	c: column("C", (row) => Math.floor(cpu(row))),
	pcpu: column("%CPU", (row) => percent(cpu(row))),
	"%cpu": column("%CPU", (row) => percent(cpu(row))),
	pmem: column("%MEM", ({ rss, memory }) => percent((100 * rss) / memory)),
	"%mem": column("%MEM", ({ rss, memory }) => percent((100 * rss) / memory)),
	etime: column("ELAPSED", elapsed),
	etimes: column("ELAPSED", ({ now, start }) => Math.max(0, Math.floor(now - start))),
	ni: column("NI", ({ nice }) => nice),
	nice: column("NI", ({ nice }) => nice),
	nlwp: column("NLWP", ({ threads }) => threads),
	pgid: column("PGID", ({ pgid }) => pgid),
	pid: column("PID", ({ pid }) => pid),
	ppid: column("PPID", ({ ppid }) => ppid),
	rss: column("RSS", ({ rss }) => rss),
	s: column("S", ({ state }) => state),
	state: column("S", ({ state }) => state),
	sid: column("SID", ({ sid }) => sid),
	stat: column("STAT", ({ state, pid, sid, threads }) => state + (pid === sid ? "s" : "") + (threads > 1 ? "l" : "")),
	start: column("START", ({ start }) => new Date(start * 1000).toISOString().slice(11, 16)),
	stime: column("STIME", ({ start }) => new Date(start * 1000).toISOString().slice(11, 16)),
	time: column("TIME", ({ time }) => clock(time)),
	bsdtime: column("TIME", ({ time }) => shortClock(time)),
	tty: column("TTY", ({ tty }) => tty),
	tt: column("TT", ({ tty }) => tty),
	tname: column("TTY", ({ tty }) => tty),
	uid: column("UID", ({ uid }) => uid),
	user: column("USER", ({ uid }) => uid),
	vsz: column("VSZ", ({ vsz }) => vsz),
	vsize: column("VSZ", ({ vsz }) => vsz),
};
const FULL = "uid pid ppid c stime tty time cmd";
const SHORT = "pid tty time ucmd";
const BSD = "pid tty stat bsdtime command";
const USER_ORIENTED = "user pid %cpu %mem vsz rss tty stat start bsdtime command";
const named = (list: string): Column[] => list.split(" ").map((name) => COLUMNS[name]!);

export async function topContainer(daemon: Daemon, container: Container, psArgs: string): Promise<TopResponse> {
	for (const [, name, value] of psArgs.matchAll(/\s+(\S*)=\s*(PID\S*)/g)) {
		if (name !== "pid") throw systemError(`specifying "${name}=${value}" is not allowed`);
	}
	if (!container.state.Running) throw conflict(`Container ${container.id} is not running`);
	if (container.state.Restarting) throw conflict(`Container ${container.id} is restarting, wait until the container is running`);
	const columns = columnsOf(psArgs);
	if (!columns.some(({ title }) => title === "PID")) throw systemError("Couldn't find PID field in ps output");
	const { pids } = await daemon.containerd["tasks.pids"]({ containerId: container.id });
	const rows = (await Promise.all(pids.map((pid) => readRow(daemon.sys, pid)))).filter((row) => row !== undefined);
	containerEvent(daemon, container, "top");
	return { Titles: columns.map(({ title }) => title), Processes: rows.map((row) => columns.map(({ value }) => value(row))) };
}

/** What ps is asked to show. @throws EngineError system, in ps's words */
function columnsOf(psArgs: string): Column[] {
	const words = psArgs.split(/\s+/).filter(Boolean);
	const lists: string[] = [];
	let letters = "";
	for (let at = 0; at < words.length; at++) {
		const word = words[at]!;
		const list = /^-?[A-Za-z]*?o(.*)$/.exec(word);
		if (word === "--forest" || /^\d+$/.test(word)) continue;
		if (list && (word.startsWith("-") || at + 1 < words.length || list[1])) lists.push(list[1] || (words[++at] ?? ""));
		else letters += word;
	}
	if (lists.length > 0) return lists.flatMap((list) => formatList(list));
	if (letters.includes("-")) return /f/.test(letters) ? named(FULL) : named(SHORT);
	return /u/.test(letters) ? named(USER_ORIENTED) : named(BSD);
}

/** "pid,comm=NAME,args": a heading takes all that is left of the list. */
function formatList(list: string): Column[] {
	const columns: Column[] = [];
	for (let rest = list; rest !== ""; ) {
		const [, name = "", separator, after = ""] = /^([^,=]*)([,=]?)(.*)$/s.exec(rest)!;
		const known = COLUMNS[name.toLowerCase()];
		if (!known) throw systemError(`ps: error: unknown user-defined format specifier ${JSON.stringify(name)}`);
		columns.push(separator === "=" ? { ...known, title: after } : known);
		rest = separator === "," ? after : "";
	}
	return columns;
}

async function readRow(sys: Sys, pid: number): Promise<Row | undefined> {
	try {
		const stat = await readText(sys, `/proc/${pid}/stat`);
		const uptime = Number((await readText(sys, "/proc/uptime")).split(" ")[0]);
		const cmdline = (await readText(sys, `/proc/${pid}/cmdline`)).split("\0").filter(Boolean).join(" ");
		const memory = Number(/^MemTotal:\s+(\d+)/m.exec(await readText(sys, "/proc/meminfo"))?.[1] ?? 1);
		const { uid } = await sys.stat(`/proc/${pid}`);
		const open = stat.indexOf("(");
		const close = stat.lastIndexOf(")");
		const command = stat.slice(open + 1, close);
		// Fields 3 and on.
		const fields = stat.slice(close + 2).split(" ");
		const at = (field: number): number => Number(fields[field - 3]);
		const terminal = at(7);
		const now = Number(sys.now() / 1_000_000_000n);
		return {
			uid: uid === 0 ? "root" : String(uid),
			pid,
			ppid: at(4),
			pgid: at(5),
			sid: at(6),
			state: fields[0] ?? "?",
			tty: terminal === 0 ? "?" : `pts/${terminal & 0xff}`,
			nice: at(19),
			start: now - uptime + at(22) / HERTZ,
			now,
			time: (at(14) + at(15)) / HERTZ,
			command,
			args: cmdline || `[${command}]`,
			rss: (at(24) * PAGE) / 1024,
			vsz: Math.floor(at(23) / 1024),
			threads: at(20),
			memory,
		};
	} catch {
		// It has ended meanwhile.
		return undefined;
	}
}
