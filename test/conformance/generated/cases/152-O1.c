// gcc -O1
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

static struct { uint32_t m0; uint16_t m1; uint8_t m2; uint8_t m3; uint32_t m4; float m5; int8_t m6; } p152_s;
static uint8_t p152_g0 = ((uint8_t)0x59f841d86bde731eull);
static double p152_g1 = ((double)-0.0);
static uint8_t p152_g2 = ((uint8_t)0x21e396cd76eca542ull);
static int32_t p152_g3 = ((int32_t)0xd971a65741a1b010ull);
static uint32_t p152_g4 = ((uint32_t)0x11ull);
static int32_t p152_a0[16] = { ((int32_t)0x39ull), ((int32_t)0x46ull), ((int32_t)0x9b87406792a94726ull), ((int32_t)0x118c912dc9c4744dull), ((int32_t)0x7full), ((int32_t)0x7fffffffull), ((int32_t)0x28ull), ((int32_t)0x5dull), ((int32_t)0x11ull), ((int32_t)0x11ull), ((int32_t)0x2ull), ((int32_t)0x7full), ((int32_t)0x370a769ea39abe23ull), ((int32_t)0x0ull), ((int32_t)0x7ull), ((int32_t)0x10ull) };
static long double p152_a1[64] = { ((long double)4745.404), ((long double)-5298.550), ((long double)-6670.863), ((long double)2507.778), ((long double)4.9e-324), ((long double)-5630.295), ((long double)-7141.675), ((long double)2147483648.0), ((long double)3.25e10), ((long double)9606.428), ((long double)1e300), ((long double)2133.982), ((long double)-8264.483), ((long double)0.1), ((long double)0x1.fffffep127), ((long double)1.0), ((long double)2147483648.0), ((long double)4.9e-324), ((long double)6024.607), ((long double)-7788.179), ((long double)0x1.fffffep127), ((long double)-6487.250), ((long double)-9297.40), ((long double)-9084.392), ((long double)-8489.16), ((long double)2014.233), ((long double)-5335.860), ((long double)8291.37), ((long double)7187.93), ((long double)-3548.767), ((long double)8785.814), ((long double)690.224), ((long double)2418.654), ((long double)-6705.687), ((long double)0.1), ((long double)-9694.755), ((long double)-8084.646), ((long double)-7269.183), ((long double)1.0), ((long double)-1340.99), ((long double)3469.849), ((long double)-5607.621), ((long double)-9198.699), ((long double)2147483648.0), ((long double)-8694.914), ((long double)6753.938), ((long double)-9690.666), ((long double)-5327.354), ((long double)3514.110), ((long double)-8849.478), ((long double)-7558.172), ((long double)-5755.821), ((long double)1e300), ((long double)680.431), ((long double)5860.967), ((long double)3.25e10), ((long double)-1963.167), ((long double)6397.639), ((long double)-6471.378), ((long double)-6998.47), ((long double)-3181.884), ((long double)-174.390), ((long double)-1307.446), ((long double)5140.217) };
APART static double p152_f0(uint16_t p0, int64_t p1, uint8_t p2, double p3, float p4, uint16_t p5) {
	if (fuel-- <= 0) return ((double)548.467);
	uint8_t v0 = ((uint8_t)((uint64_t)p152_a0[10]));
	int16_t v1 = ((int16_t)-(uint32_t)((int16_t)((uint32_t)((int16_t)p152_g4) - (uint32_t)((int16_t)p152_a0[((unsigned)p152_g3 & 15)]))));
	double v2 = ((p3 / ((!(((int64_t)0xa9a5dd102359b8c5ull) != p1)) ? p152_g1 : p3)) / ((p3 + p3) * ((v1 < v1) ? p152_g1 : ((double)-1487.576))));
	return v2;
}
static uint32_t p152_f1(uint8_t p0, double p1, uint8_t p2) {
	if (fuel-- <= 0) return ((uint32_t)0x80ull);
	for (int32_t i0 = 0; i0 < 5 && fuel-- > 0; i0++) {
		p152_a0[((unsigned)((int32_t)((uint32_t)i0 ^ (uint32_t)p152_a0[12])) & 15)] = ((int32_t)to_integer((((p152_s.m1 == p152_s.m1) ? ((float)-690.415) : p152_s.m5) * (p152_s.m5 * ((float)p152_s.m3)))));
		p152_s.m3 = div_u8(((((int64_t)p152_a0[((unsigned)i0 & 15)]) >= ((int64_t)p152_a0[((unsigned)i0 & 15)])) ? p152_s.m3 : ((uint8_t)((uint32_t)p0 << ((unsigned)i0 & 7)))), div_u8(div_u8(p152_s.m2, p152_g0), p152_s.m3));
		p152_s.m0 -= ((uint32_t)(((uint32_t)to_integer(((long double)p152_s.m3))) >> ((unsigned)((int32_t)((uint32_t)i0 * (uint32_t)p152_g3)) & 31)));
	}
	p152_a1[((unsigned)((int32_t)((uint32_t)p152_g3 << ((unsigned)p152_g3 & 31))) & 63)] = (((long double)((uint32_t)((uint32_t)p152_s.m4 << ((unsigned)p152_g3 & 31)))) * (((long double)p152_g3) + (-((long double)0.0))));
	p152_a0[((unsigned)((int32_t)((uint32_t)p152_g3 * (uint32_t)p152_g3)) & 15)] = ((int32_t)to_integer(((long double)-7234.162)));
	return ((uint32_t)((uint32_t)((uint32_t)~div_u32(((uint32_t)p152_g0), ((uint32_t)to_integer(p152_a1[((unsigned)((int32_t)0x5f884bab387c5cb3ull) & 63)])))) << ((unsigned)((int32_t)((uint32_t)((int32_t)((uint32_t)p152_g3 - (uint32_t)((int32_t)to_integer(p152_a1[((unsigned)p152_a0[8] & 63)])))) - (uint32_t)((int32_t)((uint32_t)((int32_t)0x1ull) - (uint32_t)p152_g3)))) & 31)));
}
static double p152_f2(int32_t p0, uint32_t p1, int64_t p2, uint32_t p3, int32_t p4, uint32_t p5, int8_t p6) {
	if (fuel-- <= 0) return ((double)3.25e10);
	for (int32_t i0 = 0; i0 < 9 && fuel-- > 0; i0++) {
		p152_g1 = (p152_g1 + ((double)((int8_t)((uint32_t)p6 << ((unsigned)p152_g3 & 7)))));
		p152_s.m5 = ((p152_s.m5 - ((float)((long double)-4544.402))) * ((p152_s.m5 + ((float)p152_a0[((unsigned)p152_g3 & 15)])) * p152_s.m5));
		if (((int16_t)0x35665273a757c544ull) < ((int16_t)0x16f9c910d5e4aa49ull)) continue;
	}
	p152_a0[((unsigned)div_s32(p4, p152_g3) & 15)] = ((rem_s32(p152_g3, p4) <= div_s32(((int32_t)to_integer(p152_a1[35])), p152_g3)) && (p4 > p0));
	double v1 = ((double)rem_s8(((int8_t)((uint32_t)((int8_t)p152_a0[12]) & (uint32_t)p6)), ((int8_t)((uint32_t)p6 & (uint32_t)p152_s.m6))));
	if (((int16_t)((uint32_t)((int16_t)p5) - (uint32_t)((int16_t)0x15ull))) == ((int16_t)to_integer(p152_a1[((unsigned)p0 & 63)]))) {
		uint16_t v2 = ((uint16_t)p152_s.m4);
	}
	return p152_f0(rem_u16(((uint16_t)0x2ull), p152_s.m1), ((int64_t)0xcull), ((uint8_t)(((uint8_t)to_integer(p152_a1[((unsigned)p0 & 63)])) >> ((unsigned)p152_g3 & 7))), (p152_g1 * ((double)3482.606)), (((float)-795.965) * p152_s.m5), ((uint16_t)p6));
}
static uint8_t p152_t_0(uint8_t a) {
	p152_g0 = ((uint8_t)((uint32_t)((uint8_t)((uint32_t)rem_u8(((uint8_t)p152_a0[0]), p152_s.m3) ^ (uint32_t)div_u8(a, p152_s.m2))) | (uint32_t)((uint8_t)(((int16_t)0x8000ull) > ((int16_t)0xabd633bac2aab6acull)))));
	return div_u8(((uint8_t)p152_g3), ((uint8_t)((uint32_t)a << ((unsigned)((int32_t)to_integer(p152_a1[42])) & 7))));
}
static uint8_t p152_t_1(uint8_t a) {
	p152_a1[((unsigned)div_s32(p152_g3, p152_g3) & 63)] = ((((p152_g3 > p152_g3) ? p152_a1[39] : ((long double)p152_a0[11])) * ((long double)p152_a0[11])) * ((-((long double)p152_a0[((unsigned)p152_g3 & 15)])) + (((long double)2147483648.0) * ((long double)p152_a0[14]))));
	int16_t v0 = ((int16_t)p152_a0[2]);
	return ((uint8_t)((uint32_t)((p152_s.m0 < p152_g4) ? p152_g0 : p152_s.m3) - (uint32_t)((p152_g1 >= p152_g1) ? p152_g0 : p152_g0)));
}
static uint8_t (*const p152_t[])(uint8_t) = { p152_t_0, p152_t_1 };
static sigjmp_buf p152_feature0_back;
static void p152_feature0_handler(int number, siginfo_t *info, void *context) {
	(void)context;
	printf("signal %d code %d ", number, info->si_code);
	siglongjmp(p152_feature0_back, 1);
}
static void p152_feature0(void) {
	struct sigaction action = { .sa_sigaction = p152_feature0_handler, .sa_flags = SA_SIGINFO }, old;
	sigaction(SIGFPE, &action, &old);
	volatile long double a = 0x1p16000L, b = 0x1p-16000L, r = 0;
	volatile int zero = 0, minimum = INT32_MIN;
	fenv_t saved;
	fegetenv(&saved);
	if (sigsetjmp(p152_feature0_back, 1) == 0) { feclearexcept(FE_ALL_EXCEPT); feenableexcept(FE_OVERFLOW); r = a / b; r = r + b; printf("no signal %a ", (double)r); }
	fesetenv(&saved);
	if (sigsetjmp(p152_feature0_back, 1) == 0) printf("%d ", minimum / (zero));
	sigaction(SIGFPE, &old, 0);
	printf("done\n");
}
static sigjmp_buf p152_feature1_back;
static void p152_feature1_handler(int number, siginfo_t *info, void *context) {
	(void)context;
	printf("signal %d code %d ", number, info->si_code);
	siglongjmp(p152_feature1_back, 1);
}
static void p152_feature1(void) {
	struct sigaction action = { .sa_sigaction = p152_feature1_handler, .sa_flags = SA_SIGINFO }, old;
	sigaction(SIGFPE, &action, &old);
	volatile long double a = 0.0L, b = 0.0L, r = 0;
	volatile int zero = 0, minimum = INT32_MIN;
	fenv_t saved;
	fegetenv(&saved);
	if (sigsetjmp(p152_feature1_back, 1) == 0) { feclearexcept(FE_ALL_EXCEPT); feenableexcept(FE_INVALID); r = a / b; r = r + b; printf("no signal %a ", (double)r); }
	fesetenv(&saved);
	if (sigsetjmp(p152_feature1_back, 1) == 0) printf("%d ", minimum / (zero - 1));
	sigaction(SIGFPE, &old, 0);
	printf("done\n");
}
static void p152_feature2(void) {
	unsigned __int128 a = (unsigned __int128)0x8684820a54151668ull << 41 | 0xbc2373791e152225ull;
	__int128 b = -(__int128)0xe24fd1d9fb7f28b5ull * 0x5c603418;
	uint64_t d = 0xebd331bb778ef401ull >> 5 | 1;
	for (int i = 0; i < 21; i++) {
		a = a * 0x5a07c8c85a291175ull + d;
		b = b / (int64_t)(i + 118) - (__int128)(a % d);
		d = (uint64_t)(a / (d | 1)) | 1;
	}
	printf("%016lx%016lx %016lx%016lx %lu %a %a\n", (uint64_t)(a >> 64), (uint64_t)a, (uint64_t)(b >> 64), (uint64_t)b, d, (double)a, (float)b);
}
static void p152_feature3(void) {
	char text[] = "jm lhvkwjuy djjxvvlmtrci zv okdzlrqbqing bao", other[400] = "bclj,nlg,zniwew,jambnuuy";
	printf("%zu %d %s ", strlen(text), strcmp(text, other) > 0, strchr(text, 't') ? strchr(text, ' ') : "none");
	printf("%zu %zu %d ", strspn(text, "hlywxlddp "), strcspn(other, "tjemwxmbwgp"), memcmp(text, other, 5) < 0);
	memmove(other + 11, other, 78);
	strncat(other, text, 23);
	for (char *save, *token = strtok_r(other, ",", &save); token; token = strtok_r(0, ",", &save)) printf("[%s]", token);
	char *found = strstr(text, "m");
	printf("%ld %s", found ? (long)(found - text) : -1, strrchr(text, ' '));
	unsigned char block[1962];
	memset(block, 217, sizeof block);
	block[94] = 84;
	unsigned sum = 0;
	for (size_t i = 0; i < sizeof block; i++) sum = sum * 31 + block[i];
	unsigned char *at = memchr(block, 76, sizeof block);
	printf(" %u %ld\n", sum, at ? (long)(at - block) : -1);
}
int p152_main(void) {
	fuel = 40000; printf("p152_f0 %a\n", p152_f0(((uint16_t)((uint32_t)rem_u16(p152_s.m1, p152_s.m1) ^ (uint32_t)((uint16_t)-(uint32_t)p152_s.m1))), ((int64_t)((uint64_t)((int64_t)((uint64_t)((int64_t)p152_g0) - (uint64_t)((int64_t)p152_a0[15]))) << ((unsigned)((int32_t)p152_s.m1) & 63))), ((((double)p152_a1[((unsigned)p152_g3 & 63)]) >= ((double)-1364.760)) ? ((uint8_t)to_integer(p152_s.m5)) : ((uint8_t)((uint32_t)((uint8_t)0x22ull) * (uint32_t)p152_s.m3))), ((p152_g1 * p152_g1) + (p152_g1 + p152_g1)), (((float)p152_s.m0) - (p152_s.m5 + p152_s.m5)), ((uint16_t)((uint32_t)((p152_s.m6 == ((int8_t)0x7ull)) ? p152_s.m1 : p152_s.m1) * (uint32_t)((((long double)p152_g3) < ((long double)p152_a0[1])) ? ((uint16_t)to_integer(p152_a1[63])) : p152_s.m1)))));
	fuel = 40000; printf("p152_f1 %u\n", p152_f1(((p152_s.m6 <= ((int8_t)0x48ead6d54c80838aull)) ? ((uint8_t)((uint32_t)p152_s.m2 - (uint32_t)((uint8_t)p152_s.m4))) : div_u8(p152_g0, ((uint8_t)to_integer(p152_a1[11])))), ((((double)p152_a0[((unsigned)p152_g3 & 15)]) + p152_g1) * (((double)p152_a1[((unsigned)((int32_t)0x2452f1206e8c76d9ull) & 63)]) + p152_g1)), div_u8(((uint8_t)((uint32_t)p152_g2 | (uint32_t)p152_g0)), p152_g2)));
	fuel = 40000; printf("p152_f2 %a\n", p152_f2(((p152_s.m5 < p152_s.m5) ? ((int32_t)((uint32_t)((int32_t)0xbc6d6112fc4a0509ull) * (uint32_t)((int32_t)0x3bd05ad03024efa4ull))) : p152_g3), div_u32(((uint32_t)~p152_s.m0), ((uint32_t)((uint32_t)p152_s.m0 * (uint32_t)p152_g4))), ((!(((int64_t)p152_a0[4]) <= ((int64_t)p152_g4))) ? ((int64_t)-(uint64_t)((int64_t)0x84a7cb7d8f90b82eull)) : ((int64_t)((int32_t)to_integer(p152_a1[58])))), ((uint32_t)((uint32_t)((uint32_t)((uint32_t)p152_g4 + (uint32_t)p152_g4)) << ((unsigned)((int32_t)-(uint32_t)p152_g3) & 31))), ((int32_t)(((int32_t)((uint32_t)p152_g3 - (uint32_t)p152_g3)) >> ((unsigned)div_s32(p152_g3, p152_g3) & 31))), ((uint32_t)-(uint32_t)((uint32_t)((uint32_t)((uint32_t)to_integer(p152_a1[((unsigned)p152_g3 & 63)])) | (uint32_t)p152_s.m4))), ((int8_t)((uint32_t)((int8_t)((uint32_t)((int8_t)0x46ull) & (uint32_t)p152_s.m6)) << ((unsigned)((int32_t)((uint32_t)p152_g3 << ((unsigned)p152_g3 & 31))) & 7)))));
	fuel = 40000;
	for (int i = 0; i < 20; i++) printf("t %u\n", p152_t[i & 1]((uint8_t)(i * 77)));
	p152_feature0();
	p152_feature1();
	p152_feature2();
	p152_feature3();
	printf("p152_s.m0 %u\n", p152_s.m0);
	printf("p152_s.m1 %u\n", p152_s.m1);
	printf("p152_s.m2 %u\n", p152_s.m2);
	printf("p152_s.m3 %u\n", p152_s.m3);
	printf("p152_s.m4 %u\n", p152_s.m4);
	printf("p152_s.m5 %a\n", p152_s.m5);
	printf("p152_s.m6 %d\n", p152_s.m6);
	printf("p152_g0 %u\n", p152_g0);
	printf("p152_g1 %a\n", p152_g1);
	printf("p152_g2 %u\n", p152_g2);
	printf("p152_g3 %d\n", p152_g3);
	printf("p152_g4 %u\n", p152_g4);
	uint64_t sum = 0;
	for (int i = 0; i < 16; i++) sum = sum * 31 + (uint64_t)(p152_a0[i]);
	for (int i = 0; i < 64; i++) sum = sum * 31 + (uint64_t)to_integer(p152_a1[i]);
	printf("%lx\n", sum);
	return (int)(sum % 120);
}

int main(int argc, char **argv) {
	static int (*const programs[])(void) = { p152_main };
	return argc > 1 ? programs[atoi(argv[1])]() : 0;
}
