// Content that a file gets when it is first opened, such as a program that a machine has but that nobody has called yet. Its size
// is known before.
//
//     absent ──ask──► coming ──► here          each ask until then: LATER
//                        └─ failed ──ask──► absent again, and that ask is EIO

import { ERRNO, type Errno, LATER } from "../../lib/errno";

export class Deferred {
	private state: "absent" | "coming" | "failed" = "absent";

	/**
	 * @param fetch brings the content to the file; it rejects when it cannot be had
	 * @param settled called when it has come, or has failed: those who were told LATER look again
	 */
	constructor(
		readonly size: number,
		private readonly fetch: () => Promise<void>,
		private readonly settled: () => void,
	) {}

	/** LATER: on its way, and the one who asked is to try again when something has arrived. EIO: it could not be had this time. */
	ask(): Errno {
		if (this.state === "failed") {
			this.state = "absent";
			return -ERRNO.EIO;
		}
		if (this.state === "absent") {
			this.state = "coming";
			const failed = (): void => {
				this.state = "failed";
			};
			void this.fetch().catch(failed).then(this.settled);
		}
		return LATER;
	}
}
