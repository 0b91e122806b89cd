// Dockerfiles in Monaco: completion and hover from the language service, its words for instructions in the page's language;
// findings from BuildKit's own checks and the service's.

import { DockerfileLanguageServiceFactory } from "dockerfile-language-service";
import { INSTRUCTIONS } from "@/content/dockerfile";
import { checkDockerfile, type DockerfileFinding } from "../../engine/host/browser/dockerfile-checks";
import type { Locale } from "../words/locale";
import { monaco } from "./monaco";

const service = DockerfileLanguageServiceFactory.createLanguageService();
service.setCapabilities({
	completion: { completionItem: { snippetSupport: true, documentationFormat: ["plaintext"] } },
	hover: { contentFormat: ["plaintext"] },
});

let locale: Locale = "ko";
let registered = false;

/** Makes the editor know Dockerfiles, once, and from now on in this language. */
export function speakDockerfile(spoken: Locale): void {
	locale = spoken;
	if (registered) return;
	registered = true;
	monaco.languages.registerCompletionItemProvider("dockerfile", {
		triggerCharacters: [" ", "-", "=", "$"],
		provideCompletionItems,
	});
	monaco.languages.registerHoverProvider("dockerfile", { provideHover });
}

async function provideCompletionItems(
	model: monaco.editor.ITextModel,
	{ lineNumber, column }: monaco.Position,
): Promise<monaco.languages.CompletionList> {
	const items = await service.computeCompletionItems(model.getValue(), { line: lineNumber - 1, character: column - 1 });
	const { Snippet, Function: Instruction, Property } = monaco.languages.CompletionItemKind;
	const word = model.getWordUntilPosition({ lineNumber, column });
	const here = new monaco.Range(lineNumber, word.startColumn, lineNumber, word.endColumn);
	return {
		suggestions: items.map((item) => {
			const edit = item.textEdit && "range" in item.textEdit ? item.textEdit : undefined;
			const snippet = item.insertTextFormat === 2;
			const instruction = /^[A-Z]+$/.exec(String(item.data ?? item.label))?.[0];
			return {
				label: item.label,
				kind: snippet ? Snippet : instruction ? Instruction : Property,
				insertText: edit?.newText ?? item.insertText ?? item.label,
				insertTextRules: snippet ? monaco.languages.CompletionItemInsertTextRule.InsertAsSnippet : undefined,
				range: edit ? rangeOf(edit.range) : here,
				documentation: instruction && INSTRUCTIONS[instruction]?.about[locale],
			};
		}),
	};
}

function provideHover(
	model: monaco.editor.ITextModel,
	{ lineNumber, column }: monaco.Position,
): monaco.languages.Hover | undefined {
	const found = service.computeHover(model.getValue(), { line: lineNumber - 1, character: column - 1 });
	if (!found) return undefined;
	const range = found.range ? rangeOf(found.range) : undefined;
	const word = model.getWordAtPosition({ lineNumber, column })?.word.toUpperCase() ?? "";
	const known = INSTRUCTIONS[word];
	if (known) {
		const value = `**${word}** ${known.about[locale]}\n\n\`\`\`dockerfile\n${known.example}\n\`\`\``;
		return { contents: [{ value }], range };
	}
	// A variable's value, or a flag's description.
	const contents =
		typeof found.contents === "object" && "value" in found.contents ? found.contents.value : String(found.contents);
	return { contents: [{ value: contents }], range };
}

interface LspRange {
	start: { line: number; character: number };
	end: { line: number; character: number };
}
const rangeOf = ({ start, end }: LspRange): monaco.Range =>
	new monaco.Range(start.line + 1, start.character + 1, end.line + 1, end.character + 1);

/** What is to be said of a Dockerfile, in the order of its lines. */
export function findingsOf(source: string): DockerfileFinding[] {
	const own = checkDockerfile(source);
	const stands = new Set(own.map(({ line }) => line));
	// The service knows of more (a port out of range, a flag twice); where the builder has spoken of a line, it is silent.
	const more = service.validate(source).map(({ range, message, severity }): DockerfileFinding => {
		const [line, endLine] = [range.start.line + 1, range.end.line + 1];
		return { kind: severity === 1 ? "error" : "warning", rule: "", message, url: "", line, endLine };
	});
	const added = own.some(({ kind }) => kind === "error") ? [] : more.filter(({ line }) => !stands.has(line));
	return [...own, ...added].sort((a, b) => a.line - b.line);
}
