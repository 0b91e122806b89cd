import { CARD_SIZE, card } from "@/components/page/card";
import { wordsFor } from "@/components/words";
import { LOCALES, type Locale } from "@/components/words/locale";

export const size = CARD_SIZE;
export const contentType = "image/png";
export const dynamicParams = false;
export const generateStaticParams = (): Array<{ locale: string }> => LOCALES.map((locale) => ({ locale }));

export default async function Image({ params }: { params: Promise<{ locale: Locale }> }) {
	const { locale } = await params;
	const words = wordsFor(locale);
	return card({ locale, over: "docker run -it busybox sh", title: words.tagline, under: words.promise });
}
