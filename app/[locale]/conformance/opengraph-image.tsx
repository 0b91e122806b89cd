import { CARD_SIZE } from "@/components/page/card";
import { pageCard } from "@/components/page/page-card";
import { LOCALES } from "@/components/words/locale";

export const size = CARD_SIZE;
export const contentType = "image/png";
export const dynamicParams = false;
export const generateStaticParams = (): Array<{ locale: string }> => LOCALES.map((locale) => ({ locale }));

export default pageCard("conformance", "npm run conformance:record");
