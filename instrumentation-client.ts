// The first of the site's own code in a page, before React makes it alive. Where there is a place for a console, the machine and the
// terminal start at once: the prompt is what a reader waits for, and neither needs the page.

import { startMachine } from "./components/machine/store";
import { retryStyles } from "./components/page/second-try";

const CONSOLE = "section[data-phase]";

function start(): void {
	if (!document.querySelector(CONSOLE)) return;
	startMachine();
	import("./components/console/session").catch(() => {
		// Told by the console that waits for it.
	});
}

retryStyles();
if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", start, { once: true });
else start();
