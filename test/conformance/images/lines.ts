// What is asked of each image, in a container of ours and of a real dockerd. A line is bash's (in httpd, busybox sh's); its output,
// standard error included, and its exit code must be the same.

/** Waits until something listens on the port, half a minute at most. */
const waitFor = (port: number): string =>
	`for n in $(seq 300); do (exec 3<>/dev/tcp/127.0.0.1/${port}) 2>/dev/null && break; sleep 0.1; done`;
/** One request by bash itself. */
const request = (head: string): string => `exec 3<>/dev/tcp/127.0.0.1/80; printf '${head}\\r\\n\\r\\n' >&3; cat <&3`;

const debian = [
	// what is there
	"cat /etc/os-release /etc/debian_version /etc/issue",
	"find / -xdev ! -path '/proc/*' ! -path '/sys/*' ! -path '/dev*' ! -path '/etc/hosts' ! -path '/etc/hostname' ! -path '/etc/resolv.conf' ! -path '/.docker*' ! -path '/etc/mtab' ! -path /tmp ! -path / ! -path /etc ! -path /run -printf '%M %u %g %s %p -> %l\\n' | grep -v '^d' | sort -k5 | md5sum",
	"find / -xdev -type f ! -path '/proc/*' ! -path '/sys/*' ! -path '/dev*' ! -path '/etc/host*' ! -path '/etc/resolv.conf' ! -path '/.docker*' -exec md5sum {} + | sort -k2 | md5sum",
	"dpkg -l | awk '{print $1, $2, $3}'",
	"dpkg -S /bin/ls /usr/bin/awk; dpkg -L hostname; dpkg-query -W -f '${Package} ${Version} ${Status}\\n' bash libc6",
	"update-alternatives --display awk",
	"ldd /bin/bash /usr/bin/perl | sed 's/ (0x.*//' | grep -v vdso",
	"getent passwd root www-data nobody; getent group shadow; getent hosts localhost",
	"id; whoami; hostname | grep -c .; tty; umask; locale",
	// bash
	"echo $BASH_VERSION $0 $#; set -o | head -30; shopt | head -20",
	'a=(one two three); declare -A m=([x]=1 [y]=2); echo "${a[@]^}" "${#a[@]}" "${!m[@]}" "${m[y]}" $((2**40 % 1000007))',
	"for ((i = 0; i < 5; i++)); do echo -n $i; done | rev; echo; printf '%q %08.3f %x\\n' 'a b' 3.14159 255",
	"diff <(seq 1 5) <(seq 2 6); echo $?; cat <<< here; { sleep 0.05; echo late; } & wait; echo done",
	"trap 'echo got TERM' TERM; kill -TERM $$; trap; (exit 7); echo $?; kill -9 $BASHPID",
	"false | true | false; echo ${PIPESTATUS[@]}; set -e; false; echo never",
	"coproc tr a-z A-Z; echo hello >&${COPROC[1]}; exec {COPROC[1]}>&-; cat <&${COPROC[0]}",
	"[[ 'foo123' =~ ([a-z]+)([0-9]+) ]] && echo ${BASH_REMATCH[1]} ${BASH_REMATCH[2]}; echo {a..e}{1..2} ~ $RANDOMX",
	// tools
	"seq 1 1000 | sort -R --random-source=/bin/ls | sort -n | sha256sum; seq 20 | shuf --random-source=/bin/ls | md5sum",
	"printf 'b 2\\na 1\\nc 3\\n' | sort -k2 -n -r | join -1 1 -2 1 <(printf 'a x\\nc y\\n') <(printf 'a 1\\nc 3\\n'); nproc --all | grep -c .",
	"echo 'the quick brown fox' | sed -E 's/(\\w+) (\\w+)/\\2 \\1/; y/abc/ABC/' | grep -oP '(?<=quick )\\w+'; echo a,b,c | cut -d, -f2-",
	'awk \'BEGIN { for (i = 0; i < 10; i++) s += i * 1.5; printf "%.2f %s\\n", s, substr("container", 4, 4); print length(ENVIRON["PATH"]), sqrt(2), toupper("x") }\'',
	"cd /tmp; mkdir -p t/u; echo x > t/u/f; ln -s u/f t/l; ln t/u/f t/h; tar -cf t.tar --sort=name --mtime=@0 t; tar -tvf t.tar; gzip -n -9 t.tar; md5sum t.tar.gz; rm -r t t.tar.gz",
	"touch -d @1000000000 /tmp/f; stat -c '%n %s %a %U %G %Y %F %h' /tmp/f; date -u -d @1700000000 +%FT%T; chmod u+s /tmp/f; ls -l --time-style=+%s /tmp/f; rm /tmp/f",
	"factor 1234567890123 18446744073709551557; expr 2 '*' 21; numfmt --to=iec 123456789; base64 <<< drydock; cksum /etc/passwd | md5sum; b2sum /etc/group | cut -c1-16",
	"ls /nonexistent; cat /root/none; rm /proc/version; mkdir /etc/passwd/x; cp /etc/passwd /nonexistent/y; chmod 600 /none",
	"timeout 0.2 sleep 5; echo $?; nice -n 5 nice; env -i A=b env; stdbuf -oL echo buffered; yes | head -3; dd if=/dev/zero bs=1k count=64 2>/dev/null | wc -c",
	"find /etc -maxdepth 1 -name 'p*' -type f -newermt 1990-01-01 | sort | xargs -n1 basename; ls -la /root | awk '{print $1, $3, $NF}'",
	// users
	"useradd -m -s /bin/bash learner; su learner -c 'id; echo $HOME; touch /etc/x'; su - learner -c pwd; grep learner /etc/passwd /etc/shadow /etc/group | sed 's/:[0-9]\\{5\\}:/:D:/'; userdel -r learner 2>&1; id learner",
	"echo root:secret | chpasswd; passwd -S root | cut -d' ' -f1,2; setpriv --reuid 65534 --regid 65534 --clear-groups id; setpriv --dump | head -9",
	// processes
	"ps -o pid,ppid,stat,args -p 1 | sed 1d | awk '{print $1, $2}'; ps -e -o comm= | sort -u | grep -v ps; pgrep -c bash; kill -l 15",
	"sleep 30 & kill $!; wait $!; echo $?; setsid bash -c 'ps -o sid= -p $$ | grep -c .'; flock /tmp/lock echo locked; rm /tmp/lock",
	"mount -t tmpfs none /mnt; chroot / true; taskset -p 1 | sed 's/mask: .*/mask/'; findmnt -n -o FSTYPE /; mountpoint /proc",
	// perl
	"perl -v | head -2 | tail -1; perl -e 'print join(\",\", map { $_ * 2 } grep { $_ % 2 } 1..9), \"\\n\"'; perl -ne 'print if /^root/' /etc/passwd",
	'perl -MPOSIX -MList::Util=sum,max -e \'printf "%s %d %d %.3f\\n", strftime("%F", gmtime(86400)), sum(1..10), max(3, 9, 2), exp(1)\'',
	'perl -e \'my %h; $h{length $_}++ for qw(a bb cc ddd); print map { "$_=$h{$_} " } sort keys %h; print "\\n"; die "gone\\n"\'',
	'perl -e \'pipe(R, W); if (fork) { close W; print <R>; wait; print $? >> 8, "\\n" } else { print W "child\\n"; close W; exit 3 }\'',
	'perl -Mutf8 -CS -e \'my $s = "도커"; print length($s), " $s\\n"; print sprintf("%vd", "1.22.333"), "\\n"; print "a1b22" =~ s/(\\d+)/<$1>/gr, "\\n"\'',
];

/** Asked of the real side alone, since it takes long: broken links, and libraries that a program needs and the image has not. */
export const loose =
	"find / -xdev -xtype l ! -path '/proc/*' ! -path '/dev/*' ! -path /etc/mtab ! -path '/var/log/*'; " +
	"find /usr/bin /usr/sbin /usr/lib -type f \\( -perm -100 -o -name '*.so*' \\) | while read f; do ldd $f 2>&1 | grep 'not found' | sed \"s|^|$f|\"; done; true";

const nginx = [
	"nginx -v; nginx -V 2>&1 | tr ' ' '\\n' | grep -c with; nginx -t",
	"ls -l --time-style=+ /var/log/nginx /usr/share/nginx/html /etc/nginx | awk '{print $1, $3, $4, $5, $6, $7, $8}'",
	// its log is a file here: times and process numbers are nobody's to compare
	`rm /var/log/nginx/*; nginx; ${waitFor(80)}; ${request("GET / HTTP/1.0")} | grep -v ^Date`,
	`${request("HEAD /none HTTP/1.1\\r\\nHost: x\\r\\nConnection: close")} | grep -v ^Date`,
	`${request("GET /index.html HTTP/1.1\\r\\nHost: x\\r\\nRange: bytes=0-14\\r\\nConnection: close")} | grep -v ^Date`,
	`${request("GET / HTTP/1.1\\r\\nHost: x\\r\\nAccept-Encoding: gzip\\r\\nConnection: close")} | grep -a -i -E 'encoding|etag|type'`,
	`${request("BREW / HTTP/9")} | tail -n +1 | grep -v ^Date`,
	"for n in $(seq 100); do exec 3<>/dev/tcp/127.0.0.1/80; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; head -1 <&3; done | sort | uniq -c",
	"ps -C nginx -o user=,args= | sort -u; nginx -s quit 2> /dev/null; while pgrep nginx > /dev/null; do sleep 0.1; done; pgrep -c nginx",
	"echo 'server { listen 8080; location / { return 200 \"$uri $arg_q\\n\"; } }' > /etc/nginx/conf.d/x.conf; nginx; " +
		`${waitFor(8080)}; exec 3<>/dev/tcp/127.0.0.1/8080; printf 'GET /a/b?q=1 HTTP/1.0\\r\\n\\r\\n' >&3; tail -1 <&3; nginx -s stop 2> /dev/null; cut -d']' -f2- /var/log/nginx/access.log | sort | uniq -c`,
	"echo 'broken' > /etc/nginx/conf.d/x.conf; nginx -t 2>&1 | sed 's/.*#[0-9]*: //'; rm /etc/nginx/conf.d/x.conf",
];

const redis = [
	"redis-server --version | cut -d' ' -f1-3; redis-cli --version; id redis; ls -ld --time-style=+ /data | awk '{print $1, $3, $4}'",
	`docker-entrypoint.sh redis-server --daemonize yes --logfile /tmp/log > /dev/null; ${waitFor(6379)}; redis-cli ping`,
	"ps -C redis-server -o user=,args=; sed 's/^[^*#]*[*#]/ /' /tmp/log | grep -E 'Running|Ready'",
	"redis-cli set greeting 'hello world'; redis-cli get greeting; redis-cli incrby n 41; redis-cli incr n; redis-cli get none; redis-cli append greeting '!'",
	"redis-cli rpush l a b c; redis-cli lrange l 0 -1; redis-cli hset h f 1 g 2; redis-cli hgetall h; redis-cli zadd z 2 b 1 a; redis-cli zrange z 0 -1 withscores",
	"redis-cli sadd s x y; redis-cli sismember s x; redis-cli type l; redis-cli expire greeting 100; [ $(redis-cli ttl greeting) -gt 80 ] && echo lives; redis-cli keys '*' | sort; redis-cli dbsize",
	'redis-cli eval \'return {KEYS[1], ARGV[1] * 2, redis.call("get", "n")}\' 1 k 21; redis-cli get l; redis-cli nosuch; echo $?',
	"printf 'multi\\nset t 1\\nincr t\\nexec\\n' | redis-cli; seq 1 300 | sed 's/.*/SET key:& &/' | redis-cli --pipe | tail -1; redis-cli dbsize",
	"timeout 5 redis-cli subscribe news > /tmp/news & until redis-cli publish news extra | grep -q 1; do sleep 0.1; done; sleep 0.3; kill $!; cat /tmp/news; redis-cli save; ls /data; redis-check-rdb /data/dump.rdb | tail -2 | sed 's/^\\[[^]]*\\] //'",
	"redis-benchmark -n 200 -c 5 -t ping_inline --csv | cut -d, -f1; redis-cli bgsave; sleep 0.5; redis-cli info persistence | grep -E 'status|bgsave_in'",
	"redis-cli shutdown nosave; sleep 0.2; pgrep -c redis-server; redis-cli ping",
];

const python = [
	"python3 --version; python --version; python3 -c 'import sys; print(sys.path, sys.prefix, sys.implementation.cache_tag, len(sys.builtin_module_names))'",
	'python3 -c \'print(2**200, 355/113, [x*x for x in range(8)], {n: len(n) for n in ("a", "bb")}, "도커".encode(), f"{3.14159:.2f}")\'',
	'python3 -c \'import json, re, math; print(json.dumps({"b": [1, None, True], "a": 1.5}, sort_keys=True), re.sub(r"(\\w+) (\\w+)", r"\\2 \\1", "hello world"), math.tau)\'',
	"python3 -c 'raise ValueError(\"no\")'; echo $?; python3 -c 'def f(:'; echo $?; python3 /none.py; echo $?",
	"python3 -c 'import decimal, fractions, statistics as s; print(decimal.Decimal(1) / 7, fractions.Fraction(1, 3) + 1, s.stdev([1, 2, 3, 4]))'",
	"python3 -c 'import threading, queue; q = queue.Queue(); t = [threading.Thread(target=lambda n=n: q.put(n * n)) for n in range(8)]; [x.start() for x in t]; [x.join() for x in t]; print(sorted(q.get() for _ in t))'",
	'python3 -c \'import subprocess, os; print(subprocess.run(["sh", "-c", "echo out; echo err >&2; exit 3"], capture_output=True)); print(os.uname().sysname, os.getpid() > 0, sorted(os.listdir("/")))\'',
	"python3 -c 'import asyncio\nasync def f(n):\n await asyncio.sleep(n / 100)\n return n\nasync def main():\n print(await asyncio.gather(*map(f, (3, 1, 2))))\nasyncio.run(main())'",
	"cd /tmp; echo page > index.html; touch -d @1000000000 index.html; python3 -m http.server 8000 > log 2>&1 & " +
		`${waitFor(8000)}; exec 3<>/dev/tcp/127.0.0.1/8000; printf 'GET / HTTP/1.0\\r\\n\\r\\n' >&3; grep -v ^Date <&3; kill %1; wait; grep -o '"GET.*' /tmp/log`,
	"python3 -c 'import hashlib, zlib, bz2, lzma, base64; d = b\"x\" * 1000; print(hashlib.sha256(d).hexdigest(), len(zlib.compress(d)), len(bz2.compress(d)), len(lzma.compress(d)), zlib.crc32(d))'",
	"python3 -c 'import ctypes, struct, socket, select, signal; print(ctypes.sizeof(ctypes.c_long), struct.pack(\">IhB\", 1, -2, 3), socket.htons(80), signal.Signals(15).name, ctypes.CDLL(None).abs(-5))'",
	"python3 -c 'import multiprocessing as m; p = m.get_context(\"fork\").Pool(2); print(p.map(abs, range(-4, 4))); p.close(); p.join()'",
	"python3 -c 'import random, time, datetime, uuid; random.seed(1); print(random.random(), random.sample(range(99), 3), datetime.date(2026, 1, 1).isoformat(), uuid.UUID(int=5), time.strftime(\"%F\", time.gmtime(0)))'",
	"echo 'print(sum(map(int, open(0))))' > /tmp/s.py; seq 100 | python3 /tmp/s.py 2>&1 | head -3; seq 100 | python3 -c 'import sys; print(sum(map(int, sys.stdin)))'; python3 -m this | head -3",
	"python3 -c 'import ssl'; python3 -c 'print(\"한글\".encode(\"cp949\"))'; python3 -m json.tool <<< '{\"a\":[1,2]}'; printf '1+1\\nprint(\"hi\")\\n' | python3 -i -q 2>&1",
	"python3 -c 'import unittest\nclass T(unittest.TestCase):\n def test_a(self): self.assertEqual(1 + 1, 2)\nunittest.main()' 2>&1 | sed 's/in .*s$/in T/'",
];

const httpd = [
	"ls -R /usr/local/apache2; cat /usr/local/apache2/htdocs/index.html | md5sum",
	"httpd -p 8080 -h /usr/local/apache2/htdocs; sleep 0.3; wget -q -O - http://127.0.0.1:8080/; wget -O - http://127.0.0.1:8080/none 2>&1 | tail -1",
	"printf 'GET / HTTP/1.0\\r\\n\\r\\n' | nc 127.0.0.1 8080 | grep -v ^Date",
];

/** A request to the registry; its answer without what is of this moment. */
const ask = (head: string): string =>
	`exec 3<>/dev/tcp/127.0.0.1/5000; printf '${head} HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n' >&3; grep -avE '^(Date|Location|Docker-Upload-Uuid)' <&3`;
const HELLO = "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824";
const registry = [
	"registry --version | awk '{print $1, $3}'; ls -l --time-style=+ /etc/docker/registry /entrypoint.sh /usr/bin/*registry; ls -d /var/lib/registry",
	"/entrypoint.sh help | head -3; /entrypoint.sh echo else; registry serve /none.yml > /tmp/said 2>&1; echo $?; head -1 /tmp/said",
	`REGISTRY_STORAGE_DELETE_ENABLED=true /entrypoint.sh /etc/docker/registry/config.yml > /tmp/log 2>&1 & ${waitFor(5000)}; ${ask("GET /v2/")}`,
	`${ask("GET /v2/a/tags/list")}; ${ask(`HEAD /v2/a/blobs/${HELLO}`)}`,
	// an upload's address is the registry's own to choose
	"exec 3<>/dev/tcp/127.0.0.1/5000; printf 'POST /v2/a/blobs/uploads/ HTTP/1.1\\r\\nHost: x\\r\\nContent-Length: 0\\r\\nConnection: close\\r\\n\\r\\n' >&3; " +
		"at=$(tr -d '\\r' <&3 | sed -n 's,^Location: http://x,,p'); exec 3<>/dev/tcp/127.0.0.1/5000; " +
		`printf 'PUT %s&digest=${HELLO} HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\nContent-Length: 5\\r\\n\\r\\nhello' "$at" >&3; grep -avE '^(Date|Docker-Upload-Uuid)' <&3`,
	`${ask(`GET /v2/a/blobs/${HELLO}`)}; echo; find /var/lib/registry -type f | sort`,
	`${ask(`DELETE /v2/a/blobs/${HELLO}`)}`,
	"registry garbage-collect /etc/docker/registry/config.yml 2> /dev/null; find /var/lib/registry/docker/registry/v2/blobs -type f; pgrep -c registry; kill $(pgrep registry); sleep 0.5; pgrep -c registry",
];

/** Image → lines, each in a shell of its own, all in one container. */
export const lines: Record<string, { shell: "bash" | "sh"; lines: string[] }> = {
	debian: { shell: "bash", lines: debian },
	ubuntu: { shell: "bash", lines: ["cat /etc/os-release", "bash --version | head -1; perl -e 'print 1 + 1, \"\\n\"'"] },
	nginx: { shell: "bash", lines: nginx },
	redis: { shell: "bash", lines: redis },
	python: { shell: "bash", lines: python },
	httpd: { shell: "sh", lines: httpd },
	registry: { shell: "bash", lines: registry },
};
