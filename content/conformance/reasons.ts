// The tests' reasons for what differs, in Korean: a row each, by the English that stands beside the case.

export const REASONS_IN_KOREAN: Readonly<Record<string, string>> = {
	"with the containerd image store an image has a digest from the start, pushed or not (Engine 29)":
		"containerd 이미지 스토어에서는 push하지 않은 이미지도 처음부터 다이제스트를 가집니다(Engine 29).",
	'Engine 23 and later put "failed to create task for container" before what the shim says':
		"Engine 23부터는 shim이 알린 오류 앞에 “failed to create task for container”를 붙입니다.",
	"the containerd image store's driver is overlayfs, not overlay2 (Engine 29)":
		"containerd 이미지 스토어의 드라이버는 overlay2가 아니라 overlayfs입니다(Engine 29).",
	"Engine 29 reads a subnet while it reads the request, and says so in the words of Go's netip":
		"Engine 29는 요청을 읽으면서 서브넷을 해석하고, 오류를 Go의 netip 패키지가 쓰는 문장으로 알립니다.",
	"Engine 28 and later name the endpoints that are active": "Engine 28부터는 아직 연결된 엔드포인트의 이름을 알려 줍니다.",
	"Engine 26 and later write the name servers first": "Engine 26부터는 resolv.conf에 네임 서버를 먼저 적습니다.",
	"the recorded image had an /etc/shadow to remove; today's busybox has none, and a real dockerd answers as we do":
		"기록할 때의 이미지에는 지울 /etc/shadow가 있었지만 지금의 busybox에는 없습니다. 실제 dockerd도 같은 답을 합니다.",
	"containerd counts directories, too: the mount points of the volumes are 4 KiB each":
		"containerd는 디렉터리의 크기도 셉니다. 볼륨의 마운트 지점이 4KiB씩 더해집니다.",
	"KernelMemory and KernelMemoryTCP left the API with 1.42": "KernelMemory와 KernelMemoryTCP는 API 1.42에서 없어졌습니다.",
	"Engine 23 and later say in their ping that no swarm is active, and the client leaves its commands out":
		"Engine 23부터는 ping의 응답에서 스웜이 꺼져 있음을 알리므로, 클라이언트가 스웜 명령을 도움말에서 뺍니다.",
	"the containerd image store saves an OCI layout, without a file of repositories":
		"containerd 이미지 스토어는 repositories 파일이 없는 OCI 레이아웃으로 저장합니다.",
	"our builder makes OCI manifests, as the containerd image store does":
		"이 엔진의 빌더는 containerd 이미지 스토어처럼 OCI 매니페스트를 만듭니다.",
	'28 says "SRun", which 29 mended': "docker 28의 도움말에 있던 오타 “SRun”을 29에서 고쳤습니다.",
	"29's view of images": "이미지 목록을 docker 29의 형식으로 보여 줍니다.",
	"docker 29 speaks API 1.52, which has Storage and ImageManifestDescriptor, and the default network's settings once":
		"docker 29는 API 1.52를 씁니다. 이 버전에는 Storage와 ImageManifestDescriptor가 있고, 기본 네트워크의 설정이 한 번만 나옵니다.",
	"the client's own version": "클라이언트 자신의 버전입니다.",
	"help is in our own words, and content trust left the command with 29":
		"도움말은 이 프로젝트에서 쓴 문장이고, content trust 옵션은 docker 29에서 빠졌습니다.",
	"a file has at most 16 TiB, and an offset at most 2^53-1": "파일은 16TiB까지, 오프셋은 2^53-1까지입니다.",
	"an offset is at most 2^53-1": "오프셋은 2^53-1까지입니다.",
	'the daemon\'s own is "" on Linux': "리눅스에서 데몬의 기본값은 빈 문자열입니다.",
	"cgroup v2 has neither: Docker says null": "cgroup v2에는 둘 다 없으므로 도커는 null이라고 답합니다.",
	"1.41's list forgets it": "API 1.41 명세의 목록에서 빠져 있습니다.",
	"1.41 describes a list of lists of containers": "API 1.41 명세에는 컨테이너 목록의 목록이라고 적혀 있습니다.",
	"platforms without force": "platforms를 force 없이 쓰면 나는 오류입니다.",
	"it is Size.Unpacked; the description requires a name that is not among its properties":
		"실제 이름은 Size.Unpacked입니다. 명세는 속성에 없는 이름을 요구합니다.",
	"identifies a processor of our own": "이 CPU는 자기 자신의 이름과 기능을 답합니다.",
	"counts instructions, not time": "시간이 아니라 실행한 명령어의 수를 셉니다.",
	"calls the kernel": "커널을 부르는 명령어입니다. 시스템 콜에서 따로 비교합니다.",
	"int 0x80 is a system call here; decoding.test.ts has the others":
		"int 0x80은 시스템 콜입니다. 나머지 int는 다른 시험에서 비교합니다.",
	"Engine 23 and later look at the mode of IPC when a container is created":
		"Engine 23부터는 IPC 모드를 컨테이너를 만들 때 검사합니다.",
};
