// A build context to begin with: two stages, a file of one's own, a step that the cache misses when that file changes.

export const EXAMPLE_CONTEXT: Record<string, string> = {
	Dockerfile: `FROM busybox AS build
WORKDIR /src
COPY greeting.txt .
RUN tr a-z A-Z < greeting.txt > loud.txt

FROM busybox
RUN mkdir /app
COPY --from=build /src/loud.txt /app/
COPY hello.sh /app/
CMD ["sh", "/app/hello.sh"]
`,
	"hello.sh": `#!/bin/sh
echo "$(hostname): $(cat /app/loud.txt)"
`,
	"greeting.txt": "hello from a layer\n",
	".dockerignore": "*.md\n",
};
