// fork, execve and wait, as often as asked: `spawn COUNT PROGRAM ARGUMENT…`. Prints nothing.
#include <stdlib.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
	for (int left = argc > 2 ? atoi(argv[1]) : 0; left > 0; left--) {
		pid_t child = fork();
		if (child < 0) return 1;
		if (child == 0) {
			execv(argv[2], argv + 2);
			_exit(127);
		}
		int status;
		if (waitpid(child, &status, 0) != child || status != 0) return 2;
	}
	return 0;
}
