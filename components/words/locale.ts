// The two languages of the site. Korean comes first.

export const LOCALES = ["ko", "en"] as const;
export type Locale = (typeof LOCALES)[number];
export type Both = Record<Locale, string>;

export const isLocale = (value: string): value is Locale => value === "ko" || value === "en";
export const otherLocale = (locale: Locale): Locale => (locale === "ko" ? "en" : "ko");

/** The language that an Accept-Language header asks for; Korean when it asks for neither. */
export function preferredLocale(header: string | null): Locale {
	const wanted = (header ?? "")
		.split(",")
		.map((part, order) => {
			const [tag = "", ...parameters] = part.trim().split(";");
			const q = parameters.map((p) => /^\s*q=([\d.]+)\s*$/.exec(p)?.[1]).find((v) => v !== undefined);
			return { language: tag.toLowerCase().split("-")[0] ?? "", q: q === undefined ? 1 : Number(q), order };
		})
		.filter((entry) => isLocale(entry.language) && entry.q > 0)
		.sort((a, b) => b.q - a.q || a.order - b.order);
	return (wanted[0]?.language as Locale | undefined) ?? "ko";
}

/** The same page in the other language. */
export const inLocale = (pathname: string, locale: Locale): string => pathname.replace(/^\/(ko|en)(?=\/|$)/, `/${locale}`);
