// What the machine needs of a browser, asked before it is started.

/** Names of what is missing; empty when the machine can start. */
export function missingFeatures(scope: typeof globalThis = globalThis): string[] {
	const missing: string[] = [];
	if (typeof scope.Worker === "undefined") missing.push("Web Workers");
	if (typeof scope.WebAssembly !== "object") missing.push("WebAssembly");
	if (typeof scope.indexedDB === "undefined") missing.push("IndexedDB");
	if (typeof scope.crypto?.getRandomValues !== "function") missing.push("Web Crypto");
	if (typeof scope.MessageChannel === "undefined") missing.push("MessageChannel");
	return missing;
}
