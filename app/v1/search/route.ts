// docker search: Docker's index answers at /v1/search, and so does the site's.

import { answer } from "../../v2/registry";

export const dynamic = "force-dynamic";
export { answer as GET };
