// What the engine expects of any JavaScript engine, browser or Node, beyond ECMAScript itself.
// The engine compiles without the DOM's library, so these few are declared here.

declare class TextEncoder {
	encode(text?: string): Uint8Array<ArrayBuffer>;
	encodeInto(text: string, into: Uint8Array): { read: number; written: number };
}
declare class TextDecoder {
	constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
	decode(bytes?: Uint8Array, options?: { stream?: boolean }): string;
}
declare function queueMicrotask(callback: () => void): void;
declare const console: { log(...values: unknown[]): void; error(...values: unknown[]): void };

declare namespace WebAssembly {
	class Module {
		constructor(bytes: Uint8Array);
		static customSections(module: Module, name: string): ArrayBuffer[];
	}
	class Instance {
		constructor(module: Module, imports?: Record<string, Record<string, unknown>>);
		readonly exports: Record<string, unknown>;
	}
	class Memory {
		constructor(descriptor: { initial: number; maximum?: number; shared?: boolean });
		readonly buffer: ArrayBuffer;
		grow(pages: number): number;
	}
	class Table {
		constructor(descriptor: { element: "anyfunc"; initial: number; maximum?: number });
		get(index: number): unknown;
		set(index: number, value: unknown): void;
		grow(delta: number): number;
		readonly length: number;
	}
	class Global {
		constructor(descriptor: { value: "i32" | "i64" | "f64"; mutable?: boolean }, value?: unknown);
		value: unknown;
	}
	function compile(bytes: Uint8Array): Promise<Module>;
	function validate(bytes: Uint8Array): boolean;
}
