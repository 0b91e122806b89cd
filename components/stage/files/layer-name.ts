// What a lower directory is called: a layer of the image by its number, or the one that dockerd puts on top of them.

import type { Words } from "../../words";

/** @param layer counted from the base as 1 @param imageLayers as many are the image's own */
export const layerName = (layer: number, imageLayers: number, words: Words["files"]): string =>
	layer > imageLayers ? "init" : words.layer(layer);
