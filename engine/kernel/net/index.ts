// The network as the rest of the kernel sees it.

export { createNet, NetStack, stackOf } from "./stack";
