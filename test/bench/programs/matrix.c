// Multiplies matrices of doubles; ARGUMENT is how many times.

#include <stdio.h>
#include <stdlib.h>

enum { SIZE = 200 };
static double a[SIZE][SIZE], b[SIZE][SIZE], c[SIZE][SIZE];

int main(int argc, char **argv) {
	for (int i = 0; i < SIZE; i++)
		for (int j = 0; j < SIZE; j++) {
			a[i][j] = i * 0.5 + j;
			b[i][j] = i - j * 0.25;
		}
	for (int round = argc > 1 ? atoi(argv[1]) : 1; round > 0; round--)
		for (int i = 0; i < SIZE; i++)
			for (int j = 0; j < SIZE; j++) {
				double sum = 0;
				for (int k = 0; k < SIZE; k++) sum += a[i][k] * b[k][j];
				c[i][j] = sum / (1 + round);
			}
	printf("%.6f %.6f\n", c[3][5], c[SIZE - 1][SIZE - 2]);
}
