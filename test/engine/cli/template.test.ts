// Go templates as docker users write them. The answers were taken from docker itself.

import { describe, expect, it } from "vitest";
import { Template } from "../../../engine/cli/format/template/execute";
import type { GoMap } from "../../../engine/cli/format/template/value";
import { untyped } from "../../../engine/cli/format/typed";

// N as Go's own int: numbers of the daemon's answer keep their text
const answer = untyped({
	A: { B: "b" },
	M: { z: 1, a: 2 },
	S: "hey",
	L: ["p", "q"],
	T: true,
	Nil: null,
	Html: "<a> & 'b'",
}) as GoMap;
const data: GoMap = new Map([...answer, ["N", 3]]);
const render = (source: string): string => {
	try {
		return Template.parse(source).execute(data, { strict: true });
	} catch (error) {
		return `! ${(error as Error).message}`;
	}
};

describe("templates", () => {
	it.each([
		["{{.A.B}}", "b"],
		["{{range $k, $v := .M}}{{$k}}={{$v}},{{end}}", "a=2,z=1,"],
		["{{range $i, $e := .L}}{{if $i}}, {{end}}{{$e}}{{end}}", "p, q"],
		["{{range .Nil}}x{{else}}none{{end}}", "none"],
		["{{if eq .N 3}}three{{else if gt .N 1}}many{{else}}few{{end}}", "three"],
		["{{if and .T (not .Nil)}}yes{{end}}", "yes"],
		["{{with .S}}{{.}}!{{end}}", "hey!"],
		["a {{- .S -}} b", "aheyb"],
		["{{/* nothing */}}x", "x"],
		["{{json .}}", `{"A":{"B":"b"},"Html":"<a> & 'b'","L":["p","q"],"M":{"a":2,"z":1},"N":3,"Nil":null,"S":"hey","T":true}`],
		["{{.M}} {{.L}} {{.T}} {{.Nil}}", "map[a:2 z:1] [p q] true <no value>"],
		['{{index .M "a"}} {{index .L 1}} {{len .L}} {{len .S}}', "2 q 2 3"],
		['{{join .L ","}} {{upper .S}} {{.S | upper | lower}} {{title "ab cd"}}', "p,q HEY hey Ab Cd"],
		['{{printf "%-5s|%5s|%03d|%q|%v" .S .S .N .S .L}}', 'hey  |  hey|003|"hey"|[p q]'],
		['{{pad .S 1 2}}|{{truncate .S 2}}|{{(split "a:b" ":")}}', " hey  |he|[a b]"],
		["{{$x := 1}}{{$x}}{{$x = 2}}{{$x}}", "12"],
		['{{range .L}}{{if eq . "q"}}{{break}}{{end}}{{.}}{{end}}', "p"],
		['{{define "t"}}<{{.}}>{{end}}{{template "t" .S}}', "<hey>"],
		["{{html .Html}}", "&lt;a&gt; &amp; &#39;b&#39;"],
		['{{"quoted \\"text\\""}} {{`raw`}} {{\'a\'}}', 'quoted "text" raw 97'],
		["{{slice .S 1 2}}", "e"],
	])("%s", (source, expected) => expect(render(source)).toBe(expected));

	it.each([
		["{{.A.C}}", 'template: :1:4: executing "" at <.A.C>: map has no entry for key "C"'],
		["{{.Nope}}", 'template: :1:2: executing "" at <.Nope>: map has no entry for key "Nope"'],
		["{{.S.x}}", 'template: :1:4: executing "" at <.S.x>: can\'t evaluate field x in type string'],
		["{{.S", "template: :1: unclosed action"],
		["{{}", 'template: :1: unexpected "}" in command'],
		['{{if}}{{"a}}', "template: :1: missing value for if"],
		["{{foo}}", 'template: :1: function "foo" not defined'],
		["{{end}}", "template: :1: unexpected {{end}}"],
		["{{if .S}}", "template: :1: unexpected EOF"],
		["{{}}", "template: :1: missing value for command"],
		["{{$x}}", 'template: :1: undefined variable "$x"'],
		['{{"a}}', "template: :1: unterminated quoted string"],
		["{{upper .N}}", 'template: :1:8: executing "" at <.N>: wrong type for value; expected string; got int'],
		["{{len 3}}", 'template: :1:2: executing "" at <len 3>: error calling len: len of type int'],
		["{{upper}}", 'template: :1:2: executing "" at <upper>: wrong number of args for upper: want 1 got 0'],
		["{{lt .S 1}}", 'template: :1:2: executing "" at <lt .S 1>: error calling lt: incompatible types for comparison'],
		["{{index .L 5}}", 'template: :1:2: executing "" at <index .L 5>: error calling index: index out of range: 5'],
	])("%s fails", (source, message) => expect(render(source)).toBe(`! ${message}`));
});
