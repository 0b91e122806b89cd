// The network as the rest of the kernel sees it.

export { configureHost, createNet, HOST_NETWORK, type HostNetwork } from "./namespace";
export { NetStack, stackOf } from "./stack";
