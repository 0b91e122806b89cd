// The Engine API of one's sandbox for plain HTTP clients.

import { site } from "../../site";

const answer = (request: Request): Promise<Response> => site().engine(request);

export const dynamic = "force-dynamic";
export { answer as DELETE, answer as GET, answer as HEAD, answer as POST, answer as PUT };
