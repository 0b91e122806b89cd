// The Distribution API of the site's registry.

import { answer } from "../registry";

export const dynamic = "force-dynamic";
export { answer as GET, answer as HEAD };
