// Formats numbers and strings; ARGUMENT is how many thousand lines.

#include <stdio.h>
#include <stdlib.h>

int main(int argc, char **argv) {
	unsigned sum = 0;
	char line[200];
	for (int i = 0, end = 1000 * (argc > 1 ? atoi(argv[1]) : 1); i < end; i++) {
		int length = snprintf(line, sizeof line, "%d %08x %-10s|%5.2f %c %lu", i, i * 2654435761u, "word", i / 7.0, 'a' + i % 26, i * 123456789UL);
		for (int j = 0; j < length; j++) sum = sum * 31 + (unsigned char)line[j];
	}
	printf("%u\n", sum);
}
