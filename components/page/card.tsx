// The picture that a link to a page shows elsewhere: title and question, set in the site's own face.

import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ImageResponse } from "next/og";
import type { CSSProperties } from "react";
import type { Locale } from "../words/locale";

export const CARD_SIZE = { width: 1200, height: 630 };

// The whole face, not a subset: a glyph that is missing would be asked for on the internet.
const face = (name: string): Promise<Buffer> =>
	readFile(join(process.cwd(), "node_modules/pretendard/dist/public/static", `Pretendard-${name}.otf`));

/** Set word by word, so that no line ends within one: neither before a full stop nor after the slash of a path. */
const Words = ({ text, size, style }: { text: string; size: number; style: CSSProperties }) => (
	<div style={{ display: "flex", flexWrap: "wrap", columnGap: size * 0.26, fontSize: size, fontWeight: 500, ...style }}>
		{text.split(" ").map((word, at) => (
			// biome-ignore lint/suspicious/noArrayIndexKey: the same word may come again, and nothing is moved
			<div key={at}>{word}</div>
		))}
	</div>
);

/** About how many lines a text takes: a syllable of Korean is as wide as 0.87 of its height, a letter as 0.56. */
const linesOf = (text: string, size: number): number =>
	Math.ceil(
		([...text].reduce((sum, sign) => sum + (/[가-힣]/.test(sign) ? 0.87 : sign === " " ? 0.26 : 0.56), 0) * size) / INNER,
	);

const INNER = CARD_SIZE.width - 2 * 72;

export async function card(options: { locale: Locale; over: string; title: string; under: string }): Promise<ImageResponse> {
	const [bold, medium] = await Promise.all([face("Bold"), face("Medium")]);
	const large = linesOf(options.title, 84) === 1;
	const roomy = linesOf(options.under, 38) <= 2;
	return new ImageResponse(
		<div
			style={{
				width: "100%",
				height: "100%",
				display: "flex",
				flexDirection: "column",
				justifyContent: "space-between",
				padding: "64px 72px",
				background: "#f8f6f0",
				color: "#17212a",
				fontFamily: "Pretendard",
			}}
		>
			<div style={{ display: "flex", fontSize: 34, fontWeight: 500, color: "#0c5a86" }}>{options.over}</div>
			<div style={{ display: "flex", flexDirection: "column" }}>
				<Words
					text={options.title}
					size={large ? 84 : 70}
					style={{ fontWeight: 700, lineHeight: 1.2, letterSpacing: "-0.02em" }}
				/>
				<Words text={options.under} size={roomy ? 38 : 32} style={{ marginTop: 24, lineHeight: 1.45, color: "#4c5963" }} />
			</div>
			<div style={{ display: "flex", alignItems: "flex-end", justifyContent: "space-between" }}>
				<div style={{ fontSize: 40, fontWeight: 700 }}>Drydock</div>
				<svg width="360" height="96" viewBox="0 0 360 96" aria-hidden="true">
					<rect x="1" y="66" width="358" height="26" fill="#dfecf3" stroke="#0c5a86" strokeWidth="2" />
					<rect x="1" y="36" width="358" height="26" fill="#dfecf3" stroke="#0c5a86" strokeWidth="2" />
					<rect x="1" y="6" width="170" height="26" fill="none" stroke="#ae4300" strokeWidth="2" strokeDasharray="8 6" />
					<path d="M86 79V19" stroke="#ae4300" strokeWidth="2" />
					<circle cx="86" cy="19" r="6" fill="#ae4300" />
				</svg>
			</div>
		</div>,
		{
			...CARD_SIZE,
			fonts: [
				{ name: "Pretendard", data: bold, weight: 700 },
				{ name: "Pretendard", data: medium, weight: 500 },
			],
		},
	);
}
