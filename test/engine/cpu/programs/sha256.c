// SHA-256 of a generated message: rotates, additions, table look-ups.
#include <stdint.h>
#include <stdio.h>
#include <string.h>
static uint32_t k[64], h[8];
static uint32_t rotate(uint32_t x, int n) { return x >> n | x << (32 - n); }
static void constants(void) {
	// The fractional parts of cube and square roots of primes, by integer arithmetic.
	int n = 0;
	for (uint64_t p = 2; n < 64; p++) {
		int prime = 1;
		for (uint64_t d = 2; d * d <= p; d++) if (p % d == 0) prime = 0;
		if (!prime) continue;
		unsigned __int128 low = 0, high = (unsigned __int128)1 << 40;
		while (low + 1 < high) {
			unsigned __int128 m = (low + high) / 2, cube = m * m >> 32;
			if (cube * m >> 64 < p) low = m; else high = m;
		}
		k[n] = (uint32_t)low;
		if (n < 8) {
			low = 0, high = (unsigned __int128)1 << 40;
			while (low + 1 < high) {
				unsigned __int128 m = (low + high) / 2;
				if (m * m >> 64 < p) low = m; else high = m;
			}
			h[n] = (uint32_t)low;
		}
		n++;
	}
}
static void block(const uint8_t *p) {
	uint32_t w[64], s[8];
	for (int i = 0; i < 16; i++) w[i] = (uint32_t)p[4 * i] << 24 | p[4 * i + 1] << 16 | p[4 * i + 2] << 8 | p[4 * i + 3];
	for (int i = 16; i < 64; i++) {
		uint32_t a = w[i - 15], b = w[i - 2];
		w[i] = w[i - 16] + (rotate(a, 7) ^ rotate(a, 18) ^ a >> 3) + w[i - 7] + (rotate(b, 17) ^ rotate(b, 19) ^ b >> 10);
	}
	memcpy(s, h, sizeof s);
	for (int i = 0; i < 64; i++) {
		uint32_t e = s[4], a = s[0];
		uint32_t t = s[7] + (rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)) + ((e & s[5]) ^ (~e & s[6])) + k[i] + w[i];
		uint32_t u = (rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)) + ((a & s[1]) ^ (a & s[2]) ^ (s[1] & s[2]));
		memmove(s + 1, s, 28);
		s[4] += t;
		s[0] = t + u;
	}
	for (int i = 0; i < 8; i++) h[i] += s[i];
}
int main(void) {
	uint8_t message[64];
	constants();
	for (int i = 0; i < 20000; i++) {
		for (int j = 0; j < 64; j++) message[j] = (uint8_t)(i * 7 + j * j);
		block(message);
	}
	for (int i = 0; i < 8; i++) printf("%08x", h[i]);
	printf("\n");
	return 0;
}
