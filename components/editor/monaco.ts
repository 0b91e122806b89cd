// Monaco with what this site uses of it, fetched when the first editor is shown. Its worker is a file of this site.

import "monaco-editor/features/bracketMatching/register";
import "monaco-editor/features/clipboard/register";
import "monaco-editor/features/codeEditor/register";
import "monaco-editor/features/codicon/register";
import "monaco-editor/features/comment/register";
import "monaco-editor/features/find/register";
import "monaco-editor/features/folding/register";
import "monaco-editor/features/gotoError/register";
import "monaco-editor/features/hover/register";
import "monaco-editor/features/linesOperations/register";
import "monaco-editor/features/multicursor/register";
import "monaco-editor/features/readOnlyMessage/register";
import "monaco-editor/features/snippet/register";
import "monaco-editor/editor/contrib/suggest/browser/suggestController";
import "monaco-editor/features/suggest/register";
import "monaco-editor/features/toggleTabFocusMode/register";
import "monaco-editor/features/wordOperations/register";
import "monaco-editor/languages/definitions/dockerfile/register";
import "monaco-editor/languages/definitions/html/register";
import "monaco-editor/languages/definitions/ini/register";
import "monaco-editor/languages/definitions/javascript/register";
import "monaco-editor/languages/definitions/python/register";
import "monaco-editor/languages/definitions/shell/register";
import "monaco-editor/languages/definitions/yaml/register";
import * as monaco from "monaco-editor/editor/editor.api";

(globalThis as { MonacoEnvironment?: unknown }).MonacoEnvironment = {
	getWorker: () => new Worker(new URL("./monaco-worker.ts", import.meta.url), { type: "module", name: "editor" }),
};

const colours = (dark: boolean): Record<string, string> =>
	dark
		? {
				"editor.background": "#17222b",
				"editor.foreground": "#e9e6de",
				"editorLineNumber.foreground": "#8d9aa3",
				"editorLineNumber.activeForeground": "#e9e6de",
				"editor.lineHighlightBackground": "#1d2a34",
				"editor.selectionBackground": "#23526f",
				"editorCursor.foreground": "#82c4ec",
				"editorWidget.background": "#10181f",
				"editorWidget.foreground": "#e9e6de",
				"editorWidget.border": "#71808b",
				"editorHoverWidget.background": "#10181f",
				"editorHoverWidget.border": "#71808b",
				"editorSuggestWidget.background": "#10181f",
				"editorSuggestWidget.border": "#71808b",
				"editorSuggestWidget.foreground": "#e9e6de",
				"editorSuggestWidget.highlightForeground": "#82c4ec",
				"editorSuggestWidget.selectedBackground": "#23526f",
				"editorSuggestWidget.selectedForeground": "#e9e6de",
				"editorSuggestWidget.focusHighlightForeground": "#82c4ec",
				"list.hoverBackground": "#173447",
				"textCodeBlock.background": "#17222b",
				"scrollbarSlider.background": "#71808b66",
				"scrollbarSlider.hoverBackground": "#71808baa",
				"scrollbarSlider.activeBackground": "#82c4ec",
				"editorError.foreground": "#ffa662",
				"editorWarning.foreground": "#e6c670",
			}
		: {
				"editor.background": "#fffefa",
				"editor.foreground": "#17212a",
				"editorLineNumber.foreground": "#5b666e",
				"editorLineNumber.activeForeground": "#17212a",
				"editor.lineHighlightBackground": "#f5f2e9",
				"editor.selectionBackground": "#bcd8e6",
				"editorCursor.foreground": "#0c5a86",
				"editorWidget.background": "#fffefa",
				"editorWidget.foreground": "#17212a",
				"editorWidget.border": "#8d9499",
				"editorHoverWidget.background": "#fffefa",
				"editorHoverWidget.border": "#8d9499",
				"editorSuggestWidget.background": "#fffefa",
				"editorSuggestWidget.border": "#8d9499",
				"editorSuggestWidget.foreground": "#17212a",
				"editorSuggestWidget.highlightForeground": "#0c5a86",
				"editorSuggestWidget.selectedBackground": "#bcd8e6",
				"editorSuggestWidget.selectedForeground": "#17212a",
				"editorSuggestWidget.focusHighlightForeground": "#0c5a86",
				"list.hoverBackground": "#dfecf3",
				"textCodeBlock.background": "#f8f6f0",
				"scrollbarSlider.background": "#8d949966",
				"scrollbarSlider.hoverBackground": "#8d9499aa",
				"scrollbarSlider.activeBackground": "#0c5a86",
				"editorError.foreground": "#ae4300",
				"editorWarning.foreground": "#7a5a00",
			};

const tokens = (dark: boolean): Record<string, string> =>
	dark
		? { keyword: "82c4ec", string: "e6c670", variable: "9ad69c", comment: "a0acb4", number: "dcaae6" }
		: { keyword: "0c5a86", string: "7a5a00", variable: "2d6a31", comment: "5b666e", number: "7b3a86" };

for (const dark of [false, true]) {
	monaco.editor.defineTheme(themeName(dark), {
		base: dark ? "vs-dark" : "vs",
		inherit: true,
		rules: Object.entries(tokens(dark)).map(([token, foreground]) => ({ token, foreground })),
		colors: colours(dark),
	});
}
const scheme = matchMedia("(prefers-color-scheme: dark)");
const follow = (): void => monaco.editor.setTheme(themeName(scheme.matches));
scheme.addEventListener("change", follow);
follow();

function themeName(dark: boolean): string {
	return dark ? "drydock-dark" : "drydock-light";
}

export { monaco };
