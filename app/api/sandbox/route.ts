// One's sandbox: asked for, looked at, ended. wire.ts says what is said.

import { site } from "./site";

export const dynamic = "force-dynamic";
export const POST = (request: Request): Promise<Response> => site().create(request);
export const GET = (request: Request): Promise<Response> => site().state(request);
export const DELETE = (request: Request): Promise<Response> => site().remove(request);
