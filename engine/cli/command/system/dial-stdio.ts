// docker system dial-stdio: the daemon's API on standard input and output, for a client at the other end of an ssh connection.

import { command } from "../command";

const CHUNK = 1 << 16;

export const dialStdio = command({
	name: "dial-stdio",
	summary: "Proxy the stdio stream to the daemon connection",
	hidden: true,
	run: async ({ cli }) => {
		const stream = await cli.client.raw();
		const up = (async () => {
			for (;;) {
				const bytes = await cli.sys.read(0, CHUNK);
				if (bytes.length === 0) return stream.closeWrite();
				await stream.write(bytes);
			}
		})().catch(() => {});
		for (;;) {
			const bytes = await stream.read();
			if (bytes === null) break;
			await cli.out.write(bytes);
		}
		// who no longer hears the daemon has nothing more to tell it
		void up;
		await stream.close();
	},
});
