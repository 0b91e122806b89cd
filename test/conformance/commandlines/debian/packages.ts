// The Debian packages that both sides' root file system is made of, libraries included.

export const packages: readonly string[] = words(`
	base-files base-passwd libc6 libc-bin libgcc-s1 gcc-12-base libstdc++6 libcrypt1 netbase media-types tzdata ncurses-base
	bash coreutils dash debianutils sed grep gawk mawk perl-base diffutils findutils hostname bsdutils bsdextrautils
	libacl1 libattr1 libselinux1 libpcre2-8-0 libgmp10 libmpfr6 libsigsegv2 libtinfo6 libncursesw6 libreadline8 readline-common
	libsmartcols1 libuuid1 libblkid1 libmount1
	tar gzip xz-utils bzip2 zstd cpio zip unzip zlib1g liblzma5 libbz2-1.0 libzstd1 liblz4-1
	util-linux util-linux-extra mount login passwd procps psmisc lsof time sysvinit-utils
	libaudit1 libaudit-common libcap-ng0 libcap2 libpam0g libpam-modules libpam-modules-bin libproc2-0 libsystemd0 libelogind0
	libgcrypt20 libgpg-error0 libudev1 libtirpc3 libtirpc-common libnsl2 libcom-err2 libkeyutils1
	libgssapi-krb5-2 libk5crypto3 libkrb5-3 libkrb5support0
	bc dc ed m4 patch file libmagic1 libmagic-mgc xxd jq libjq1 libonig5 openssl libssl3 less vim-tiny vim-common
	make git libcurl3-gnutls libexpat1 sqlite3 libsqlite3-0
	python3 python3-minimal python3.11 python3.11-minimal libpython3-stdlib libpython3.11-minimal libpython3.11-stdlib libffi8 libdb5.3
	redis-server redis-tools libatomic1 libjemalloc2 liblzf1
	nginx nginx-common libpcre2-8-0 curl libcurl4 libbrotli1 libidn2-0 libldap-2.5-0 libnghttp2-14 libpsl5 librtmp1 libsasl2-2 libssh2-1
	libunistring2 libgnutls30 libhogweed6 libnettle8 libp11-kit0 libtasn1-6
	iproute2 iputils-ping netcat-openbsd socat libbpf1 libelf1 libmnl0 libbsd0 libmd0 libwrap0 libxtables12
`);

function words(text: string): string[] {
	return [...new Set(text.split(/\s+/).filter(Boolean))];
}
