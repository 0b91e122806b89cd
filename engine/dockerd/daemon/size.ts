// SizeRw and SizeRootFs: what a container wrote, and that together with its image.

import type { Container } from "../container/container";
import { layerSizes, sum } from "../image/size";
import type { Daemon } from "./daemon";

export async function sizes(daemon: Daemon, { id, stored }: Container): Promise<{ SizeRw: number; SizeRootFs: number }> {
	const own = await daemon.containerd["snapshots.usage"]({ key: id }).then(
		({ size }) => size,
		() => 0,
	);
	const image = await imageSize(daemon, stored.Image);
	return { SizeRw: own, SizeRootFs: own + image };
}

/** 0 when the image is gone. */
async function imageSize(daemon: Daemon, digest: string): Promise<number> {
	const images = await daemon.containerd["images.list"]({});
	const image = images.find(({ target }) => target.digest === digest);
	if (!image) return 0;
	const { file } = await daemon.content.image(image.target);
	return sum(await layerSizes(daemon.containerd, file));
}
