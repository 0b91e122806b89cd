// Primes below a bound by the sieve of Eratosthenes, as often as asked: integer loops and byte stores.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define BOUND 1000000
static unsigned char composite[BOUND];

int main(int argc, char **argv) {
	int rounds = argc > 1 ? atoi(argv[1]) : 1, primes = 0;
	while (rounds--) {
		memset(composite, 0, sizeof composite);
		primes = 0;
		for (int i = 2; i < BOUND; i++) {
			if (composite[i]) continue;
			primes++;
			for (long j = (long)i * i; j < BOUND; j += i) composite[j] = 1;
		}
	}
	printf("%d\n", primes);
	return 0;
}
