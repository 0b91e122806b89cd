// RUN --device=vendor.com/class=name,required: read and checked. Only Dockerfile frontends of the labs channel do more with it.

import { invalidParameter } from "../../lib/errors";
import { booleanOf, csvFields } from "./mount";
import { suggestion } from "./suggest";

/** @throws EngineError invalidParameter */
export function checkDevice(text: string): void {
	let name = "";
	for (const field of csvFields(text, "devices")) {
		const equals = field.indexOf("=");
		const key = (equals < 0 ? field : field.slice(0, equals)).toLowerCase();
		if (key === "required") {
			if (equals >= 0) booleanOf(key, field.slice(equals + 1));
		} else if (key === "name" && equals >= 0) {
			if (name !== "") throw invalidParameter(`device name already set to ${name}`);
			name = field.slice(equals + 1);
		} else if (name === "") name = field;
		else if (equals < 0) throw invalidParameter(`invalid field '${field}' must be a key=value pair`);
		else throw invalidParameter(`unexpected key '${key}' in '${field}'${suggestion(key, ["name", "required"], true)}`);
	}
}
