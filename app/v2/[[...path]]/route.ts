// The Distribution API of the site's registry. Who would write is refused by the registry itself, in its own words.

import { answer } from "../registry";

export const dynamic = "force-dynamic";
export { answer as DELETE, answer as GET, answer as HEAD, answer as PATCH, answer as POST, answer as PUT };
