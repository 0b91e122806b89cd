// Parts of generated programs that use one feature of C or its library each, with random data: what expressions alone do not reach.

import type { Random } from "../../engine/cpu/oracle/random";
import { constant, DOUBLE, FLOATS, INT, INTEGERS, LONG, type Type, UNSIGNED_LONG } from "./types";

/** Writes a function `static void NAME(void)` that prints what it found. */
type Feature = (name: string, random: Random) => string;

const list = (count: number, one: () => string): string => Array.from({ length: count }, one).join(", ");
const word = (random: Random): string =>
	Array.from({ length: 1 + random.below(12) }, () => String.fromCharCode(97 + random.below(26))).join("");
const words = (random: Random, count: number, separator: string): string =>
	Array.from({ length: count }, () => word(random)).join(separator);

const variadic: Feature = (name, random) => {
	const types = Array.from({ length: 2 + random.below(12) }, () => random.pick([INT, LONG, UNSIGNED_LONG, DOUBLE, FLOATS[2]!]));
	const code = (type: Type): string => (type.kind === "float" ? (type.bits === 80 ? "L" : "d") : type.bits === 32 ? "i" : "l");
	return `static APART double ${name}_sum(const char *kinds, ...) {
	va_list list, again;
	double sum = 0;
	va_start(list, kinds);
	va_copy(again, list);
	for (; *kinds; kinds++) switch (*kinds) {
		case 'i': sum += va_arg(list, int); break;
		case 'l': sum -= (double)va_arg(list, int64_t); break;
		case 'd': sum += va_arg(list, double); break;
		case 'L': sum -= (double)va_arg(list, long double); break;
	}
	printf("first %d ", va_arg(again, int));
	va_end(again);
	va_end(list);
	return sum;
}
static void ${name}(void) {
	printf("%a\\n", ${name}_sum("i${types.map(code).join("")}", ${random.below(1000)}, ${types.map((type) => constant(type, random)).join(", ")}));
}`;
};

const sorting: Feature = (name, random) => {
	const type = random.pick([...INTEGERS, DOUBLE]);
	const count = 3 + random.below(40);
	return `struct ${name}_item { ${type.name} key; char tag[${1 + random.below(20)}]; int32_t place; };
static int ${name}_order(const void *a, const void *b) {
	const struct ${name}_item *x = a, *y = b;
	return x->key < y->key ? -1 : x->key > y->key ? 1 : x->place - y->place;
}
static void ${name}(void) {
	static const ${type.name} keys[] = { ${list(count, () => constant(type, random))} };
	struct ${name}_item items[${count}];
	memset(items, 0, sizeof items);
	for (int i = 0; i < ${count}; i++) items[i].key = keys[i], items[i].place = i, items[i].tag[0] = 'a' + i % 26;
	qsort(items, ${count}, sizeof *items, ${name}_order);
	for (int i = 0; i < ${count}; i++) printf("%d%c ", items[i].place, items[i].tag[0]);
	struct ${name}_item *found = bsearch(&items[${random.below(count)}], items, ${count}, sizeof *items, ${name}_order);
	printf("%d\\n", found ? (int)(found - items) : -1);
}`;
};

const FORMATS = ["%d", "%5d", "%-8d|", "%08d", "%+d", "%x", "%#o", "%X", "%c", "%.3d"];
const REAL_FORMATS = ["%f", "%.0f", "%.10f", "%e", "%.17g", "%g", "%a", "%15.3f", "%-15.3e|", "%+.2f", "%.40f"];
const formatting: Feature = (name, random) => {
	const ints = Array.from({ length: 4 }, () => random.pick(FORMATS));
	const reals = Array.from({ length: 5 }, () => random.pick(REAL_FORMATS));
	const values = reals.map(() => constant(DOUBLE, random));
	const longs = Array.from({ length: 3 }, () => random.pick(["%Lf", "%.20Le", "%Lg", "%.30Lf"]));
	return `static void ${name}(void) {
	char text[2000];
	int length = snprintf(text, sizeof text, "${ints.join(" ")} ${reals.join(" ")} ${longs.join(" ")} %s %.4s",
		${list(4, () => `(int)${random.u32() | 0}`)}, ${values.join(", ")}, ${list(3, () => constant(FLOATS[2]!, random))}, "${word(random)}", "${word(random)}");
	printf("%d %s\\n", length, text);
	char *end;
	printf("%a ", strtod("${(random.u32() / 997).toFixed(random.below(9))}e${random.below(500) - 250}x", &end));
	printf("%s %La ", end, strtold("${random.u32()}.${random.u32()}e${random.below(200) - 100}", 0));
	printf("%ld %lu ", strtol("-${random.u64()}", &end, ${random.pick([0, 10, 8])}), strtoul("${random.u64().toString(16)}z", &end, 16));
	int a; float f; char s[20];
	printf("%d ", sscanf("${random.below(10000)} ${random.below(99)}.${random.below(99)}e3 ${word(random)}", "%d %f %19s", &a, &f, s));
	printf("%d %a %s\\n", a, f, s);
}`;
};

const strings: Feature = (name, random) => `static void ${name}(void) {
	char text[] = "${words(random, 6, " ")}", other[400] = "${words(random, 4, ",")}";
	printf("%zu %d %s ", strlen(text), strcmp(text, other) > 0, strchr(text, '${word(random)[0]}') ? strchr(text, ' ') : "none");
	printf("%zu %zu %d ", strspn(text, "${word(random)} "), strcspn(other, "${word(random)}"), memcmp(text, other, 5) < 0);
	memmove(other + ${1 + random.below(40)}, other, ${1 + random.below(200)});
	strncat(other, text, ${random.below(30)});
	for (char *save, *token = strtok_r(other, ",", &save); token; token = strtok_r(0, ",", &save)) printf("[%s]", token);
	char *found = strstr(text, "${word(random).slice(0, 1)}");
	printf("%ld %s", found ? (long)(found - text) : -1, strrchr(text, ' '));
	unsigned char block[${200 + random.below(3000)}];
	memset(block, ${random.below(256)}, sizeof block);
	block[${random.below(200)}] = ${random.below(256)};
	unsigned sum = 0;
	for (size_t i = 0; i < sizeof block; i++) sum = sum * 31 + block[i];
	unsigned char *at = memchr(block, ${random.below(256)}, sizeof block);
	printf(" %u %ld\\n", sum, at ? (long)(at - block) : -1);
}`;

const jumping: Feature = (name, random) => `static jmp_buf ${name}_back;
static APART void ${name}_down(int depth, double x) {
	volatile double kept = x * ${1 + random.below(9)};
	if (depth == 0) longjmp(${name}_back, ${1 + random.below(100)});
	${name}_down(depth - 1, kept + depth);
	printf("never %f\\n", kept);
}
static void ${name}(void) {
	volatile int round = 0;
	volatile double kept = ${random.below(100)}.5;
	int code = setjmp(${name}_back);
	printf("%d %d %a\\n", round, code, kept);
	if (round++ < ${1 + random.below(4)}) { kept *= 1.25; ${name}_down(${random.below(30)}, kept); }
}`;

const heap: Feature = (name, random) => `struct ${name}_node { struct ${name}_node *left, *right; uint32_t key; int count; };
static struct ${name}_node *${name}_insert(struct ${name}_node *at, uint32_t key) {
	if (!at) { at = calloc(1, sizeof *at); at->key = key; at->count = 1; return at; }
	if (key == at->key) at->count++;
	else if (key < at->key) at->left = ${name}_insert(at->left, key);
	else at->right = ${name}_insert(at->right, key);
	return at;
}
static uint32_t ${name}_walk(struct ${name}_node *at, uint32_t sum, int depth) {
	if (!at) return sum;
	sum = ${name}_walk(at->left, sum, depth + 1) * 33 + at->key + depth * at->count;
	sum = ${name}_walk(at->right, sum, depth + 1);
	free(at);
	return sum;
}
static void ${name}(void) {
	struct ${name}_node *root = 0;
	uint32_t key = ${random.u32()}u;
	for (int i = 0; i < ${50 + random.below(400)}; i++) { key = key * 1664525u + 1013904223u; root = ${name}_insert(root, key >> ${random.below(24)}); }
	char *text = malloc(1);
	size_t size = 1;
	for (int i = 0; i < ${5 + random.below(12)}; i++) { text = realloc(text, size * 3); memset(text + size, i, size * 2); size *= 3; if (size > 60000) size = 100; }
	uint32_t sum = 0;
	for (size_t i = 1; i < size; i++) sum = sum * 7 + (unsigned char)text[i];
	free(text);
	printf("%u %u\\n", ${name}_walk(root, 0, 0), sum);
}`;

const bits: Feature = (name, random) => {
	const fields = Array.from({ length: 3 + random.below(6) }, () => 1 + random.below(30));
	return `struct ${name}_bits { ${fields.map((width, i) => `${random.oneIn(2) ? "int32_t" : "uint32_t"} f${i} : ${width};`).join(" ")} uint64_t wide : ${33 + random.below(31)}; };
union ${name}_cast { double d; uint64_t u; float f[2]; uint8_t b[8]; };
static void ${name}(void) {
	struct ${name}_bits x = { 0 };
	${fields.map((_, i) => `x.f${i} = (uint32_t)${random.u32()}u;`).join(" ")}
	x.wide = 0x${random.u64().toString(16)}ull;
	x.f0 += x.f1; x.f1 ^= x.f2; x.wide -= x.f2;
	printf("${fields.map(() => "%d").join(" ")} %lx ", ${fields.map((_, i) => `(int)x.f${i}`).join(", ")}, (uint64_t)x.wide);
	union ${name}_cast c = { .u = 0x${random.u64().toString(16)}ull };
	printf("%a %a %u ", c.f[0], c.f[1], c.b[${random.below(8)}]);
	uint64_t v = 0x${random.u64().toString(16)}ull | 1;
	printf("%d %d %d %lx %x ", __builtin_popcountll(v), __builtin_clzll(v), __builtin_ctzll(v << ${random.below(60)} | 1ull << 63), __builtin_bswap64(v), __builtin_bswap32((uint32_t)v));
	long wide;
	int narrow, over = __builtin_mul_overflow((long)v, ${random.below(1000) - 500}L, &wide);
	over += 2 * __builtin_add_overflow((int)v, ${random.u32() | 0}, &narrow);
	printf("%d %d\\n", over, (int)(wide ^ narrow));
}`;
};

const wideIntegers: Feature = (name, random) => `static void ${name}(void) {
	unsigned __int128 a = (unsigned __int128)0x${random.u64().toString(16)}ull << ${random.below(64)} | 0x${random.u64().toString(16)}ull;
	__int128 b = -(__int128)0x${random.u64().toString(16)}ull * 0x${random.u32().toString(16)};
	uint64_t d = 0x${random.u64().toString(16)}ull >> ${random.below(60)} | 1;
	for (int i = 0; i < ${2 + random.below(20)}; i++) {
		a = a * 0x${(random.u64() | 1n).toString(16)}ull + d;
		b = b / (int64_t)(i + ${1 + random.below(1000)}) - (__int128)(a % d);
		d = (uint64_t)(a / (d | 1)) | 1;
	}
	printf("%016lx%016lx %016lx%016lx %lu %a %a\\n", (uint64_t)(a >> 64), (uint64_t)a, (uint64_t)(b >> 64), (uint64_t)b, d, (double)a, (float)b);
}`;

const vectors: Feature = (name, random) => {
	const [element, count] = random.pick([
		["int8_t", 16],
		["uint8_t", 16],
		["int16_t", 8],
		["uint16_t", 8],
		["int32_t", 4],
		["uint32_t", 4],
		["int64_t", 2],
		["float", 4],
		["double", 2],
	] as const);
	const real = element === "float" || element === "double";
	const value = (): string => (real ? `${random.below(2000) - 1000}.25` : String(random.below(256)));
	const operators = real ? ["+", "-", "*", "/"] : ["+", "-", "*", "&", "|", "^"];
	const format = real ? "%a" : "%ld";
	return `typedef ${element} ${name}_v __attribute__((vector_size(16)));
static APART ${name}_v ${name}_step(${name}_v a, ${name}_v b, ${name}_v c) {
	${name}_v r = (a ${random.pick(operators)} b) ${random.pick(operators)} c;
	${real ? "" : `${name}_v m = (${name}_v)(r > b); r = (r & m) | ((a ${random.pick(operators)} r) & ~m);`}
	${element === "int8_t" || element === "uint8_t" || real ? "" : `r ^= a ${random.pick(["<<", ">>"])} ${1 + random.below(7)};`}
	return r;
}
static void ${name}(void) {
	${name}_v a = { ${list(count, value)} }, b = { ${list(count, value)} }, c = { ${list(count, value)} };
	for (int i = 0; i < ${3 + random.below(20)}; i++) { ${name}_v r = ${name}_step(a, b, c); a = b; b = c; c = r; }
	for (int i = 0; i < ${count}; i++) printf("${format} ", ${real ? "" : "(long)"}c[i]);
	printf("\\n");
}`;
};

const environment: Feature = (name, random) => {
	const type = random.pick(FLOATS);
	const mode = random.pick(["FE_TONEAREST", "FE_UPWARD", "FE_DOWNWARD", "FE_TOWARDZERO"]);
	const values = list(8, () => constant(type, random));
	return `static void ${name}(void) {
	static volatile ${type.name} x[] = { ${values} };
	volatile ${type.name} r = 0;
	fesetround(${mode});
	for (int i = 0; i < 8; i++) {
		feclearexcept(FE_ALL_EXCEPT);
		switch (${random.below(7)} + i & 7) {
			case 0: r = x[i] + r; break;
			case 1: r = x[i] * x[(i + 1) & 7]; break;
			case 2: r = x[i] / x[(i + 3) & 7]; break;
			case 3: r = x[i] - r; break;
			case 4: r = ${type.bits === 32 ? "sqrtf" : type.bits === 64 ? "sqrt" : "sqrtl"}(x[i]); break;
			case 5: r = (float)x[i]; break;
			case 6: r = x[i] > r ? x[i] : -r; break;
			default: r = (x[i] > -1e9 && x[i] < 1e9) ? (${type.name})lrint${type.bits === 32 ? "f" : type.bits === 64 ? "" : "l"}(x[i]) : 1;
		}
		printf("%La:%x ", (long double)r, fetestexcept(FE_ALL_EXCEPT));
	}
	fesetround(FE_TONEAREST);
	printf("%d\\n", fegetround());
}`;
};

const trapping: Feature = (name, random) => {
	const type = random.pick(FLOATS);
	const exception = random.pick(["FE_DIVBYZERO", "FE_INVALID", "FE_OVERFLOW", "FE_UNDERFLOW", "FE_INEXACT"]);
	const operands = {
		FE_DIVBYZERO: ["1.0L", "0.0L"],
		FE_INVALID: ["0.0L", "0.0L"],
		FE_OVERFLOW: ["0x1p16000L", "0x1p-16000L"],
		FE_UNDERFLOW: ["0x1p-16000L", "0x1p16000L"],
		FE_INEXACT: ["1.0L", "3.0L"],
	} as const;
	const [a, b] = operands[exception as keyof typeof operands];
	const scale = (text: string): string => (type.bits === 80 ? text : text.replace("16000", type.bits === 64 ? "1000" : "120"));
	return `static sigjmp_buf ${name}_back;
static void ${name}_handler(int number, siginfo_t *info, void *context) {
	(void)context;
	printf("signal %d code %d ", number, info->si_code);
	siglongjmp(${name}_back, 1);
}
static void ${name}(void) {
	struct sigaction action = { .sa_sigaction = ${name}_handler, .sa_flags = SA_SIGINFO }, old;
	sigaction(SIGFPE, &action, &old);
	volatile ${type.name} a = ${scale(a)}, b = ${scale(b)}, r = 0;
	volatile int zero = 0, minimum = INT32_MIN;
	fenv_t saved;
	fegetenv(&saved);
	if (sigsetjmp(${name}_back, 1) == 0) { feclearexcept(FE_ALL_EXCEPT); feenableexcept(${exception}); r = a / b; r = r + b; printf("no signal %a ", (double)r); }
	fesetenv(&saved);
	if (sigsetjmp(${name}_back, 1) == 0) printf("%d ", minimum / (${random.oneIn(2) ? "zero" : "zero - 1"}));
	sigaction(SIGFPE, &old, 0);
	printf("done\\n");
}`;
};

const atomics: Feature = (name, random) => {
	const type = random.pick(INTEGERS).name;
	return `static void ${name}(void) {
	static ${type} x = (${type})${random.u32()}u;
	${type} expected = x, r = 0;
	r ^= __atomic_fetch_add(&x, (${type})${random.below(1000)}, __ATOMIC_SEQ_CST);
	r += __atomic_fetch_or(&x, (${type})${random.below(1000)}, __ATOMIC_SEQ_CST);
	r ^= __atomic_sub_fetch(&x, (${type})${random.below(1000)}, __ATOMIC_SEQ_CST);
	r += __atomic_exchange_n(&x, (${type})${random.below(1000)}, __ATOMIC_SEQ_CST);
	int done = __atomic_compare_exchange_n(&x, &expected, (${type})5, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	done += 2 * __atomic_compare_exchange_n(&x, &expected, (${type})6, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST);
	r ^= __atomic_xor_fetch(&x, (${type})${random.below(1000)}, __ATOMIC_SEQ_CST) + __atomic_nand_fetch(&x, (${type})7, __ATOMIC_SEQ_CST);
	printf("%ld %ld %ld %d\\n", (long)x, (long)r, (long)expected, done);
}`;
};

const gotos: Feature = (name, random) => {
	const count = 3 + random.below(6);
	const steps = Array.from(
		{ length: count },
		(_, i) =>
			`l${i}: x = x * ${3 + random.below(50)}u + ${random.below(100)}; if (--left == 0) goto out; goto *places[x % ${count}];`,
	);
	return `static void ${name}(void) {
	static void *const places[] = { ${Array.from({ length: count }, (_, i) => `&&l${i}`).join(", ")} };
	uint32_t x = ${random.u32()}u;
	int left = ${20 + random.below(500)};
	goto *places[x % ${count}];
	${steps.join("\n\t")}
out:
	printf("%u\\n", x);
}`;
};

const rounding: Feature = (name, random) => {
	const type = random.pick(FLOATS);
	const end = type.bits === 32 ? "f" : type.bits === 64 ? "" : "l";
	return `static void ${name}(void) {
	static volatile ${type.name} x[] = { ${list(6, () => constant(type, random))} };
	for (int i = 0; i < 6; i++) {
		int exponent;
		${type.name} whole, part = modf${end}(x[i], &whole), significand = frexp${end}(x[i], &exponent);
		printf("%La %La %La %La %La %La %d ", (long double)floor${end}(x[i]), (long double)ceil${end}(x[i]), (long double)trunc${end}(x[i]), (long double)rint${end}(x[i]), (long double)part, (long double)significand, exponent);
		printf("%La %La %d\\n", (long double)fmod${end}(x[i], x[(i + 1) % 6]), (long double)remainder${end}(x[i], x[(i + 2) % 6]), !!signbit(x[i]) + 2 * !!isnan(x[i] - x[i]));
	}
}`;
};

export const FEATURES: readonly Feature[] = [
	variadic,
	sorting,
	formatting,
	strings,
	jumping,
	heap,
	bits,
	wideIntegers,
	vectors,
	environment,
	trapping,
	atomics,
	gotos,
	rounding,
];
