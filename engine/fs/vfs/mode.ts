// The bits of st_mode (man 7 inode), and the capabilities that matter to files (man 7 capabilities).

import type { Inode } from "./types";

export const S_IFMT = 0o170000;
export const S_IFSOCK = 0o140000;
export const S_IFLNK = 0o120000;
export const S_IFREG = 0o100000;
export const S_IFBLK = 0o060000;
export const S_IFDIR = 0o040000;
export const S_IFCHR = 0o020000;
export const S_IFIFO = 0o010000;
export const S_ISUID = 0o4000;
export const S_ISGID = 0o2000;
export const S_ISVTX = 0o1000;

/** Bit numbers. */
export const CAP_CHOWN = 0;
export const CAP_DAC_OVERRIDE = 1;
export const CAP_DAC_READ_SEARCH = 2;
export const CAP_FOWNER = 3;
export const CAP_FSETID = 4;
export const CAP_SYS_ADMIN = 21;
export const CAP_MKNOD = 27;
export const CAP_SETFCAP = 31;

/** The S_IFMT bits of an inode. */
export const typeOf = (inode: Inode): number => (inode.type !== undefined ? inode.type : inode.attributes().mode & S_IFMT);

/** The 12-bit device number's parts as makedev(3) packs them for the kernel's older 16-bit form and its extension. */
export const makedev = (major: number, minor: number): number => (minor & 0xff) | (major << 8) | ((minor & ~0xff) << 12);
export const major = (device: number): number => (device >>> 8) & 0xfff;
export const minor = (device: number): number => (device & 0xff) | ((device >>> 12) & 0xfff00);
