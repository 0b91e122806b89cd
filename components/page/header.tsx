"use client";
// The bar above every page: the way home, the lessons, the tools, search, the other language, and how the machine is.

import Link from "next/link";
import { usePathname } from "next/navigation";
import { useEffect, useRef } from "react";
import { MachineMenu } from "../machine/menu";
import { SearchButton } from "../search/palette";
import { useLocale, useWords } from "../words/context";
import { inLocale, otherLocale } from "../words/locale";
import styles from "./header.module.css";
import { Mark } from "./mark";

export function SiteHeader() {
	const locale = useLocale();
	const words = useWords();
	const pathname = usePathname();
	const other = otherLocale(locale);
	const links = useRef<HTMLDivElement>(null);
	// Where they do not all fit, the page that one is on is among those that are seen.
	// biome-ignore lint/correctness/useExhaustiveDependencies: another page is another current link
	useEffect(() => {
		const box = links.current;
		const current = box?.querySelector("[aria-current]");
		if (!box || !current) return;
		const fade = Number.parseFloat(getComputedStyle(box).paddingRight);
		const hidden = current.getBoundingClientRect().right + fade - box.getBoundingClientRect().right;
		if (hidden > 0) box.scrollLeft += hidden;
	}, [pathname]);
	return (
		<header className={styles.bar}>
			<Link href={`/${locale}`} className={styles.name} aria-label={`${words.site}, ${words.nav.home}`}>
				<Mark />
				<span translate="no">{words.site}</span>
			</Link>
			<nav className={styles.nav} aria-label={words.nav.main}>
				<div ref={links} className={styles.links}>
					<Link href={`/${locale}/lessons`} aria-current={pathname === `/${locale}/lessons` ? "page" : undefined}>
						{words.nav.lessons}
					</Link>
					<Link href={`/${locale}/playground`} aria-current={pathname === `/${locale}/playground` ? "page" : undefined}>
						{words.nav.playground}
					</Link>
					<Link href={`/${locale}/reference`} aria-current={pathname.startsWith(`/${locale}/reference`) ? "page" : undefined}>
						{words.nav.reference}
					</Link>
					<Link href={`/${locale}/errors`} aria-current={pathname === `/${locale}/errors` ? "page" : undefined}>
						{words.nav.errors}
					</Link>
				</div>
				<Link href={inLocale(pathname, other)} hrefLang={other} lang={other} scroll={false} className={styles.language}>
					<span>{words.nav.languageShort}</span>
					<span aria-hidden="true">{words.nav.languageInitials}</span>
				</Link>
			</nav>
			<SearchButton />
			<MachineMenu />
		</header>
	);
}
