// One Monaco editor in an element: made in an effect, disposed in its cleanup.

import type { DockerfileFinding } from "../../engine/host/browser/dockerfile-checks";
import { FONT, rootFontSize } from "../console/face";
import type { Locale } from "../words/locale";
import type { LineNote } from "./code-editor";
import { speakDockerfile } from "./dockerfile-language";
import { monaco } from "./monaco";

interface Options {
	locale: Locale;
	label: string;
	language: string;
	value: string;
	/** Without it the text is for reading only. */
	change: ((value: string) => void) | undefined;
	submit: () => void;
}
export interface EditorHandle {
	setValue(value: string): void;
	setFindings(findings: readonly DockerfileFinding[]): void;
	setNotes(notes: readonly LineNote[]): void;
	dispose(): void;
}

const OWNER = "drydock";

export function mountEditor(place: HTMLElement, { locale, label, language, value, change, submit }: Options): EditorHandle {
	speakDockerfile(locale);
	const model = monaco.editor.createModel(value, language);
	const editor = monaco.editor.create(place, {
		model,
		readOnly: !change,
		domReadOnly: !change,
		ariaLabel: label,
		automaticLayout: true,
		fontFamily: FONT,
		fontSize: (rootFontSize() * 15) / 16,
		lineHeight: (rootFontSize() * 22) / 16,
		minimap: { enabled: false },
		scrollBeyondLastLine: false,
		lineNumbersMinChars: 3,
		folding: false,
		renderLineHighlight: change ? "line" : "none",
		wordWrap: "on",
		tabSize: 4,
		// What is typed stays as it is typed: only Tab and Enter take a suggestion.
		acceptSuggestionOnCommitCharacter: false,
		fixedOverflowWidgets: true,
		cursorBlinking: matchMedia("(prefers-reduced-motion: reduce)").matches ? "solid" : "blink",
		unicodeHighlight: { ambiguousCharacters: false },
		overviewRulerLanes: 0,
		overviewRulerBorder: false,
		bracketPairColorization: { enabled: false },
		scrollbar: { verticalScrollbarSize: 8, horizontalScrollbarSize: 8 },
		padding: { top: 8, bottom: 8 },
	});
	const decorations = editor.createDecorationsCollection();
	let quiet = false;
	/** What was typed and has not come back yet: the page follows the keys a moment later. */
	const echoes = new Set<string>();
	const changes = model.onDidChangeContent(() => {
		if (quiet) return;
		echoes.add(model.getValue());
		change?.(model.getValue());
	});
	editor.addCommand(monaco.KeyMod.CtrlCmd | monaco.KeyCode.Enter, submit);

	return {
		setValue(text) {
			if (text === model.getValue()) return echoes.clear();
			if (echoes.has(text)) return;
			echoes.clear();
			quiet = true;
			model.setValue(text);
			quiet = false;
		},
		setFindings(findings) {
			const { MarkerSeverity } = monaco;
			const markers = findings.map(({ kind, rule, message, line, endLine }) => ({
				severity: kind === "error" ? MarkerSeverity.Error : MarkerSeverity.Warning,
				message: rule ? `${rule}: ${message}` : message,
				startLineNumber: line,
				startColumn: 1,
				endLineNumber: Math.min(endLine, model.getLineCount()),
				endColumn: model.getLineMaxColumn(Math.min(endLine, model.getLineCount())),
			}));
			monaco.editor.setModelMarkers(model, OWNER, markers);
		},
		setNotes(notes) {
			decorations.set(
				notes
					.filter(({ line }) => line <= model.getLineCount())
					.map(({ line, text, kind }) => {
						const end = model.getLineMaxColumn(line);
						return {
							range: new monaco.Range(line, end, line, end),
							options: {
								showIfCollapsed: true,
								after: { content: `   ${text}`, inlineClassName: kind === "hit" ? "drydock-hit" : "drydock-miss" },
							},
						};
					}),
			);
		},
		dispose() {
			changes.dispose();
			editor.dispose();
			model.dispose();
		},
	};
}
