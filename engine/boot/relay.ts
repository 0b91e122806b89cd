// A connection of the real host joined with one of the machine: bytes both ways, half-closes included, until both have ended.

import type { Duplex } from "../lib/stream";
import type { HostStream } from "../port";

export async function relay(outside: HostStream, inside: Duplex): Promise<void> {
	const inward = async (): Promise<void> => {
		for (let bytes = await outside.read(); bytes; bytes = await outside.read()) await inside.write(bytes);
		await inside.closeWrite();
	};
	const outward = async (): Promise<void> => {
		for (let bytes = await inside.read(); bytes; bytes = await inside.read()) await outside.write(bytes);
		outside.end();
	};
	await Promise.all([inward().catch(() => inside.close()), outward().catch(() => outside.destroy())]);
	await inside.close();
	outside.destroy();
}
