// The common errors of Docker, and which of them a line of output or an exit code is.

import type { Both } from "../components/words/locale";
import { buildErrors } from "./errors/builds";
import { containerErrors } from "./errors/containers";
import { daemonErrors } from "./errors/daemon";
import type { ExplainedError } from "./errors/explained";
import { imageErrors } from "./errors/images";
import { networkErrors } from "./errors/networks";
import { programErrors } from "./errors/programs";
import { volumeErrors } from "./errors/volumes";

export type { ExplainedError };

export interface ErrorGroup {
	id: string;
	title: Both;
	errors: ExplainedError[];
}
export const ERROR_GROUPS: ErrorGroup[] = [
	{ id: "images", title: { ko: "이미지와 레지스트리", en: "Images and registries" }, errors: imageErrors },
	{
		id: "containers",
		title: { ko: "컨테이너와 종료 코드", en: "Containers and exit codes" },
		errors: [...containerErrors, ...programErrors],
	},
	{ id: "networks", title: { ko: "네트워크와 포트", en: "Networks and ports" }, errors: networkErrors },
	{ id: "volumes", title: { ko: "볼륨과 파일", en: "Volumes and files" }, errors: volumeErrors },
	{ id: "builds", title: { ko: "빌드", en: "Builds" }, errors: buildErrors },
	{ id: "daemon", title: { ko: "데몬과 명령", en: "The daemon and the command" }, errors: daemonErrors },
];
export const ERRORS: ExplainedError[] = ERROR_GROUPS.flatMap(({ errors }) => errors);

/** The error that a text of output tells of: the last line that any of them knows. */
export function errorIn(output: string): ExplainedError | undefined {
	for (const line of output.split("\n").reverse()) {
		const found = ERRORS.find(({ pattern }) => pattern?.test(line));
		if (found) return found;
	}
	return undefined;
}
/** The error that an exit code stands for. */
export const errorOfExit = (code: number): ExplainedError | undefined => ERRORS.find(({ exit }) => exit === code);
