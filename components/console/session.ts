// The tab's terminals: each is one xterm on one shell of the host, kept while pages come and go. The element moves from page
// to page; what is on the screen stays. xterm itself is fetched when the first console is shown.

import type { FitAddon } from "@xterm/addon-fit";
import type { Terminal } from "@xterm/xterm";
import type { MachineConsole } from "../../engine/host/browser/facade";
import { machineStore, theMachine } from "../machine/store";
import { sendCompositions } from "./composition";
import { OutputWatch, watchExits } from "./error-watch";
import { FONT, measureAgain, rootFontSize } from "./face";
import { liveLines, liveLinks } from "./links";
import { lightWords } from "./lit-words";
import { consoleTheme } from "./theme";

const encoder = new TextEncoder();
const SCREEN_READER_KEY = "drydock.screen-reader";

/** Asked for as soon as a page has a console, before it has a place for it. */
const XTERM = Promise.all([
	import("@xterm/xterm"),
	import("@xterm/addon-fit"),
	import("@xterm/xterm/css/xterm.css"),
	// Cells are measured once, so the face must be there before.
	document.fonts?.load(`14px ${FONT}`).catch(() => []),
]);
XTERM.catch(() => {
	// Told by the console that waits for it.
});

export interface ConsoleTexts {
	exited: string;
	label: string;
}

export class ConsoleSession {
	readonly element: HTMLDivElement;
	private terminal: Terminal | undefined;
	private fitter: FitAddon | undefined;
	private shell: MachineConsole | undefined;
	private opening = false;
	private loading: Promise<Terminal> | undefined;
	private texts: ConsoleTexts = { exited: "", label: "" };
	/** Lines to type when the shell is there. */
	private pending: string[] = [];
	private tabLeaves = false;
	private unfollow: (() => void) | undefined;
	private control = false;
	private readonly controlListeners = new Set<(held: boolean) => void>();

	constructor() {
		this.element = document.createElement("div");
		this.element.style.height = "100%";
	}

	/** The terminal hangs up and is gone. */
	close(): void {
		this.unfollow?.();
		const { shell } = this;
		this.shell = undefined;
		shell?.close();
		this.terminal?.dispose();
		this.element.remove();
	}

	/** Shows the terminal in `place`; the answer takes it out again. */
	mount(place: HTMLElement, texts: ConsoleTexts): () => void {
		this.texts = texts;
		place.append(this.element);
		this.labelInput();
		const observer = new ResizeObserver(() => this.fit());
		observer.observe(place);
		void this.load().then(() => this.fit());
		return () => {
			observer.disconnect();
			this.element.remove();
		};
	}

	focus(): void {
		void this.load().then((terminal) => terminal.focus());
	}
	/** Types a line and presses Enter, as the learner would. */
	type(line: string): void {
		if (this.shell) this.shell.write(encoder.encode(`${line}\r`));
		else this.pending.push(line);
	}
	/** Types lines one after the other, each when the shell's prompt is back. False when it does not come back in time. */
	async typeInTurn(lines: readonly string[], limitMs = 180_000): Promise<boolean> {
		for (const line of lines) {
			if (!(await this.promptWithin(limitMs))) return false;
			this.type(line);
		}
		return true;
	}
	private async promptWithin(limitMs: number): Promise<boolean> {
		const end = Date.now() + limitMs;
		// What was just typed takes a moment to leave the prompt's line.
		do await new Promise((resolve) => setTimeout(resolve, 150));
		while (!this.atPrompt() && Date.now() < end);
		return this.atPrompt();
	}
	private atPrompt(): boolean {
		const buffer = this.terminal?.buffer.active;
		const line = buffer?.getLine(buffer.baseY + buffer.cursorY)?.translateToString(true, 0, buffer.cursorX);
		return this.shell !== undefined && line !== undefined && /[#$] ?$/.test(line);
	}
	clear(): void {
		this.terminal?.clear();
	}
	get screenReader(): boolean {
		return typeof localStorage !== "undefined" && localStorage.getItem(SCREEN_READER_KEY) === "1";
	}
	set screenReader(on: boolean) {
		localStorage.setItem(SCREEN_READER_KEY, on ? "1" : "0");
		if (this.terminal) this.terminal.options.screenReaderMode = on;
	}

	private load(): Promise<Terminal> {
		this.loading ??= this.create();
		return this.loading;
	}

	private async create(): Promise<Terminal> {
		const [{ Terminal }, { FitAddon }] = await XTERM;
		const scheme = matchMedia("(prefers-color-scheme: dark)");
		const narrow = matchMedia("(max-width: 40rem)");
		const terminal = new Terminal({
			fontFamily: FONT,
			fontSize: rootFontSize() * (narrow.matches ? 0.875 : 1),
			lineHeight: 1.2,
			cursorBlink: !matchMedia("(prefers-reduced-motion: reduce)").matches,
			cursorStyle: "block",
			scrollback: 5000,
			theme: consoleTheme(scheme.matches),
			minimumContrastRatio: 4.5,
			screenReaderMode: this.screenReader,
			macOptionIsMeta: true,
			// What is lit up in the pictures is washed here by decorations, which xterm still calls proposed.
			allowProposedApi: true,
		});
		scheme.addEventListener("change", () => {
			terminal.options.theme = consoleTheme(scheme.matches);
		});
		this.fitter = new FitAddon();
		terminal.loadAddon(this.fitter);
		terminal.open(this.element);
		sendCompositions(terminal);
		terminal.registerLinkProvider(liveLinks(terminal));
		terminal.attachCustomKeyEventHandler((event) => this.key(event));
		terminal.onData((data) => this.input(encoder.encode(this.controlled(data))));
		terminal.onBinary((data) => this.input(Uint8Array.from(data, (character) => character.charCodeAt(0))));
		terminal.onResize((size) => this.shell?.resize(size));
		this.terminal = terminal;
		this.labelInput();
		this.fit();
		const dim = lightWords(terminal, () => scheme.matches);
		const unlight = liveLines(terminal, this.element);
		const forget = measureAgain(terminal);
		const unfollow = machineStore.subscribe(({ status }) => this.follow(status.phase));
		this.unfollow = () => {
			dim();
			unlight();
			forget();
			unfollow();
		};
		this.follow(machineStore.getState().status.phase);
		return terminal;
	}

	private follow(phase: string): void {
		if (phase === "ready") void this.openShell();
		else if (this.shell) {
			this.shell = undefined;
			this.terminal?.reset();
		}
	}

	private async openShell(): Promise<void> {
		const machine = theMachine();
		const terminal = this.terminal;
		if (!machine || !terminal || this.shell || this.opening) return;
		this.opening = true;
		try {
			const shell = await machine.openConsole({ rows: terminal.rows, cols: terminal.cols });
			this.shell = shell;
			const watch = new OutputWatch();
			watchExits();
			shell.onData((bytes, taken) => {
				watch.printed(bytes);
				terminal.write(bytes, taken);
			});
			shell.onExit(() => {
				if (this.shell !== shell) return;
				this.shell = undefined;
				if (machine.status().phase === "ready") terminal.write(`\r\n\x1b[2m${this.texts.exited}\x1b[0m\r\n`);
			});
			for (const line of this.pending.splice(0)) this.type(line);
		} finally {
			this.opening = false;
		}
	}

	/** A key that the keyboard has not: its bytes, with Ctrl where that is held. */
	press(data: string): void {
		this.input(encoder.encode(this.controlled(data)));
	}
	holdControl(on: boolean): void {
		this.control = on;
		for (const listener of this.controlListeners) listener(on);
	}
	onControl(listener: (held: boolean) => void): () => void {
		this.controlListeners.add(listener);
		listener(this.control);
		return () => this.controlListeners.delete(listener);
	}
	/** What Ctrl makes of a key: of "c" the byte 3. It is let go with the first key. */
	private controlled(data: string): string {
		if (!this.control || data.length === 0) return data;
		this.holdControl(false);
		const code = data.toUpperCase().charCodeAt(0);
		return data.length === 1 && code >= 0x40 && code < 0x60 ? String.fromCharCode(code & 0x1f) : data;
	}

	private input(bytes: Uint8Array): void {
		if (this.shell) this.shell.write(bytes);
		else void this.openShell();
	}

	/** Keys that are not the shell's: copying, and the way out for who goes by keyboard. */
	private key(event: KeyboardEvent): boolean {
		if (event.type !== "keydown") return true;
		if (event.ctrlKey && event.shiftKey && event.code === "KeyC" && this.terminal?.hasSelection()) {
			event.preventDefault();
			void navigator.clipboard?.writeText(this.terminal.getSelection());
			return false;
		}
		if (event.ctrlKey && !event.shiftKey && !event.altKey && event.code === "KeyM") {
			event.preventDefault();
			this.tabLeaves = !this.tabLeaves;
			return false;
		}
		if (event.key === "Tab" && this.tabLeaves) {
			this.tabLeaves = false;
			return false;
		}
		return true;
	}

	private fit(): void {
		if (this.element.isConnected && this.element.clientHeight > 0) this.fitter?.fit();
	}
	private labelInput(): void {
		this.element.querySelector("textarea")?.setAttribute("aria-label", this.texts.label);
	}
}

/** The terminal that every page shows unless it has several. */
export const MAIN = "main";

const sessions = new Map<string, ConsoleSession>();
let current = MAIN;

/** A terminal of the tab by its name, the one last shown when none is given; made at the first call, in the browser. */
export function consoleSession(name: string = current): ConsoleSession {
	let session = sessions.get(name);
	if (!session) {
		session = new ConsoleSession();
		sessions.set(name, session);
	}
	return session;
}
/** Where commands that are pressed on the page are typed from now on. */
export function showConsole(name: string): ConsoleSession {
	current = name;
	return consoleSession(name);
}
export function closeConsole(name: string): void {
	sessions.get(name)?.close();
	sessions.delete(name);
	if (current === name) current = MAIN;
}
/** Names of the terminals that are open, oldest first. */
export const openConsoles = (): string[] => [...sessions.keys()];
