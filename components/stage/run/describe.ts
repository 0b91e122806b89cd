// What an event of the trace means, in one sentence of each language. A table: an event type without a row does not compile.

import type { ContainerStep, EventBody } from "../../../engine/trace/event";
import { humanSize } from "../../machine/bytes";
import type { Both } from "../../words/locale";
import { causeWords } from "../build/causes";
import { shortId } from "../grammar/mark";

type Describe = { [Type in EventBody["type"]]: (event: Extract<EventBody, { type: Type }>) => Both };

const both = (ko: string, en: string): Both => ({ ko, en });
const apiPath = (path: string): string =>
	decodeURIComponent(path.replace(/^\/v\d\.\d+/, "").replace(/([0-9a-f]{12})[0-9a-f]{52}/g, "$1"));

const STEPS: Record<ContainerStep, Both> = {
	image: both("1단계. 이미지가 있는지 확인하고 찾았습니다", "Step 1. The image is looked up, and is there"),
	create: both(
		"2단계. 컨테이너의 설정을 기록했습니다. 아직 프로세스는 없습니다",
		"Step 2. The container is written down; there is no process yet",
	),
	rootfs: both(
		"3단계. 이미지 위에 빈 읽기·쓰기 레이어를 얹었습니다",
		"Step 3. An empty read-write layer is put on top of the image",
	),
	network: both("4단계. 네트워크 네임스페이스를 마련했습니다", "Step 4. The network namespace is set up"),
	start: both("5단계. 컨테이너를 시작합니다", "Step 5. The container is started"),
	attach: both(
		"5단계. 콘솔을 컨테이너의 입출력에 연결했습니다",
		"Step 5. The console is attached to the container’s input and output",
	),
	running: both("5단계. 컨테이너가 실행 중입니다", "Step 5. The container is running"),
	exited: both("6단계. 컨테이너의 첫 프로세스가 끝났습니다", "Step 6. The container’s first process has ended"),
	removed: both("컨테이너를 지웠습니다", "The container is removed"),
};

const RUNC_STEPS: Record<string, Both> = {
	namespaces: both("runc가 네임스페이스를 만듭니다", "runc creates the namespaces"),
	cgroup: both("runc가 컨테이너를 자기 cgroup에 넣습니다", "runc puts the container into its cgroup"),
	mounts: both("runc가 /proc, /dev 등을 마운트합니다", "runc mounts /proc, /dev and the rest"),
	pivot_root: both("runc가 루트 디렉터리를 바꿉니다", "runc swaps the root directory"),
	capabilities: both("runc가 필요 없는 권한을 내려놓습니다", "runc drops the capabilities that are not granted"),
	exec: both("runc가 자신을 컨테이너의 프로그램으로 바꿉니다", "runc turns into the container’s program"),
};
const RUNC_VERBS: Record<string, Both> = {
	create: both("runc create가 컨테이너를 만듭니다", "runc create makes the container"),
	start: both("runc start가 컨테이너의 프로그램을 시작하게 합니다", "runc start lets the container’s program begin"),
	exec: both("runc exec가 컨테이너 안에서 프로그램을 하나 더 실행합니다", "runc exec runs one more program in the container"),
	kill: both("runc kill이 시그널을 보냅니다", "runc kill sends the signal"),
	delete: both("runc delete가 컨테이너의 자취를 치웁니다", "runc delete clears away what is left of the container"),
	state: both("runc state가 상태를 알려 줍니다", "runc state tells how the container is"),
};
const PULL_STATES: Record<string, Both> = {
	exists: both("이미 있으므로 받지 않습니다", "is here already and is not fetched"),
	waiting: both("차례를 기다립니다", "waits its turn"),
	downloading: both("받기 시작합니다", "begins to come"),
	downloaded: both("다 받았습니다", "has come"),
	verified: both("다이제스트가 맞는지 확인했습니다", "has the digest it should have"),
	extracting: both("스냅숏에 풉니다", "is unpacked into a snapshot"),
	done: both("준비되었습니다", "is ready"),
};

const DESCRIBE: Describe = {
	"cli.command": ({ argv }) => {
		const line = ["docker", ...argv.slice(1)].join(" ");
		return both(`${line} 명령을 시작합니다`, `The command begins: ${line}`);
	},
	"cli.exit": ({ code }) => both(`docker가 종료 코드 ${code}로 끝났습니다`, `docker ends with exit code ${code}`),
	"http.request": ({ method, path }) =>
		both(`클라이언트가 요청합니다: ${method} ${apiPath(path)}`, `The client asks: ${method} ${apiPath(path)}`),
	"http.response": ({ status }) => both(`dockerd가 ${status}로 답합니다`, `dockerd answers ${status}`),
	"http.upgrade": () =>
		both("연결이 그대로 콘솔의 입출력이 됩니다", "The connection itself becomes the console’s input and output"),
	"container.step": ({ step }) => STEPS[step],
	"build.cache": ({ step, hit, because }) => {
		const { ko, en } = causeWords(because);
		return hit
			? both(`빌드 단계 ${step}: 캐시에 있습니다 (${ko})`, `Build step ${step} is in the cache (${en})`)
			: both(`빌드 단계 ${step}: 캐시에 없어 실행합니다 (${ko})`, `Build step ${step} is not in the cache and runs (${en})`);
	},
	"containerd.call": ({ method, key }) =>
		both(`containerd를 부릅니다: ${method} ${shorten(key)}`, `containerd is called: ${method} ${shorten(key)}`),
	"snapshot.prepare": ({ id, parent }) =>
		parent
			? both(`스냅숏 ${id}번을 ${shortId(parent)} 위에 준비합니다`, `Snapshot ${id} is prepared on top of ${shortId(parent)}`)
			: both(`스냅숏 ${id}번을 빈 바닥에 준비합니다`, `Snapshot ${id} is prepared on empty ground`),
	"snapshot.commit": ({ id, name }) =>
		both(
			`스냅숏 ${id}번을 굳힙니다. 이제 읽기 전용입니다: ${shortId(name)}`,
			`Snapshot ${id} is committed as ${shortId(name)}: read-only from now on`,
		),
	"snapshot.remove": ({ id }) => both(`스냅숏 ${id}번을 지웁니다`, `Snapshot ${id} is removed`),
	"shim.start": ({ pid }) =>
		both(`컨테이너를 돌볼 shim이 PID ${pid}로 뜹니다`, `A shim starts as PID ${pid}, to look after the container`),
	runc: ({ verb }) => RUNC_VERBS[verb] ?? both(`runc ${verb}`, `runc ${verb}`),
	"runc.step": ({ step, detail }) => withDetail(RUNC_STEPS[step] ?? both(step, step), detail),
	"pull.begin": ({ reference }) => both(`${reference} 이미지를 받기 시작합니다`, `The pull of ${reference} begins`),
	"registry.request": ({ method, url, status }) => {
		const path = url.replace(/^https?:\/\/[^/]+/, "").replace(/(sha256:[0-9a-f]{12})[0-9a-f]{52}/, "$1");
		return both(`레지스트리에 묻습니다: ${method} ${path} → ${status}`, `The registry is asked: ${method} ${path} → ${status}`);
	},
	"pull.manifest": ({ layers }) =>
		both(
			`매니페스트를 읽었습니다. 레이어는 ${layers.length}개입니다`,
			`The manifest is read: ${layers.length} ${layers.length === 1 ? "layer" : "layers"}`,
		),
	"pull.layer": ({ digest, state, total }) => {
		const text = PULL_STATES[state] ?? both(state, state);
		const size = total > 0 ? ` (${humanSize(total)})` : "";
		return both(`레이어 ${shortId(digest)}${size}: ${text.ko}`, `Layer ${shortId(digest)}${size} ${text.en}`);
	},
	"pull.end": ({ digest, error }) =>
		error
			? both(`받지 못했습니다: ${error}`, `The pull failed: ${error}`)
			: both(`이미지를 다 받았습니다: ${shortId(digest)}`, `The pull is done: ${shortId(digest)}`),
	"process.fork": ({ pid, nspid, parent }) =>
		nspid !== pid
			? both(
					`프로세스가 태어납니다. 바깥에서는 PID ${pid}, 컨테이너 안에서는 PID ${nspid}입니다`,
					`A process is born: PID ${pid} outside, PID ${nspid} inside`,
				)
			: both(`${parent}번 프로세스가 ${pid}번을 낳습니다`, `Process ${parent} forks ${pid}`),
	"process.exec": ({ pid, argv }) =>
		both(
			`${pid}번 프로세스가 execve로 다음 프로그램이 됩니다: ${argv.join(" ")}`,
			`Process ${pid} becomes ${argv.join(" ")} (execve)`,
		),
	"process.exit": ({ pid, code, signal }) =>
		signal
			? both(`${pid}번 프로세스가 ${signal} 시그널로 끝났습니다`, `Process ${pid} was ended by ${signal}`)
			: both(`${pid}번 프로세스가 종료 코드 ${code}로 끝났습니다`, `Process ${pid} ends with exit code ${code}`),
	"process.signal": ({ pid, signal, from }) =>
		both(`시그널을 보냅니다: ${signal} (${from} → ${pid})`, `${from} sends ${signal} to ${pid}`),
	syscall: ({ pid, name, result }) => both(`${pid}: ${name} = ${result}`, `${pid}: ${name} = ${result}`),
	"syscall.missing": ({ pid, name }) =>
		both(`${pid}: 이 커널에 없는 시스템 호출 ${name}`, `${pid}: this kernel has no system call ${name}`),
	namespace: ({ kinds, how }) =>
		both(`새 네임스페이스: ${kinds.join(", ")} (${how})`, `New namespaces: ${kinds.join(", ")} (${how})`),
	mount: ({ target, fstype }) =>
		both(`${fstype} 파일 시스템을 마운트합니다: ${shorten(target)}`, `${fstype} is mounted at ${shorten(target)}`),
	umount: ({ target }) => both(`마운트를 풉니다: ${shorten(target)}`, `${shorten(target)} is unmounted`),
	pivot_root: ({ root }) => both(`루트 디렉터리를 바꿉니다: ${shorten(root)}`, `The root directory is now ${shorten(root)}`),
	"overlay.copyUp": ({ path, bytes }) =>
		both(
			`쓰기 전에 파일을 위로 복사합니다: ${path} (${humanSize(bytes)})`,
			`${path} is copied up before it is written (${humanSize(bytes)})`,
		),
	"overlay.whiteout": ({ path }) => both(`화이트아웃으로 가립니다: ${path}`, `${path} is covered by a whiteout`),
	"overlay.opaque": ({ path }) => both(`디렉터리를 불투명하게 만듭니다: ${path}`, `The directory ${path} is made opaque`),
	"overlay.create": ({ path }) => both(`새로 만듭니다: ${path}`, `${path} is made`),
	"net.hop": ({ protocol, device, step, source, destination, verdict }) => {
		const place = device ? `${step} (${device})` : step;
		return both(
			`${protocol} 패킷 ${source} → ${destination}: ${place}, ${verdict}`,
			`${protocol} ${source} → ${destination}: ${place}, ${verdict}`,
		);
	},
	"net.log": ({ text }) => both(`방화벽 규칙이 남긴 기록: ${text}`, `A firewall rule logs: ${text}`),
	"net.connect": ({ from, to, result }) => both(`${from} → ${to}: ${result}`, `${from} → ${to}: ${result}`),
};

const shorten = (text: string): string => text.replace(/([0-9a-f]{12})[0-9a-f]{52}/g, "$1");
const withDetail = (text: Both, detail?: string): Both =>
	detail ? both(`${text.ko}: ${shorten(detail)}`, `${text.en}: ${shorten(detail)}`) : text;

export const describe = (event: EventBody): Both => (DESCRIBE[event.type] as (event: EventBody) => Both)(event);

/** What there is to read beyond the sentence: the bytes on the wire, as they were. */
export function wireOf(event: EventBody): string | undefined {
	if (event.type === "http.request")
		return [`${event.method} ${event.path}`, prettyJson(event.body)].filter(Boolean).join("\n\n");
	if (event.type === "http.response") return prettyJson(event.body);
	return undefined;
}
/** JSON set out to be read; what is none, as it is. */
export function prettyJson(body: string | undefined): string | undefined {
	if (!body) return undefined;
	try {
		return JSON.stringify(JSON.parse(body), null, 2);
	} catch {
		return body;
	}
}
