// --network as a container's mode: bridge, host, none, container:NAME, or a network's name.

/** Name or id of the container whose namespace is shared; undefined in any other mode. */
export const networkOwner = (mode: string): string | undefined => /^container:(.*)$/s.exec(mode)?.[1];
