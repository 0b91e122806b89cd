// Sizes as Docker's tools print them: powers of ten, three digits.

const UNITS = ["B", "kB", "MB", "GB", "TB"];

export function humanSize(bytes: number): string {
	if (!Number.isFinite(bytes)) return "∞";
	let unit = 0;
	while (bytes >= 1000 && unit < UNITS.length - 1) {
		bytes /= 1000;
		unit++;
	}
	return `${unit === 0 ? bytes : Number(bytes.toPrecision(3))} ${UNITS[unit]}`;
}

/** 67108864 as `docker stats` writes it: 64MiB. */
export const mebibytes = (bytes: number): string => `${Number((bytes / 2 ** 20).toPrecision(3))}MiB`;
