// The explanation that is offered beside the console, if any.

import { createStore } from "zustand/vanilla";
import type { ExplainedError } from "@/content/errors";

export const helpStore = createStore<{ error: ExplainedError | null }>(() => ({ error: null }));
