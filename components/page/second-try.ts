// A style sheet that did not arrive is asked for once more, as scripts are: a page without it is bare for as long as it is open.

const STYLES = "link[rel=stylesheet]";

export function retryStyles(): void {
	// An error does not bubble, and is not told to who comes later: those that failed before are found when all is loaded.
	addEventListener("error", ({ target }) => target instanceof HTMLLinkElement && target.matches(STYLES) && again(target), true);
	if (document.readyState === "complete") retryFailed();
	else addEventListener("load", retryFailed, { once: true });
}

function retryFailed(): void {
	for (const link of document.querySelectorAll<HTMLLinkElement>(STYLES)) if (!hasRules(link)) again(link);
}

/** One that failed has no sheet in some browsers, and in others one that nobody may read. */
function hasRules({ sheet }: HTMLLinkElement): boolean {
	try {
		return sheet?.cssRules !== undefined;
	} catch {
		return false;
	}
}

function again(link: HTMLLinkElement): void {
	if (link.dataset.tried !== undefined) return;
	link.dataset.tried = "";
	link.after(link.cloneNode());
}
