// Connections to the sandbox's daemon, many on one: frames down in one response, frames up in POSTs.

import { site } from "../site";

export const dynamic = "force-dynamic";
export const GET = (request: Request): Promise<Response> => site().connect(request);
export const POST = (request: Request): Promise<Response> => site().receive(request);
