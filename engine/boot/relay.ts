// A connection of the real host joined with one of the machine: bytes both ways, half-closes included, until both have ended. Where
// the machine's side has gone for good, and can be asked, it does not wait for the other to end.

import type { Duplex } from "../lib/stream";
import type { HostStream } from "../port";

/** A connection in the machine; a UNIX socket's knows whether its peer has closed it or only sends no more. */
export type Inside = Duplex & { hungUp?(): Promise<boolean> };

export async function relay(outside: HostStream, inside: Inside): Promise<void> {
	const inward = async (): Promise<void> => {
		for (let bytes = await outside.read(); bytes; bytes = await outside.read()) await inside.write(bytes);
		await inside.closeWrite();
	};
	const outward = async (): Promise<void> => {
		for (let bytes = await inside.read(); bytes; bytes = await inside.read()) await outside.write(bytes);
		outside.end();
		if (await inside.hungUp?.()) outside.destroy();
	};
	await Promise.all([inward().catch(() => inside.close()), outward().catch(() => outside.destroy())]);
	await inside.close();
	outside.destroy();
}
