// Which file is held before the reader, of whatever: the host, a container, a layer.

import { createStore } from "zustand/vanilla";

export interface ViewedFile {
	/** As it is called where it lies. */
	name: string;
	/** Bytes. */
	size: number;
	/** At most `limit` bytes of its beginning. */
	read(limit: number): Promise<Uint8Array>;
}

export const viewerStore = createStore<{ file: ViewedFile | null }>(() => ({ file: null }));

export const openFile = (file: ViewedFile): void => viewerStore.setState({ file });
export const closeFile = (): void => viewerStore.setState({ file: null });
