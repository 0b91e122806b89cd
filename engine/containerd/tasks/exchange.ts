// Hands every event to all who subscribe (containerd's event exchange).

import type { Call } from "../../lib/rpc/types";
import type { TaskEvent } from "../api";

export class Exchange {
	private readonly subscribers = new Set<(event: TaskEvent) => void>();

	publish(event: TaskEvent): void {
		for (const subscriber of this.subscribers) subscriber(event);
	}

	async *subscribe(call: Call): AsyncGenerator<TaskEvent> {
		const waiting: TaskEvent[] = [];
		let wake = (): void => {};
		const subscriber = (event: TaskEvent): void => {
			waiting.push(event);
			wake();
		};
		this.subscribers.add(subscriber);
		call.onCancel(() => wake());
		try {
			while (!call.cancelled) {
				const event = waiting.shift();
				if (event) yield event;
				else {
					await new Promise<void>((resolve) => {
						wake = resolve;
					});
				}
			}
		} finally {
			this.subscribers.delete(subscriber);
		}
	}
}
