// Counts primes: loops, byte stores, branches.
#include <stdio.h>
#include <string.h>
static unsigned char composite[1000000];
int main(void) {
	int total = 0;
	for (int round = 0; round < 2; round++) {
		memset(composite, 0, sizeof composite);
		for (int i = 2; i < 1000000; i++) {
			if (composite[i]) continue;
			total++;
			for (int j = 2 * i; j < 1000000; j += i) composite[j] = 1;
		}
	}
	printf("%d\n", total);
	return 0;
}
