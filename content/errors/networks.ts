// Errors about networks and ports.

import { explained } from "./explained";

export const networkErrors = [
	explained(
		"port-in-use",
		{
			pattern: /port is already allocated|address already in use|failed to bind host port/,
			look: ["docker ps --filter publish=PORT", "netstat -ltnp"],
			make: ["docker run -d -p 8080:80 httpd", "docker run -d -p 8080:80 httpd"],
		},
		{
			title: "포트를 이미 쓰고 있음",
			means:
				"다른 컨테이너나 프로그램이 호스트의 그 포트를 쓰고 있습니다. 컨테이너 안의 포트는 서로 같아도 되지만 호스트의 포트는 하나뿐입니다.",
			todo: "docker ps의 PORTS 열에서 누가 쓰는지 확인해서 멈추거나, -p 8081:80처럼 호스트의 포트를 바꾸세요. 시작하지 못한 컨테이너는 Created 상태로 남으므로 지워야 합니다.",
		},
		{
			title: "The port is already in use",
			means:
				"Another container or program is using that port of the host. Ports inside containers may be the same, but the host has each port only once.",
			todo: "Find out in the PORTS column of docker ps who uses it, and stop that one, or choose another port of the host, as in -p 8081:80. The container that could not start remains as Created, so remove it.",
		},
	),
	explained(
		"network-not-found",
		{
			pattern: /network \S+ not found|No such network: \S+/i,
			look: ["docker network ls"],
			make: ["docker run --rm --network nowhere busybox true"],
		},
		{
			title: "그런 네트워크가 없음",
			means: "--network로 준 이름의 네트워크가 없습니다. compose로 만든 네트워크에는 앞에 프로젝트 이름이 붙습니다.",
			todo: "docker network ls로 이름을 확인하거나 docker network create로 만드세요.",
		},
		{
			title: "No such network",
			means:
				"There is no network with the name given to --network. The names of networks made by compose begin with the project name.",
			todo: "Check the name in docker network ls, or create it with docker network create.",
		},
	),
	explained(
		"network-in-use",
		{
			pattern: /error while removing network: network \S+ (?:id \S+ )?has active endpoints|network \S+ has active endpoints/,
			look: ["docker network inspect -f '{{json .Containers}}' NAME"],
			make: [
				"docker network create busynet; docker run -d --name plugged --network busynet busybox sleep 1000",
				"docker network rm busynet",
			],
		},
		{
			title: "사용 중인 네트워크",
			means: "컨테이너가 연결되어 있는 네트워크는 지울 수 없습니다.",
			todo: "docker network inspect로 어떤 컨테이너가 연결되어 있는지 보고, 멈추거나 docker network disconnect로 연결을 끊으세요.",
		},
		{
			title: "The network is in use",
			means: "You cannot remove a network while containers are connected to it.",
			todo: "See docker network inspect for the containers, and stop them or disconnect them with docker network disconnect.",
		},
	),
	explained(
		"network-exists",
		{
			pattern: /network with name \S+ already exists/,
			look: ["docker network ls"],
			make: ["docker network create twice", "docker network create twice"],
		},
		{
			title: "같은 이름의 네트워크가 이미 있음",
			means: "네트워크 두 개가 같은 이름을 쓸 수 없습니다.",
			todo: "있는 네트워크를 그대로 쓰거나, docker network rm으로 지우고 다시 만드세요.",
		},
		{
			title: "There is already a network with this name",
			means: "Two networks cannot have the same name.",
			todo: "Use the existing one, or remove it with docker network rm first.",
		},
	),
	explained(
		"pool-overlaps",
		{
			pattern:
				/Pool overlaps with other one on this address space|invalid pool request|cannot create network .*conflicts with network|address pools have been fully subnetted/,
			look: ["docker network ls -q | xargs docker network inspect -f '{{.Name}} {{range .IPAM.Config}}{{.Subnet}}{{end}}'"],
			make: ["docker network create --subnet 172.17.0.0/16 same"],
		},
		{
			title: "주소 대역이 겹침",
			means: "다른 네트워크가 그 대역을 쓰고 있거나, 새로 줄 수 있는 대역이 남아 있지 않습니다.",
			todo: "겹치지 않는 --subnet을 주거나, docker network prune으로 쓰지 않는 네트워크를 지우세요.",
		},
		{
			title: "The address ranges overlap",
			means: "Another network uses this range, or no free range is left.",
			todo: "Choose a --subnet that does not overlap, or remove unused networks with docker network prune.",
		},
	),
	explained(
		"bad-address",
		{
			pattern: /bad address '[^']+'|Could not resolve host|Temporary failure in name resolution|Name or service not known/,
			look: ["docker network inspect NETWORK", "docker exec NAME cat /etc/resolv.conf"],
			make: ["docker run -d --name target busybox sleep 1000", "docker run --rm busybox ping -c 1 target"],
		},
		{
			title: "이름으로 찾을 수 없음",
			means:
				"기본 bridge 네트워크에서는 컨테이너끼리 이름으로 찾지 못합니다. 컨테이너의 이름에 답하는 DNS는 직접 만든 네트워크에만 있습니다.",
			todo: "docker network create로 네트워크를 만들고 두 컨테이너를 모두 연결하세요.",
		},
		{
			title: "The name cannot be resolved",
			means:
				"On the default bridge network, containers cannot find each other by name. Only networks you have created have a DNS that knows container names.",
			todo: "Create a network with docker network create, and connect both containers to it.",
		},
	),
	explained(
		"connection-refused",
		{
			pattern: /[Cc]onnection refused|Failed to connect to \S+ port \d+/,
			look: ["docker ps", "docker logs NAME", "docker exec NAME netstat -ltn"],
			make: ["curl -sS localhost:4321"],
		},
		{
			title: "connection refused: 연결을 받는 프로그램이 없음",
			means:
				"그 주소와 포트에서 연결을 받는 프로그램이 없습니다. 포트를 -p로 공개하지 않았거나, 프로그램이 아직 준비되지 않았거나, 컨테이너 안의 127.0.0.1에서만 기다리고 있습니다. 컨테이너 안의 localhost는 그 컨테이너 자신입니다.",
			todo: "docker ps의 PORTS 열을 확인하고, 프로그램이 0.0.0.0에서 기다리게 하세요. 다른 컨테이너에는 localhost가 아니라 그 이름으로 연결합니다.",
		},
		{
			title: "Connection refused: nothing is listening",
			means:
				"Nothing is listening on that address and port. The port is not published with -p, the program is not ready yet, or it listens only on 127.0.0.1 inside the container. In a container, localhost is the container itself.",
			todo: "Check the PORTS column of docker ps, and make the program listen on 0.0.0.0. To reach another container, use its name instead of localhost.",
		},
	),
	explained(
		"invalid-port",
		{
			pattern: /[Ii]nvalid (?:containerPort|hostPort|proto|publish opts format)/,
			look: ["docker run --help"],
			make: ["docker run -p 8080:http busybox"],
		},
		{
			title: "포트의 형식이 틀림",
			means: "-p에는 1부터 65535까지의 숫자를 호스트:컨테이너 순서로 적습니다. 앞에는 IP 주소를, 뒤에는 /udp를 붙일 수 있습니다.",
			todo: "-p 8080:80이나 -p 127.0.0.1:8080:80처럼 적으세요.",
		},
		{
			title: "The port is not well formed",
			means: "-p takes numbers from 1 to 65535, as HOST:CONTAINER. An IP address may come first and /udp last.",
			todo: "Write it like -p 8080:80 or -p 127.0.0.1:8080:80.",
		},
	),
	explained(
		"user-network-only",
		{
			pattern: /(?:is|are)(?: only)? supported (?:on|for) user-defined networks/,
			look: ["docker network ls"],
			make: ["docker run --rm --ip 172.17.0.9 busybox true"],
		},
		{
			title: "직접 만든 네트워크에서만 되는 기능",
			means: "고정 IP(--ip)와 별칭(--network-alias)은 기본 bridge 네트워크에서 쓸 수 없습니다.",
			todo: "docker network create로 네트워크를 만들고 --network로 지정하세요. 고정 IP를 쓰려면 --subnet도 정해 둡니다.",
		},
		{
			title: "Only on networks you have made",
			means: "A fixed IP (--ip) and aliases (--network-alias) do not work on the default bridge network.",
			todo: "Make a network with docker network create and choose it with --network. For a fixed IP, give the network a --subnet.",
		},
	),
];
