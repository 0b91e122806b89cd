// Syllables put together by an input method reach the shell when they are finished. xterm reads a finished one from its text
// area a turn later, and when the next one has begun and ended by then (a quick typist, a busy page) one of the two is lost or
// sent twice. Browsers have the text in place when `compositionend` is heard, so it is sent there and then.

import type { Terminal } from "@xterm/xterm";

/** What xterm 6 keeps about a composition; private to it, so it is looked for before it is used. */
interface CompositionHelper {
	_textarea: HTMLTextAreaElement;
	_compositionView: HTMLElement;
	_isComposing: boolean;
	/** A composition has ended in this turn; what was typed right after it is still to be read. */
	_isSendingComposition: boolean;
	/** Where in the text area's value the composition stands. */
	_compositionPosition: { start: number; end: number };
	compositionstart(): void;
	_finalizeComposition(waitForPropagation: boolean): void;
	_handleAnyTextareaChanges(): void;
}

const DELETE = "\x7f";

/** Sends each composition as it ends. The terminal must be open; one whose insides are others keeps its own ways. */
export function sendCompositions(terminal: Terminal): void {
	const core = (terminal as unknown as { _core?: { _compositionHelper?: Partial<CompositionHelper> } })._core;
	const found = core?._compositionHelper;
	if (!found?._textarea || !found._finalizeComposition || !found._handleAnyTextareaChanges || !found.compositionstart) return;
	const helper = found as CompositionHelper;
	const area = helper._textarea;
	/** How much of the text area's value was sent, and how many compositions ended. */
	let sent = 0;
	let ended = 0;

	const sendUpTo = (end: number) => {
		const text = area.value.slice(sent, end);
		sent = end;
		if (text) terminal.input(text);
	};
	const begin = helper.compositionstart.bind(helper);
	helper.compositionstart = () => {
		if (helper._isSendingComposition) sendUpTo(area.value.length);
		helper._isSendingComposition = false;
		begin();
		sent = helper._compositionPosition.start;
	};
	helper._finalizeComposition = (wait) => {
		helper._compositionView.classList.remove("active");
		helper._isComposing = false;
		helper._isSendingComposition = wait;
		sendUpTo(area.value.length);
		if (!wait) return;
		const mine = ++ended;
		setTimeout(() => {
			if (!helper._isSendingComposition || mine !== ended) return;
			helper._isSendingComposition = false;
			sendUpTo(area.value.length);
		}, 0);
	};
	// A key of an input method that composes nothing, such as a digit: what it changed is known a turn later.
	helper._handleAnyTextareaChanges = () => {
		const before = area.value;
		const then = ended;
		setTimeout(() => {
			const now = area.value;
			if (helper._isComposing || then !== ended || now === before) return;
			if (now.length < before.length) terminal.input(DELETE);
			else terminal.input(now.length > before.length ? now.replace(before, "") : now);
		}, 0);
	};
}
