// execve(2): finds the program, sees by its first bytes what it is (ELF, "#!", native), and puts it in the caller's place.
//
// Until the plan is made, everything may fail and the caller goes on. From commit() on there is no way back: a failure kills.

import { PAGE } from "../../cpu/types";
import { inodeAt, type Place, pathOf } from "../../fs/vfs/mount";
import { ERRNO, type Errno } from "../../lib/errno";
import type { NativeMain } from "../../sys";
import { chargeFor } from "../mm/charge";
import { layoutFor } from "../mm/layout";
import { Mm } from "../mm/mm";
import { assume, type IdentityAfter, identityAfterExec } from "../proc/execidentity";
import { endProcess, leaveMemory, leaveThreads } from "../proc/exit";
import { leaveRobustList } from "../proc/futex/robust";
import { setName } from "../proc/prctl";
import type { ProcessRecord } from "../proc/process";
import { SIG } from "../proc/signal/numbers";
import type { TaskRecord } from "../proc/task";
import { isElf } from "./elf";
import { type Executable, openExecutable } from "./executable";
import { type ElfPlan, loadElf, planElf } from "./load";
import { parseNative } from "./native";
import { absolute } from "./paths";
import { parseScript } from "./script";
import { AT, buildStack, HWCAP } from "./stack";

/** Scripts whose interpreters are scripts. */
const MAX_SCRIPTS = 5;
/** Room for argv and the environment: a quarter of the stack (man 2 execve). */
const ARG_PAGES = 32 * PAGE;

interface Request {
	path: string;
	argv: readonly string[];
	env: readonly string[];
	/** Where the file was found already: execveat(2) with a descriptor. */
	place?: Place;
}
type Format = { kind: "elf"; plan: ElfPlan } | { kind: "native"; main: NativeMain };
interface Plan {
	file: Executable;
	format: Format;
	argv: readonly string[];
	env: readonly string[];
	/** As it was given, absolute: AT_EXECFN. */
	given: string;
	identity: IdentityAfter;
}

/** 0 when the task now runs another program (or was killed on the way), else an errno. */
export function execve(task: TaskRecord, request: Request): Errno | 0 {
	const plan = makePlan(task, request);
	if (typeof plan === "number") return plan;
	return commit(task, plan);
}

function makePlan(task: TaskRecord, request: Request): Plan | Errno {
	let { path, argv, place } = request;
	const given = absolute(task, path);
	// Programs count on a name for themselves: who gives none is given an empty one (since 5.18).
	if (argv.length === 0) argv = [""];
	let bytes = 0;
	for (const word of [...argv, ...request.env]) bytes += word.length + 1;
	if (bytes > Math.max(ARG_PAGES, 2 << 20)) return -ERRNO.E2BIG;
	for (let scripts = 0; ; scripts++) {
		const file = openExecutable(task, path, place);
		if (typeof file === "number") return file;
		const interpreter = parseScript(file.head);
		if (!interpreter) {
			const format = formatOf(task, file);
			if (typeof format === "number") return format;
			const identity = identityAfterExec(task, file.privileges);
			if (typeof identity === "number") return identity;
			return { file, format, argv, env: request.env, given, identity };
		}
		if (scripts >= MAX_SCRIPTS) return -ERRNO.ELOOP;
		argv = [interpreter.path, ...(interpreter.argument === undefined ? [] : [interpreter.argument]), path, ...argv.slice(1)];
		path = interpreter.path;
		place = undefined;
	}
}

function formatOf(task: TaskRecord, file: Executable): Format | Errno {
	if (isElf(file.head)) {
		if (!task.kernel.options.cpu) return -ERRNO.ENOEXEC;
		const plan = planElf(task, file);
		return typeof plan === "number" ? plan : { kind: "elf", plan };
	}
	const name = parseNative(file.head);
	const { natives, rootFs } = task.kernel.options;
	const main = name !== undefined && inodeAt(file.place).fs === rootFs ? natives[name] : undefined;
	return main ? { kind: "native", main } : -ERRNO.ENOEXEC;
}

function commit(task: TaskRecord, plan: Plan): Errno | 0 {
	const { process, kernel } = task;
	// Memory that is shared with a vfork parent is left to it: another is needed, and there may be none.
	const own = process.mm?.users === 1;
	const program = plan.file.inode.content?.()?.buffer;
	let mm = plan.format.kind === "elf" && !own ? freshMemory(process, program) : undefined;
	if (plan.format.kind === "elf" && !own && !mm) return -ERRNO.ENOMEM;
	leaveThreads(task);
	leaveRobustList(task);
	if (plan.format.kind === "elf" && own) {
		mm = process.mm!;
		mm.empty(program);
	}
	task.program?.end();
	task.program = undefined;
	task.thread?.release();
	task.thread = undefined;
	if (process.mm !== mm) leaveMemory(process);
	process.mm = mm;
	become(task, plan);
	kernel.trace.emit("kernel", { type: "process.exec", pid: process.pid, path: process.executable, argv: [...process.argv] });
	if (plan.format.kind === "native") kernel.acts.startNative(task, plan.format.main, plan.argv, plan.env);
	else if (startElf(task, mm!, plan, plan.format.plan) < 0) endProcess(process, SIG.SIGKILL);
	return 0;
}

/** `program` stands for what will run in it: memory that ran it before holds its text. */
function freshMemory(process: ProcessRecord, program: object | undefined): Mm | undefined {
	const space = process.kernel.options.cpu!.createSpace(program);
	return space && new Mm(space, layoutFor(0, 8 << 20, Number.MAX_SAFE_INTEGER), chargeFor(process));
}

/** What execve changes of a process besides its memory (man 2 execve, "Effect on process attributes"). */
function become(task: TaskRecord, { file, argv, env, given, identity }: Plan): void {
	const { process } = task;
	task.files = task.files.own();
	task.files.closeOnExec();
	process.actions = process.actions.afterExec();
	process.posixTimers?.clear();
	task.alternateStack = { base: 0, size: 0, flags: 2 };
	task.clearChildTid = 0;
	task.rseq = undefined;
	task.fs = { ...task.fs };
	assume(task, identity);
	process.executed = true;
	process.argv = argv;
	process.environment = env;
	process.executablePlace = file.place;
	process.executable = pathOf(file.place, task.fs.root).path;
	setName(task, given.slice(given.lastIndexOf("/") + 1));
}

function startElf(task: TaskRecord, mm: Mm, plan: Plan, elf: ElfPlan): Errno | 0 {
	const loaded = loadElf(task, mm, elf);
	if (typeof loaded === "number") return loaded;
	const { identity, kernel } = task;
	const stack = buildStack(
		{
			argv: plan.argv,
			env: plan.env,
			executablePath: plan.given,
			random: kernel.random(new Uint8Array(16)),
			auxv: [
				[AT.HWCAP, HWCAP],
				[AT.PAGESZ, PAGE],
				[AT.CLKTCK, 100],
				[AT.PHDR, loaded.phdr],
				[AT.PHENT, 56],
				[AT.PHNUM, loaded.phnum],
				[AT.BASE, loaded.interpreterBase],
				[AT.FLAGS, 0],
				[AT.ENTRY, loaded.entry],
				[AT.UID, identity.ruid],
				[AT.EUID, identity.euid],
				[AT.GID, identity.rgid],
				[AT.EGID, identity.egid],
				[AT.SECURE, plan.identity.secure ? 1 : 0],
				[AT.HWCAP2, 0],
				[AT.MINSIGSTKSZ, 2048],
			],
		},
		mm.layout.stackTop,
	);
	if (!mm.guest.set(stack.pointer, stack.bytes)) return -ERRNO.E2BIG;
	task.process.auxv = stack.auxv;
	mm.words = stack.words;
	const thread = mm.space.createThread();
	thread.rip = loaded.start;
	thread.setNumber(4, stack.pointer);
	task.thread = thread;
	task.call = undefined;
	task.nudge();
	return 0;
}
