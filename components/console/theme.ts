// The console's colours, in the site's two schemes. Sixteen colours that can be read on their paper.

import type { ITheme } from "@xterm/xterm";

const light: ITheme = {
	background: "#fffefa",
	foreground: "#17212a",
	cursor: "#0c5a86",
	cursorAccent: "#fffefa",
	selectionBackground: "#bcd8e6",
	black: "#17212a",
	red: "#a3222f",
	green: "#2d6a31",
	yellow: "#7a5a00",
	blue: "#0c5a86",
	magenta: "#7b3a86",
	cyan: "#0a6a70",
	white: "#5b666e",
	brightBlack: "#4c5963",
	brightRed: "#b3303b",
	brightGreen: "#2f7534",
	brightYellow: "#866400",
	brightBlue: "#14699b",
	brightMagenta: "#8b4896",
	brightCyan: "#0d757b",
	brightWhite: "#17212a",
};
const dark: ITheme = {
	background: "#17222b",
	foreground: "#e9e6de",
	cursor: "#82c4ec",
	cursorAccent: "#17222b",
	selectionBackground: "#23526f",
	black: "#71808b",
	red: "#ff9a94",
	green: "#9ad69c",
	yellow: "#e6c670",
	blue: "#82c4ec",
	magenta: "#dcaae6",
	cyan: "#86d5d6",
	white: "#d5d9db",
	brightBlack: "#94a2ac",
	brightRed: "#ffb3ae",
	brightGreen: "#b5e3b6",
	brightYellow: "#f1d893",
	brightBlue: "#a8d8f4",
	brightMagenta: "#e8c6ef",
	brightCyan: "#a9e4e4",
	brightWhite: "#fffefa",
};

export const consoleTheme = (isDark: boolean): ITheme => (isDark ? dark : light);
