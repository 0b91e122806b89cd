// Sorts numbers by the C library's qsort, which compares through a pointer; ARGUMENT is how many times.

#include <stdio.h>
#include <stdlib.h>

enum { COUNT = 200000 };
static unsigned numbers[COUNT];

static int compare(const void *a, const void *b) {
	unsigned x = *(const unsigned *)a, y = *(const unsigned *)b;
	return (x > y) - (x < y);
}

int main(int argc, char **argv) {
	unsigned seed = 1, sum = 0;
	for (int round = argc > 1 ? atoi(argv[1]) : 1; round > 0; round--) {
		for (int i = 0; i < COUNT; i++) numbers[i] = seed = seed * 1664525 + 1013904223;
		qsort(numbers, COUNT, sizeof *numbers, compare);
		for (int i = 0; i < COUNT; i += 1000) sum = sum * 31 + numbers[i];
	}
	printf("%u\n", sum);
}
