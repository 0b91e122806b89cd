// The instruction table: every instruction's encodings, flags and semantics, once. Both tiers, the decoder and the
// comparison with a real processor come from it.

import { control } from "./control";
import { arithmetic, moves, products } from "./integer";
import { mmx } from "./mmx";
import type { Row } from "./row";
import { segments } from "./segment";
import { shifts } from "./shifts";
import { sseIntegers, sseMoves, sseShuffles } from "./sse";
import { sseConversions } from "./sse-convert";
import { sseArithmetic } from "./sse-float";
import { strings } from "./string";
import { system } from "./system";
import { x87 } from "./x87";

export const rows: readonly Row[] = [
	moves,
	arithmetic,
	products,
	shifts,
	control,
	strings,
	system,
	segments,
	sseMoves,
	sseIntegers,
	sseShuffles,
	sseArithmetic,
	sseConversions,
	x87,
	mmx,
].flat();
