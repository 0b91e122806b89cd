// Every page: language, fonts from this site alone, header, and the skip link.

import "pretendard/dist/web/variable/pretendardvariable-dynamic-subset.css";
import "@fontsource/nanum-gothic-coding/400.css";
import "@fontsource/nanum-gothic-coding/700.css";
import "@/app/styles/fallbacks.css";
import "@/app/styles/globals.css";
import "@/app/styles/tables.css";
import type { Metadata, Viewport } from "next";
import { notFound } from "next/navigation";
import type { ReactNode } from "react";
import { alternatesOf } from "@/components/page/alternates";
import { FontPreloads } from "@/components/page/font-preloads";
import { SiteHeader } from "@/components/page/header";
import { origin } from "@/components/page/origin";
import { wordsFor } from "@/components/words";
import { LocaleProvider } from "@/components/words/context";
import { isLocale, LOCALES } from "@/components/words/locale";

interface Props {
	children: ReactNode;
	params: Promise<{ locale: string }>;
}

export const dynamicParams = false;
export const generateStaticParams = (): Array<{ locale: string }> => LOCALES.map((locale) => ({ locale }));

export const viewport: Viewport = {
	width: "device-width",
	initialScale: 1,
	themeColor: [
		{ media: "(prefers-color-scheme: light)", color: "#f8f6f0" },
		{ media: "(prefers-color-scheme: dark)", color: "#10181f" },
	],
};

export async function generateMetadata({ params }: Props): Promise<Metadata> {
	const { locale } = await params;
	if (!isLocale(locale)) return {};
	const words = wordsFor(locale);
	return {
		metadataBase: origin(),
		title: { default: `${words.site}: ${words.tagline}`, template: `%s · ${words.site}` },
		description: words.description,
		alternates: alternatesOf(locale, ""),
		openGraph: { siteName: words.site, locale: locale === "ko" ? "ko_KR" : "en_US", type: "website" },
		twitter: { card: "summary_large_image" },
	};
}

export default async function LocaleLayout({ children, params }: Props) {
	const { locale } = await params;
	if (!isLocale(locale)) notFound();
	const words = wordsFor(locale);
	return (
		<html lang={locale}>
			<body>
				<FontPreloads />
				<a className="skip" href="#main">
					{words.skip}
				</a>
				<LocaleProvider locale={locale}>
					<SiteHeader />
					{children}
				</LocaleProvider>
			</body>
		</html>
	);
}
