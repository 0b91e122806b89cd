// SHA-256 (FIPS 180-4), at once and without waiting. For much data there is digest.ts.

const K = new Int32Array(64);
const INITIAL = new Int32Array(8);
// the first 32 bits of the fractional parts of the cube (square) roots of the first 64 (8) primes
for (let n = 2, count = 0; count < 64; n++) {
	let prime = true;
	for (let d = 2; d * d <= n && prime; d++) prime = n % d !== 0;
	if (!prime) continue;
	if (count < 8) INITIAL[count] = fraction(n ** (1 / 2));
	K[count++] = fraction(n ** (1 / 3));
}
function fraction(root: number): number {
	return ((root - Math.floor(root)) * 0x100000000) | 0;
}

/** The 32 bytes of the hash. */
export function sha256(message: Uint8Array): Uint8Array<ArrayBuffer> {
	const state = INITIAL.slice();
	const words = new Int32Array(64);
	const whole = message.length & ~63;
	for (let at = 0; at < whole; at += 64) block(state, words, message, at);

	const rest = message.length - whole;
	const tail = new Uint8Array(rest < 56 ? 64 : 128);
	tail.set(message.subarray(whole));
	tail[rest] = 0x80;
	const view = new DataView(tail.buffer);
	view.setUint32(tail.length - 8, Math.floor(message.length / 0x20000000));
	view.setUint32(tail.length - 4, message.length << 3);
	for (let at = 0; at < tail.length; at += 64) block(state, words, tail, at);

	const out = new Uint8Array(32);
	const outView = new DataView(out.buffer);
	for (let i = 0; i < 8; i++) outView.setInt32(i * 4, state[i]!);
	return out;
}

function block(state: Int32Array, w: Int32Array, message: Uint8Array, at: number): void {
	for (let i = 0; i < 16; i++, at += 4) {
		w[i] = (message[at]! << 24) | (message[at + 1]! << 16) | (message[at + 2]! << 8) | message[at + 3]!;
	}
	for (let i = 16; i < 64; i++) {
		const x = w[i - 15]!;
		const y = w[i - 2]!;
		const s0 = ((x >>> 7) | (x << 25)) ^ ((x >>> 18) | (x << 14)) ^ (x >>> 3);
		const s1 = ((y >>> 17) | (y << 15)) ^ ((y >>> 19) | (y << 13)) ^ (y >>> 10);
		w[i] = (w[i - 16]! + s0 + w[i - 7]! + s1) | 0;
	}
	let a = state[0]!;
	let b = state[1]!;
	let c = state[2]!;
	let d = state[3]!;
	let e = state[4]!;
	let f = state[5]!;
	let g = state[6]!;
	let h = state[7]!;
	for (let i = 0; i < 64; i++) {
		const s1 = ((e >>> 6) | (e << 26)) ^ ((e >>> 11) | (e << 21)) ^ ((e >>> 25) | (e << 7));
		const t1 = (h + s1 + ((e & f) ^ (~e & g)) + K[i]! + w[i]!) | 0;
		const s0 = ((a >>> 2) | (a << 30)) ^ ((a >>> 13) | (a << 19)) ^ ((a >>> 22) | (a << 10));
		const t2 = (s0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
		h = g;
		g = f;
		f = e;
		e = (d + t1) | 0;
		d = c;
		c = b;
		b = a;
		a = (t1 + t2) | 0;
	}
	state[0]! += a;
	state[1]! += b;
	state[2]! += c;
	state[3]! += d;
	state[4]! += e;
	state[5]! += f;
	state[6]! += g;
	state[7]! += h;
}
