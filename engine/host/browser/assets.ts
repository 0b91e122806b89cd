// The machine's files, fetched from the site with their progress told.

/** @throws Error that names the file and what went wrong */
export async function fetchAsset(address: URL, progress?: (share: number) => void): Promise<Uint8Array<ArrayBuffer>> {
	const response = await answered(address);
	const total = Number(response.headers.get("content-length") ?? 0);
	const parts: Uint8Array[] = [];
	let size = 0;
	const reader = response.body!.getReader();
	for (;;) {
		const { done, value } = await reader.read();
		if (done) break;
		parts.push(value);
		size += value.length;
		if (total > 0) progress?.(Math.min(1, size / total));
	}
	const bytes = new Uint8Array(size);
	let at = 0;
	for (const part of parts) {
		bytes.set(part, at);
		at += part.length;
	}
	return bytes;
}

/** Compiled while it arrives, where the site names its type. @throws Error that names the file and what went wrong */
export async function fetchModule(address: URL): Promise<WebAssembly.Module> {
	const response = await answered(address);
	if (response.headers.get("content-type") === "application/wasm") return WebAssembly.compileStreaming(response);
	return WebAssembly.compile(await response.arrayBuffer());
}

async function answered(address: URL): Promise<Response> {
	const response = await fetch(address);
	if (!response.ok || !response.body) throw new Error(`${address.pathname}: ${response.status} ${response.statusText}`.trim());
	return response;
}
