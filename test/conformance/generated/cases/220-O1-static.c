// gcc -O1 -static
#define _GNU_SOURCE
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
static inline int8_t div_s8(int8_t a, int8_t b) { return b == 0 || b == -1 ? a : a / b; }
static inline int8_t rem_s8(int8_t a, int8_t b) { return b == 0 || b == -1 ? a : a % b; }
static inline uint8_t div_u8(uint8_t a, uint8_t b) { return b == 0 ? a : a / b; }
static inline uint8_t rem_u8(uint8_t a, uint8_t b) { return b == 0 ? a : a % b; }
static inline int16_t div_s16(int16_t a, int16_t b) { return b == 0 || b == -1 ? a : a / b; }
static inline int16_t rem_s16(int16_t a, int16_t b) { return b == 0 || b == -1 ? a : a % b; }
static inline uint16_t div_u16(uint16_t a, uint16_t b) { return b == 0 ? a : a / b; }
static inline uint16_t rem_u16(uint16_t a, uint16_t b) { return b == 0 ? a : a % b; }
static inline int32_t div_s32(int32_t a, int32_t b) { return b == 0 || b == -1 ? a : a / b; }
static inline int32_t rem_s32(int32_t a, int32_t b) { return b == 0 || b == -1 ? a : a % b; }
static inline uint32_t div_u32(uint32_t a, uint32_t b) { return b == 0 ? a : a / b; }
static inline uint32_t rem_u32(uint32_t a, uint32_t b) { return b == 0 ? a : a % b; }
static inline int64_t div_s64(int64_t a, int64_t b) { return b == 0 || b == -1 ? a : a / b; }
static inline int64_t rem_s64(int64_t a, int64_t b) { return b == 0 || b == -1 ? a : a % b; }
static inline uint64_t div_u64(uint64_t a, uint64_t b) { return b == 0 ? a : a / b; }
static inline uint64_t rem_u64(uint64_t a, uint64_t b) { return b == 0 ? a : a % b; }
/* What does not fit, and NaN, is 7. */
static inline int64_t to_integer(long double x) { return x > -9e18L && x < 9e18L ? (int64_t)x : 7; }

static struct { uint32_t m0; uint16_t m1; double m2; } p220_s;
static uint32_t p220_g0 = ((uint32_t)0xf5acb175c968a3b9ull);
static int64_t p220_g1 = ((int64_t)0xc252059f21c098f6ull);
static long double p220_g2 = ((long double)-4454.228);
static double p220_a0[32] = { ((double)3175.799), ((double)-2957.300), ((double)3177.216), ((double)-2036.458), ((double)-2251.805), ((double)0.1), ((double)-3347.895), ((double)3.25e10), ((double)1e300), ((double)-7e-5), ((double)-1673.703), ((double)-2073.521), ((double)7729.886), ((double)6549.283), ((double)-3457.425), ((double)-9090.71), ((double)-1.5), ((double)-9021.447), ((double)-9335.798), ((double)-0.0), ((double)-2769.291), ((double)-8395.193), ((double)-1934.292), ((double)4231.722), ((double)8771.295), ((double)-7474.35), ((double)-7829.320), ((double)-7211.618), ((double)2147483648.0), ((double)1.0), ((double)3078.22), ((double)-0.0) };
static double p220_a1[4] = { ((double)-1500.317), ((double)0.1), ((double)1709.94), ((double)1.0) };
static int16_t p220_f0(int16_t p0, uint8_t p1, uint64_t p2, int64_t p3, uint64_t p4, float p5, int16_t p6, float p7) {
	if (fuel-- <= 0) return ((int16_t)0x6980becf4d26609full);
	int16_t v0 = div_s16(((int16_t)((uint32_t)((int16_t)((uint32_t)p6 + (uint32_t)p6)) & (uint32_t)((int16_t)~p0))), ((int16_t)((uint32_t)((int16_t)to_integer(p220_a1[3])) & (uint32_t)((int16_t)~p0))));
	p220_a1[((unsigned)((int32_t)((uint32_t)((int32_t)to_integer(p220_a0[16])) << ((unsigned)((int32_t)0x32ull) & 31))) & 3)] = ((((p220_g2 <= p220_g2) ? ((double)9680.32) : ((double)0.1)) * ((p220_g2 >= p220_g2) ? p220_s.m2 : ((double)p7))) + p220_s.m2);
	for (int32_t i1 = 0; i1 < 9 && fuel-- > 0; i1++) {
		p220_a1[((unsigned)i1 & 3)] = (((p220_s.m2 + p220_s.m2) * (p220_a0[((unsigned)i1 & 31)] + p220_s.m2)) + ((double)((int64_t)((uint64_t)((int64_t)to_integer(p220_a1[3])) + (uint64_t)p3))));
		uint32_t v2 = ((uint32_t)-(uint32_t)((p1 <= p1) ? ((uint32_t)0x6856f1a27e8a9dceull) : ((uint32_t)((uint32_t)((uint32_t)to_integer(p220_a0[((unsigned)((int32_t)0x2ull) & 31)])) ^ (uint32_t)p220_s.m0))));
		p220_a0[4] = (-((((double)p220_s.m0) - p220_s.m2) * (((double)p2) / p220_s.m2)));
	}
	int32_t v3 = ((int32_t)0x30ull);
	p220_a0[((unsigned)((int32_t)~v3) & 31)] = (((p220_s.m2 + p220_s.m2) / (p220_s.m2 + p220_s.m2)) * (p220_a0[13] / p220_s.m2));
	return ((int16_t)((uint32_t)p0 - (uint32_t)((int16_t)((uint32_t)((int16_t)((uint32_t)v0 & (uint32_t)((int16_t)to_integer(p220_a0[((unsigned)v3 & 31)])))) << ((unsigned)rem_s32(v3, v3) & 15)))));
}
static uint16_t p220_f1(int16_t p0, float p1, int32_t p2, float p3, double p4, float p5, double p6) {
	if (fuel-- <= 0) return ((uint16_t)0x8000ull);
	uint16_t v0 = ((rem_u32(p220_g0, p220_s.m0) == ((!(((int8_t)0x55ull) == ((int8_t)0x3cull))) ? p220_g0 : ((uint32_t)to_integer(p220_a1[((unsigned)p2 & 3)])))) ? ((uint16_t)((uint32_t)((uint16_t)((uint32_t)((uint16_t)0x4full) | (uint32_t)p220_s.m1)) & (uint32_t)((p220_g1 == ((int64_t)to_integer(p4))) ? p220_s.m1 : p220_s.m1))) : ((((uint64_t)to_integer(p220_a0[2])) == ((uint64_t)0x4dull)) ? ((uint16_t)((uint32_t)p220_s.m1 * (uint32_t)p220_s.m1)) : ((((int8_t)to_integer(p4)) < ((int8_t)0x2bull)) ? p220_s.m1 : p220_s.m1)));
	uint16_t v1 = ((((int32_t)((int8_t)to_integer(p5))) != ((int32_t)p220_g1)) ? ((uint16_t)((uint32_t)((uint16_t)(p220_s.m1 != v0)) << ((unsigned)((int32_t)((uint32_t)p2 + (uint32_t)p2)) & 15))) : ((uint16_t)(((uint16_t)((uint32_t)v0 + (uint32_t)((uint16_t)0xcfaf76bd4de2f56ull))) >> ((unsigned)div_s32(((int32_t)to_integer(p220_a0[15])), p2) & 15))));
	volatile long double v2 = ((((p220_g1 < p220_g1) ? p220_g2 : p220_g2) + (((long double)-8400.180) / ((long double)5618.572))) - ((p220_g2 * p220_g2) + (p220_g2 + p220_g2)));
	p220_a0[((unsigned)((int32_t)((int64_t)to_integer(p220_a1[3]))) & 31)] = (((p6 >= p220_s.m2) ? p6 : (p6 * p4)) + p6);
	p220_a1[0] = (((p4 + ((double)4593.488)) + (p4 + p220_s.m2)) * ((p220_s.m2 * p6) + (p6 + ((double)2147483648.0))));
	return ((uint16_t)0x59ull);
}
static int8_t p220_t_0(int8_t a) {
	if (((int8_t)((uint32_t)a * (uint32_t)a)) < ((int8_t)(((uint64_t)p220_g0) < ((uint64_t)to_integer(p220_a0[((unsigned)((int32_t)p220_s.m1) & 31)]))))) {
		double v0 = ((-(p220_s.m2 + p220_s.m2)) * ((-p220_s.m2) - p220_s.m2));
		int32_t v1 = ((int32_t)((uint32_t)((int32_t)((uint32_t)((int32_t)((uint32_t)((int32_t)to_integer(p220_a0[((unsigned)((int32_t)0xaull) & 31)])) << ((unsigned)((int32_t)0x602e689e9439a633ull) & 31))) | (uint32_t)((((int16_t)0x62ull) <= ((int16_t)to_integer(p220_a1[2]))) ? ((int32_t)to_integer(p220_a1[1])) : ((int32_t)0x14ull)))) + (uint32_t)((p220_g1 != p220_g1) ? ((int32_t)((uint32_t)((int32_t)to_integer(p220_a1[((unsigned)((int32_t)to_integer(p220_a1[((unsigned)((int32_t)0x7fffull) & 3)])) & 3)])) << ((unsigned)((int32_t)to_integer(p220_a0[((unsigned)((int32_t)0x1ull) & 31)])) & 31))) : ((int32_t)((uint32_t)((int32_t)to_integer(p220_a0[11])) - (uint32_t)((int32_t)to_integer(p220_s.m2)))))));
		uint16_t v2 = ((uint16_t)((uint32_t)((uint16_t)((uint32_t)((uint16_t)~p220_s.m1) + (uint32_t)((uint16_t)((uint32_t)p220_s.m1 ^ (uint32_t)p220_s.m1)))) << ((unsigned)((int32_t)(((int32_t)((uint32_t)v1 * (uint32_t)v1)) >> ((unsigned)((int32_t)a) & 31))) & 15)));
	} else {
		volatile uint8_t v3 = ((uint8_t)0x0ull);
		p220_g1 = ((int64_t)((uint64_t)((int64_t)(((uint32_t)to_integer(p220_g2)) <= p220_s.m0)) ^ (uint64_t)((int64_t)~((int64_t)((uint64_t)((int64_t)to_integer(p220_g2)) << ((unsigned)((int32_t)p220_g1) & 63))))));
		p220_a1[((unsigned)((int32_t)0x7fffull) & 3)] = ((double)((uint16_t)-(uint32_t)((uint16_t)-(uint32_t)p220_s.m1)));
	}
	return ((int8_t)((int16_t)((uint32_t)((int16_t)p220_s.m0) & (uint32_t)((int16_t)0x7fffffffull))));
}
static int8_t p220_t_1(int8_t a) {
	for (int32_t i0 = 0; i0 < 3 && fuel-- > 0; i0++) {
		p220_s.m2 = ((((double)-5423.649) - p220_s.m2) + ((p220_s.m2 * p220_s.m2) + (p220_s.m2 * ((double)p220_g1))));
		if (((double)((int16_t)to_integer(p220_a1[3]))) <= p220_s.m2) {
			p220_s.m0 = rem_u32(rem_u32(((uint32_t)((uint32_t)((uint32_t)0x99f3f8b1a4d0d727ull) << ((unsigned)i0 & 31))), ((uint32_t)(((uint32_t)to_integer(p220_g2)) >> ((unsigned)((int32_t)0x9e9afa5443885a84ull) & 31)))), ((uint32_t)~((uint32_t)((uint32_t)p220_g0 ^ (uint32_t)p220_s.m0))));
		}
		for (int32_t i1 = 0; i1 < 10 && fuel-- > 0; i1++) {
			p220_g0 = ((uint32_t)((uint32_t)((uint32_t)((uint32_t)((uint32_t)((uint32_t)p220_g0 + (uint32_t)p220_g0)) * (uint32_t)((uint32_t)((uint32_t)p220_g0 << ((unsigned)i0 & 31))))) | (uint32_t)((uint32_t)((uint32_t)((uint32_t)((uint32_t)p220_s.m0 << ((unsigned)((int32_t)p220_s.m1) & 31))) | (uint32_t)((uint32_t)((uint32_t)((uint32_t)a) << ((unsigned)i0 & 31)))))));
		}
		if (p220_s.m2 != p220_s.m2) break;
	}
	return ((int8_t)((uint32_t)((int8_t)((uint32_t)a & (uint32_t)a)) | (uint32_t)((int8_t)((uint32_t)a + (uint32_t)a))));
}
static int8_t (*const p220_t[])(int8_t) = { p220_t_0, p220_t_1 };
static sigjmp_buf p220_feature0_back;
static void p220_feature0_handler(int number, siginfo_t *info, void *context) {
	(void)context;
	printf("signal %d code %d ", number, info->si_code);
	siglongjmp(p220_feature0_back, 1);
}
static void p220_feature0(void) {
	struct sigaction action = { .sa_sigaction = p220_feature0_handler, .sa_flags = SA_SIGINFO }, old;
	sigaction(SIGFPE, &action, &old);
	volatile long double a = 0.0L, b = 0.0L, r = 0;
	volatile int zero = 0, minimum = INT32_MIN;
	fenv_t saved;
	fegetenv(&saved);
	if (sigsetjmp(p220_feature0_back, 1) == 0) { feclearexcept(FE_ALL_EXCEPT); feenableexcept(FE_INVALID); r = a / b; r = r + b; printf("no signal %a ", (double)r); }
	fesetenv(&saved);
	if (sigsetjmp(p220_feature0_back, 1) == 0) printf("%d ", minimum / (zero));
	sigaction(SIGFPE, &old, 0);
	printf("done\n");
}
static sigjmp_buf p220_feature1_back;
static void p220_feature1_handler(int number, siginfo_t *info, void *context) {
	(void)context;
	printf("signal %d code %d ", number, info->si_code);
	siglongjmp(p220_feature1_back, 1);
}
static void p220_feature1(void) {
	struct sigaction action = { .sa_sigaction = p220_feature1_handler, .sa_flags = SA_SIGINFO }, old;
	sigaction(SIGFPE, &action, &old);
	volatile float a = 0.0L, b = 0.0L, r = 0;
	volatile int zero = 0, minimum = INT32_MIN;
	fenv_t saved;
	fegetenv(&saved);
	if (sigsetjmp(p220_feature1_back, 1) == 0) { feclearexcept(FE_ALL_EXCEPT); feenableexcept(FE_INVALID); r = a / b; r = r + b; printf("no signal %a ", (double)r); }
	fesetenv(&saved);
	if (sigsetjmp(p220_feature1_back, 1) == 0) printf("%d ", minimum / (zero));
	sigaction(SIGFPE, &old, 0);
	printf("done\n");
}
static void p220_feature2(void) {
	unsigned __int128 a = (unsigned __int128)0xa6315f206e49461cull << 39 | 0x3e5591f912b1014cull;
	__int128 b = -(__int128)0x36ecdca024d4d379ull * 0xb69c5443;
	uint64_t d = 0x2cbd98bd7ce44856ull >> 32 | 1;
	for (int i = 0; i < 8; i++) {
		a = a * 0x6afb63e734033017ull + d;
		b = b / (int64_t)(i + 230) - (__int128)(a % d);
		d = (uint64_t)(a / (d | 1)) | 1;
	}
	printf("%016lx%016lx %016lx%016lx %lu %a %a\n", (uint64_t)(a >> 64), (uint64_t)a, (uint64_t)(b >> 64), (uint64_t)b, d, (double)a, (float)b);
}
struct p220_feature3_node { struct p220_feature3_node *left, *right; uint32_t key; int count; };
static struct p220_feature3_node *p220_feature3_insert(struct p220_feature3_node *at, uint32_t key) {
	if (!at) { at = calloc(1, sizeof *at); at->key = key; at->count = 1; return at; }
	if (key == at->key) at->count++;
	else if (key < at->key) at->left = p220_feature3_insert(at->left, key);
	else at->right = p220_feature3_insert(at->right, key);
	return at;
}
static uint32_t p220_feature3_walk(struct p220_feature3_node *at, uint32_t sum, int depth) {
	if (!at) return sum;
	sum = p220_feature3_walk(at->left, sum, depth + 1) * 33 + at->key + depth * at->count;
	sum = p220_feature3_walk(at->right, sum, depth + 1);
	free(at);
	return sum;
}
static void p220_feature3(void) {
	struct p220_feature3_node *root = 0;
	uint32_t key = 2186651389u;
	for (int i = 0; i < 355; i++) { key = key * 1664525u + 1013904223u; root = p220_feature3_insert(root, key >> 10); }
	char *text = malloc(1);
	size_t size = 1;
	for (int i = 0; i < 12; i++) { text = realloc(text, size * 3); memset(text + size, i, size * 2); size *= 3; if (size > 60000) size = 100; }
	uint32_t sum = 0;
	for (size_t i = 1; i < size; i++) sum = sum * 7 + (unsigned char)text[i];
	free(text);
	printf("%u %u\n", p220_feature3_walk(root, 0, 0), sum);
}
int p220_main(void) {
	fuel = 40000; printf("p220_f0 %d\n", p220_f0(((int16_t)((uint32_t)((int16_t)to_integer(p220_s.m2)) << ((unsigned)((int32_t)p220_g1) & 15))), ((uint8_t)~div_u8(((uint8_t)0x186e462fb2da57a0ull), ((uint8_t)to_integer(p220_a1[((unsigned)((int32_t)0x2ull) & 3)])))), div_u64(((uint64_t)((uint64_t)((uint64_t)0x0ull) ^ (uint64_t)((uint64_t)0x7fffffffull))), div_u64(((uint64_t)to_integer(p220_a1[((unsigned)((int32_t)to_integer(p220_a0[((unsigned)((int32_t)0x7fffffffffffffffull) & 31)])) & 3)])), ((uint64_t)0x22fb77807192ecfeull))), rem_s64(((int64_t)((uint64_t)((int64_t)to_integer(p220_g2)) | (uint64_t)((int64_t)p220_s.m0))), ((int64_t)((uint64_t)((int64_t)to_integer(p220_a0[22])) | (uint64_t)p220_g1))), ((uint64_t)((uint64_t)((uint64_t)(((uint64_t)0xffull) >> ((unsigned)((int32_t)0xbull) & 63))) & (uint64_t)((uint64_t)((int32_t)to_integer(p220_a1[1]))))), ((((float)p220_s.m2) * ((float)4346.124)) + ((float)-5411.122)), rem_s16(((int16_t)(((uint8_t)0x2aull) <= ((uint8_t)p220_s.m0))), ((int16_t)~((int16_t)0x3ull))), ((float)((int8_t)((uint32_t)((int8_t)0x7full) - (uint32_t)((int8_t)0xc922e732b04fffcaull))))));
	fuel = 40000; printf("p220_f1 %u\n", p220_f1(((int16_t)((int32_t)((uint32_t)((int32_t)0x80ull) << ((unsigned)((int32_t)to_integer(p220_a1[((unsigned)((int32_t)to_integer(p220_a1[((unsigned)((int32_t)0x3110167fdd9372fdull) & 3)])) & 3)])) & 31)))), ((((float)p220_a1[2]) * ((float)p220_a1[0])) + (((float)p220_a1[((unsigned)((int32_t)0x12ull) & 3)]) / ((float)984.351))), ((int32_t)((uint32_t)((int32_t)((uint32_t)((int32_t)0x7ull) - (uint32_t)((int32_t)to_integer(p220_g2)))) & (uint32_t)((int32_t)to_integer(p220_s.m2)))), ((p220_g2 > p220_g2) ? ((((int16_t)to_integer(p220_a1[((unsigned)((int32_t)to_integer(p220_a1[1])) & 3)])) > ((int16_t)0x45ull)) ? ((float)p220_a1[3]) : ((float)p220_g2)) : (((float)-1.5) / ((float)p220_a1[((unsigned)((int32_t)0x8f52dacb5cbdae00ull) & 3)]))), ((p220_s.m2 * p220_a0[29]) * (-p220_a0[19])), ((float)-0.0), ((-p220_s.m2) + ((((float)p220_g2) == ((float)p220_a0[((unsigned)((int32_t)to_integer(p220_a1[((unsigned)((int32_t)0xaull) & 3)])) & 31)])) ? p220_s.m2 : p220_s.m2))));
	fuel = 40000;
	for (int i = 0; i < 20; i++) printf("t %d\n", p220_t[i & 1]((int8_t)(i * 77)));
	p220_feature0();
	p220_feature1();
	p220_feature2();
	p220_feature3();
	printf("p220_s.m0 %u\n", p220_s.m0);
	printf("p220_s.m1 %u\n", p220_s.m1);
	printf("p220_s.m2 %a\n", p220_s.m2);
	printf("p220_g0 %u\n", p220_g0);
	printf("p220_g1 %ld\n", p220_g1);
	printf("p220_g2 %La\n", p220_g2);
	uint64_t sum = 0;
	for (int i = 0; i < 32; i++) sum = sum * 31 + (uint64_t)to_integer(p220_a0[i]);
	for (int i = 0; i < 4; i++) sum = sum * 31 + (uint64_t)to_integer(p220_a1[i]);
	printf("%lx\n", sum);
	return (int)(sum % 120);
}

int main(int argc, char **argv) {
	static int (*const programs[])(void) = { p220_main };
	return argc > 1 ? programs[atoi(argv[1])]() : 0;
}
