"use client";
// An image's layers, read and compared.

import { useEffect, useState } from "react";
import { theMachine } from "../machine/store";
import type { WorldImage } from "../machine/world";
import { type ExploredLayer, explore } from "./explore";
import { readLayer } from "./read-layers";

export interface Explored {
	/** Base first; undefined while they are read. */
	layers?: ExploredLayer[];
	trouble?: string;
}

export function useExplored(image: WorldImage | undefined): Explored {
	const digests = image?.layers.map(({ digest }) => digest).join(" ");
	const [read, setRead] = useState<{ of?: string } & Explored>({});
	useEffect(() => {
		const machine = theMachine();
		if (!machine || !digests) return;
		let left = false;
		Promise.all(digests.split(" ").map((digest) => readLayer(machine, digest))).then(
			(files) => !left && setRead({ of: digests, layers: explore(files) }),
			(error: unknown) => !left && setRead({ of: digests, trouble: error instanceof Error ? error.message : String(error) }),
		);
		return () => {
			left = true;
		};
	}, [digests]);
	return read.of === digests ? read : {};
}
