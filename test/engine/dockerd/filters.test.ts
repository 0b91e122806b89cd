// Filters of list endpoints, as clients of any age send them.

import { describe, expect, test } from "vitest";
import { Filters } from "../../../engine/dockerd/filters";
import { isKind } from "../../../engine/lib/errors";

const ACCEPTED = ["label", "name", "status", "dangling", "until"];
const parse = (value: unknown) => Filters.parse(JSON.stringify(value), ACCEPTED);

test("sets and, from old clients, lists", () => {
	expect(parse({ status: { exited: true, running: true } }).get("status")).toEqual(["exited", "running"]);
	expect(parse({ status: ["exited"] }).get("status")).toEqual(["exited"]);
	expect(Filters.parse(undefined, ACCEPTED).has("status")).toBe(false);
});

describe("what cannot be", () => {
	const message = (work: () => unknown): string => {
		try {
			work();
		} catch (error) {
			expect(isKind(error, "invalidParameter")).toBe(true);
			return (error as Error).message;
		}
		throw new Error("nothing was thrown");
	};
	test("a filter of another endpoint", () => {
		expect(message(() => parse({ bogus: { "1": true } }))).toBe("Invalid filter 'bogus'");
	});
	test("a truth that is none", () => {
		expect(message(() => parse({ dangling: { maybe: true } }).boolean("dangling"))).toBe("Invalid filter 'dangling=[maybe]'");
	});
	test("no JSON", () => {
		expect(message(() => Filters.parse("{", ACCEPTED))).toMatch(/^invalid filter$/);
	});
});

describe("matching", () => {
	test("all labels must be there, with their values where given", () => {
		const filters = parse({ label: { a: true, "b=2": true } });
		expect(filters.labels("label", { a: "", b: "2" })).toBe(true);
		expect(filters.labels("label", { a: "", b: "3" })).toBe(false);
		expect(filters.labels("label", { b: "2" })).toBe(false);
	});
	test("a name matches as a regular expression or literally", () => {
		expect(parse({ name: { "^/web": true } }).match("name", "/web1")).toBe(true);
		expect(parse({ name: { "^web": true } }).match("name", "/web1")).toBe(false);
		expect(parse({ name: { "a[": true } }).match("name", "a[")).toBe(true);
		expect(parse({}).match("name", "anything")).toBe(true);
	});
	test.for([
		["1", true],
		["true", true],
		["0", false],
		["false", false],
	] as const)("dangling=%s", ([text, value]) => {
		expect(parse({ dangling: { [text]: true } }).boolean("dangling")).toBe(value);
	});
	test("one word that is known is enough, two that contradict each other are not", () => {
		expect(parse({ dangling: { true: true, bogus: true } }).boolean("dangling")).toBe(true);
		expect(() => parse({ dangling: { TRUE: true } }).boolean("dangling")).toThrow("Invalid filter 'dangling=[TRUE]'");
		expect(() => parse({ dangling: { "1": true, false: true } }).boolean("dangling")).toThrow("Invalid filter");
	});
	test("until is one moment", () => {
		expect(parse({ until: { "1": true } }).until(0n)).toBe(1_000_000_000n);
		expect(() => parse({ until: { "1h": true, "2h": true } }).until(0n)).toThrow("more than one until filter specified");
		expect(() => parse({ until: { "": true } }).until(0n)).toThrow("failed to parse value as time or duration: value is empty");
	});
});
