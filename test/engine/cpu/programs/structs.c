// Structures by value, lists, strings, varargs, setjmp, 128-bit arithmetic, bit fields.
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
struct point { int x, y; double weight; char name[12]; };
struct node { struct point at; struct node *next; unsigned kind : 3, rest : 29; };
static struct point moved(struct point p, int by) { p.x += by; p.y -= by; p.weight *= 1.5; strcat(p.name, "'"); return p; }
static int sum(int count, ...) { va_list list; int total = 0; va_start(list, count); while (count--) total += va_arg(list, int); va_end(list); return total; }
static jmp_buf back;
static void leap(int n) { if (n == 0) longjmp(back, 42); leap(n - 1); }
int main(int argc, char **argv) {
	struct node *list = 0;
	for (int i = 0; i < 200; i++) {
		struct node *n = calloc(1, sizeof *n);
		n->at = (struct point){i, -i, i / 3.0, "p"};
		n->kind = i % 8; n->rest = i * 77; n->next = list; list = n;
	}
	long long total = 0; double weight = 0;
	for (struct node *n = list; n; n = n->next) {
		struct point p = moved(n->at, n->kind);
		total = total * 3 + p.x * p.y + n->rest + (long long)strlen(p.name); weight += p.weight;
	}
	while (list) { struct node *next = list->next; free(list); list = next; }
	unsigned __int128 big = (unsigned __int128)total * 0x123456789abcdefull; big /= 1000000007; big ^= big << 77;
	printf("%lld %.10f %016llx%016llx %d\n", total, weight, (unsigned long long)(big >> 64), (unsigned long long)big, sum(5, 1, 2, 3, 4, argc));
	char text[200]; snprintf(text, sizeof text, "%-10s|%08x|%+d|%c|%s", "left", 0xbeef, 17, 'z', argc > 1 ? argv[1] : "none");
	for (char *p = strtok(text, "|"); p; p = strtok(0, "|")) printf("<%s> %zu\n", p, strlen(p));
	int code = setjmp(back); if (code == 0) leap(20); printf("%d %s\n", code, strstr("hay needle stack", "needle"));
	printf("%ld %d %s\n", strtol("-7fffffff", 0, 16), atoi("  123abc"), memchr("abcdef", 'd', 6) ? "found" : "missing");
	return 0;
}
