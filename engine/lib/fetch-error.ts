// Why a fetch failed, from what it rejects with.

/** In Node the reason is the error's cause; where several addresses of a name were tried, it is that of the first. */
export function reasonOf(error: unknown): string {
	const { cause = error } = error as { cause?: unknown };
	const [first] = (cause as { errors?: Error[] }).errors ?? [];
	return first?.message || (cause as Error).message || (error as Error).message;
}
