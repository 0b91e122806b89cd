// Files between the reader's machine and the host: by the host's own programs, so that they end where a user's would.

import type { Machine } from "../../engine/host/browser/facade";
import { isImageArchive, isImageEntry, isXzArchive } from "../../engine/host/browser/layer";
import { saveFile } from "../page/save-file";

type Runner = Pick<Machine, "run" | "readFile">;

/** For a shell: 'it'\''s'. */
export const quoted = (text: string): string => (/^[\w./:@%+,=-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

export const joined = (directory: string, name: string): string => `${directory === "/" ? "" : directory}/${name}`;

/** @throws Error with what the host said */
export async function writeFile(machine: Pick<Machine, "run">, path: string, content: Uint8Array): Promise<void> {
	const { code, stderr } = await machine.run(`cat > ${quoted(path)}`, { stdin: content });
	if (code !== 0) throw new Error(stderr.trim().split("\n").at(-1) ?? "");
}

export async function downloadFile(machine: Pick<Machine, "readFile">, path: string): Promise<void> {
	const bytes = await machine.readFile(path);
	saveFile(path.split("/").at(-1) ?? "file", new Blob([bytes as Uint8Array<ArrayBuffer>]));
}

/** Whether docker load takes a file for images. @param path where it is on the host by now */
export async function hasImages(machine: Pick<Machine, "run">, file: Blob, path: string): Promise<boolean> {
	if (!(await isXzArchive(file))) return isImageArchive(file);
	const { stdout } = await machine.run(`xz -dc ${quoted(path)} | tar -tf -`);
	return stdout.split("\n").some(isImageEntry);
}

/** As `docker save` writes it, which docker load takes anywhere. @throws Error with what docker said */
export async function downloadImage(machine: Runner, reference: string): Promise<void> {
	const name = `${reference.replaceAll(/[^\w.-]+/g, "_")}.tar`;
	const path = `/tmp/${name}`;
	try {
		const { code, stderr } = await machine.run(`docker save -o ${quoted(path)} ${quoted(reference)}`);
		if (code !== 0) throw new Error(stderr.trim());
		const bytes = await machine.readFile(path);
		saveFile(name, new Blob([bytes as Uint8Array<ArrayBuffer>], { type: "application/x-tar" }));
	} finally {
		await machine.run(`rm -f ${quoted(path)}`);
	}
}
