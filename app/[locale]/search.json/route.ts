// What the search looks through, as a file a language: made at the build, fetched when somebody searches.

import { LOCALES, type Locale } from "@/components/words/locale";
import { searchEntries } from "./entries";

export const dynamic = "force-static";
export const dynamicParams = false;
export const generateStaticParams = (): Array<{ locale: string }> => LOCALES.map((locale) => ({ locale }));

export async function GET(_: Request, { params }: { params: Promise<{ locale: string }> }): Promise<Response> {
	const { locale } = await params;
	return Response.json(await searchEntries(locale as Locale));
}
