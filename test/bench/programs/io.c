// Moves bytes: `io pipe MB`, `io read PATH MB`, `io write PATH MB`, `io append PATH…` (a byte to each, which copies it up).
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

static char block[65536];
#define BLOCKS(mb) ((long)atoi(mb) * 1000000 / (long)sizeof block)

static int through_pipe(const char *mb) {
	int ends[2];
	if (pipe(ends) < 0) return 1;
	if (fork() == 0) {
		for (long i = BLOCKS(mb); i > 0; i--)
			if (write(ends[1], block, sizeof block) != sizeof block) _exit(1);
		_exit(0);
	}
	close(ends[1]);
	long total = 0, count;
	while ((count = read(ends[0], block, sizeof block)) > 0) total += count;
	int status;
	wait(&status);
	return status != 0 || total != BLOCKS(mb) * (long)sizeof block;
}

/** From the beginning again at the file's end. */
static int from_file(const char *path, const char *mb) {
	int fd = open(path, O_RDONLY);
	long wanted = BLOCKS(mb) * (long)sizeof block, count;
	while (wanted > 0) {
		if ((count = read(fd, block, sizeof block)) < 0) return 1;
		if (count == 0 && lseek(fd, 0, SEEK_SET) != 0) return 1;
		wanted -= count;
	}
	return 0;
}

static int to_file(const char *path, const char *mb) {
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
	for (long i = BLOCKS(mb); i > 0; i--)
		if (write(fd, block, sizeof block) != sizeof block) return 1;
	return close(fd) != 0 || unlink(path) != 0;
}

static int append(char **paths) {
	for (; *paths; paths++) {
		int fd = open(*paths, O_WRONLY | O_APPEND);
		if (fd < 0 || write(fd, "x", 1) != 1 || close(fd) != 0) return 1;
	}
	return 0;
}

int main(int argc, char **argv) {
	if (argc < 3) return 1;
	if (strcmp(argv[1], "pipe") == 0) return through_pipe(argv[2]);
	if (strcmp(argv[1], "append") == 0) return append(argv + 2);
	if (argc < 4) return 1;
	return strcmp(argv[1], "read") == 0 ? from_file(argv[2], argv[3]) : to_file(argv[2], argv[3]);
}
