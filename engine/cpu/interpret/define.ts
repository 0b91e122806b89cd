// How a WebAssembly function beside the interpreter's loop is made of expressions.

import { Bytes } from "../wasm/bytes";
import { Sequence } from "../wasm/expression";
import type { ModuleWriter } from "../wasm/module";
import { OP, type ValueType } from "../wasm/opcodes";
import { Temporaries } from "../wasm/temporaries";

/** A function of expressions: `locals` come after the parameters. */
export function define(
	writer: ModuleWriter,
	params: ValueType[],
	result: ValueType,
	locals: ValueType[],
	write: (q: Sequence) => void,
): number {
	const q = new Sequence();
	write(q);
	const temporaries = new Temporaries(params.length + locals.length);
	const code = new Bytes();
	q.emit(code, temporaries, () => 0);
	code.byte(OP.unreachable);
	return writer.addFunction({ params, results: [result], locals: [...locals, ...temporaries.types], code });
}
