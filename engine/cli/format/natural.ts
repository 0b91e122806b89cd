// The order in which docker lists names: runs of digits by their value (80 before 443), all else byte by byte.

/** For sort(): negative, 0 or positive. */
export function naturalOrder(a: string, b: string): number {
	const [left, right] = [pieces(a), pieces(b)];
	for (let at = 0; at < Math.min(left.length, right.length); at++) {
		const [one, other] = [left[at]!, right[at]!];
		if (one === other) continue;
		if (isNumber(one) && isNumber(other)) {
			const difference = BigInt(one) - BigInt(other);
			if (difference !== 0n) return difference < 0n ? -1 : 1;
			// 007 after 7
			return one.length - other.length;
		}
		return one < other ? -1 : 1;
	}
	return left.length - right.length;
}

/** "a10b" → "a", "10", "b". */
const pieces = (text: string): string[] => text.match(/\d+|\D/g) ?? [];
const isNumber = (piece: string): boolean => /^\d/.test(piece);
