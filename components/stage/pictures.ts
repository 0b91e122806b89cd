// The pictures, each fetched when it is first shown; all of them once the machine is on and the page has nothing else to do.

import { type ComponentType, lazy } from "react";
import type { View } from "./store";

type Load = () => Promise<{ default: ComponentType }>;
const LOADS: Record<View, Load> = {
	run: () => import("./run/run-picture").then(({ RunPicture }) => ({ default: RunPicture })),
	layers: () => import("./layers/layers-picture").then(({ LayersPicture }) => ({ default: LayersPicture })),
	files: () => import("./files/files-picture").then(({ FilesPicture }) => ({ default: FilesPicture })),
	build: () => import("./build/build-picture").then(({ BuildPicture }) => ({ default: BuildPicture })),
	isolation: () => import("./isolation/isolation-picture").then(({ IsolationPicture }) => ({ default: IsolationPicture })),
	network: () => import("./network/network-picture").then(({ NetworkPicture }) => ({ default: NetworkPicture })),
	registry: () => import("./registry/registry-picture").then(({ RegistryPicture }) => ({ default: RegistryPicture })),
	wire: () => import("./wire/wire-picture").then(({ WirePicture }) => ({ default: WirePicture })),
	calls: () => import("./calls/calls-panel").then(({ CallsPanel }) => ({ default: CallsPanel })),
	code: () => import("./code/code-picture").then(({ CodePicture }) => ({ default: CodePicture })),
};

const drawn = ([view, load]: [string, Load]): [string, ComponentType] => [view, lazy(load)];
export const PICTURES = Object.fromEntries(Object.entries(LOADS).map(drawn)) as Record<View, ComponentType>;

/** What cannot be fetched now is tried again when it is shown. */
export function fetchPictures(): void {
	for (const load of Object.values(LOADS)) load().catch(() => {});
}
