// Where the words of the page's language are kept for components: filled by in-ko.tsx or in-en.tsx, of which a page fetches one.

import { createContext } from "react";
import type { Words } from "./ko";

export const WordsContext = createContext<Words | null>(null);
