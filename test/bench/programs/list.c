// Builds, reverses, walks and frees linked lists; ARGUMENT is how many times.

#include <stdio.h>
#include <stdlib.h>

struct node {
	struct node *next;
	unsigned value;
};

int main(int argc, char **argv) {
	unsigned sum = 0;
	for (int round = argc > 1 ? atoi(argv[1]) : 1; round > 0; round--) {
		struct node *list = NULL;
		for (unsigned i = 0; i < 50000; i++) {
			struct node *node = malloc(sizeof *node);
			*node = (struct node){list, i * 2654435761u >> 7};
			list = node;
		}
		struct node *reversed = NULL;
		while (list) {
			struct node *next = list->next;
			list->next = reversed;
			reversed = list;
			list = next;
		}
		for (int i = 0; i < 10; i++)
			for (struct node *node = reversed; node; node = node->next) sum = sum * 31 + node->value;
		while (reversed) {
			struct node *next = reversed->next;
			free(reversed);
			reversed = next;
		}
	}
	printf("%u\n", sum);
}
