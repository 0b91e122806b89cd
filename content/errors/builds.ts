// Errors about builds.

import { explained } from "./explained";

const AT = "mkdir -p /root/t && cd /root/t && printf";
export const buildErrors = [
	explained(
		"no-dockerfile",
		{
			pattern:
				/failed to read dockerfile|[Uu]nable to locate Dockerfile|Cannot locate specified Dockerfile|lstat .*Dockerfile: no such file/,
			look: ["ls -a"],
			make: ["mkdir -p /root/none && docker build /root/none"],
		},
		{
			title: "Dockerfile을 찾을 수 없음",
			means: "컨텍스트로 준 디렉터리에 Dockerfile이 없습니다. 이름의 대소문자와 확장자도 정확해야 합니다.",
			todo: "docker build의 마지막 인자가 맞는 디렉터리인지 보고, 다른 이름이라면 -f로 알려 주세요.",
		},
		{
			title: "No Dockerfile",
			means:
				"The directory given as the build context has no Dockerfile. The name must match exactly, including capital letters, with no extension.",
			todo: "Check that the last argument of docker build is the right directory. If the file has another name, give it with -f.",
		},
	),
	explained(
		"copy-not-found",
		{
			pattern:
				/failed to calculate checksum of ref|failed to compute cache key.*not found|COPY failed: .*(?:no such file|not found|forbidden path)/,
			look: ["ls -a", "cat .dockerignore"],
			make: [`${AT} 'FROM busybox\\nCOPY missing.txt /\\n' > Dockerfile && docker build .`],
		},
		{
			title: "COPY할 파일이 컨텍스트에 없음",
			means:
				"COPY는 빌드 컨텍스트 안의 파일만 볼 수 있습니다. 상위 디렉터리(../)의 파일이나 .dockerignore에서 뺀 파일은 없는 것과 같습니다.",
			todo: "경로는 Dockerfile이 아니라 컨텍스트 디렉터리를 기준으로 씁니다. .dockerignore도 확인하세요.",
		},
		{
			title: "The file for COPY is not in the context",
			means: "COPY sees only files in the build context. Files above it (../) and files excluded by .dockerignore are not there.",
			todo: "Paths are relative to the context directory, not to the Dockerfile. Check .dockerignore too.",
		},
	),
	explained(
		"run-failed",
		{
			pattern: /process "[^"]*" did not complete successfully: exit code: \d+|The command '[^']*' returned a non-zero code/,
			look: ["docker build --progress=plain --no-cache ."],
			make: [`${AT} 'FROM busybox\\nRUN false\\n' > Dockerfile && docker build .`],
		},
		{
			title: "RUN의 명령이 실패함",
			means:
				"RUN이 실행한 명령이 0이 아닌 코드로 끝나서 빌드가 그 단계에서 멈췄습니다. 127이면 그 프로그램이 기반 이미지에 없습니다.",
			todo: "위쪽의 출력을 읽으세요. --progress=plain으로 전체 출력을 볼 수 있고, 실패하기 전 단계까지 빌드한 이미지에서 그 명령을 직접 실행해 볼 수도 있습니다.",
		},
		{
			title: "A RUN command failed",
			means:
				"The command of RUN ended with a code other than 0, so the build stopped at this step. 127 means that the base image does not have the program.",
			todo: "Read the output above. --progress=plain shows all of it. You can also build up to the step before and try the command by hand in that image.",
		},
	),
	explained(
		"unknown-instruction",
		{
			pattern: /unknown instruction: \S+/i,
			look: [],
			make: [`${AT} 'FROM busybox\\nRUM true\\n' > Dockerfile && docker build .`],
		},
		{
			title: "Dockerfile에 없는 명령",
			means: "그런 명령은 없습니다. 오타이거나, 앞줄 끝에 \\가 빠져 줄이 끊겼습니다.",
			todo: "편집기에서 밑줄이 그어진 곳과 그 앞줄의 끝을 확인하세요.",
		},
		{
			title: "Unknown instruction",
			means: "There is no such instruction. It is misspelled, or the \\ at the end of the line before is missing.",
			todo: "Check the place underlined in the editor, and the end of the line before it.",
		},
	),
	explained(
		"dockerfile-parse",
		{
			pattern: /dockerfile parse error|failed to solve: dockerfile/i,
			look: ["docker build --check ."],
			make: [`${AT} 'FROM busybox\\nCOPY onlyone\\n' > Dockerfile && docker build .`],
		},
		{
			title: "Dockerfile의 문법 오류",
			means: "인자의 개수가 맞지 않거나 형식이 틀렸습니다. 몇 번째 줄인지 함께 나옵니다.",
			todo: "그 줄을 고치세요. docker build --check는 빌드하지 않고 검사만 합니다.",
		},
		{
			title: "Syntax error in the Dockerfile",
			means: "The number of arguments or the form is wrong. The message says which line it is.",
			todo: "Correct that line. docker build --check only checks, without building.",
		},
	),
	explained(
		"stage-cycle",
		{
			pattern: /circular dependency detected|invalid from flag value|cannot copy from stage|stage .* not found/i,
			look: ["grep -n 'FROM\\|--from' Dockerfile"],
			make: [
				`${AT} 'FROM busybox AS a\\nCOPY --from=b /x /\\nFROM busybox AS b\\nCOPY --from=a /x /\\n' > Dockerfile && docker build --target a .`,
			],
		},
		{
			title: "단계의 순서가 틀림",
			means:
				"COPY --from이 가리키는 단계가 없거나, 두 단계가 서로에게서 복사합니다. 파일은 앞에 있는 단계에서만 복사할 수 있습니다.",
			todo: "FROM … AS 이름과 --from=이름을 비교하고, 순서를 바로잡으세요.",
		},
		{
			title: "Stages in the wrong order",
			means:
				"COPY --from refers to a stage that does not exist, or two stages copy from each other. A stage can copy only from stages before it.",
			todo: "Compare FROM … AS name with --from=name, and correct the order.",
		},
	),
	explained(
		"base-image-not-found",
		{
			pattern: /failed to resolve source metadata for/,
			look: ["grep -n FROM Dockerfile", "docker search NAME"],
			make: ["printf 'FROM no-such-thing\\n' | docker build -"],
		},
		{
			title: "FROM의 이미지를 찾을 수 없음",
			means:
				"FROM에 적은 이미지나 태그가 레지스트리에 없거나, 받을 권한이 없거나, 레지스트리에 연결되지 않습니다. 콜론 뒤에 그 까닭이 나옵니다.",
			todo: "같은 이름을 docker pull로 받아 보면 원인을 쉽게 구별할 수 있습니다. 여러 단계로 빌드한다면 단계의 이름을 잘못 적었는지도 보세요.",
		},
		{
			title: "The image of FROM cannot be found",
			means:
				"The registry does not have the image or tag written after FROM, or you may not pull it, or the registry cannot be reached. The reason is at the end of the message.",
			todo: "Try docker pull with the same name to see which it is. In a build with several stages, check the name of the stage.",
		},
	),
];
