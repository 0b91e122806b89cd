// Two texts line by line: the longest common subsequence, and what is left pairs up where it stands side by side. (diff(1) without hunks)

export interface Pair {
	/** Line numbers from 0, or nothing where the other side has a line of its own. */
	left?: number;
	right?: number;
	same: boolean;
}

/** Longer ones are compared line for line: the table of the subsequence grows with the product. */
const MOST = 2000;

export function pairLines(left: readonly string[], right: readonly string[]): Pair[] {
	let head = 0;
	while (head < left.length && head < right.length && left[head] === right[head]) head++;
	let tail = 0;
	const room = Math.min(left.length, right.length) - head;
	while (tail < room && left[left.length - 1 - tail] === right[right.length - 1 - tail]) tail++;
	const equal = (from: number, shift: number, count: number): Pair[] =>
		Array.from({ length: count }, (_, at) => ({ left: from + at, right: from + at + shift, same: true }));
	return [
		...equal(0, 0, head),
		...middle(left, right, head, left.length - tail, right.length - tail),
		...equal(left.length - tail, right.length - left.length, tail),
	];
}

function middle(left: readonly string[], right: readonly string[], from: number, leftEnd: number, rightEnd: number): Pair[] {
	const pairs: Pair[] = [];
	const common = commonLines(left.slice(from, leftEnd), right.slice(from, rightEnd));
	let [a, b] = [from, from];
	for (const [x, y] of [...common, [leftEnd - from, rightEnd - from] as const]) {
		for (; a < from + x || b < from + y; a++, b++)
			pairs.push({ ...(a < from + x ? { left: a } : {}), ...(b < from + y ? { right: b } : {}), same: false });
		[a, b] = [from + x, from + y];
		if (a < leftEnd && b < rightEnd) pairs.push({ left: a++, right: b++, same: true });
	}
	return pairs;
}

/** Places of the longest common subsequence, in order. */
function commonLines(left: readonly string[], right: readonly string[]): Array<readonly [number, number]> {
	if (left.length > MOST || right.length > MOST)
		return left.flatMap((line, at) => (line === right[at] ? [[at, at] as const] : []));
	const width = right.length + 1;
	const length = new Uint16Array((left.length + 1) * width);
	for (let a = left.length - 1; a >= 0; a--)
		for (let b = right.length - 1; b >= 0; b--)
			length[a * width + b] =
				left[a] === right[b]
					? length[(a + 1) * width + b + 1]! + 1
					: Math.max(length[(a + 1) * width + b]!, length[a * width + b + 1]!);
	const found: Array<readonly [number, number]> = [];
	for (let a = 0, b = 0; a < left.length && b < right.length; ) {
		if (left[a] === right[b]) found.push([a++, b++]);
		else if (length[(a + 1) * width + b]! >= length[a * width + b + 1]!) a++;
		else b++;
	}
	return found;
}
