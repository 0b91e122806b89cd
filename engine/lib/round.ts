// Decimal digits of numbers as Go's fmt and strconv write them: what lies exactly between two goes to the even digit, where JavaScript goes up.

/** Significant ones and places that toPrecision and toFixed can be asked for. */
const MOST = 100;
const TIE = /^50*$/;
/** Rounds down where the number itself, being exactly in the middle, would round up. */
const less = (value: number): number => value * (1 - Number.EPSILON);
const even = (digit: string | undefined): boolean => digit !== undefined && "02468".includes(digit);

/** %.Nf */
export function fixed(value: number, places: number): string {
	const [whole = "", fraction = ""] = value.toFixed(MOST).split(".");
	const kept = whole + fraction.slice(0, places);
	return (TIE.test(fraction.slice(places)) && even(kept.at(-1)) ? less(value) : value).toFixed(places);
}

const middle = (value: number, digits: number): boolean => {
	const exact = value.toExponential(MOST).replace(/^-|\.|e.*$/g, "");
	return TIE.test(exact.slice(digits)) && even(exact[digits - 1]);
};
/** toPrecision */
export const precise = (value: number, digits: number): string =>
	(middle(value, digits) ? less(value) : value).toPrecision(digits);
/** %.Ne, but for the two digits of its exponent. */
export const exponential = (value: number, places: number): string =>
	(middle(value, places + 1) ? less(value) : value).toExponential(places);
