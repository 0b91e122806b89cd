// What this client is: the version of Docker's command whose behaviour it has, and its own build.

export const CLIENT_VERSION = "29.0.0";
export const BUILD = "drydock";
export const BUILD_TIME = "";
/** In the place where docker names its compiler. */
export const RUNTIME = "none (TypeScript)";
export const versionLine = (): string => `Docker version ${CLIENT_VERSION}, build ${BUILD}`;
