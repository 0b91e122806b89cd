// touch KIND MIB…: asks for so many MiB, in the ways of the letters of KIND, and says what its control group has then.
// s shared, t touches a byte a page, m sets all bytes, f forks and writes to nothing.
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

static void show(const char *title, const char *path, const char *name) {
	char line[256];
	FILE *file = fopen(path, "r");
	while (file && fgets(line, sizeof line, file))
		if (strncmp(line, name, strlen(name)) == 0) printf("%s %ld\n", title, strtol(line + strlen(name), 0, 10));
	if (file) fclose(file);
}
int main(int count, char **words) {
	const char *kind = words[1];
	for (int i = 2; i < count; i++) {
		long bytes = atol(words[i]) << 20;
		char *at = mmap(0, bytes, PROT_READ | PROT_WRITE, MAP_ANONYMOUS | (strchr(kind, 's') ? MAP_SHARED : MAP_PRIVATE), -1, 0);
		if (at == MAP_FAILED) return 2;
		if (strchr(kind, 't')) for (long j = 0; j < bytes; j += 4096) at[j] = 1;
		if (strchr(kind, 'm')) memset(at, 1, bytes);
	}
	int ends[2];
	pipe(ends);
	if (strchr(kind, 'f') && fork() == 0) {
		char byte;
		close(ends[1]);
		read(ends[0], &byte, 1);
		_exit(0);
	}
	show("rss", "/proc/self/status", "VmRSS:");
	show("anon", "/cg/g/memory.stat", "anon ");
	show("shmem", "/cg/g/memory.stat", "shmem ");
	show("kernel", "/cg/g/memory.stat", "kernel ");
	show("file", "/cg/g/memory.stat", "file ");
	show("current", "/cg/g/memory.current", "");
	close(ends[1]);
	wait(0);
	return 0;
}
