// What containerd and its shim say that they are.

export const VERSION = { version: "2.2.0", revision: "drydock" };
