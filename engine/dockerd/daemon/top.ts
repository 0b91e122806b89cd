// GET /containers/{id}/top: the container's processes as `ps -ef` of the host shows them, read from /proc.

import type { TopResponse } from "../../api/container";
import { conflict, invalidParameter } from "../../lib/errors";
import { readText } from "../../lib/files";
import type { Sys } from "../../sys";
import type { Container } from "../container/container";
import { containerEvent, type Daemon } from "./daemon";

/** Clock ticks of /proc/PID/stat a second. */
const HERTZ = 100;

interface Row {
	uid: string;
	pid: number;
	ppid: number;
	state: string;
	tty: string;
	/** Seconds since 1970. */
	start: number;
	/** Seconds. */
	time: number;
	command: string;
	args: string;
	rss: number;
}

const clock = (seconds: number): string => {
	const two = (value: number): string => String(Math.floor(value)).padStart(2, "0");
	return `${two(seconds / 3600)}:${two((seconds / 60) % 60)}:${two(seconds % 60)}`;
};
/** ps -o NAME: heading and value. */
const COLUMNS: Record<string, { title: string; value: (row: Row) => string }> = {
	args: { title: "COMMAND", value: ({ args }) => args },
	cmd: { title: "CMD", value: ({ args }) => args },
	comm: { title: "COMMAND", value: ({ command }) => command },
	c: { title: "C", value: () => "0" },
	pid: { title: "PID", value: ({ pid }) => String(pid) },
	ppid: { title: "PPID", value: ({ ppid }) => String(ppid) },
	rss: { title: "RSS", value: ({ rss }) => String(rss) },
	stat: { title: "STAT", value: ({ state }) => state },
	stime: { title: "STIME", value: ({ start }) => new Date(start * 1000).toISOString().slice(11, 16) },
	time: { title: "TIME", value: ({ time }) => clock(time) },
	tty: { title: "TTY", value: ({ tty }) => tty },
	uid: { title: "UID", value: ({ uid }) => uid },
	user: { title: "USER", value: ({ uid }) => uid },
};
const FULL = ["uid", "pid", "ppid", "c", "stime", "tty", "time", "cmd"];

export async function topContainer(daemon: Daemon, container: Container, psArgs: string): Promise<TopResponse> {
	if (!container.state.Running) throw conflict(`Container ${container.id} is not running`);
	if (container.state.Restarting) throw conflict(`Container ${container.id} is restarting, wait until the container is running`);
	const columns = columnsOf(psArgs);
	const { pids } = await daemon.containerd["tasks.pids"]({ containerId: container.id });
	const rows = (await Promise.all(pids.map((pid) => readRow(daemon.sys, pid)))).filter((row) => row !== undefined);
	containerEvent(daemon, container, "top");
	return {
		Titles: columns.map((name) => COLUMNS[name]!.title),
		Processes: rows.map((row) => columns.map((name) => COLUMNS[name]!.value(row))),
	};
}

/** Of ps's options: -ef (and what comes to the same), -o LIST. */
function columnsOf(psArgs: string): string[] {
	const list = /^(?:-?[ae]*x?)?\s*-?o\s*([\w,]+)$/.exec(psArgs.trim())?.[1];
	if (!list) return FULL;
	const names = list.split(",");
	const unknown = names.find((name) => !COLUMNS[name]);
	if (unknown) throw invalidParameter(`ps: error: unknown user-defined format specifier "${unknown}"`);
	if (!names.includes("pid")) throw invalidParameter("Couldn't find PID field in ps output");
	return names;
}

async function readRow(sys: Sys, pid: number): Promise<Row | undefined> {
	try {
		const stat = await readText(sys, `/proc/${pid}/stat`);
		const uptime = Number((await readText(sys, "/proc/uptime")).split(" ")[0]);
		const cmdline = (await readText(sys, `/proc/${pid}/cmdline`)).split("\0").filter(Boolean).join(" ");
		const { uid } = await sys.stat(`/proc/${pid}`);
		const open = stat.indexOf("(");
		const close = stat.lastIndexOf(")");
		const command = stat.slice(open + 1, close);
		// Fields 3 and on.
		const fields = stat.slice(close + 2).split(" ");
		const at = (field: number): number => Number(fields[field - 3]);
		const terminal = at(7);
		return {
			uid: uid === 0 ? "root" : String(uid),
			pid,
			ppid: at(4),
			state: fields[0] ?? "?",
			tty: terminal === 0 ? "?" : `pts/${terminal & 0xff}`,
			start: Number(sys.now() / 1_000_000_000n) - uptime + at(22) / HERTZ,
			time: (at(14) + at(15)) / HERTZ,
			command,
			args: cmdline || `[${command}]`,
			rss: at(24) * 4,
		};
	} catch {
		// It has ended meanwhile.
		return undefined;
	}
}
