// The image service's methods.

import type { Handlers } from "../../lib/rpc/types";
import type { Gunzip } from "../../port";
import type { Sys } from "../../sys";
import type { ContainerdApi } from "../api";
import { collectGarbage, type Pins, type Stores } from "../gc";
import { timestamp } from "../metadata/database";
import { readImage } from "./documents";
import { unpack } from "./unpack";

type ImageMethods = Pick<ContainerdApi, Extract<keyof ContainerdApi, `images.${string}` | `gc.${string}`>>;

export function imageHandlers(sys: Sys, stores: Stores, pins: Pins, gunzip?: Gunzip): Handlers<ImageMethods> {
	const { images, content, snapshots } = stores;
	return {
		"images.get": async ({ name }) => images.get(name),
		"images.list": async () => images.list(),
		"images.create": ({ image }) => images.create(image),
		"images.update": ({ image }) => images.update(image),
		"images.delete": async ({ name, sync }) => {
			await images.delete(name);
			if (sync) await collectGarbage(stores, pins);
			return {};
		},
		"images.unpack": ({ platform, ...which }) =>
			pins.hold(timestamp(sys), async () => {
				const target = "target" in which ? which.target : images.get(which.name).target;
				const image = await readImage(content, target, platform);
				return { chainId: await unpack(sys, content, snapshots, image, { gunzip }) };
			}),
		"gc.run": async () => ({ removed: await collectGarbage(stores, pins) }),
	};
}
