// The instructions of a Dockerfile in a sentence each, for the editor's help.

import type { Both } from "../components/words/locale";

interface Instruction {
	about: Both;
	example: string;
}
const instruction = (ko: string, en: string, example: string): Instruction => ({ about: { ko, en }, example });

export const INSTRUCTIONS: Record<string, Instruction> = {
	ADD: instruction(
		"파일을 이미지로 복사합니다. 로컬 tar는 풀어서 넣고 URL은 내려받습니다. 그 두 가지가 필요 없으면 COPY를 씁니다.",
		"Copies files into the image; unpacks local tars and fetches URLs. Without need of either, use COPY.",
		"ADD rootfs.tar.gz /",
	),
	ARG: instruction(
		"빌드할 때만 있는 변수입니다. docker build --build-arg로 값을 줍니다. 이미지를 실행할 때는 없습니다.",
		"A variable of the build, set with docker build --build-arg. It is gone when the image runs.",
		"ARG VERSION=1.0",
	),
	CMD: instruction(
		"컨테이너가 시작될 때 실행할 기본 명령입니다. docker run 뒤에 명령을 주면 그것으로 바뀝니다.",
		"What a container runs unless docker run is given another command.",
		'CMD ["nginx", "-g", "daemon off;"]',
	),
	COPY: instruction(
		"빌드 컨텍스트나 다른 단계에서 파일을 복사합니다. 레이어가 하나 생기고, 파일 내용이 캐시 키에 들어갑니다.",
		"Copies files of the build context or of another stage: one layer. Their contents are part of the cache key.",
		"COPY --from=build /src/app /usr/local/bin/app",
	),
	ENTRYPOINT: instruction(
		"컨테이너가 언제나 실행할 프로그램입니다. CMD와 docker run의 인자는 그 뒤에 붙습니다.",
		"The program that a container always runs; CMD and docker run’s arguments follow it.",
		'ENTRYPOINT ["redis-server"]',
	),
	ENV: instruction(
		"환경 변수를 정합니다. 이후 단계와 실행되는 컨테이너에 모두 남습니다.",
		"Sets a variable for the steps that follow and for every container of the image.",
		"ENV LANG=C.UTF-8",
	),
	EXPOSE: instruction(
		"어느 포트를 쓰는지 적어 둡니다. 포트를 여는 것은 docker run -p입니다.",
		"Notes which port is used. It is docker run -p that publishes one.",
		"EXPOSE 8080",
	),
	FROM: instruction(
		"바탕 이미지를 정하고 새 단계를 시작합니다. scratch는 빈 이미지입니다.",
		"Names the base image and begins a stage. scratch is the empty one.",
		"FROM busybox AS build",
	),
	HEALTHCHECK: instruction(
		"컨테이너가 건강한지 주기적으로 확인할 명령입니다.",
		"A command that tells now and then whether the container is well.",
		"HEALTHCHECK --interval=30s CMD wget -q -O- localhost || exit 1",
	),
	LABEL: instruction(
		"이미지에 이름표를 붙입니다.",
		"Attaches a label to the image.",
		'LABEL org.opencontainers.image.title="app"',
	),
	MAINTAINER: instruction("더는 쓰지 않습니다. LABEL을 쓰세요.", "Deprecated: use LABEL.", 'LABEL maintainer="a@example.com"'),
	ONBUILD: instruction(
		"이 이미지를 바탕으로 삼는 빌드에서 실행될 명령입니다.",
		"An instruction for builds that start from this image.",
		"ONBUILD COPY . /app",
	),
	RUN: instruction(
		"명령을 실행하고, 그것이 바꾼 파일을 레이어 하나로 남깁니다.",
		"Runs a command; the files it changes become a layer.",
		"RUN apt-get update && apt-get install -y curl && rm -rf /var/lib/apt/lists/*",
	),
	SHELL: instruction(
		"셸 형식의 명령을 실행할 셸을 바꿉니다.",
		"Changes the shell that runs commands in shell form.",
		'SHELL ["/bin/bash", "-c"]',
	),
	STOPSIGNAL: instruction("docker stop이 보낼 시그널입니다.", "The signal that docker stop sends.", "STOPSIGNAL SIGQUIT"),
	USER: instruction(
		"이후 단계와 컨테이너의 프로세스를 실행할 사용자입니다.",
		"Who runs the steps that follow, and the container’s process.",
		"USER 1000:1000",
	),
	VOLUME: instruction(
		"여기에 쓰는 것은 볼륨에 들어가 컨테이너의 레이어에 남지 않습니다.",
		"What is written here goes to a volume and not to the container’s layer.",
		"VOLUME /data",
	),
	WORKDIR: instruction(
		"이후 단계와 컨테이너의 현재 디렉터리입니다. 없으면 만듭니다.",
		"The working directory from here on; made where missing.",
		"WORKDIR /app",
	),
};
