// The shim's events on their way to containerd: kept while nobody listens, delivered once.

import type { TaskEvent } from "../api";

export class EventQueue {
	private waiting: TaskEvent[] = [];
	private wake: (() => void) | undefined;

	push(event: TaskEvent): void {
		this.waiting.push(event);
		this.wake?.();
	}

	/** One listener at a time: containerd. `cancelled` ends it, with `notify` to tell. */
	async *forward(call: { readonly cancelled: boolean; onCancel(callback: () => void): void }): AsyncGenerator<TaskEvent> {
		call.onCancel(() => this.wake?.());
		while (!call.cancelled) {
			const event = this.waiting.shift();
			if (event) yield event;
			else {
				await new Promise<void>((resolve) => {
					this.wake = resolve;
				});
			}
		}
	}
}
