// Moves bytes in the ways that the kernel promises not to copy more often than it must: copies WAY AMOUNT [FILE].

#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

enum { CHUNK = 65536, HEAP = 16 << 20 };

static char chunk[CHUNK];

/* A heap of 16 MiB, touched, and so many children that each touch one page of it. */
static int forks(long children)
{
	char *heap = malloc(HEAP);
	for (long at = 0; at < HEAP; at += 4096)
		heap[at] = (char)(at >> 12) | 1;
	for (long i = 0; i < children; i++) {
		pid_t child = fork();
		if (child == 0) {
			heap[i << 12] = 0;
			_exit(heap[HEAP - 4096] ? 0 : 1);
		}
		int status;
		if (child < 0 || waitpid(child, &status, 0) != child || status)
			return 1;
	}
	return 0;
}

/* So many bytes from one process to another. */
static int pipes(long bytes)
{
	int ends[2];
	if (pipe(ends))
		return 1;
	pid_t child = fork();
	if (child == 0) {
		close(ends[0]);
		for (long left = bytes; left > 0;) {
			long n = write(ends[1], chunk, left < CHUNK ? left : CHUNK);
			if (n <= 0)
				_exit(1);
			left -= n;
		}
		_exit(0);
	}
	close(ends[1]);
	long got = 0;
	for (long n; (n = read(ends[0], chunk, CHUNK)) > 0;)
		got += n;
	int status;
	waitpid(child, &status, 0);
	return got != bytes || status;
}

static int reads(long bytes, const char *file)
{
	int fd = open(file, O_RDONLY);
	while (bytes > 0) {
		long n = read(fd, chunk, bytes < CHUNK ? bytes : CHUNK);
		if (n <= 0)
			return 1;
		bytes -= n;
	}
	return 0;
}

static int maps(long bytes, const char *file)
{
	int fd = open(file, O_RDONLY);
	if (bytes == 0)
		return 0;
	char *all = mmap(0, bytes, PROT_READ, MAP_PRIVATE, fd, 0);
	if (all == MAP_FAILED)
		return 1;
	long sum = 0;
	for (long at = 0; at < bytes; at += 4096)
		sum += all[at];
	return sum == 0;
}

int main(int argc, char **argv)
{
	long amount = atol(argv[2]);
	memset(chunk, 7, sizeof chunk);
	if (!strcmp(argv[1], "fork"))
		return forks(amount);
	if (!strcmp(argv[1], "pipe"))
		return pipes(amount);
	return strcmp(argv[1], "read") ? maps(amount, argv[3]) : reads(amount, argv[3]);
}
