// What every generated program begins with: the headers, and arithmetic that is defined for all operands.

import { suffix } from "./expressions";
import { INTEGERS } from "./types";

const divisions = INTEGERS.map((type) => {
	const overflow = type.kind === "signed" ? " || b == -1" : "";
	return ["div", "rem"]
		.map((verb) => {
			const operator = verb === "div" ? "/" : "%";
			return `static inline ${type.name} ${verb}_${suffix(type)}(${type.name} a, ${type.name} b) { return b == 0${overflow} ? a : a ${operator} b; }`;
		})
		.join("\n");
}).join("\n");

export const PRELUDE = `#define _GNU_SOURCE
#include <ctype.h>
#include <errno.h>
#include <fenv.h>
#include <inttypes.h>
#include <math.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define APART __attribute__((noinline))
static int fuel;
${divisions}
/* What does not fit, and NaN, is 7. */
static inline int64_t to_integer(long double x) { return x > -9e18L && x < 9e18L ? (int64_t)x : 7; }
`;
