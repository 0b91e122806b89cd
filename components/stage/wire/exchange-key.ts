// What a request and its answer have in common: each daemon numbers its own.

export const keyOf = ({ daemon = "", id }: { daemon?: string; id: number }): string => `${daemon} ${id}`;
