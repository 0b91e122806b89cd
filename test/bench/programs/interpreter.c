// A machine of eight instructions, by a switch in a loop, that counts primes; ARGUMENT is up to which number.

#include <stdio.h>
#include <stdlib.h>

enum { SET, ADD, MOVE, REMAINDER, LESS, JUMP, BRANCH, END };
struct instruction {
	unsigned char operation, to, a, b;
	int immediate;
};

// r0 candidate, r1 divisor, r2 scratch, r3 limit, r4 square, r5 count, r6 one
static const struct instruction program[] = {
	{SET, 0, 0, 0, 2},       {SET, 6, 0, 0, 1},    {SET, 5, 0, 0, 0},
	{LESS, 2, 0, 3, 0},      {BRANCH, 0, 2, 0, 6}, {END, 0, 0, 0, 0},
	{SET, 1, 0, 0, 2},
	{LESS, 2, 1, 0, 0},      {BRANCH, 0, 2, 0, 11},
	{ADD, 5, 5, 6, 0},       {JUMP, 0, 0, 0, 15},
	{REMAINDER, 2, 0, 1, 0}, {BRANCH, 0, 2, 0, 13},
	{ADD, 1, 1, 6, 0},       {JUMP, 0, 0, 0, 7},
	{ADD, 0, 0, 6, 0},       {JUMP, 0, 0, 0, 3},
};

int main(int argc, char **argv) {
	long r[8] = {0};
	r[3] = argc > 1 ? atoi(argv[1]) : 1000;
	for (const struct instruction *at = program;; at++) {
		switch (at->operation) {
		case SET: r[at->to] = at->immediate; continue;
		case ADD: r[at->to] = r[at->a] + r[at->b]; continue;
		case MOVE: r[at->to] = r[at->a]; continue;
		case REMAINDER: r[at->to] = r[at->a] % r[at->b]; if (r[at->to] == 0 && r[at->b] < r[at->a]) at = program + 14; continue;
		case LESS: r[at->to] = r[at->a] < r[at->b]; continue;
		case JUMP: at = program + at->immediate - 1; continue;
		case BRANCH: if (r[at->a]) at = program + at->immediate - 1; continue;
		case END: printf("%ld\n", r[5]); return 0;
		}
	}
}
