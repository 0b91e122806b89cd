// Sorting through a function pointer, with division in between.
#include <stdio.h>
#include <stdlib.h>
static int compare(const void *a, const void *b) { long x = *(const long *)a, y = *(const long *)b; return (x > y) - (x < y); }
int main(void) {
	enum { N = 20000 };
	static long values[N];
	unsigned long seed = 12345, sum = 0;
	for (int i = 0; i < N; i++) { seed = seed * 6364136223846793005ul + 1442695040888963407ul; values[i] = (long)(seed >> 20) % 100003 - 50000; }
	qsort(values, N, sizeof *values, compare);
	for (int i = 0; i < N; i++) sum = sum * 31 + (unsigned long)values[i];
	printf("%ld %ld %ld %lx %ld\n", values[0], values[N / 2], values[N - 1], sum, (long)(sum / 1000003));
	return 0;
}
