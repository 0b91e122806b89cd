// read, write, lseek and their families.
#include "case.h"

CASE(read_basics) {
	char b[16] = "";
	put_file("f", "hello");
	long fd = T("a file", open, "f", O_RDONLY);
	T("3 bytes", read, fd, b, 3);
	note("  \"%.3s\"", b);
	T("the rest", read, fd, b, 16);
	T("at the end", read, fd, b, 16);
	T("nothing", read, fd, b, 0);
	T("nothing into nowhere", read, fd, BAD, 0);
	T("a descriptor that is not open", read, 99, b, 1);
	T("-1", read, -1, b, 1);
	S(lseek, fd, 0, SEEK_SET);
	T("into nowhere", read, fd, BAD, 4);
	T("position after EFAULT", lseek, fd, 0, SEEK_CUR);
	long wr = S(open, "f", O_WRONLY);
	T("open for writing only", read, wr, b, 1);
	long path = S(open, "f", O_PATH);
	T("O_PATH", read, path, b, 1);
	T("a directory", read, S(open, ".", O_RDONLY), b, 1);
	T("closed", close, fd);
	T("closed again", close, fd);
	T("of what is closed", read, fd, b, 1);
}
